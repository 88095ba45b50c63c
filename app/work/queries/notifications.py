"""What somebody has been told: the unread count of every page, the list by day, and each line worded for its reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import Id, fetch, session
from app.core.errors import NotFound
from app.core.paging import Key, Page, keyset
from app.core.texts import _, text
from app.people import queries as people
from app.web import filters
from app.work import notifications
from app.work.models import Notification

MOST = 100
"""Counted at most: beyond that a page says "99+"."""
_UNREAD = select(func.count()).select_from(
    select(Notification.id)
    .where(Notification.person_id == bindparam("me", type_=Id), Notification.read_at.is_(None))
    .limit(MOST)
    .subquery()
)
# built once: every page asks


def unread(actor: Actor) -> int:
    """How many things the actor has not read yet, at most :data:`MOST`. One statement by a partial index."""
    return int(fetch(_UNREAD, {"me": actor.id}).scalar_one())


@dataclass(frozen=True, slots=True)
class Line:
    """A notification as its reader sees it; ``behalf`` names the absent person whom they stand in for."""

    id: int
    at: datetime
    sentence: str
    why: str
    url: str
    read: bool
    behalf: str | None
    group: str


def told(actor: Actor, cursor: str | None = None, limit: int = 50, *, only_unread: bool = False) -> Page[Line]:
    """What the actor was told, newest first. Two statements."""
    stmt = _rows().where(Notification.person_id == actor.id)
    if only_unread:
        stmt = stmt.where(Notification.read_at.is_(None))
    found = keyset(stmt, [Key(Notification.at, descending=True), Key(Notification.id, descending=True)], cursor, limit)
    return Page(worded(found.items), found.next)


def one(actor: Actor, notification_id: int) -> Any:
    """One of the actor's own; NotFound else."""
    row = session.execute(
        _rows().where(Notification.id == notification_id, Notification.person_id == actor.id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row


def by_day(lines: Iterable[Line]) -> list[tuple[date, list[Line]]]:
    """Lines of a list by the day on which they were told."""
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(clock.local(line.at).date(), []).append(line)
    return list(days.items())


def worded(rows: Iterable[Any]) -> list[Line]:
    """Rows in the reader's language; one statement for all names."""
    kept = list(rows)
    ids = {row.behalf_id for row in kept if row.behalf_id}
    ids |= {value["person"] for row in kept for value in row.args.values() if _is_person(value)}
    names = people.names(ids)
    kinds = notifications.kinds()
    return [_line(row, kinds.get(row.kind), names) for row in kept]


class _Places(dict[str, str]):
    """What fills a sentence; a place that an older row lacks stays visible as left open."""

    def __missing__(self, name: str) -> str:
        return "…"


def _line(row: Any, kind: notifications.Kind | None, names: Mapping[int, str]) -> Line:
    if kind is None:  # of a room that is no longer there
        sentence, why, group = _("Something has happened."), "", ""
    else:
        args = _Places((name, _said(value, names)) for name, value in row.args.items())
        sentence, why = str(kind.title) % args, str(kind.why) % args
        group = str(notifications.group_of(kind).title)
    behalf = names.get(row.behalf_id, "?") if row.behalf_id else None
    return Line(row.id, row.at, sentence, why, row.url, row.read_at is not None, behalf, group)


def _said(value: Any, names: Mapping[int, str]) -> str:
    if _is_person(value):
        of_no_row = {0: _("Qiao"), -1: _("Somebody")}
        return names.get(value["person"]) or of_no_row.get(value["person"], "?")
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    if "at" in value:
        moment = datetime.fromisoformat(value["at"])
        return filters.due_moment(moment)
    if "day" in value:
        return filters.day(date.fromisoformat(value["day"]))
    return text(value)


def _is_person(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"person"}


def _rows() -> Select[Any]:
    return select(
        Notification.id, Notification.at, Notification.kind, Notification.args, Notification.url,
        Notification.read_at, Notification.behalf_id, Notification.mail,
    )  # fmt: skip


def due_of(person_id: int, now: datetime) -> list[Any]:
    """A person's notifications whose mail is due, oldest first, held for whoever writes it."""
    stmt = (
        _rows()
        .where(Notification.person_id == person_id, Notification.mail_at.is_not(None), Notification.mail_at <= now)
        .order_by(Notification.at, Notification.id)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(stmt))
