"""Who writes daily, which day is the last of a week, when a log is due: plain rules, tried with many days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.work.rules import logs

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(2010, 1, 1), date(2060, 12, 31))


@given(DAYS, st.integers(1, 60))
def test_new_is_who_was_hired_within_so_many_months(day, months):
    since = logs.new_since(day, months)
    assert logs.is_new(day, day, months)
    assert logs.is_new(since + timedelta(days=1), day, months)
    assert not logs.is_new(since, day, months)
    assert not logs.is_new(None, day, months)
    assert (day.year * 12 + day.month) - (since.year * 12 + since.month) == months


@given(DAYS, st.integers(0, 730))
def test_nobody_becomes_new_again(hired, days):
    day = hired + timedelta(days=days)
    if not logs.is_new(hired, day, 12):
        assert not logs.is_new(hired, day + timedelta(days=1), 12)


def test_a_year_is_over_on_the_anniversary():
    assert logs.is_new(date(2025, 9, 10), date(2026, 9, 9), 12)
    assert not logs.is_new(date(2025, 9, 9), date(2026, 9, 9), 12)
    assert logs.new_since(date(2026, 2, 28), 12) == date(2025, 2, 28)
    assert logs.new_since(date(2024, 2, 29), 12) == date(2023, 2, 28)


@given(DAYS, st.sets(st.integers(0, 6)))
def test_the_last_working_day_is_of_the_same_week_whichever_day_asks(day, working):
    def is_working(one):
        return one.weekday() in working

    found = logs.last_working_day(day, is_working)
    assert (found is None) == (not working)
    if found is not None:
        assert found.weekday() == max(working) and logs.monday_of(found) == logs.monday_of(day)
        assert all(
            logs.last_working_day(logs.monday_of(day) + timedelta(days=n), is_working) == found for n in range(7)
        )


@given(DAYS, st.times(), st.integers(-3000, 3000))
def test_nothing_is_due_before_it_is_made_on_its_day(day, hour, minutes):
    now = datetime.combine(day, time(12), UTC) + timedelta(minutes=minutes)
    due = logs.due_at(day, hour.replace(second=0, microsecond=0), now, ZONE)
    end = datetime.combine(day + timedelta(days=1), time(0), ZONE)
    assert due <= end
    assert due > now or due == end


@pytest.mark.parametrize("words", ["", "18", "18:3", "24:00", "18:60", "aa:bb", "１８:３０"])
def test_an_hour_is_an_hour(words):
    with pytest.raises(ValueError):  # noqa: PT011 - settings ask for no more
        logs.hour_of(words)
    assert logs.hour_of("8:05") == time(8, 5)
