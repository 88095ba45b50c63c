"""What stands in a person's calendar: rooms register sources; the calendar's pages, the day page and the iCalendar feed read them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class DateEntry:
    """One entry. ``uid`` is stable and says its source too (``turn-12``); times are aware, ``all_day`` ones begin at midnight.

    ``person_id``: whose it is. ``url`` is a path of ours. ``remind``: worth telling of some days before.
    """

    uid: str
    at: datetime
    title: Any
    url: str = ""
    until: datetime | None = None
    all_day: bool = False
    icon: str = "calendar"
    done: bool = False
    person_id: int | None = None
    note: Any = ""
    remind: bool = False


Entries = Callable[[Actor, datetime, datetime], Sequence[DateEntry]]
OfPeople = Callable[[Actor, Collection[int], datetime, datetime], Sequence[DateEntry]]


@dataclass(frozen=True, slots=True)
class Source:
    """A registered kind of date."""

    key: str
    title: Any
    entries: Entries
    of_people: OfPeople | None
    icon: str
    order: int


_sources: dict[str, Source] = {}


def source(
    key: str,
    *,
    title: Any,
    entries: Entries,
    of_people: OfPeople | None = None,
    icon: str = "calendar",
    order: int = 50,
) -> None:
    """Register a source. ``entries(actor, start, end)``: what is the actor's own (and of those they stand in for) and
    touches ``start <= … < end``, in a constant number of statements. ``of_people(actor, ids, start, end)``: the same for
    several people whom the actor oversees, each entry with its ``person_id``; without it a supervisor does not see this kind.
    """
    _sources[key] = Source(key, title, entries, of_people, icon, order)


def sources() -> list[Source]:
    """Every source, in order."""
    return sorted(_sources.values(), key=lambda s: (s.order, s.key))
