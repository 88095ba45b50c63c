"""Who is behind across rooms: what the desk counts beside the steps that wait.

Turns of every process come to the desk by themselves. A room whose people owe something that is no turn (reading a notice, an
exam) registers a source here; the desk adds its numbers to each person's line and lists its things when the line opens.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Behind:
    """How much of a kind one person owes: open things, those past their time, since when the oldest is late, and how many of
    the late ones were nudged today."""

    open: int
    overdue: int = 0
    since: datetime | None = None
    nudged: int = 0


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that somebody owes. `url` leads to it; `since`: since when it waits, `state` a word of ``state_badge``."""

    title: str
    url: str | None
    due_at: datetime | None = None
    since: datetime | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a nudge came to: how many people were told, how many more are being told without us, and who was not and why."""

    people: int = 0
    later: int = 0
    refused: Sequence[tuple[str, Any]] = ()


Counts = Callable[[Actor], Mapping[int, Behind]]
Things = Callable[[Actor, int], Sequence[Thing]]
Nudge = Callable[[Actor, Collection[int], str], Told]


@dataclass(frozen=True, slots=True)
class Source:
    """A registered kind: ``counts(actor)`` for everybody within the actor's scope in a constant number of statements,
    ``things(actor, person_id)`` for one of them, most urgent first, ``nudge(actor, person_ids, why)`` tells these people of what
    they are late with: each once a day, only within the actor's reach. Without it the desk says that it nudges nobody of these."""

    key: str
    title: Any
    counts: Counts
    things: Things
    nudge: Nudge | None = None


_sources: dict[str, Source] = {}


def source(key: str, *, title: Any, counts: Counts, things: Things, nudge: Nudge | None = None) -> Source:
    """Register (or register anew) a kind of thing that people may be behind on."""
    _sources[key] = Source(key, title, counts, things, nudge)
    return _sources[key]


def sources() -> tuple[Source, ...]:
    """All registered kinds, in the order they were registered."""
    return tuple(_sources.values())
