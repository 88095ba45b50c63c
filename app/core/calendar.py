"""Working days of the Chinese calendar: holidays, make-up Saturdays, and what the institution itself has set.

Beyond the last published year days count Monday to Friday and are *provisional*. Periods are counted as the Civil Code
does (art. 201, 203): the day something begins is not counted, and the last day ends at midnight.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar
from sqlalchemy import String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.database import Base, fetch, session
from app.core.errors import Invalid
from app.core.signals import Signal
from app.core.texts import _l
from app.core.types import UtcDateTime

WORKING_DAYS = "working_days"
HOURS = "hours"
FURTHEST = 3650
"""Longest period in days that may be asked for, so that no input can make the product count for ever."""

calendar_changed = Signal("core.calendar_changed")
"""Sent with ``day`` when the institution sets or clears a day."""


class CalendarDay(Base):
    """A day that the institution itself has declared working or free, over the published calendar."""

    __tablename__ = "core_calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The published calendar with the institution's own days laid over it."""

    own: Mapping[date, bool] = field(default_factory=dict)

    def is_provisional(self, day: date) -> bool:
        """Whether nobody has published or set this day yet."""
        return day not in self.own and not _published(day.year)

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is a working day."""
        if day in self.own:
            return self.own[day]
        if _published(day.year):
            return _published_workday(day)
        return day.weekday() < 5

    def holiday(self, day: date) -> str | None:
        """English name of the public holiday or make-up occasion of ``day``, as the calendar publishes it."""
        if not _published(day.year):
            return None
        _free, name = chinese_calendar.get_holiday_detail(day)
        return None if name is None else str(name)

    def due(self, start: datetime, amount: int, unit: str) -> tuple[datetime, bool]:
        """When a period of ``amount`` working days or hours that begins at ``start`` ends, and whether provisionally."""
        if not 0 <= amount <= FURTHEST * (24 if unit == HOURS else 1):
            raise Invalid("due", "out_of_range", _l("This period is too long."))
        if unit == HOURS:
            return start + timedelta(hours=amount), False
        day, left, provisional = clock.local(start).date(), amount, False
        while left > 0:
            day += timedelta(days=1)
            provisional = provisional or self.is_provisional(day)
            left -= self.is_working(day)
        return end_of_day(day), provisional

    def working_days_between(self, start: datetime, end: datetime) -> float:
        """Working days from ``start`` to ``end``, parts of days included (24 hours are a day); negative if reversed."""
        if end < start:
            return -self.working_days_between(end, start)
        a, b = clock.local(start), clock.local(end)
        if a.date() == b.date():
            return (b - a) / timedelta(days=1) if self.is_working(a.date()) else 0.0
        total = (timedelta(days=1) - _since_midnight(a)) / timedelta(days=1) if self.is_working(a.date()) else 0.0
        total += _since_midnight(b) / timedelta(days=1) if self.is_working(b.date()) else 0.0
        return total + self._whole_days(a.date() + timedelta(days=1), b.date())

    def _whole_days(self, first: date, before: date) -> int:
        return sum(self.is_working(first + timedelta(days=n)) for n in range((before - first).days))


def _since_midnight(moment: datetime) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)


@lru_cache(maxsize=4096)
def _published_workday(day: date) -> bool:
    """As the State Council published it; remembered, for deadlines ask for the same days over and over."""
    return bool(chinese_calendar.is_workday(day))


def _published(year: int) -> bool:
    return 2004 <= year <= LAST_PUBLISHED_YEAR


LAST_PUBLISHED_YEAR: int = max(day.year for day in chinese_calendar.constants.holidays)
"""Last year whose holidays the State Council has published, as far as the installed calendar knows."""


def end_of_day(day: date) -> datetime:
    """Midnight at the end of ``day`` on the institution's clock, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(0), clock.ZONE).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """Midnight at the beginning of ``day`` on the institution's clock, in UTC."""
    return datetime.combine(day, time(0), clock.ZONE).astimezone(UTC)


_OWN_DAYS = select(CalendarDay.day, CalendarDay.working)


def current() -> Calendar:
    """The calendar in force; read once per transaction."""
    known: Calendar | None = session.info.get("calendar")
    if known is None:
        rows = fetch(_OWN_DAYS)
        known = session.info["calendar"] = Calendar({day: working for day, working in rows})
    return known


@event.listens_for(Session, "after_rollback")
@event.listens_for(Session, "after_commit")
def _forget(ended: Session) -> None:
    ended.info.pop("calendar", None)


def set_day(day: date, working: bool | None, note: str = "") -> None:
    """Declare ``day`` working or free; None takes the declaration back. Tells ``calendar_changed``."""
    row = session.get(CalendarDay, day)
    if working is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(CalendarDay(day=day, working=working, note=note))
    else:
        row.working, row.note = working, note
    session.flush()
    session.info.pop("calendar", None)
    calendar_changed.send(day=day)


def is_working(day: date) -> bool:
    """Whether ``day`` is a working day."""
    return current().is_working(day)


def due_moment(start: datetime, amount: int, unit: str) -> tuple[datetime, bool]:
    """End of a period and whether it is provisional: see :meth:`Calendar.due`."""
    return current().due(start, amount, unit)


def add_working_days(start: datetime, amount: int) -> datetime:
    """End of the ``amount``-th working day after the day of ``start``."""
    return current().due(start, amount, WORKING_DAYS)[0]


def working_days_ago(amount: int) -> datetime:
    """Midnight at the start of the ``amount``-th working day before today."""
    day = clock.today()
    while amount > 0:
        day -= timedelta(days=1)
        amount -= is_working(day)
    return start_of_day(day)


def working_days_between(start: datetime, end: datetime) -> float:
    """Working days between two moments: see :meth:`Calendar.working_days_between`."""
    return current().working_days_between(start, end)
