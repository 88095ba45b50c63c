"""Goals: what is to be reached, how much of it, by when, by whom (D37), with which authority and benefit (D11)."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import Money, UtcDateTime
from app.work.rules.goals import LEVELS, PERIODS


class Goal(Base):
    """One goal of a unit, a team or a person. Where it stands is its run's business; ``run_id`` is None only while it is made.

    Figures – target, proposal, result – have two exact decimal places, whatever they count. ``measure`` names a number
    of the house; without one people enter what was reached, with evidence. ``final`` is frozen when the period has ended.
    """

    __tablename__ = "work_goal"
    __table_args__ = (
        CheckConstraint(f"level IN {LEVELS}", name="level"),
        CheckConstraint(f"period IN {PERIODS}", name="period"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("target > 0", name="target"),
        CheckConstraint("(level = 'person') = (person_id IS NOT NULL)", name="person"),
        CheckConstraint("level <> 'team' OR team_id IS NOT NULL", name="team"),
        UniqueConstraint("created_by", "submission"),
        Index("ix_work_goal_unit_id_ends_on", "unit_id", "ends_on"),
        Index("ix_work_goal_team_id_ends_on", "team_id", "ends_on"),
        Index("ix_work_goal_person_id_ends_on", "person_id", "ends_on"),
        Index("ix_work_goal_parent_id", "parent_id"),
        Index("ix_work_goal_ends_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_run.id"), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("work_goal.id"))
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("work_goal.id"), unique=True)
    """The goal of the period before, whose next cycle this is; one each."""
    title: Mapped[str] = mapped_column(String(120))
    counts: Mapped[str] = mapped_column(String(500), default="")
    measure: Mapped[str | None] = mapped_column(String(60))
    counted_in: Mapped[str] = mapped_column(String(40), default="")
    """The unit of a figure entered by hand; a measure brings its own."""
    target: Mapped[Decimal] = mapped_column(Money)
    proposed: Mapped[Decimal | None] = mapped_column(Money)
    final: Mapped[Decimal | None] = mapped_column(Money)
    period: Mapped[str] = mapped_column(String(8))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    level: Mapped[str] = mapped_column(String(8))
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("people_team.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    authority: Mapped[str] = mapped_column(Text, default="")
    benefit: Mapped[str] = mapped_column(Text, default="")
    next_target: Mapped[Decimal | None] = mapped_column(Money)
    """The figure that the joint evaluation proposes for the next cycle."""
    submission: Mapped[str | None] = mapped_column(String(64))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)


class GoalEntry(Base):
    """Something reached, entered by hand with a note and perhaps a file. Withdrawn ones stay and do not count."""

    __tablename__ = "work_goal_entry"
    __table_args__ = (
        UniqueConstraint("person_id", "submission"),
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_work_goal_entry_goal_id", "goal_id", "day", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("work_goal.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    day: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Money)
    note: Mapped[str] = mapped_column(String(500))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("core_file.id"), unique=True)
    submission: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
