"""Work logs: one of a person and a day or week, written and reviewed in its run (D32, D34)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import UtcDateTime


class WorkLog(Base):
    """A log that is due. ``day`` is the day of a daily one, Monday of a weekly one, so that no change of the calendar
    makes a second; ``last_day`` is the day it is written on.

    What is written stands in the run's fields; ``score`` is bound to the review, ``handed_in_at`` is when it was first
    handed in.
    """

    __tablename__ = "work_log"
    __table_args__ = (
        UniqueConstraint("person_id", "period", "day"),
        CheckConstraint("period IN ('daily', 'weekly')", name="period"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        Index("ix_work_log_person_id_last_day", "person_id", "last_day"),
        Index("ix_work_log_last_day", "last_day", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    period: Mapped[str] = mapped_column(String(6))
    day: Mapped[date]
    last_day: Mapped[date]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_run.id"), unique=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    score: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
