"""The sale's pure rules: what may be typed, how cards age, who may change what was proposed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sales.rules import limits, record
from app.sales.rules.ages import LONGEST, WorkingDays, age
from app.sales.rules.proposal import may_change

anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(st.text()), st.dates(),
    st.decimals(),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(record.FIELDS), anything))
def test_whatever_is_typed_is_taken_in_shape_or_refused_at_its_field(raw):
    checked = record.check(raw)
    assert {name for name, _code in checked.faults} <= set(raw)
    faulty = {name for name, _code in checked.faults}
    for name, value in checked.values.items():
        if name in faulty:
            continue
        if name == "amount":
            assert value is None or (0 <= value <= limits.AMOUNT and value == round(value, 2))
        elif name in record.TEXTS:
            assert len(value) <= record.TEXTS[name] and record.is_storable(value)
        elif name == "expected_on":
            assert value is None or record.FIRST_YEAR <= value.year <= record.LAST_YEAR


@given(anything)
def test_a_plan_is_taken_line_by_line_or_refused(raw):
    checked = record.Checked()
    lines = record.check_plan(raw, checked)
    assert checked.faults or all(0 <= line.amount <= limits.AMOUNT for line in lines)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("500,000.00", Decimal("500000.00")), ("500000", Decimal("500000.00")), (" 1.5 ", Decimal("1.50")),
        ("1e5", None), ("1.234", None), ("-", None), ("NaN", None), ("9" * 50, None), (True, None), (0.1, None),
        (str(2**80), None), ("", None),
    ],
)  # fmt: skip
def test_amounts_are_exact(typed, amount):
    assert record.amount_of(typed) == amount


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("title", "", "required"), ("title", "  ", "required"), ("title", "题" * 121, "too_long"),
        ("title", "a\x00b", "characters"), ("title", 5, "text"), ("amount", "-1", "out_of_range"),
        ("amount", "9000000000000.01", "out_of_range"), ("expected_on", "2026-13-01", "not_day"),
        ("expected_on", "1999-01-01", "out_of_range"), ("source", "nowhere", "unknown"), ("source", [], "unknown"),
    ],
)  # fmt: skip
def test_bad_input_has_a_stable_code(name, value, code):
    assert (name, code) in record.check({"title": "好", name: value}).faults


def weekday(day: date) -> bool:
    return day.weekday() < 5


@given(st.integers(min_value=0, max_value=500))
def test_days_in_a_stage_are_counted_once_and_right(gap):
    today = date(2026, 9, 9)
    start = datetime(2026, 9, 9, 3, tzinfo=UTC) - timedelta(days=gap)
    asked = []

    def is_working(day):
        asked.append(day)
        return weekday(day)

    counter = WorkingDays(today, is_working)
    counted = counter.since(start)
    assert counted == counter.since(start)
    assert len(asked) == len(set(asked)) == min(gap, LONGEST)
    assert counted == sum(weekday(today - timedelta(days=n)) for n in range(min(gap, LONGEST)))


def test_what_lies_ahead_has_not_rested():
    assert WorkingDays(date(2026, 9, 9), weekday).since(datetime(2026, 9, 12, tzinfo=UTC)) == 0


@pytest.mark.parametrize(("days", "old"), [(0, 0), (5, 0), (6, 1), (10, 1), (11, 2), (400, 2)])
def test_a_card_turns_amber_and_then_red(days, old):
    assert age(days, 5) == old


def test_only_who_proposed_changes_what_was_proposed():
    assert may_change({"amount"}, {1}, ())
    assert may_change({"amount", "title"}, {1}, {1})
    assert may_change({"title", "expected_on"}, {2}, {1})
    for field in ("amount", "products", "terms"):
        assert not may_change({field}, {2}, {1})
    assert may_change({"terms"}, {3, 1}, {1}), "a deputy acts with the hand of the proposer"


@pytest.mark.parametrize("value", ["1_000", "\u0663", "5\u00b2", "1e3", "NaN", "--1", "1" * 41])
def test_only_plain_numbers_are_amounts(value):
    assert record.amount_of(value) is None


def test_amounts_may_be_typed_in_full_width():
    assert record.amount_of("\uff15\uff0c\uff10\uff10\uff10\uff0e\uff15") == Decimal("5000.50")
