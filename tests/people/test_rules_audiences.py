"""Rules that say who is meant: what can be read, and the algebra of parts, values, also and without."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.people.rules.audiences import ALSO, Part, Rule, entry_days, of_persons, reached

IDS = st.lists(st.integers(1, 30), max_size=8, unique=True).map(tuple)
PARTS = st.lists(
    st.builds(
        Part,
        st.sampled_from(["post", "unit", "hired", "role"]),
        st.lists(st.text("abc:1", min_size=1, max_size=5), min_size=1, max_size=4, unique=True).map(tuple),
    ),
    max_size=4,
).map(tuple)
RULES = st.builds(Rule, PARTS, IDS, IDS)


@st.composite
def rules_with_facts(draw: Any) -> tuple[Rule, list[int], list[dict[int, list[str]]]]:
    """A rule, who can be reached, and who fulfils which values of each part."""
    rule = draw(RULES)
    facts = [
        draw(
            st.dictionaries(
                st.integers(1, 30), st.lists(st.sampled_from(part.values), min_size=1, max_size=3, unique=True)
            )
        )
        for part in rule.parts
    ]
    return rule, draw(st.lists(st.integers(1, 30), unique=True)), facts


@given(RULES)
def test_what_is_written_is_read_back(rule: Rule) -> None:
    assert Rule.read(rule.as_json()) == rule


@given(rules_with_facts())
def test_all_parts_hold_or_the_person_is_named(given_: tuple[Rule, list[int], list[dict[int, list[str]]]]) -> None:
    rule, reachable, facts = given_
    found = reached(rule, reachable, facts)
    for person in range(1, 31):
        fits = bool(rule.parts) and all(person in part for part in facts)
        meant = person in reachable and person not in rule.without and (fits or person in rule.also)
        assert (person in found) == meant
    assert list(found) == [person for person in reachable if person in found]


@given(rules_with_facts())
def test_the_reason_names_one_true_value_of_each_part(
    given_: tuple[Rule, list[int], list[dict[int, list[str]]]],
) -> None:
    rule, reachable, facts = given_
    for person, why in reached(rule, reachable, facts).items():
        if why == ((ALSO, ""),):
            assert person in rule.also
            continue
        assert [criterion for criterion, _value in why] == [part.criterion for part in rule.parts]
        assert all(value in part[person] for (_criterion, value), part in zip(why, facts, strict=True))


@given(rules_with_facts(), st.integers(1, 30))
def test_a_further_value_never_loses_and_a_further_part_never_adds_anybody(
    given_: tuple[Rule, list[int], list[dict[int, list[str]]]], person: int
) -> None:
    rule, reachable, facts = given_
    before = set(reached(rule, reachable, facts))
    wider = [{**part, person: part.get(person, ["new"])} for part in facts]
    assert before <= set(reached(rule, reachable, wider))
    if rule.parts:
        narrower = Rule((*rule.parts, Part("more", ("x",))), rule.also, rule.without)
        assert set(reached(narrower, reachable, [*facts, {person: ["x"]}])) <= before


def test_an_empty_rule_means_nobody() -> None:
    assert Rule().empty
    assert reached(Rule(), [1, 2, 3], []) == {}
    assert reached(Rule(without=(1,)), [1, 2], []) == {}
    assert list(reached(of_persons([3, 2, 3]), [1, 2, 3], [])) == [2, 3]


@pytest.mark.parametrize(
    "raw",
    [
        None, [], "x", 7, {"part": []}, {"parts": {}}, {"parts": ["post"]}, {"parts": [{"criterion": "post"}]},
        {"parts": [{"criterion": "post", "values": []}]}, {"parts": [{"criterion": 3, "values": ["a"]}]},
        {"parts": [{"criterion": "post", "values": [1]}]}, {"parts": [{"criterion": "post", "values": [""]}]},
        {"parts": [{"criterion": "post", "values": ["a\x00"]}]}, {"parts": [{"criterion": "post", "values": ["a" * 81]}]},
        {"parts": [{"criterion": "post", "values": ["a"], "not": True}]}, {"also": [0]}, {"also": [True]},
        {"also": ["1"]}, {"also": [2**63]}, {"without": 1}, {"also": list(range(1, 2002))},
        {"parts": [{"criterion": "post", "values": ["a"]}] * 21},
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused(raw: Any) -> None:
    with pytest.raises(Invalid):
        Rule.read(raw)


def test_days_of_entry() -> None:
    today = date(2026, 3, 31)
    assert entry_days("after:2025-07-01", today) == (date(2025, 7, 1), None)
    assert entry_days("before:2025-07-01", today) == (None, date(2025, 7, 1))
    assert entry_days("newer:1", today) == (date(2026, 2, 28), None)
    assert entry_days("older:1", today) == (None, date(2026, 3, 1))


@given(st.integers(1, 720), st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.dates(date(1950, 1, 1), date(2090, 1, 1)))
def test_newer_and_older_meet_only_on_the_day_itself(months: int, today: date, entry: date) -> None:
    first, _end = entry_days(f"newer:{months}", today)
    _first, end = entry_days(f"older:{months}", today)
    assert first is not None and end is not None
    assert (entry >= first) + (entry < end) == (2 if entry == first else 1)


@pytest.mark.parametrize(
    "value", ["", "after", "after:", "after:2026-13-01", "after:20260101", "newer:0", "newer:-1", "older:x", "newer:721",
              "newer:٣", "older:99999999999", "about:3", "after:2026-W01-1"],
)  # fmt: skip
def test_what_is_no_comparison_of_days_is_refused(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is never shown
        entry_days(value, date(2026, 1, 1))
