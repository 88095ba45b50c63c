"""The history of a run: events that are only ever added, and the typed texts and files they speak of.

Events hold ids, keys and keyed digests. What a person typed stands in `Value` rows, which the law may ask us to erase:
the row then keeps its digest and says when its content went; an event of the run says by whom and why.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import triggers
from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime


class Event(Base):
    """One fact in the life of a run. `digest` binds it to the one before (`previous`) in the same run."""

    __tablename__ = "workflow_event"
    __table_args__ = (
        UniqueConstraint("run_id", "sequence"),
        Index("ix_workflow_event_at", "at"),
        Index("ix_workflow_event_actor_id_at", "actor_id", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"))
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[int] = mapped_column(Id)
    behalf_id: Mapped[int | None] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str | None] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class Value(Base):
    """What was typed or chosen: a field of a turn, a reason, a comment, a piece of text as evidence."""

    __tablename__ = "workflow_value"
    __table_args__ = (
        CheckConstraint("kind in ('field', 'reason', 'comment', 'evidence')", name="kind"),
        Index("ix_workflow_value_run_id_turn_number", "run_id", "turn_number"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"))
    turn_number: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(60))
    content: Mapped[Any | None] = mapped_column(Json)
    salt: Mapped[str | None] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Evidence(Base):
    """A file or text handed in for a turn. `slot` numbers the places of a kind, so that the limit is a constraint."""

    __tablename__ = "workflow_evidence"
    __table_args__ = (
        UniqueConstraint("turn_id", "kind", "slot"),
        Index("ix_workflow_evidence_run_id", "run_id"),
        CheckConstraint("file_id is null or value_id is null", name="content"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"))
    turn_id: Mapped[int] = mapped_column(ForeignKey("workflow_turn.id"))
    kind: Mapped[str] = mapped_column(String(60))
    slot: Mapped[int | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("core_file.id"), index=True)
    value_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_value.id"))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Comment(Base):
    """A remark on a turn; its text is a value row."""

    __tablename__ = "workflow_comment"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"), index=True)
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_turn.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    behalf_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    value_id: Mapped[int] = mapped_column(ForeignKey("workflow_value.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


triggers.append_only(Event)
triggers.append_only(Value, erasable=("content", "salt", "erased_at"))
