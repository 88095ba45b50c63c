"""What waits for a person beside their turns: visits, calls, expiries. Rooms register sources; the day page reads them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One thing of a person's day: when (UTC), what, where to go, and its icon."""

    at: datetime | None
    title: Any
    url: str
    icon: str = "calendar"
    note: Any = ""
    overdue: bool = False


_sources: dict[str, tuple[int, Callable[[Actor], Sequence[AgendaItem]]]] = {}


def source(key: str, items: Callable[[Actor], Sequence[AgendaItem]], *, order: int = 50) -> None:
    """Register a source: a constant number of statements for the reader's whole day."""
    _sources[key] = (order, items)


def for_actor(actor: Actor) -> list[AgendaItem]:
    """Everything that waits today, by time."""
    found = [item for _order, items in sorted(_sources.values(), key=lambda s: s[0]) for item in items(actor)]
    return sorted(found, key=lambda item: (item.at is None, item.at.timestamp() if item.at else 0))
