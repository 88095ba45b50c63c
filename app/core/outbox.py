"""Messages that leave the product: written with the transaction that causes them, delivered after it, retried, given up loudly."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id, session, unit_of_work
from app.core.types import Json, UtcDateTime

ATTEMPTS = 8
IN_A_ROW = 3
"""After so many failures in a row the server is taken to be away: the rest waits for the next round, its attempts unspent."""
KEEP = timedelta(days=90)
"""How long it is kept what was sent."""
log = logging.getLogger(__name__)


class Unclear(Exception):
    """A carrier handed everything over and does not know whether it was taken: the message may arrive twice."""


class OutboxMessage(Base):
    """One message: its kind, its content, and how far its delivery has come (waiting, sent, given_up).

    ``sending_since``: it is being handed over. Found set by the next attempt, that handing over was cut off, and its result
    is unclear. ``unclear_at``: since when nobody knows whether an attempt has reached the receiver.
    """

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
    sending_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unclear_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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
    sent, failed = 0, 0
    for message_id in due:
        gone = _deliver(message_id)
        if gone is None:
            continue
        sent, failed = sent + gone, 0 if gone else failed + 1
        if failed >= IN_A_ROW:
            break
    return sent


def _deliver(message_id: int) -> bool | None:
    """Claim the message in one unit, deliver it outside of any (a slow server holds no lock), note the result in another.

    None: somebody else has it.
    """
    with unit_of_work():
        message = session.scalar(
            select(OutboxMessage)
            .where(
                OutboxMessage.id == message_id, OutboxMessage.state == "waiting", OutboxMessage.due_at <= clock.now()
            )
            .with_for_update(skip_locked=True)
        )
        if message is None:
            return None
        if message.sending_since is not None:
            message.unclear_at = message.sending_since
        message.sending_since = clock.now()
        message.attempts += 1
        message.due_at = clock.now() + timedelta(minutes=2**message.attempts)
        kind, body, attempts = message.kind, {**message.body, "outbox_id": message.id}, message.attempts
    fault, unclear = "", False
    try:
        _carriers[kind](body)
    except Exception as error:  # whatever the carrier met: the message stays, and says why
        fault, unclear = f"{type(error).__name__}: {error}"[:300], isinstance(error, Unclear)
    with unit_of_work():
        message = session.get_one(OutboxMessage, message_id)
        message.error, message.sending_since = fault, None
        if unclear:
            message.unclear_at = clock.now()
        if not fault:
            message.state, message.ended_at = "sent", clock.now()
        elif attempts >= ATTEMPTS:
            message.state, message.ended_at = "given_up", clock.now()
            log.error("message %s of kind %s was given up after %s attempts: %s", message_id, kind, attempts, fault)
    return not fault


def send_again(kind: str, *, message_id: int | None = None) -> int:
    """Let one message, or every one that was given up, be delivered at the next round; returns how many."""
    stmt = select(OutboxMessage).where(OutboxMessage.kind == kind).with_for_update()
    if message_id is None:
        stmt = stmt.where(OutboxMessage.state == "given_up")
    else:
        stmt = stmt.where(OutboxMessage.id == message_id, OutboxMessage.state.in_(("waiting", "given_up")))
    found = session.scalars(stmt).all()
    for message in found:
        message.state, message.attempts, message.due_at, message.ended_at = "waiting", 0, clock.now(), None
    session.flush()
    return len(found)


def forget_sent(limit: int = 2000) -> int:
    """Job: forget what was sent long ago, in small bites; what was given up stays until somebody has dealt with it."""
    with unit_of_work():
        old = (
            select(OutboxMessage.id)
            .where(OutboxMessage.state == "sent", OutboxMessage.due_at < clock.now() - KEEP)
            .order_by(OutboxMessage.due_at)
            .limit(limit)
        )
        ids = list(session.scalars(old))
        if ids:
            session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))
    return len(ids)
