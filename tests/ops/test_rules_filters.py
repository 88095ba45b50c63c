"""Filters of the audit: what can be taken, and every fault at its field."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.ops.rules.filters import Filters, parse

ACTIONS = ("people.signed_in", "customers.created")
TYPED = st.dictionaries(
    st.sampled_from(["actor", "action", "kind", "target", "since", "until", "address"]), st.text(max_size=100)
)


def test_what_is_given_is_read_and_written_back():
    raw = {"actor": " 李 ", "action": "people.", "target": "7", "since": "2026-09-01", "address": "10."}
    found = parse(raw, ACTIONS)
    assert found == Filters("李", "people.", "", 7, date(2026, 9, 1), None, "10.")
    assert parse(found.as_args(), ACTIONS) == found


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action", "nothing.like_it"),
        ("target", "x"),
        ("target", "9" * 30),
        ("since", "yesterday"),
        ("until", "0001-01-01"),
        ("actor", "x" * 100),
        ("address", "a\x00b"),
    ],
)
def test_what_cannot_be_taken_is_named_at_its_field(field, value):
    with pytest.raises(Invalid) as caught:
        parse({field: value}, ACTIONS)
    assert [e.field for e in caught.value.errors] == [field]


@given(TYPED)
def test_anything_typed_is_a_filter_or_a_refusal(raw):
    with contextlib.suppress(Invalid):
        assert isinstance(parse(raw, ACTIONS), Filters)
