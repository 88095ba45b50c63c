"""Scores are read whole or refused with row and column, never repaired."""

from hypothesis import given
from hypothesis import strategies as st

from app.sales.rules.skills import read_scores

KNOWN = ("asking", "listening", "closing")
ROWS = st.lists(
    st.fixed_dictionaries(
        {"skill": st.sampled_from([*KNOWN, "other", "", None])},
        optional={
            "score": st.sampled_from(["s1", "s3", "s5", "s0", "s6", "3", "x", "", None, 4, "s٣"]),
            "seen": st.text(max_size=5),
        },
    ),
    max_size=6,
)


@given(ROWS)
def test_every_row_is_a_score_or_a_fault(rows: list[dict[str, object]]) -> None:
    scores, faults = read_scores(rows, KNOWN)
    assert len(scores) + len(faults) == len(rows)
    assert len({score.skill for score in scores}) == len(scores)
    assert all(score.skill in KNOWN and 1 <= score.score <= 5 for score in scores)


def test_rows_that_are_no_rows() -> None:
    assert read_scores([None, 7, "x"], KNOWN)[0] == []
