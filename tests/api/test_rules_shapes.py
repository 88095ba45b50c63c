"""Shapes: whatever JSON comes, each gives a clean value or names the fault; what it gives fits its own schema."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.api import plain
from app.api.doors import doors
from app.api.rules import digests
from app.api.rules.shapes import Amount, Choice, Day, Flag, Free, Many, Moment, Number, Text, Thing, components

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SHAPES = [
    Text(), Text(null=True, most=3), Number(), Number(least=1, most=9), Amount(), Amount(least=Decimal(0), null=True), Day(),
    Moment(), Flag(), Choice(keys=("a", "b"), null=True), Many(of=Text(), most=2), Free(), Free(kind="object"),
    Thing(keys={"a": Text(), "b": Number(null=True)}, optional=frozenset({"b"})),
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: type(shape).__name__)
@given(raw=JSON)
def test_anything_is_a_value_or_a_fault(shape, raw):
    faults = []
    value = shape.read(raw, "field", faults)
    if faults:
        assert all(fault.field.startswith("field") or fault.field for fault in faults)
        assert all(fault.code and str(fault.message) for fault in faults)
    else:
        Draft202012Validator(shape.schema()).validate(plain.anything(value))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: type(shape).__name__)
def test_every_schema_is_one(shape):
    Draft202012Validator.check_schema(shape.schema())


@given(raw=JSON)
def test_no_body_brings_a_door_down(raw):
    for entry in doors:
        if entry.body is not None:
            faults = []
            entry.body.read(raw, "", faults)
            assert faults or isinstance(raw, dict)


def read(shape, raw):
    faults = []
    return shape.read(raw, "x", faults), [fault.code for fault in faults]


@pytest.mark.parametrize(
    ("shape", "raw", "value"),
    [
        (Text(), "  名字 ", "名字"),
        (Amount(), "500000", Decimal("500000.00")),
        (Amount(), 7, Decimal("7.00")),
        (Day(), "2026-11-21", date(2026, 11, 21)),
        (Moment(), "2026-11-21T02:30:00Z", datetime(2026, 11, 21, 2, 30, tzinfo=UTC)),
        (Moment(), "2026-11-21T10:30:00 08:00", datetime(2026, 11, 21, 2, 30, tzinfo=UTC)),
        (Moment(), "2026-11-21 10:30", datetime(2026, 11, 21, 2, 30, tzinfo=UTC)),
        (Moment(), "2026-11-21", datetime(2026, 11, 21, 15, 59, 59, 999999, tzinfo=UTC)),
        (Flag(), "1", True),
    ],
)
def test_what_is_taken(shape, raw, value):
    assert read(shape, raw) == (value, [])


@pytest.mark.parametrize(
    ("shape", "raw", "code"),
    [
        (Text(), "a\x00b", "characters"),
        (Text(), "\ud800", "characters"),
        (Text(most=2), "abc", "too_long"),
        (Text(least=1), "  ", "required"),
        (Text(), None, "required"),
        (Number(), True, "type"),
        (Number(), "7", "type"),
        (Number(), 2**63, "out_of_range"),
        (Amount(), "1.001", "amount"),
        (Amount(), "1e5", "amount"),
        (Amount(), "NaN", "amount"),
        (Amount(), 1.5, "amount"),
        (Amount(), "9" * 25, "amount"),
        (Day(), "2026-02-30", "date"),
        (Moment(), "soon", "datetime"),
        (Moment(), "9999-12-31T23:59:59-23:00", "datetime"),
        (Choice(keys=("a",)), ["a"], "choice"),
        (Free(), {"a": [{"b": "\x00"}]}, "characters"),
        (Free(), {"a\x00": 1}, "characters"),
        (Free(), [2**70], "too_big"),
        (Free(kind="object"), [], "type"),
    ],
)
def test_what_is_refused(shape, raw, code):
    assert read(shape, raw)[1] == [code]


def test_every_fault_of_a_body_is_named_at_once():
    shape = Thing(keys={"name": Text(least=1), "rows": Many(of=Thing(keys={"n": Number()}))})
    faults = []
    shape.read({"name": "", "rows": [{"n": 1}, {"n": "x"}], "other": 1, "\x00": 2}, "", faults)
    assert [(f.field, f.code) for f in faults] == [
        ("other", "unknown"), ("", "unknown"), ("name", "required"), ("rows.1.n", "type"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "raw"),
    [
        (Thing(keys={"a": Text()}), {str(n): n for n in range(5000)}),
        (Thing(keys={str(n): Text() for n in range(5000)}), {}),
        (Many(of=Number(), most=5000), ["x"] * 5000),
        (Many(of=Thing(keys={"a": Text()}), most=100), [{str(n): n for n in range(30)}] * 100),
        (Free(), ["\x00"] * 5000),
        (Free(), {f"\x00{n}": 1 for n in range(5000)}),
        (Thing(keys={"a": Free()}), {**{str(n): n for n in range(49)}, "a": [["\x00"] * 9] * 9}),
    ],
)  # fmt: skip
def test_however_wrong_a_body_is_the_first_fifty_faults_are_named(shape, raw):
    assert len(read(shape, raw)[1]) == 50


def test_depth_has_an_end():
    deep: list = []
    for _ in range(200):
        deep = [deep]
    assert read(Free(), deep)[1] == ["too_deep"]


def test_equal_requests_have_equal_digests():
    assert digests.of_json({"a": 1, "b": [2]}) == digests.of_json({"b": [2], "a": 1})
    assert digests.of_json({"a": 1}) != digests.of_json({"a": "1"})
    assert digests.of_form([("a", "1"), ("b", "2")], []) == digests.of_form([("b", "2"), ("a", "1")], [])


def test_named_objects_are_found_once():
    inner = Thing(name="Inner", keys={"a": Text()})
    outer = Thing(name="Outer", keys={"one": inner, "many": Many(of=inner)})
    assert set(components(outer)) == {"Inner", "Outer"}


def test_values_as_the_interface_writes_them():
    assert plain.moment(datetime(2026, 11, 21, 2, 30, tzinfo=UTC)) == "2026-11-21T02:30:00Z"
    assert plain.amount(Decimal("5")) == "5.00"
    assert plain.anything({"a": (Decimal("1.5"), {2, 1}, date(2026, 1, 2))}) == {"a": ["1.5", [1, 2], "2026-01-02"]}
