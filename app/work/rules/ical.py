"""A calendar as RFC 5545 writes it: stable numbers, moments in UTC, whole days as dates, lines folded at 75 octets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, vDuration


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is written out. ``start`` and ``end`` are both days or both aware moments; ``end`` is not included."""

    uid: str
    start: date | datetime
    end: date | datetime | None
    title: str
    url: str
    done: bool = False
    note: str = ""


def written(name: str, made_at: datetime, lines: Iterable[Line]) -> bytes:
    """The calendar ``name``; ``made_at`` stamps every entry, so that the same entries always give the same bytes."""
    found = Calendar()
    found.add("prodid", "-//Qiao//Calendar//ZH")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    found["refresh-interval"] = vDuration(timedelta(hours=1))
    found["refresh-interval"].params["value"] = "DURATION"
    found.add("x-published-ttl", "PT1H")
    for line in lines:
        found.add_component(_event(line, made_at))
    raw: bytes = found.to_ical(sorted=False)
    return raw


def _event(line: Line, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{line.uid}@qiao")
    event.add("dtstamp", made_at.replace(microsecond=0))
    event.add("dtstart", line.start)
    if line.end is not None:
        event.add("dtend", line.end)
    event.add("summary", ("✓ " if line.done else "") + line.title)
    if line.note:
        event.add("description", line.note)
    if line.url:
        event.add("url", line.url)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
