"""When mail may come: never in quiet hours, never lost, the digest once a day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.work.rules import quiet

hours = st.builds(
    quiet.Hours,
    quiet_from=st.integers(0, 1439),
    quiet_until=st.integers(0, 1439),
    digest_at=st.integers(0, 1439),
    working_days=st.booleans(),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
moments = st.integers(0, 700 * 1440).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


def weekday(day: date) -> bool:
    return day.weekday() < 5


def minute(moment: datetime, wishes: quiet.Hours) -> int:
    local = moment.astimezone(ZoneInfo(wishes.zone))
    return local.hour * 60 + local.minute


@given(moments, hours)
def test_mail_comes_later_never_earlier_and_not_while_it_is_quiet(now, wishes):
    at = quiet.at_once(now, wishes, weekday)
    assert now <= at <= now + timedelta(days=5)
    start, end, m = wishes.quiet_from, wishes.quiet_until, minute(at, wishes)
    if start != end:
        within = start <= m < end if start < end else m >= start or m < end
        assert not within or _clocks_change(at, wishes)
    if wishes.working_days:
        assert weekday(at.astimezone(ZoneInfo(wishes.zone)).date()) or _clocks_change(at, wishes)


@given(moments, hours)
def test_the_digest_is_the_next_and_all_of_a_day_share_it(now, wishes):
    at = quiet.next_digest(now, wishes, weekday)
    assert now < at <= now + timedelta(days=4)
    assert quiet.next_digest(at - timedelta(seconds=1), wishes, weekday) == at


def _clocks_change(at: datetime, wishes: quiet.Hours) -> bool:
    zone = ZoneInfo(wishes.zone)
    return (at - timedelta(days=1)).astimezone(zone).utcoffset() != (at + timedelta(days=1)).astimezone(
        zone
    ).utcoffset()
