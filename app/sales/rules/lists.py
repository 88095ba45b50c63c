"""The keyed lists of the sale: sources (D5), kinds of product, whom they are for, what a contact is. Bilingual content."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_CONTENT = Path(__file__).parents[1] / "content"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: the stored key and its title in both languages."""

    key: str
    title: dict[str, str]


@cache
def content(filename: str) -> Any:
    """A content file of this room, read once."""
    return yaml.safe_load((_CONTENT / filename).read_text(encoding="utf-8"))


@cache
def by_key(name: str) -> dict[str, Entry]:
    """The list of that name in its order; raises ``KeyError`` for an unknown one."""
    return {e["key"]: Entry(e["key"], e["title"]) for e in content("lists.yaml")[name]}


@cache
def keys(name: str) -> tuple[str, ...]:
    """The stored keys of a list, in order."""
    return tuple(by_key(name))
