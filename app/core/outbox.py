"""Messages that leave the product: written with the transaction that causes them, delivered after it, retried, given up loudly."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id, session, unit_of_work
from app.core.types import Json, UtcDateTime

ATTEMPTS = 8
log = logging.getLogger(__name__)


class OutboxMessage(Base):
    """One message: its kind, its content, and how far its delivery has come (waiting, sent, given_up)."""

    __tablename__ = "core_outbox"
    __table_args__ = (Index("ix_core_outbox_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(String(300), default="")


_carriers: dict[str, Callable[[Mapping[str, Any]], None]] = {}


def carrier(kind: str, deliver: Callable[[Mapping[str, Any]], None]) -> None:
    """Say how messages of ``kind`` are delivered; what it raises is tried again later. It is given the body and ``outbox_id``."""
    _carriers[kind] = deliver


def put(kind: str, **body: Any) -> None:
    """Leave a message with the present transaction."""
    if kind not in _carriers:
        raise ValueError(f"nobody carries {kind}")
    session.add(OutboxMessage(kind=kind, body=body))


def deliver_due(limit: int = 100) -> int:
    """Deliver what is due, each message in its own unit; returns how many went out."""
    with unit_of_work():
        due = session.scalars(
            select(OutboxMessage.id)
            .where(OutboxMessage.state == "waiting", OutboxMessage.due_at <= clock.now())
            .order_by(OutboxMessage.due_at)
            .limit(limit)
        ).all()
    return sum(_deliver(message_id) for message_id in due)


def _deliver(message_id: int) -> bool:
    """Claim the message in one unit, deliver it outside of any (a slow server holds no lock), note the result in another."""
    with unit_of_work():
        message = session.scalar(
            select(OutboxMessage)
            .where(
                OutboxMessage.id == message_id, OutboxMessage.state == "waiting", OutboxMessage.due_at <= clock.now()
            )
            .with_for_update(skip_locked=True)
        )
        if message is None:
            return False
        message.attempts += 1
        message.due_at = clock.now() + timedelta(minutes=2**message.attempts)
        kind, body, attempts = message.kind, {**message.body, "outbox_id": message.id}, message.attempts
    fault = ""
    try:
        _carriers[kind](body)
    except Exception as error:  # whatever the carrier met: the message stays, and says why
        fault = f"{type(error).__name__}: {error}"[:300]
    with unit_of_work():
        message = session.get_one(OutboxMessage, message_id)
        message.error = fault
        if not fault:
            message.state, message.ended_at = "sent", clock.now()
        elif attempts >= ATTEMPTS:
            message.state, message.ended_at = "given_up", clock.now()
            log.error("message %s of kind %s was given up after %s attempts: %s", message_id, kind, attempts, fault)
    return not fault
