"""Mass assignment: one run per person, made in short transactions by a job that can be killed and goes on."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime


class Batch(Base):
    """One assignment to many people. The counts are the projected roll-up of its runs."""

    __tablename__ = "workflow_batch"
    __table_args__ = (
        CheckConstraint("state in ('making', 'made', 'stopped')", name="state"),
        Index(
            "ix_workflow_batch_making",
            "id",
            sqlite_where=text("state = 'making'"),
            postgresql_where=text("state = 'making'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    process: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(ForeignKey("workflow_definition.digest"))
    title: Mapped[str] = mapped_column(String(300))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int] = mapped_column(Id)
    arguments: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("people_unit.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("people_team.id"))
    priority: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[str] = mapped_column(String(10), default="making")
    total: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    succeeded: Mapped[int] = mapped_column(default=0)
    ended_otherwise: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BatchMember(Base):
    """One person of a batch and, once made, their run."""

    __tablename__ = "workflow_batch_member"
    __table_args__ = (
        UniqueConstraint("batch_id", "person_id"),
        CheckConstraint("state in ('pending', 'made', 'failed')", name="state"),
        Index("ix_workflow_batch_member_batch_id_state", "batch_id", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("workflow_batch.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    state: Mapped[str] = mapped_column(String(10), default="pending")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_run.id"), unique=True)
    error: Mapped[str | None] = mapped_column(String(300))
