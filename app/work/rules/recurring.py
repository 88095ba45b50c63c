"""Days on which something is assigned again, by RFC 5545: a rule made by a form, and what becomes of free days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrulestr

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SHIFTS = ("next", "skip", "keep")
"""What becomes of a day on which nobody works: moved to the next working day, skipped, or kept."""
LAST_DAY = -1
FURTHEST = 40
"""So many free days in a row are looked past at most."""
MOST = 4000


@dataclass(frozen=True, slots=True)
class Pattern:
    """How often: every ``interval`` days, weeks (on ``weekdays``) or months (on day ``monthday``, -1: the last)."""

    frequency: str
    interval: int = 1
    weekdays: tuple[str, ...] = ()
    monthday: int | None = None
    until: date | None = None

    def rrule(self) -> str:
        """The rule as RFC 5545 writes it."""
        parts = [f"FREQ={self.frequency}", f"INTERVAL={self.interval}"]
        if self.frequency == "WEEKLY" and self.weekdays:
            parts.append("BYDAY=" + ",".join(day for day in WEEKDAYS if day in self.weekdays))
        if self.frequency == "MONTHLY" and self.monthday is not None:
            parts.append(f"BYMONTHDAY={self.monthday}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}T235959")
        return ";".join(parts)


def days(rule: str, starts_on: date, shift: str, is_working: Callable[[date], bool]) -> Iterator[date]:
    """The days of a series in order, each once, free days treated as ``shift`` says."""
    last: date | None = None
    for moment in islice(rrulestr(rule, dtstart=datetime.combine(starts_on, time())), MOST):
        day: date | None = moment.date()
        if shift != "keep" and day is not None and not is_working(day):
            day = _working_from(day, is_working) if shift == "next" else None
        if day is not None and (last is None or day > last):
            yield day
            last = day


def _working_from(day: date, is_working: Callable[[date], bool]) -> date | None:
    return next((day + timedelta(days=n) for n in range(FURTHEST) if is_working(day + timedelta(days=n))), None)


def first_after(rule: str, starts_on: date, shift: str, is_working: Callable[[date], bool], after: date) -> date | None:
    """The first day of the series after ``after``; None when the series has ended."""
    return next((day for day in days(rule, starts_on, shift, is_working) if day > after), None)


def next_days(
    rule: str, starts_on: date, shift: str, is_working: Callable[[date], bool], today: date, count: int = 5
) -> list[date]:
    """The next days of the series from ``today`` on."""
    return list(islice((day for day in days(rule, starts_on, shift, is_working) if day >= today), count))
