"""The shipped vocabulary of an institution: kinds, levels, posts, grades, industries (D7, D8, D10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DEFAULT_KIND = "bank"
KINDS = ("level", "post", "grade", "industry")
_FILE = Path(__file__).parent.parent / "content" / "vocabulary.yaml"


@dataclass(frozen=True, slots=True)
class Word:
    """A level, post, grade or industry: its key, its title in both languages, its place in the order.

    ``anywhere``: a level (departments) that may stand under any other.
    """

    key: str
    title: Mapping[str, str]
    position: int
    anywhere: bool = False
    retired: bool = False


@cache
def _content() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return content


def institution_kinds() -> dict[str, Mapping[str, str]]:
    """Kinds of institution and their titles."""
    return {key: entry["title"] for key, entry in _content()["institutions"].items()}


@cache
def shipped(institution: str, kind: str) -> Sequence[Word]:
    """The shipped words of ``kind`` for that kind of institution, in order."""
    entries = (
        _content()["institutions"][institution]["levels"]
        if kind == "level"
        else _content()[{"post": "posts", "grade": "grades", "industry": "industries"}[kind]]
    )
    return tuple(
        Word(entry["key"], entry["title"], number * 10, bool(entry.get("anywhere")))
        for number, entry in enumerate(entries, start=1)
    )


def fits_under(child: str, parent: str, levels: Mapping[str, Word]) -> bool:
    """Whether a unit of level ``child`` may stand under one of level ``parent``: ranks fall, departments go anywhere."""
    below, above = levels.get(child), levels.get(parent)
    if below is None or above is None:
        return False
    if below.anywhere:
        return True
    return not above.anywhere and below.position > above.position
