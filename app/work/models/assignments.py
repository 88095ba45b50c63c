"""Assignments: one act of asking people to do something. What each of them has to do is a work item with its own run."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime


class Series(Base):
    """What is assigned again and again (RFC 5545): the model of each assignment, and the next day for which one is made."""

    __tablename__ = "work_series"
    __table_args__ = (
        CheckConstraint("shift in ('keep', 'skip', 'next')", name="shift"),
        Index(
            "ix_work_series_next_on",
            "next_on",
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rrule: Mapped[str] = mapped_column(String(300))
    starts_on: Mapped[date]
    shift: Mapped[str] = mapped_column(String(4), default="next")
    """What becomes of a day on which nobody works: kept, skipped, or moved to the next working day."""
    due_days: Mapped[int] = mapped_column(default=0)
    """Working days from the day of an assignment to the day on which it is due."""
    next_on: Mapped[date | None]
    sender_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(String(300))


class Assignment(Base):
    """What is asked, of whom (a rule), by whom, until when. While it is a draft its members are frozen for the preview."""

    __tablename__ = "work_assignment"
    __table_args__ = (
        CheckConstraint("mode in ('each', 'shared')", name="mode"),
        CheckConstraint("state in ('draft', 'open', 'closed')", name="state"),
        CheckConstraint("priority between 0 and 2", name="priority"),
        UniqueConstraint("sender_id", "submission"),
        UniqueConstraint("series_id", "series_on"),
        Index("ix_work_assignment_sender_id_state", "sender_id", "state", "id"),
        Index("ix_work_assignment_unit_id_state", "unit_id", "state", "id"),
        Index("ix_work_assignment_origin", "origin_kind", "origin_id"),
        Index(
            "ix_work_assignment_standing",
            "id",
            sqlite_where=text("standing and state = 'open'"),
            postgresql_where=text("standing and state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    process: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    priority: Mapped[int] = mapped_column(SmallInteger, default=0)
    due_on: Mapped[date | None]
    mode: Mapped[str] = mapped_column(String(6), default="each")
    rule: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    standing: Mapped[bool] = mapped_column(default=False)
    sender_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("people_unit.id"))
    state: Mapped[str] = mapped_column(String(6), default="draft")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_batch.id"), unique=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("work_series.id"))
    series_on: Mapped[date | None]
    origin_kind: Mapped[str | None] = mapped_column(String(40))
    origin_id: Mapped[int | None] = mapped_column(Id)
    """Out of what it came, e.g. a meeting whose decision it is."""
    submission: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def is_shared(self) -> bool:
        """Whether one item is there for all. Asked of one person alone it is theirs, made as a batch (decision 0018)."""
        return self.mode == "shared" and self.batch_id is None


class AssignmentMember(Base):
    """Somebody an assignment reaches, and why: pairs of criterion and value."""

    __tablename__ = "work_assignment_member"
    __table_args__ = (Index("ix_work_assignment_member_person_id", "person_id", "assignment_id"),)

    assignment_id: Mapped[int] = mapped_column(ForeignKey("work_assignment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    why: Mapped[list[list[str]]] = mapped_column(Json, default=list)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class AssignmentFile(Base):
    """A file that goes with what is asked."""

    __tablename__ = "work_assignment_file"
    __table_args__ = (Index("ix_work_assignment_file_assignment_id", "assignment_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("work_assignment.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("core_file.id"), unique=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
