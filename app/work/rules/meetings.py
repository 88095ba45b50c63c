"""Rules of meetings: their kinds, how attendance is counted, and on which days a series meets (D31, D32, D47)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.rrule import WEEKLY, rrule

from app.core.texts import _l

KINDS: Mapping[str, Any] = {
    "morning": _l("Morning meeting"),
    "evening": _l("Evening meeting"),
    "weekly": _l("Weekly meeting"),
    "managers": _l("Customer-manager meeting"),
    "market": _l("Market meeting"),
    "other": _l("Other meeting"),
}
"""Kinds of meetings by key (morning and evening meetings D32, customer-manager meeting D47, market meeting D31)."""

ATTENDANCE: Mapping[str, Any] = {
    "present": _l("Present"),
    "late": _l("Came late"),
    "excused": _l("Excused"),
    "absent": _l("Absent"),
}
"""What is marked of everybody who was invited; until then they are ``invited``."""

INVITED = "invited"
CAME = frozenset({"present", "late"})

TITLE, PURPOSE, PLACE, POINT, POINTS, MINUTES, DECISION, REASON = 120, 500, 120, 200, 20, 4000, 300, 200
"""Longest texts, and how many points an agenda has at most."""
SHORTEST, LONGEST = 5, 600
"""A meeting lasts so many minutes."""
AHEAD = 14
"""So many days ahead the meetings of a series are made."""
MOST_INVITED = 500


def points_of(text: str) -> list[str]:
    """The points of an agenda, one a line, empty ones left out, in their order."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def rate(states: Iterable[str]) -> int | None:
    """Attendance in percent: who came, late or not, of all who are marked; None while nobody is."""
    marked = [state for state in states if state != INVITED]
    return round(100 * sum(state in CAME for state in marked) / len(marked)) if marked else None


def meeting_days(
    first: date, weekdays: Sequence[int], every: int, after: date, until: date, works: Callable[[date], bool]
) -> list[date]:
    """Days after ``after`` up to ``until`` on which a series meets: its weekdays, every so many weeks, working days only.

    Spring Festival brings no meetings; a make-up Saturday brings those that meet on Saturdays.
    """
    if not weekdays or until < first:
        return []
    monday = first - timedelta(days=first.weekday())
    begin = datetime(monday.year, monday.month, monday.day)  # noqa: DTZ001 - days have no zone
    days = rrule(
        WEEKLY,
        dtstart=begin,
        interval=every,
        byweekday=list(weekdays),
        until=datetime(until.year, until.month, until.day),  # noqa: DTZ001
    )
    found = (moment.date() for moment in days)
    return [day for day in found if day >= first and day > after and works(day)]
