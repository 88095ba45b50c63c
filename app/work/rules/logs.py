"""Work logs: who writes daily and who weekly, which days a log covers, when it is due (D32, D34). Plain functions."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAILY, WEEKLY = "daily", "weekly"
SCORES = (1, 2, 3, 4, 5)


def new_since(day: date, months: int) -> date:
    """Whoever was hired after this day is new on ``day``: so many months back, the last day of shorter months."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_new(hired_on: date | None, day: date, months: int) -> bool:
    """Whether somebody has been here for less than ``months`` months; unknown days of hiring count as long ago."""
    return hired_on is not None and hired_on > new_since(day, months)


def monday_of(day: date) -> date:
    """The first day of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def last_working_day(day: date, is_working: Callable[[date], bool]) -> date | None:
    """The last working day of the week (Monday to Sunday) of ``day``: a make-up Saturday when there is one.

    None in a week in which nobody works.
    """
    monday = monday_of(day)
    days = [monday + timedelta(days=n) for n in range(7)]
    return next((one for one in reversed(days) if is_working(one)), None)


def covered(period: str, day: date) -> tuple[date, date]:
    """First and last day that a log speaks of; ``day`` is its day, or the Monday of its week."""
    return (day, day) if period == DAILY else (day, day + timedelta(days=6))


def hour_of(words: str) -> time:
    """``18:30`` as a time of day; ValueError for anything else."""
    hours, colon, minutes = words.strip().partition(":")
    if not colon or len(minutes) != 2 or not (hours + minutes).isascii() or not (hours + minutes).isdigit():
        raise ValueError(words)
    return time(int(hours), int(minutes))


def due_at(day: date, hour: time, now: datetime, zone: ZoneInfo) -> datetime:
    """When a log of ``day`` is due: at the fixed hour, or at the end of the day when it is made after that."""
    at = datetime.combine(day, hour, zone)
    return at if now < at else datetime.combine(day + timedelta(days=1), time(0), zone)
