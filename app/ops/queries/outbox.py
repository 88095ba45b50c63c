"""The mail in the outbox as an administrator may see it: to whom, how often tried, what went wrong; never what it says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from app.core.actor import Actor
from app.core.database import session
from app.core.outbox import OutboxMessage
from app.core.paging import Key, Page, keyset
from app.ops.permissions import MAIL_VIEW

SHOWS: dict[str, ColumnElement[bool]] = {
    "waiting": and_(OutboxMessage.state == "waiting", OutboxMessage.unclear_at.is_(None)),
    "unclear": and_(OutboxMessage.state == "waiting", OutboxMessage.unclear_at.is_not(None)),
    "given_up": OutboxMessage.state == "given_up",
    "sent": OutboxMessage.state == "sent",
}
MAIL = OutboxMessage.kind == "mail"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail."""

    id: int
    to: str
    state: str
    attempts: int
    added_at: datetime
    due_at: datetime
    ended_at: datetime | None
    unclear_at: datetime | None
    error: str


def counts(actor: Actor) -> dict[str, int]:
    """How many wait, are unclear, were given up. One statement; what was sent is not counted."""
    actor.require(MAIL_VIEW)
    open_ = ("waiting", "unclear", "given_up")
    row = session.execute(
        select(*(func.count().filter(SHOWS[show]) for show in open_)).where(
            MAIL, OutboxMessage.state.in_(("waiting", "given_up"))
        )
    ).one()
    return dict(zip(open_, row, strict=True))


def letters(actor: Actor, show: str, cursor: str | None = None, limit: int = 50) -> Page[Letter]:
    """Mails of one sort: those to be tried next first; ended ones newest first."""
    actor.require(MAIL_VIEW)
    columns: tuple[Any, ...] = (
        OutboxMessage.id, OutboxMessage.body, OutboxMessage.state, OutboxMessage.attempts, OutboxMessage.added_at,
        OutboxMessage.due_at, OutboxMessage.ended_at, OutboxMessage.unclear_at, OutboxMessage.error,
    )  # fmt: skip
    ended = show in ("given_up", "sent")
    stmt = select(*columns).where(MAIL, SHOWS[show])
    found = keyset(
        stmt, [Key(OutboxMessage.due_at, descending=ended), Key(OutboxMessage.id, descending=ended)], cursor, limit
    )
    return Page([Letter(row[0], str(row[1].get("to", "")), *row[2:9]) for row in found.items], found.next)
