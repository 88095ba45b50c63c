"""Runs and turns: the present state, kept beside the history and always equal to what folding it gives.

`Run.state_body` is the folded state itself; the other columns, the turns and the stage visits are drawn from it so
that lists, boards and desks need no counting.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime


class Run(Base):
    """One tracked workflow about one subject, pinned to one version of its definition."""

    __tablename__ = "workflow_run"
    __table_args__ = (
        CheckConstraint("state in ('open', 'success', 'failure', 'cancelled')", name="state"),
        CheckConstraint("priority between 0 and 2", name="priority"),
        Index("ix_workflow_run_subject", "subject_kind", "subject_id"),
        Index("ix_workflow_run_process_state_stage", "process", "state", "stage"),
        Index("ix_workflow_run_team_id_state", "team_id", "state", "assignee_id", "waiting_count", "paused_at"),
        Index("ix_workflow_run_unit_id_state", "unit_id", "state", "assignee_id", "waiting_count", "paused_at"),
        Index("ix_workflow_run_state_moved_at", "state", "moved_at"),
        Index(
            "ix_workflow_run_paused",
            "paused_at",
            sqlite_where=text("paused_at is not null"),
            postgresql_where=text("paused_at is not null"),
        ),
        Index(
            "ix_workflow_run_owner_id", "owner_id", "state", "closed_at", "paused_at", "assignee_id", "waiting_count"
        ),
        Index("ix_workflow_run_started_by_id", "started_by_id", "state", "owner_id"),
        Index(
            "ix_workflow_run_unreported",
            "closed_at",
            sqlite_where=text("parent_id is not null and closed_at is not null and reported_at is null"),
            postgresql_where=text("parent_id is not null and closed_at is not null and reported_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    process: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(ForeignKey("workflow_definition.digest"), index=True)
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int] = mapped_column(Id)
    subject_label: Mapped[str] = mapped_column(String(300))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("people_unit.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("people_team.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))

    state: Mapped[str] = mapped_column(String(10), default="open")
    end: Mapped[str | None] = mapped_column(String(60))
    end_reason: Mapped[str | None] = mapped_column(String(60))
    stage: Mapped[str] = mapped_column(String(60))
    stage_entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    step: Mapped[str | None] = mapped_column(String(60))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"), index=True)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    waiting_count: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How weighty it is beside others that are due alike (`rules.urgency`)."""
    missing_count: Mapped[int] = mapped_column(default=0)
    sealed: Mapped[bool] = mapped_column(default=False)

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_run.id"), index=True)
    parent_turn: Mapped[int | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_batch.id"), index=True)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    state_body: Mapped[dict[str, Any]] = mapped_column(Json, deferred=True)
    version: Mapped[int] = mapped_column()
    """Number of events of the run: every change is a conditional update on it."""

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}


class Turn(Base):
    """One time a step waits for somebody. `number` counts the turns of a run, `round` the openings of its steps;
    `member_id` is 0 unless the step is multiplied."""

    __tablename__ = "workflow_turn"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'done', 'returned', 'cancelled')", name="state"),
        UniqueConstraint("run_id", "number"),
        Index(
            "uq_workflow_turn_open",
            "run_id",
            "round",
            "member_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        # the desk counts from this index alone
        Index(
            "ix_workflow_turn_assignee_id_state_due_at",
            "assignee_id",
            "state",
            "due_at",
            "blocked_at",
            "anonymous",
            "run_id",
            "due_within",
            "nudged_at",
        ),
        Index("ix_workflow_turn_state_due_at", "state", "due_at"),
        Index("ix_workflow_turn_completed_by_id", "completed_by_id", "closed_at"),
        Index("ix_workflow_turn_acted_by_id", "acted_by_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"))
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(60))
    stage: Mapped[str] = mapped_column(String(60))
    lane: Mapped[str | None] = mapped_column(String(60))
    round: Mapped[int]
    member_id: Mapped[int] = mapped_column(Id, default=0)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    outcome: Mapped[str | None] = mapped_column(String(60))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    completed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    acted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    voided: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False)
    anonymous: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provisional: Mapped[bool] = mapped_column(default=False)
    due_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_within: Mapped[int | None]
    due_unit: Mapped[str | None] = mapped_column(String(14))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    nudged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_to: Mapped[str | None] = mapped_column(String(60))
    evidence: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    missing_count: Mapped[int] = mapped_column(default=0)
    missing_first: Mapped[list[Any] | None] = mapped_column(Json)
    """The first of what is missing, for lists: `[kind, key]`, with its words in both languages where only a guard knows them."""
    version: Mapped[int] = mapped_column(default=1)


class TurnCandidate(Base):
    """Somebody who may claim a turn that waits (`escalated` false), or whom the ladder has told of it (`escalated` true)."""

    __tablename__ = "workflow_turn_candidate"
    __table_args__ = (Index("ix_workflow_turn_candidate_person_id", "person_id", "turn_id"),)

    turn_id: Mapped[int] = mapped_column(ForeignKey("workflow_turn.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    escalated: Mapped[bool] = mapped_column(primary_key=True, default=False)


class StageVisit(Base):
    """One stay of a run in a stage. The stays of a run touch each other, so their seconds sum to the elapsed time."""

    __tablename__ = "workflow_stage_visit"
    __table_args__ = (Index("ix_workflow_stage_visit_stage_entered_at", "stage", "entered_at"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
