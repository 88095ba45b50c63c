"""The unit tree and the vocabulary of its levels (D8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules import tree, vocabulary
from app.people.rules.grants import Refusal, may_reset, needs_second, refusal

PARENTS = {1: None, 2: 1, 3: 2, 4: 2, 5: 1}


def test_below_and_above() -> None:
    assert tree.below(2, PARENTS) == {2, 3, 4}
    assert tree.above(4, PARENTS) == [4, 2, 1]


def test_a_unit_never_stands_below_itself() -> None:
    assert tree.makes_circle(2, 4, PARENTS)
    assert tree.makes_circle(2, 2, PARENTS)
    assert not tree.makes_circle(4, 5, PARENTS)
    assert not tree.makes_circle(1, None, PARENTS)


def test_reading_order_with_depth() -> None:
    nodes = [(node.unit_id, node.depth) for node in tree.in_order(PARENTS, sorted(PARENTS))]
    assert nodes == [(1, 0), (2, 1), (3, 2), (4, 2), (5, 1)]


def test_a_part_of_the_tree_begins_at_its_own_top() -> None:
    nodes = [(node.unit_id, node.depth) for node in tree.in_order({2: 1, 3: 2}, [2, 3])]
    assert nodes == [(2, 0), (3, 1)]


@given(st.dictionaries(st.integers(1, 12), st.one_of(st.none(), st.integers(1, 12)), max_size=12))
def test_walking_ends_even_in_a_broken_tree(parents: dict[int, int | None]) -> None:
    for unit in parents:
        tree.below(unit, parents)
        assert len(tree.above(unit, parents)) <= 13
    assert len(list(tree.in_order(parents, sorted(parents)))) <= len(parents)


@pytest.mark.parametrize("kind", sorted(vocabulary.institution_kinds()))
def test_every_kind_of_institution_has_levels_in_both_languages(kind: str) -> None:
    levels = vocabulary.shipped(kind, "level")
    assert levels[0].key == "head_office"
    assert all(
        word.title["zh"] and word.title["en"] for each in vocabulary.KINDS for word in vocabulary.shipped(kind, each)
    )


def test_levels_fall_and_departments_stand_anywhere() -> None:
    levels = {word.key: word for word in vocabulary.shipped("bank", "level")}
    assert vocabulary.fits_under("outlet", "provincial_branch", levels)
    assert not vocabulary.fits_under("provincial_branch", "outlet", levels)
    assert not vocabulary.fits_under("outlet", "outlet", levels)
    assert vocabulary.fits_under("department", "outlet", levels)
    assert not vocabulary.fits_under("outlet", "department", levels)
    assert not vocabulary.fits_under("moon", "outlet", levels)


def test_who_may_not_grant() -> None:
    given_ = {"granter": 1, "person": 2, "role": "hr", "unit": 7, "reach": {7, 8}, "held": set()}
    assert refusal(**given_) is None
    assert refusal(**{**given_, "person": 1}) is Refusal.ONESELF
    assert refusal(**{**given_, "unit": 9}) is Refusal.ABOVE
    assert refusal(**{**given_, "unit": 9, "reach": None}) is None
    assert refusal(**{**given_, "role": "leader"}) is Refusal.UNKNOWN_ROLE
    assert refusal(**{**given_, "role": "auditor", "held": {"sysadmin"}}) is Refusal.EXCLUSIVE
    assert refusal(**{**given_, "role": "auditor", "held": {"auditor", "hr"}}) is None


def test_the_system_administrator_cannot_slip_into_the_security_administrators_account() -> None:
    assert may_reset(by={"sysadmin"}, target={"supervisor", "leader"})
    assert may_reset(by={"sysadmin"}, target={"secadmin"})
    assert may_reset(by={"secadmin"}, target={"auditor"})
    assert not may_reset(by={"hr", "auditor"}, target={"sysadmin"})
    assert all(needs_second({role, "supervisor"}) for role in ("sysadmin", "secadmin", "auditor"))
    assert not needs_second({"supervisor", "hr"})
    assert not may_reset(by={"secadmin"}, target={"supervisor"})
