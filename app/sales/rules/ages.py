"""How long an opportunity may rest in a stage before its card turns amber and then red, counted in working days."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from app.core import clock

LONGEST = 366
"""Days before this are not counted one by one: the card says "more than a year"."""

STAGE_DAYS = {
    "preparation": 5,
    "approach": 8,
    "situation": 6,
    "presenting": 8,
    "objections": 5,
    "closing": 8,
    "after_sales": 15,
    "review": 5,
}
"""Ordinary working days of each stage; a setting may say otherwise, and an unknown stage has :data:`ORDINARY`."""
ORDINARY = 8


def age(days: float, ordinary: int) -> int:
    """0 in time, 1 longer than ordinary, 2 longer than twice the ordinary."""
    return (days > ordinary) + (days > 2 * ordinary)


class WorkingDays:
    """Whole working days from a day to today, for many cards at once: each calendar day is asked about once."""

    def __init__(self, today: date, is_working: Callable[[date], bool]) -> None:
        self._counts: list[int] = [0]
        self._today = today
        self._is_working = is_working

    def since(self, moment: datetime) -> int:
        """Working days that have begun after the day of ``moment``, today included; at most a year is counted."""
        gap = min(max((self._today - clock.local(moment).date()).days, 0), LONGEST)
        while len(self._counts) <= gap:
            day = self._today - timedelta(days=len(self._counts) - 1)
            self._counts.append(self._counts[-1] + self._is_working(day))
        return self._counts[gap]
