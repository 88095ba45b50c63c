"""What /admin shows: the places of the administration, and the checklist of an institution that begins. Rooms register."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the administration: where, for whom, and what it is for."""

    key: str
    title: Any
    text: Any
    endpoint: str
    permission: str
    icon: str
    order: int


@dataclass(frozen=True, slots=True)
class Task:
    """A thing to do before an empty institution can work. ``done`` asks the database; ``endpoint`` None: outside."""

    key: str
    title: Any
    text: Any
    endpoint: str | None
    permission: str | None
    done: Callable[[], bool]
    order: int


_places: dict[str, Place] = {}
_tasks: dict[str, Task] = {}


def place(key: str, title: Any, text: Any, endpoint: str, *, permission: str, icon: str, order: int = 50) -> None:
    """Register a page of the administration."""
    _places[key] = Place(key, title, text, endpoint, permission, icon, order)


def task(
    key: str,
    title: Any,
    text: Any,
    *,
    done: Callable[[], bool],
    endpoint: str | None = None,
    permission: str | None = None,
    order: int = 50,
) -> None:
    """Register a line of the checklist: ``done`` takes one statement at most."""
    _tasks[key] = Task(key, title, text, endpoint, permission, done, order)


def places(actor: Actor) -> list[Place]:
    """The pages that this actor may open, in order."""
    return [each for each in sorted(_places.values(), key=lambda p: p.order) if actor.may(each.permission)]


def tasks() -> list[tuple[Task, bool]]:
    """The checklist in order, each with whether it is done."""
    return [(each, each.done()) for each in sorted(_tasks.values(), key=lambda t: t.order)]
