"""Whose checklist holds, and what may be typed into one: plain rules."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.work.rules import routines

DAY = date(2026, 9, 9)


@dataclass(frozen=True)
class Version:
    unit_id: int
    post: str
    number: int
    valid_from: date
    sections: Any


VERSIONS = st.lists(
    st.builds(
        Version,
        st.integers(1, 3),
        st.sampled_from(["a", "b"]),
        st.integers(1, 5),
        st.integers(-3, 3).map(lambda n: DAY + timedelta(days=n)),
        st.sampled_from([None, {}]),
    ),
    unique_by=lambda v: (v.unit_id, v.post, v.number),
)


@given(VERSIONS, st.permutations([1, 2, 3]).map(lambda p: p[:2]))
def test_the_nearest_unit_with_a_list_of_its_own_wins(versions, path):
    found = routines.in_force(versions, "a", path, DAY)
    begun = [v for v in versions if v.post == "a" and v.valid_from <= DAY and v.unit_id in path]
    if found is None:
        assert all(
            max((v for v in begun if v.unit_id == u), key=lambda v: v.number).sections is None
            for u in {v.unit_id for v in begun}
        )
        return
    assert found in begun and found.sections is not None
    assert found.number == max(v.number for v in begun if v.unit_id == found.unit_id)
    for nearer in path[: path.index(found.unit_id)]:
        own = [v for v in begun if v.unit_id == nearer]
        assert not own or max(own, key=lambda v: v.number).sections is None


ROWS = st.lists(
    st.fixed_dictionaries(
        {"key": st.sampled_from(["", "k1", "k2", "x"]), "zh": st.text(max_size=230), "en": st.text(max_size=20)}
    ),
    max_size=50,
)


@given(st.fixed_dictionaries({"before": ROWS, "after": ROWS}))
def test_keys_are_never_borrowed_nor_used_twice(typed):
    sections, faults = routines.check(typed, {"k1", "k2"})
    keys = [entry["key"] for part in routines.PARTS for entry in sections[part]]
    assert len(keys) == len(set(keys)) and "x" not in keys and "" not in keys
    filled = [row for rows in typed.values() for row in rows if row["zh"].strip() or row["en"].strip()]
    assert len(keys) == len(filled)
    assert bool(faults) == (
        any(not row["zh"].strip() or len(row["zh"].strip()) > routines.TEXT for row in filled)
        or any(
            sum(1 for row in rows if row["zh"].strip() or row["en"].strip()) > routines.MOST for rows in typed.values()
        )
    )


def test_what_ships_is_whole():
    for one in routines.shipped():
        found = routines.items(one.sections)
        assert len(found) >= 12 and {item.part for item in found} == set(routines.PARTS)
        assert all(item.text["zh"] and item.text["en"] for item in found)
        assert len({item.key for item in found}) == len(found)
        assert all(max(len(words) for words in item.text.values()) <= routines.TEXT for item in found)
    posts = {one.post for one in routines.shipped()}
    assert {"lobby_manager", "wealth_manager", "marketing_manager", "customer_manager", routines.LEADER} <= posts
    assert "securities" in {kind for one in routines.shipped() for kind in one.institutions}
