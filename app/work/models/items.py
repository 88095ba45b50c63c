"""Work items: what one person, or one of a group, has to do. Where it stands is its run's business."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import UtcDateTime


class WorkItem(Base):
    """One thing to do. ``for_id`` is whom it was made for, None for a shared one; ``person_id`` who does it now.

    The moments and counts are drawn from the run's events, so that lists and measures need no counting.
    """

    __tablename__ = "work_item"
    __table_args__ = (
        UniqueConstraint("assignment_id", "for_id"),
        Index("ix_work_item_person_id_done_at", "person_id", "done_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("work_assignment.id"))
    for_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_run.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """By when whoever does it has to hand it in, as it was last set."""
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was accepted; None for what ended otherwise or is still open."""
    late: Mapped[bool] = mapped_column(default=False)
    returns: Mapped[int] = mapped_column(default=0)
