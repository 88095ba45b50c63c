"""Figures of a branch: consistent with one another, and without a basis rather than wrong."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.work.rules import branch
from app.work.rules.staffing import Spell, headcount, last_spells, of_units, person_days

COUNTS = st.integers(0, 10**6)
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(kept=COUNTS, gone=COUNTS)
def test_retention_and_attrition_are_one_hundred_together(kept, gone):
    retention, attrition = branch.shares(kept, gone)
    if kept + gone == 0:
        assert retention.value is attrition.value is None
    else:
        assert retention.value + attrition.value == 100
        assert retention.bottom == attrition.bottom == retention.top + attrition.top
        assert 0 <= retention.value <= 100


@given(top=st.decimals(0, 10**12, places=2), percent=st.booleans())
def test_over_nothing_there_is_no_basis(top, percent):
    assert branch.ratio(top, 0, percent=percent).value is None


@given(top=COUNTS, bottom=st.integers(1, 10**6))
def test_a_percentage_is_a_hundred_times_the_share(top, bottom):
    value = branch.ratio(top, bottom, percent=True).value
    assert abs(value * bottom - top * 100) <= Decimal("0.005") * bottom


@given(
    cohort=st.sets(st.integers(1, 50)), gone=st.dictionaries(st.integers(1, 50), DAYS), there=st.sets(st.integers(1, 50)),
    last=DAYS,
)  # fmt: skip
def test_everybody_of_the_cohort_has_exactly_one_fate(cohort, gone, there, last):
    fates = branch.fates(cohort, gone, there, last)
    assert set(fates) == cohort
    for person, fate in fates.items():
        assert (fate == branch.LEFT) == (person in gone and gone[person] <= last)


SPELLS = st.lists(
    st.builds(
        lambda person, unit, first, length: Spell(person, unit, "customer_manager", first, first + timedelta(days=length)),
        st.integers(1, 8), st.integers(1, 4), DAYS, st.integers(1, 500),
    ),
    max_size=20,
)  # fmt: skip


@given(spells=SPELLS, first=DAYS, length=st.integers(0, 400))
def test_units_share_their_people_without_counting_anybody_twice(spells, first, length):
    last = first + timedelta(days=length)
    latest = last_spells(spells, first, last)
    shared = [of_units(latest, {unit}) for unit in (1, 2, 3, 4)]
    assert sorted(person for people in shared for person in people) == sorted(latest)
    assert of_units(latest, {1, 2, 3, 4}) == sorted(latest)


@given(spells=SPELLS, first=DAYS, length=st.integers(0, 400))
def test_headcount_of_the_whole_is_that_of_its_units(spells, first, length):
    last = first + timedelta(days=length)
    posts = {"customer_manager"}
    whole = person_days(spells, {1, 2, 3, 4}, posts, first, last)
    parts = [person_days(spells, {unit}, posts, first, last) for unit in (1, 2, 3, 4)]
    assert sum(whole.values()) == sum(sum(part.values()) for part in parts)
    assert headcount(whole.values(), first, last) >= 0


def test_somebody_there_all_the_time_is_one():
    spell = Spell(1, 1, "customer_manager", date(2026, 1, 1), None)
    days = person_days([spell], {1}, {"customer_manager"}, date(2026, 4, 1), date(2026, 4, 30))
    assert headcount(days.values(), date(2026, 4, 1), date(2026, 4, 30)) == 1
    half = Spell(2, 1, "customer_manager", date(2026, 4, 16), None)
    days = person_days([half], {1}, {"customer_manager"}, date(2026, 4, 1), date(2026, 4, 30))
    assert headcount(days.values(), date(2026, 4, 1), date(2026, 4, 30)) == Decimal("0.50")
    assert headcount([], date(2026, 4, 2), date(2026, 4, 1)) == 0


@given(day=DAYS, kind=st.sampled_from(branch.KINDS))
def test_a_period_is_read_as_it_was_written(day, kind):
    from app.work.rules.goals import period_of

    first, last = period_of(kind, day)
    assert branch.read_key(branch.key_of(kind, first)) == (kind, first)
    months = branch.months_of(kind, first)
    assert len(months) == {"month": 1, "quarter": 3, "year": 12}[kind]
    assert months[0] == first and months[-1] <= last


@pytest.mark.parametrize(
    "key", ["", "20", "2026-13", "2026-Q5", "2026-1", "1999", "2026-Qx", "２０２６", "2026-", "2026-00"]
)
def test_what_is_no_period_is_refused(key):
    assert branch.read_key(key) is None


def test_a_quarter_is_planned_by_its_months_or_by_itself():
    first = date(2026, 10, 1)
    plans = {
        ("amount_won", "2026-10"): Decimal(5),
        ("amount_won", "2026-11"): Decimal(7),
        ("activity", "2026-10"): Decimal(80),
    }
    assert branch.target_of("amount_won", "quarter", first, plans) == (Decimal(12), 2)
    assert branch.target_of("activity", "quarter", first, plans) == (None, 0)
    plans["amount_won", "2026-Q4"] = Decimal(20)
    assert branch.target_of("amount_won", "quarter", first, plans) == (Decimal(20), 0)
    assert branch.visits_wanted(4, "quarter") == 12
