"""When mail may reach a person: outside their quiet hours, on working days if they wish, the digest once a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FROM, UNTIL, DIGEST = 20 * 60, 8 * 60, 8 * 60 + 30
"""Quiet from eight in the evening until eight; the digest at half past eight."""
ZONE = "Asia/Shanghai"
DAY = 24 * 60
FURTHEST = 60
"""Days looked ahead for a working day; no holiday is longer."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A person's wishes, in minutes of the day in their zone; equal ends of the quiet hours mean none."""

    quiet_from: int = FROM
    quiet_until: int = UNTIL
    digest_at: int = DIGEST
    working_days: bool = True
    zone: str = ZONE


def at_once(now: datetime, hours: Hours, is_working: Callable[[date], bool]) -> datetime:
    """The first moment from ``now`` on that is not quiet."""
    zone = ZoneInfo(hours.zone)
    day = now.astimezone(zone).date()
    for n in range(FURTHEST):
        on = day + timedelta(days=n)
        if hours.working_days and not is_working(on):
            continue
        for start, end in _loud(hours):
            opens, closes = _moment(on, start, zone), _moment(on, end, zone)
            if now < closes:
                return max(now, opens)
    return now


def next_digest(now: datetime, hours: Hours, is_working: Callable[[date], bool]) -> datetime:
    """When the next digest is due: today's when its time is still to come, on a working day if wished."""
    zone = ZoneInfo(hours.zone)
    day = now.astimezone(zone).date()
    for n in range(FURTHEST):
        on = day + timedelta(days=n)
        moment = _moment(on, hours.digest_at, zone)
        if moment > now and (not hours.working_days or is_working(on)):
            return moment
    return now + timedelta(days=1)


def _loud(hours: Hours) -> list[tuple[int, int]]:
    """The parts of a day in which mail may come, in minutes."""
    if hours.quiet_from == hours.quiet_until:
        return [(0, DAY)]
    if hours.quiet_from > hours.quiet_until:
        return [(hours.quiet_until, hours.quiet_from)]
    return [(start, end) for start, end in ((0, hours.quiet_from), (hours.quiet_until, DAY)) if start < end]


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    if minute == DAY:
        day, minute = day + timedelta(days=1), 0
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)
