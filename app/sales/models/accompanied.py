"""Accompanied visits (D27): who went along with whom to which customer, and the scores of what was seen."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import UtcDateTime


class AccompaniedVisit(Base):
    """One accompanied visit: ``coach_id`` goes along with ``trainee_id``. Where it stands is its run's business.

    ``step`` is the step of the sale whose skills are looked at, as the process ``digest`` knows it.
    """

    __tablename__ = "sales_accompanied_visit"
    __table_args__ = (
        CheckConstraint("coach_id <> trainee_id", name="two_people"),
        UniqueConstraint("created_by", "submission"),
        Index("ix_sales_accompanied_visit_trainee_id_day", "trainee_id", "day", "id"),
        Index("ix_sales_accompanied_visit_coach_id_day", "coach_id", "day", "id"),
        Index("ix_sales_accompanied_visit_unit_id_day", "unit_id", "day", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_run.id"), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("sales_opportunity.id"), index=True)
    step: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(ForeignKey("workflow_definition.digest"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    trainee_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("people_unit.id"))
    day: Mapped[date]
    submission: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))


class AccompaniedScore(Base):
    """What the coach saw of one skill: 1 not done … 5 can teach it."""

    __tablename__ = "sales_accompanied_score"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        UniqueConstraint("visit_id", "skill"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("sales_accompanied_visit.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    skill: Mapped[str] = mapped_column(String(60))
    score: Mapped[int] = mapped_column(SmallInteger)
    seen: Mapped[str] = mapped_column(String(300), default="")
