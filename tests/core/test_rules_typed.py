"""Names that look alike are alike: what nobody sees is not kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import typed

UNSEEN = "\u200b\u200d\u200e\u202e\u2066\u2069\u2060\ufeff\u00ad\u3164"


@given(st.text(alphabet="李明ab é", max_size=12), st.lists(st.sampled_from(UNSEEN), max_size=6), st.integers(0, 12))
def test_a_name_is_the_same_with_and_without_what_nobody_sees(name: str, unseen: list[str], at: int) -> None:
    assert typed.name(name[:at] + "".join(unseen) + name[at:]) == typed.name(name)


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert typed.name(typed.name(text)) == typed.name(text)
    assert not set(typed.line(text)) & set(UNSEEN)


@pytest.mark.parametrize("emoji", ["👩\u200d👩\u200d👧", "❤\ufe0f"])
def test_prose_keeps_its_emoji_but_never_turns_round(emoji: str) -> None:
    assert typed.prose(f"好{emoji}\u202egnp.exe") == f"好{emoji}gnp.exe"
