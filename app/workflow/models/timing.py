"""Deadlines as rows: the sweeper reads them, no timer lives in memory."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, Id
from app.core.types import UtcDateTime


class Deadline(Base):
    """One rung of a turn's escalation ladder and when it fires; the due time itself stands on the turn."""

    __tablename__ = "workflow_deadline"
    __table_args__ = (
        UniqueConstraint("turn_id", "rung"),
        CheckConstraint("state in ('open', 'fired', 'met', 'paused', 'cancelled')", name="state"),
        Index(
            "ix_workflow_deadline_open",
            "due_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_workflow_deadline_run_id", "run_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"))
    turn_id: Mapped[int] = mapped_column(ForeignKey("workflow_turn.id"))
    rung: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    provisional: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default="open")
    fired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Recomputation(Base):
    """A calendar edit whose open deadlines are still being counted anew; `after_run_id` is how far the job has come."""

    __tablename__ = "workflow_recomputation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    after_run_id: Mapped[int] = mapped_column(Id, default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
