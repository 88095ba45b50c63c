"""Typed values: every type takes its clean form, and anything else is an error at the field."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workflow.rules.definition import FIELD_TYPES, Column, Field, Option
from app.workflow.rules.fields import clean, people_in

TITLE = {"zh": "名", "en": "Name"}
OPTIONS = (Option("a", TITLE), Option("b", TITLE))


def field(kind: str, **more: Any) -> Field:
    options = OPTIONS if kind.startswith("choice") else ()
    columns = (Column("n", "integer", TITLE, required=True), Column("t", "text", TITLE), Column("p", "person", TITLE))
    return Field("f", kind, TITLE, options=options, columns=columns if kind == "table" else (), **more)


def cleaned(kind: str, raw: Any, **more: Any) -> Any:
    """The clean value, or the code of the error."""
    result = clean([field(kind, **more)], {"f": raw}, frozenset({5}))
    return result.errors[0].code if result.errors else result.values["f"]


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", "  a\r\nb ", "a b"),
        ("longtext", "a\r\nb\rc", "a\nb\nc"),
        ("text", "", None),
        ("text", "😀", "😀"),
        ("text", "<script>", "<script>"),
        ("text", "x" * 501, "too_long"),
        ("text", "a\x00", "characters"),
        ("text", "\udcff", "characters"),
        ("text", 5, "type"),
        ("longtext", "x" * 100_000, "too_long"),
        ("integer", "12", 12),
        ("integer", "１２", 12),
        ("integer", "12.0", 12),
        ("integer", "12.5", "places"),
        ("integer", True, "number"),
        ("integer", 2**63, "too_big"),
        ("integer", 10**5000, "too_big"),
        ("integer", "9" * 5000, "number"),
        ("integer", "1e5", "number"),
        ("integer", [1], "number"),
        ("decimal", "1.50", "1.5"),
        ("decimal", "0.0000001", "places"),
        ("decimal", "NaN", "number"),
        ("decimal", float("inf"), "number"),
        ("decimal", float("nan"), "number"),
        ("money", "500,000", "500000.00"),
        ("money", "5,00", "number"),
        ("money", 0.1, "0.10"),
        ("money", "0.001", "places"),
        ("money", Decimal("7"), "7.00"),
        ("money", "1" + "0" * 14, "too_big"),
        ("money", "-", "number"),
        ("money", ".", "number"),
        ("money", "-3", "-3.00"),
        ("date", "2026-02-29", "date"),
        ("date", "2024-02-29", "2024-02-29"),
        ("date", date(2026, 1, 2), "2026-01-02"),
        ("date", "0001-01-01", "date"),
        ("date", 20260101, "date"),
        ("datetime", "2026-11-21T10:30", "2026-11-21T02:30:00+00:00"),
        ("datetime", "2026-11-21T10:30:00Z", "2026-11-21T10:30:00+00:00"),
        ("datetime", "0001-01-01T00:00", "datetime"),
        ("datetime", "9999-12-31T23:59:59-12:00", "datetime"),
        ("boolean", "on", True),
        ("boolean", False, False),
        ("boolean", "maybe", "boolean"),
        ("boolean", 7, "boolean"),
        ("choice", "a", "a"),
        ("choice", "z", "choice"),
        ("choice", {"a": 1}, "choice"),
        ("choices", ["b", "a", "b"], ["a", "b"]),
        ("choices", "b", ["b"]),
        ("choices", [["a"]], "choice"),
        ("choices", [], None),
        ("person", "5", 5),
        ("person", 6, "person"),
        ("person", "5' OR 1=1", "person"),
        ("person", 10**400, "person"),
        ("person", True, "person"),
        ("table", [{"n": "3", "t": ""}, {}, {"n": 4}], [{"n": 3}, {"n": 4}]),
        ("table", [], None),
        ("table", "rows", "type"),
        ("table", [[1]], "type"),
        ("table", [{}] * 500, "too_many"),
        ("table", [{"n": 1}] * 201, "too_many"),
    ],
    ids=lambda value: "-" if isinstance(value, int) else repr(value)[:30],
)
def test_clean_form_or_code(kind: str, raw: Any, value: Any) -> None:
    found = cleaned(kind, raw)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "raw", "limits", "code"),
    [
        ("text", "ab", {"min": "3"}, "too_short"),
        ("text", "abcd", {"max_length": 3}, "too_long"),
        ("integer", 4, {"min": "5"}, "too_small"),
        ("money", "5.01", {"max": "5"}, "too_big"),
        ("date", "2026-01-01", {"min": "2026-01-02"}, "too_small"),
        ("date", "2026-01-03", {"max": "2026-01-02"}, "too_big"),
        ("datetime", "2026-01-01T08:00", {"min": "2026-01-01T08:01"}, "too_small"),
        ("choices", ["a"], {"min": "2"}, "too_few"),
        ("table", [{"n": 1}], {"min": "2"}, "too_few"),
        ("table", [{"n": 1}, {"n": 2}], {"max": "1"}, "too_many"),
    ],
)
def test_limits(kind: str, raw: Any, limits: dict[str, Any], code: str) -> None:
    assert cleaned(kind, raw, **limits) == code


def test_errors_in_a_table_name_their_row_and_column() -> None:
    raw = [{"n": "x"}, {"t": "only"}, {"n": 1, "p": 99}, {"n": 1, "q\x00": 2}]
    result = clean([field("table")], {"f": raw}, frozenset({5}))
    assert [(error.field, error.code) for error in result.errors] == [
        ("f.0.n", "number"),
        ("f.1.n", "required"),
        ("f.2.p", "person"),
        ("f.3.q", "unknown"),
    ]


def test_people_that_were_typed() -> None:
    fields = [field("table"), Field("who", "person", TITLE)]
    raw = {"f": [{"p": "7"}, {"p": "x"}, 3], "who": 8}
    assert people_in(fields, raw) == {7, 8}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.dates() | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.sampled_from("ntp"), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(FIELD_TYPES), anything)
def test_anything_typed_is_clean_json_or_an_error_and_clean_stays_clean(kind: str, raw: Any) -> None:
    item = field(kind)
    result = clean([item], {"f": raw}, frozenset({5}))
    if result.errors:
        assert all(error.field.startswith("f") and str(error.message) for error in result.errors)
        return
    json.dumps(result.values, allow_nan=False).encode()
    assert clean([item], result.values, frozenset({5})).values == result.values
