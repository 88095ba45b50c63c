"""Periods, the even pace, and parts that add up exactly."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.work.rules import goals
from app.work.rules.figures import figure_of, plain

MONEY = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99999999999.99"), places=2)
WEIGHTS = st.lists(st.one_of(st.integers(0, 10**6), st.decimals(0, 10**9, places=2)), min_size=1, max_size=60)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(whole=MONEY, weights=WEIGHTS)
def test_a_split_is_exactly_the_whole(whole, weights):
    parts = goals.split(whole, weights)
    assert len(parts) == len(weights)
    assert sum(parts) == whole
    assert all(part >= 0 and part == part.quantize(Decimal("0.01")) for part in parts)
    assert goals.add_up(whole, parts).adds_up


@given(whole=st.integers(1, 10**7).map(Decimal), count=st.integers(1, 80))
def test_an_even_split_differs_by_one_step_at_most(whole, count):
    parts = goals.split(whole, [1] * count)
    assert max(parts) - min(parts) <= goals.step_of(whole, count)


@given(whole=MONEY, parts=st.lists(st.one_of(st.none(), MONEY), max_size=30))
def test_what_is_missing_makes_the_parts_whole(whole, parts):
    found = goals.add_up(whole, parts)
    assert found.parts + found.missing == whole
    assert found.adds_up == (any(p is not None for p in parts) and sum(p for p in parts if p is not None) == whole)


@given(whole=MONEY, weights=WEIGHTS, below=st.integers(0, 5))
def test_a_table_split_down_to_persons_adds_up_everywhere(whole, weights, below):
    rows = {}
    for number, figure in enumerate(goals.split(whole, weights)):
        rows[str(number)] = (figure, goals.split(figure, [1] * below) if figure else [])
    assert goals.faults_of(whole, rows) == {}
    first = rows["0"]
    rows["0"] = (first[0] + Decimal("0.01"), first[1])
    wrong = goals.faults_of(whole, rows)
    assert wrong[""].missing == Decimal("-0.01")
    if first[1]:
        assert wrong["0"].missing == Decimal("0.01")


def test_big_round_sums_are_split_into_round_sums():
    assert goals.split(Decimal(1_000_000), [1, 1, 1]) == [Decimal(340_000), Decimal(330_000), Decimal(330_000)]
    assert goals.split(Decimal("100.00"), [1, 1, 1]) == [Decimal(34), Decimal(33), Decimal(33)]
    assert goals.split(Decimal("0.10"), [1, 1, 1]) == [Decimal("0.04"), Decimal("0.03"), Decimal("0.03")]
    assert goals.split(Decimal(10), [0, 0]) == [Decimal(5), Decimal(5)]
    assert goals.split(Decimal(10), []) == []


@given(target=MONEY, gone=st.integers(-5, 400), total=st.integers(0, 300))
def test_the_even_pace_never_passes_the_target_and_never_falls(target, gone, total):
    by_now = goals.expected(target, gone, total)
    assert 0 <= by_now <= target
    assert by_now <= goals.expected(target, gone + 1, total)
    if gone >= total:
        assert by_now == target


@given(day=DAYS, kind=st.sampled_from(["month", "quarter", "half", "year"]))
def test_periods_follow_one_another_without_a_gap(day, kind):
    first, last = goals.period_of(kind, day)
    assert first <= day <= last and first.day == 1
    after = goals.next_period(kind, first, last)
    assert after[0] == last + timedelta(days=1)
    assert goals.previous_period(kind, *after) == (first, last)


@given(start=DAYS, length=st.integers(0, 400))
def test_a_free_period_is_followed_by_one_as_long(start, length):
    period = (start, start + timedelta(days=length))
    after = goals.next_period("free", *period)
    assert after[1] - after[0] == timedelta(days=length)
    assert goals.previous_period("free", *after) == period


def test_how_it_goes():
    ten = Decimal(10)
    assert goals.pace(ten, ten, ten) == "reached"
    assert goals.pace(Decimal(5), Decimal(5), ten) == "ahead"
    assert goals.pace(Decimal(4), Decimal(5), ten) == "near"
    assert goals.pace(Decimal("3.99"), Decimal(5), ten) == "behind"
    assert goals.percent(Decimal("9.99"), ten) == 99


@pytest.mark.parametrize("typed", ["", "x", "1e3", "NaN", "Infinity", "0.001", "9" * 31, None, True, 1.5, "1" * 14])
def test_what_is_no_figure_is_refused(typed):
    assert figure_of(typed) is None


@given(figure=MONEY)
def test_a_figure_is_read_as_it_was_written(figure):
    assert figure_of(plain(figure)) == figure
    assert figure_of(f"{figure:,.2f}") == figure
