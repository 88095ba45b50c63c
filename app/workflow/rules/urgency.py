"""In what order one does what waits (D37): what is overdue or due first comes first, of equals the weightier, then the older.

The lists of the database are sorted by the same columns; a test holds the two together.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

PRIORITIES = ("normal", "high", "urgent")
"""Keys of the priorities by their number in the database, lightest first."""
_NEVER = datetime.max.replace(tzinfo=UTC)
T = TypeVar("T")


def urgency(due_at: datetime | None, priority: int, number: int) -> tuple[datetime, int, int]:
    """The sort key of a thing: by when it is due (never comes last), by priority, then in the order they came."""
    return (due_at or _NEVER, -priority, number)


def by_urgency(things: Iterable[T], key: Any = lambda thing: (thing.due_at, thing.priority, thing.id)) -> list[T]:
    """The things, most urgent first; ``key`` gives due moment, priority and number of one."""
    return sorted(things, key=lambda thing: urgency(*key(thing)))


def is_overdue(due_at: datetime | None, now: datetime) -> bool:
    """Whether the time for it has passed."""
    return due_at is not None and due_at < now
