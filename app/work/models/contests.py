"""Contests with public awards (D40): rules, who competes, and the result that nobody edits once it is closed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, triggers
from app.core.database import Base, Id
from app.core.types import Json, Money, UtcDateTime


class Contest(Base):
    """A contest of one unit: everybody of the unit and below sees it. The ranking is its measure until it is closed."""

    __tablename__ = "work_contest"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
        UniqueConstraint("created_by", "submission"),
        Index("ix_work_contest_unit_id_ends_on", "unit_id", "ends_on"),
        Index("ix_work_contest_closed_at", "closed_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    title: Mapped[str] = mapped_column(String(120))
    rules: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    audience: Mapped[dict[str, object]] = mapped_column(Json)
    """The rule by which the competitors were chosen, as it was read; they themselves are rows."""
    submission: Mapped[str | None] = mapped_column(String(64))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    version: Mapped[int] = mapped_column(default=1)


class Competitor(Base):
    """Somebody who competes, frozen when the contest was opened."""

    __tablename__ = "work_competitor"
    __table_args__ = (Index("ix_work_competitor_person_id", "person_id"),)

    contest_id: Mapped[int] = mapped_column(ForeignKey("work_contest.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), primary_key=True)


class ContestResult(Base):
    """A line of the result. ``edition`` 1 is the closing itself; a correction is a later one, with its reason."""

    __tablename__ = "work_contest_result"
    __table_args__ = (
        UniqueConstraint("contest_id", "person_id", "edition"),
        CheckConstraint("place >= 1", name="place"),
        CheckConstraint("edition = 1 OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("work_contest.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    edition: Mapped[int] = mapped_column(default=1)
    place: Mapped[int]
    figure: Mapped[Decimal] = mapped_column(Money)
    prize: Mapped[str] = mapped_column(String(120), default="")
    citation: Mapped[str] = mapped_column(String(500), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


triggers.append_only(ContestResult)
