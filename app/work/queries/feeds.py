"""Whose calendar a secret address opens, and what stands in it."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, true

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.texts import _
from app.people.models import Person
from app.web.dates import DateEntry
from app.work.models import CalendarFeed
from app.work.queries.calendar import own_entries
from app.work.rules import ical

BACK, AHEAD = timedelta(days=31), timedelta(days=366)
"""How far a feed reaches."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A live feed of somebody who is active."""

    id: int
    person_id: int
    name: str
    locale: str | None
    made_at: datetime
    read_at: datetime | None


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def feed_by(secret: str) -> Feed | None:
    """The feed of a secret; None for an unknown or revoked one, and when its person has left or is locked."""
    return _feed(CalendarFeed.digest == digest(secret), CalendarFeed.revoked_at.is_(None), Person.state == "active")


def feed_of(person_id: int) -> Feed | None:
    """A person's live feed."""
    return _feed(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None), true())


def _feed(*where: object) -> Feed | None:
    row = session.execute(
        select(
            CalendarFeed.id,
            CalendarFeed.person_id,
            Person.name,
            Person.locale,
            CalendarFeed.made_at,
            CalendarFeed.read_at,
        )
        .join(Person, Person.id == CalendarFeed.person_id)
        .where(*where)  # type: ignore[arg-type]
    ).one_or_none()
    return Feed(*row) if row else None


def written(actor: Actor, feed: Feed, base: str) -> bytes:
    """The feed in the reader's language: exactly what the person's own calendar shows, from a month ago for a year."""
    today = clock.today()
    start, end = calendar.start_of_day(today - BACK), calendar.start_of_day(today + AHEAD)
    lines = [_line(entry, feed.person_id, base) for entry in own_entries(actor, start, end)]
    return ical.written(_("Qiao – %(name)s", name=feed.name), feed.made_at, lines)


def _line(entry: DateEntry, person_id: int, base: str) -> ical.Line:
    url = base + entry.url if entry.url.startswith("/") else ""
    uid, title, note = f"{entry.uid}-{person_id}", str(entry.title), str(entry.note)
    if not entry.all_day:
        return ical.Line(uid, entry.at, entry.until, title, url, entry.done, note)
    first = clock.local(entry.at).date()
    after: date = clock.local(entry.until).date() if entry.until else first + timedelta(days=1)
    return ical.Line(uid, first, max(after, first + timedelta(days=1)), title, url, entry.done, note)
