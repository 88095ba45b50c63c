"""The days that a calendar's page shows: a month in whole weeks, a week, a day."""

from dataclasses import dataclass
from datetime import date, timedelta

VIEWS = ("month", "week", "day")
EARLIEST, LATEST = date(2000, 1, 8), date(2099, 12, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both shown; ``before`` and ``after`` are days of the spans beside it."""

    view: str
    day: date
    first: date
    last: date
    before: date
    after: date

    @property
    def days(self) -> list[date]:
        """Every day shown."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def inside(self, day: date) -> bool:
        """Whether the day belongs to what was asked for, not merely to a week that the month touches."""
        return self.view != "month" or (day.year, day.month) == (self.day.year, self.day.month)


def span(view: str, day: date) -> Span:
    """The days around ``day``; weeks begin on Monday."""
    day = min(max(day, EARLIEST), LATEST)
    if view == "day":
        return Span(view, day, day, day, day - timedelta(days=1), day + timedelta(days=1))
    monday = day - timedelta(days=day.weekday())
    if view == "week":
        return Span(view, day, monday, monday + timedelta(days=6), day - timedelta(days=7), day + timedelta(days=7))
    start = day.replace(day=1)
    after = (start + timedelta(days=31)).replace(day=1)
    end = after - timedelta(days=1)
    first = start - timedelta(days=start.weekday())
    return Span("month", day, first, end + timedelta(days=6 - end.weekday()), start - timedelta(days=1), after)
