"""Working days: holidays, make-up Saturdays, years that nobody has published, and the law's way of counting."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import calendar, clock
from app.core.calendar import Calendar
from app.core.errors import Invalid

FIRST, LAST = (
    datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    datetime(2028, 12, 31, tzinfo=UTC).replace(tzinfo=None),
)
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.ZONE)


def test_spring_festival_week_adds_no_working_days():
    # the festival of 2026 is free from Sunday 15 to Monday 23 February; Saturday 14 and Saturday 28 make up for it
    assert Calendar().working_days_between(local(2026, 2, 15), local(2026, 2, 24)) == 0


def test_a_make_up_saturday_adds_one():
    saturday = date(2026, 2, 28)
    assert saturday.weekday() == 5
    assert Calendar().is_working(saturday)
    assert Calendar().working_days_between(local(2026, 2, 28), local(2026, 3, 1)) == 1


def test_a_period_begins_the_day_after_and_ends_at_midnight():
    due, provisional = Calendar().due(local(2026, 9, 9, 10, 0), 3, calendar.WORKING_DAYS)
    assert clock.local(due) == local(2026, 9, 15)
    assert not provisional


def test_hours_run_through_the_night():
    start = local(2026, 9, 11, 17, 0)
    assert Calendar().due(start, 24, calendar.HOURS) == (start + timedelta(hours=24), False)


def test_a_year_not_yet_published_counts_weekdays_and_says_so():
    year = calendar.LAST_PUBLISHED_YEAR + 1
    day = next(date(year, 6, d) for d in range(1, 8) if date(year, 6, d).weekday() == 0)
    assert Calendar().is_provisional(day)
    assert Calendar().is_working(day)
    assert not Calendar().is_working(day + timedelta(days=5))
    _due, provisional = Calendar().due(datetime(year, 6, 1, tzinfo=UTC), 2, calendar.WORKING_DAYS)
    assert provisional


def test_the_institution_s_own_day_wins():
    own = Calendar({date(2026, 9, 9): False})
    assert not own.is_working(date(2026, 9, 9))
    assert own.working_days_between(local(2026, 9, 9), local(2026, 9, 10)) == 0


def test_an_endless_period_is_refused():
    with pytest.raises(Invalid):
        Calendar().due(local(2026, 9, 9), 10**9, calendar.WORKING_DAYS)


@given(moments, moments, moments)
def test_working_time_adds_up(a: datetime, b: datetime, c: datetime):
    a, b, c = sorted((a, b, c))
    between = Calendar().working_days_between
    assert between(a, c) == pytest.approx(between(a, b) + between(b, c), abs=1e-4)


@given(moments, st.integers(1, 40))
def test_exactly_the_asked_number_of_working_days_lies_within_a_period(start: datetime, amount: int):
    due, _provisional = Calendar().due(start, amount, calendar.WORKING_DAYS)
    first_counted = calendar.end_of_day(clock.local(start).date())
    assert Calendar().working_days_between(first_counted, due) == pytest.approx(amount)


@given(moments, moments)
def test_reversed_time_is_negative(a: datetime, b: datetime):
    between = Calendar().working_days_between
    assert between(a, b) == pytest.approx(-between(b, a))
