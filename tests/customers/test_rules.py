"""The pure rules: masks, numbers, amounts, names, contact days."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.customers.queries import sheets
from app.customers.rules import lists, masking, record, values
from app.customers.rules.contacts import NEVER, Frequency, due_on, state

TODAY = date(2026, 9, 9)


@given(st.text(alphabet="0123456789", min_size=0, max_size=30))
def test_a_mask_keeps_the_length_and_hides_most(number):
    for mask in (masking.mask_phone, masking.mask_identity):
        hidden = mask(number)
        assert len(hidden) == len(number)
        assert hidden.count("*") >= min(len(number), 3) if len(number) >= 5 else set(hidden) <= {"*", *number[-2:]}


def test_masks_as_people_know_them():
    assert masking.mask_phone("13812345678") == "138****5678"
    assert masking.mask_identity("11010519491231002X") == "110*************2X"
    assert masking.mask_phone("12345") == "***45"
    assert masking.mask_phone("") == ""


@given(st.text(max_size=60))
def test_cleaning_never_fails_and_is_stable(text):
    for clean in (values.clean_number, values.clean_phone, lambda t: values.clean_identity(t, "person")):
        once = clean(text)
        assert once is None or clean(once) == once
    name = values.clean_name(text)
    assert values.clean_name(name) == name
    assert values.name_key(text) == values.name_key(text.upper()) or not text.isascii()


@given(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True))
def test_the_check_character_of_an_identity_card(first):
    good = first + values.citizen_check(first)
    assert values.clean_identity(good.lower(), "person") == good
    wrong = first + ("1" if good[-1] != "1" else "2")
    assert values.clean_identity(wrong, "person") is None
    assert values.clean_identity(wrong, "company") == wrong


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False))
def test_amounts_come_back_as_typed(amount):
    assert record.amount_of(f"{amount:,.2f}") == amount
    assert record.amount_of(float(amount)) == amount or amount > 10**9


@given(st.one_of(st.text(max_size=50), st.floats(), st.integers(), st.booleans(), st.none()))
def test_no_amount_fails(value):
    found = record.amount_of(value)
    assert found is None or isinstance(found, Decimal)


@given(st.dictionaries(st.sampled_from(record.FIELDS), st.one_of(st.text(max_size=300), st.none(), st.integers())))
def test_no_record_fails(raw):
    checked = record.check(raw, {"commerce"})
    assert set(checked.values) <= set(record.FIELDS)
    for name, code in checked.faults:
        assert name in record.FIELDS
        assert code


@given(st.integers(1, 20), st.integers(20, 400), st.integers(0, 400))
def test_contacts_spread_over_the_period(contacts, days, ago):
    frequency = Frequency(contacts, days)
    assert frequency.interval * contacts >= days
    last = TODAY - timedelta(days=ago)
    assert due_on(frequency, last, last - timedelta(days=10)) == last + timedelta(days=frequency.interval)
    assert due_on(frequency, last, TODAY) == TODAY + timedelta(days=frequency.interval), "a new holder starts afresh"


def test_states_of_the_next_contact():
    assert due_on(Frequency(0, 365), None, TODAY) == due_on(None, None, TODAY) == NEVER
    days = {"overdue": -1, "soon": 0, "fine": 8}
    for word, ahead in days.items():
        assert state(TODAY + timedelta(days=ahead), TODAY) == word
    assert state(NEVER, TODAY) == "none"


def test_content_is_whole_in_both_languages():
    for name in ("tiers", "kinds", "contact_kinds", "relations", "origins", "reveal_reasons"):
        for entry in lists.entries(name):
            assert entry.title["zh"]
            assert entry.title["en"]
    assert {e.key for e in lists.entries("kinds")} == set(values.KINDS)
    assert {e.key for e in lists.entries("contact_kinds")} == set(values.CONTACT_KINDS)
    assert {e.key for e in lists.entries("relations")} >= set(values.RELATIONS) | {
        values.inverse_relation(r) for r in values.RELATIONS
    }
    assert {c.key for c in sheets.columns()} == {*record.FIELDS, "unit", "holder"}


@pytest.mark.parametrize("relation", values.RELATIONS)
def test_relations_turn_back(relation):
    turned = values.inverse_relation(relation)
    assert turned in lists.by_key("relations")
    assert values.INVERSE.get(turned, relation) == relation or turned.endswith("_of")
