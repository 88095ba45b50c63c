"""The keyed lists customers are sorted by: tiers, industries, kinds, relations. Titles are bilingual content."""

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
    more: dict[str, Any]


@cache
def content(filename: str) -> dict[str, Any]:
    """A content file of this room, read once."""
    loaded: dict[str, Any] = yaml.safe_load((_CONTENT / filename).read_text(encoding="utf-8"))
    return loaded


@cache
def entries(name: str) -> tuple[Entry, ...]:
    """The list of that name in its order; raises ``KeyError`` for an unknown one."""
    return tuple(
        Entry(e["key"], e["title"], {k: v for k, v in e.items() if k not in ("key", "title")})
        for e in content("lists.yaml")[name]
    )


@cache
def by_key(name: str) -> dict[str, Entry]:
    """The same list by key."""
    return {entry.key: entry for entry in entries(name)}


@cache
def by_title(name: str) -> dict[str, str]:
    """Keys by key and by either title, folded: what a spreadsheet cell may say."""
    found: dict[str, str] = {}
    for entry in entries(name):
        for word in (entry.key, *entry.title.values()):
            found[word.strip().casefold()] = entry.key
    return found
