"""Telling people: one row a person, never twice for the same reason, by mail as each of them wishes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert

from app.core import calendar, clock
from app.core.database import is_sqlite, session
from app.people import queries as people
from app.work import notifications
from app.work.models import Notification
from app.work.queries.mailing import Wish, wishes_for
from app.work.rules import quiet

AT_ONCE = 500
"""How many people are told by one set of statements."""
LONGEST = 300


def notify(person_ids: Collection[int | None], kind: str, *, url: str, once: str | None = None, **args: Any) -> int:
    """Tell these people; returns how many rows were written.

    ``kind`` is registered in :mod:`app.work.notifications`, ``args`` fill the places of its sentence: texts, numbers, days,
    moments, ``{"zh": …, "en": …}`` or :func:`notifications.person`. ``url`` is a path of ours. With ``once`` a person is told
    at most one time, however often this is called. Leavers and locked people get nothing; the deputy of somebody who is away is
    told on their behalf too.
    """
    known = notifications.kinds().get(kind)
    if known is None:
        raise ValueError(f"nobody has registered the notification {kind}")
    if not url.startswith("/") or url.startswith("//") or len(url) > LONGEST:
        raise ValueError(f"{url!r} is no path of ours")
    plain = {name: _plain(value) for name, value in args.items()}
    made = 0
    ids = sorted({p for p in person_ids if p})
    for start in range(0, len(ids), AT_ONCE):
        made += _tell(ids[start : start + AT_ONCE], known, plain, url, once)
    return made


def _tell(ids: Sequence[int], kind: notifications.Kind, args: Mapping[str, Any], url: str, once: str | None) -> int:
    deputies = people.deputies_of(ids)
    wishes = wishes_for({*ids, *deputies.values()}, kind.group)
    told: list[tuple[int, int | None]] = [(person, None) for person in ids if person in wishes]
    told += [(deputy, away) for away, deputy in deputies.items() if deputy in wishes and deputy not in ids]
    if not told:
        return 0
    rows = list(_rows(told, kind, args, url, once, wishes))
    make = lite_insert if is_sqlite() else pg_insert
    session.flush()
    stored = session.execute(make(Notification).on_conflict_do_nothing().returning(Notification.id), rows)
    return len(stored.all())


def _rows(
    told: Sequence[tuple[int, int | None]],
    kind: notifications.Kind,
    args: Mapping[str, Any],
    url: str,
    once: str | None,
    wishes: Mapping[int, Wish],
) -> Iterator[dict[str, Any]]:
    now, is_working = clock.now(), calendar.current().is_working
    default = notifications.group_of(kind).mail
    when = {"now": quiet.at_once, "digest": quiet.next_digest}
    known: dict[tuple[str, quiet.Hours], datetime | None] = {}  # most people have the same wishes
    for person, behalf in told:
        wish = wishes[person]
        mail = (wish.mail or default) if kind.mail else "none"
        if (mail, wish.hours) not in known:
            known[mail, wish.hours] = when[mail](now, wish.hours, is_working) if mail in when else None
        yield {
            "person_id": person,
            "behalf_id": behalf,
            "kind": kind.key,
            "args": dict(args),
            "url": url,
            "once": f"{once}/{behalf}" if once and behalf else once,
            "at": now,
            "mail": mail,
            "mail_at": known[mail, wish.hours],
        }


def _plain(value: Any) -> Any:
    """An argument as it is stored: lazy texts would be told in the writer's language, so there are none."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Mapping):
        return dict(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"{value!r} cannot stand in a notification")
