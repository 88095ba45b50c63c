"""Daily routines by post: versions of their checklists, and what each person did of them on which day (D31)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime


class RoutineTemplate(Base):
    """One version of the checklist of a post (or ``role:leader``) for a unit and all below it, from a day on.

    ``sections`` maps before, during and after to items ``{key, zh, en}``; None: from then on the list of the unit above
    holds again. Rows are only added; the highest number that has begun is the one in force. ``shipped`` is the digest of
    the content a row was taken from, None for one that somebody wrote.
    """

    __tablename__ = "work_routine_template"
    __table_args__ = (UniqueConstraint("unit_id", "post", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    post: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    valid_from: Mapped[date]
    sections: Mapped[dict[str, Any] | None] = mapped_column(Json)
    shipped: Mapped[str | None] = mapped_column(String(64))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class RoutineMark(Base):
    """One item of one person's day: done, or skipped with the reason."""

    __tablename__ = "work_routine_mark"
    __table_args__ = (
        UniqueConstraint("person_id", "day", "item"),
        CheckConstraint("state IN ('done', 'skipped')", name="state"),
        CheckConstraint("state = 'done' OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    day: Mapped[date]
    item: Mapped[str] = mapped_column(String(40))
    template_id: Mapped[int] = mapped_column(ForeignKey("work_routine_template.id"), index=True)
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
