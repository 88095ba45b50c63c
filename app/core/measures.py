"""Named numbers per person or unit and period, contributed by rooms, each with a way to the records behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.core import clock


@dataclass(frozen=True, slots=True)
class Measure:
    """``count(person_ids, start, end)`` gives {person id: number}; ``url(person_id, start, end)`` leads to the records, which
    ask for ``permission``.

    An ``average`` without records has no figure at all; anything else has nought.
    """

    name: str
    title: Any
    unit: Any
    count: Callable[[Sequence[int], datetime, datetime], dict[int, int | Decimal]]
    url: Callable[[int, datetime, datetime], str | None]
    average: bool = False
    permission: str = ""


_measures: dict[str, Measure] = {}


def measure(
    name: str,
    *,
    title: Any,
    unit: Any,
    count: Callable[[Sequence[int], datetime, datetime], dict[int, int | Decimal]],
    url: Callable[[int, datetime, datetime], str | None] = lambda person_id, start, end: None,
    average: bool = False,
    permission: str = "",
) -> None:
    """Register a measure, e.g. ``customers.visits_made``."""
    _measures[name] = Measure(name, title, unit, count, url, average, permission)


def measures() -> list[Measure]:
    """Every measure, by name."""
    return [_measures[name] for name in sorted(_measures)]


def days_of(start: datetime, end: datetime) -> tuple[date, date]:
    """First and last day of a period that ends before ``end``: how a list behind a figure is asked for it."""
    return clock.local(start).date(), clock.local(end - timedelta(microseconds=1)).date()


def get(name: str) -> Measure:
    """The measure of that name; KeyError when no room contributes it."""
    return _measures[name]
