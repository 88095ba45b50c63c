"""Places in a contest."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.work.rules.contests import ranked

FIGURES = st.dictionaries(st.integers(1, 10**6), st.decimals(0, 10**9, places=2), max_size=60)


@given(figures=FIGURES)
def test_the_place_is_one_more_than_those_who_did_better(figures):
    found = ranked(figures)
    assert {place.person_id for place in found} == set(figures)
    for place in found:
        assert place.place == 1 + sum(figure > place.figure for figure in figures.values())


@given(figures=FIGURES)
def test_equal_figures_share_a_place_and_only_they(figures):
    for one in ranked(figures):
        for other in ranked(figures):
            assert (one.place == other.place) == (one.figure == other.figure)


def test_after_two_firsts_comes_the_third():
    found = ranked({1: Decimal(5), 2: Decimal(7), 3: Decimal(7)})
    assert [(place.person_id, place.place) for place in found] == [(2, 1), (3, 1), (1, 3)]
