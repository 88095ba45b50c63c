"""What people are told of: rooms register kinds, each with a sentence and the reason why its reader got it.

Sentences have ``%(name)s`` places, filled in the reader's language. ``operations.notify`` tells people; rooms that stand
above this one in the house (people, workflow, customers) are heard by their signals (``operations/telling.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.texts import _l

MAIL = ("none", "now", "digest")
"""How a group may reach a person by mail: not at all, at once, or in the daily digest."""


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds that a person switches together; ``mail`` is what holds until they choose."""

    key: str
    title: Any
    mail: str
    order: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notification: its sentence, why its reader gets it, its group, and whether it ever goes out by mail."""

    key: str
    title: Any
    why: Any
    mail: bool
    group: str


_groups: dict[str, Group] = {}
_kinds: dict[str, Kind] = {}


def group(key: str, title: Any, *, mail: str = "digest", order: int = 50) -> str:
    """Register a group of kinds; returns its key."""
    if mail not in MAIL:
        raise ValueError(f"group {key}: mail is one of {MAIL}")
    _groups[key] = Group(key, title, mail, order)
    return key


def kind(key: str, *, title: Any, why: Any, mail: bool = True, group: str = "work") -> str:
    """Register a kind, ``room.past_tense``; its texts are lazy ones. Returns its key."""
    if group not in _groups:
        raise ValueError(f"notification {key}: no group {group}")
    _kinds[key] = Kind(key, title, why, mail, group)
    return key


def kinds() -> Mapping[str, Kind]:
    """Every kind by key."""
    return dict(sorted(_kinds.items()))


def groups() -> list[Group]:
    """Every group, in order."""
    return sorted(_groups.values(), key=lambda g: (g.order, g.key))


SOMEBODY: Mapping[str, int] = {"person": -1}
"""Whoever it was, where the process keeps it to itself."""


def group_of(kind: Kind) -> Group:
    """The group of a kind."""
    return _groups[kind.group]


def person(person_id: int) -> Mapping[str, int]:
    """A person as a place of a sentence: read as their name."""
    return {"person": person_id}


group("turns", _l("My steps"), mail="digest", order=10)
group("work", _l("Work items"), mail="digest", order=20)
group("following", _l("Overdue, blocked, more time"), mail="now", order=30)
group("comments", _l("Comments and mentions"), mail="digest", order=40)
group("notices", _l("Notices and required reading"), mail="digest", order=50)
group("meetings", _l("Meetings"), mail="now", order=60)
group("goals", _l("Goals and figures"), mail="digest", order=70)
group("calendar", _l("Dates and reminders"), mail="digest", order=80)
