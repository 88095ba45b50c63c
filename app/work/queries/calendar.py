"""A calendar's page: its days with feasts and make-up days, and what stands in them, from every room that has dates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core import calendar, clock
from app.core.actor import Actor, Scope
from app.people import queries as people
from app.web import dates
from app.web.dates import DateEntry
from app.work.permissions import CALENDAR_VIEW
from app.work.rules.spans import Span

MOST_PEOPLE = 200
"""People whose dates one page shows."""


@dataclass(frozen=True, slots=True)
class DayView:
    """One day: whether people work, why not or why so, and its entries."""

    day: date
    inside: bool
    working: bool
    feast: str | None
    provisional: bool
    entries: list[DateEntry]

    @property
    def makeup(self) -> bool:
        """A Saturday or Sunday on which people work."""
        return self.working and self.day.weekday() > 4

    @property
    def off(self) -> bool:
        """A weekday on which nobody works."""
        return not self.working and self.day.weekday() < 5


def days_of(actor: Actor, span: Span, whom: Collection[int] | None = None) -> list[DayView]:
    """The days of a span with the actor's own entries, or with those of ``whom``. A constant number of statements."""
    start, end = calendar.start_of_day(span.first), calendar.end_of_day(span.last)
    found = own_entries(actor, start, end) if whom is None else entries_of(actor, whom, start, end)
    by_day: dict[date, list[DateEntry]] = {}
    for entry in found:
        for day in _days_of(entry, span):
            by_day.setdefault(day, []).append(entry)
    now = calendar.current()
    return [
        DayView(
            day, span.inside(day), now.is_working(day), now.holiday(day), now.is_provisional(day), by_day.get(day, [])
        )
        for day in span.days
    ]


def own_entries(actor: Actor, start: datetime, end: datetime) -> list[DateEntry]:
    """Everything that is the actor's own and touches the time, by time."""
    return _sorted([entry for source in dates.sources() for entry in source.entries(actor, start, end)])


def entries_of(actor: Actor, ids: Collection[int], start: datetime, end: datetime) -> list[DateEntry]:
    """The same of several people whom the actor oversees."""
    if not ids:
        return []
    found: list[DateEntry] = []
    for source in dates.sources():
        if source.of_people is not None:
            found.extend(source.of_people(actor, ids, start, end))
    return _sorted(found)


def overseen(actor: Actor) -> Sequence[people.PersonLine]:
    """Whose calendars the actor may look at beside their own, by name. One statement, none for most people."""
    granted = actor.scope(CALENDAR_VIEW)
    if granted is None or granted.level is Scope.SELF:
        return ()
    found = people.people_page(actor, limit=MOST_PEOPLE, permission=CALENDAR_VIEW).items
    return [person for person in found if person.id != actor.id]


def _days_of(entry: DateEntry, span: Span) -> list[date]:
    first = clock.local(entry.at).date()
    last = first if entry.until is None else clock.local(entry.until - timedelta(microseconds=1)).date()
    first, last = max(first, span.first), min(max(first, last), span.last)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _sorted(found: list[DateEntry]) -> list[DateEntry]:
    return sorted(found, key=lambda e: (e.at, not e.all_day, e.uid))
