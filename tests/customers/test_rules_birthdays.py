"""Birthdays come round every year, the one of 29 February too."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.customers.rules.birthdays import birthday_in, marks

days = st.dates(date(1900, 1, 1), date(2026, 12, 31))


@given(days, st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 500))
def test_a_birthday_within_a_span_is_within_its_marks(born, first, length):
    last = first + timedelta(days=length)
    within = any(first <= birthday_in(born, year) <= last for year in range(first.year, last.year + 1))
    mark = born.month * 100 + born.day
    if within:
        assert any(low <= mark <= high for low, high in marks(first, last))


def test_a_leap_day_is_kept_on_the_28th():
    assert birthday_in(date(2000, 2, 29), 2027) == date(2027, 2, 28)
    assert birthday_in(date(2000, 2, 29), 2028) == date(2028, 2, 29)
