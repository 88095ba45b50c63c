"""Daily routines: reading and checking a checklist, which version holds, what is shipped (D31). Plain functions."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml

PARTS = ("before", "during", "after")
"""Before, during and after opening hours."""
LEADER = "role:leader"
"""Stands in place of a post for those who lead a customer team."""
TEXT = 200
"""Longest text of an item."""
MOST = 40
"""Items of one part: more in a day nobody does."""
_CONTENT = Path(__file__).parents[1] / "content" / "routines"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist. ``key`` stays the same through all versions."""

    key: str
    part: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shipped:
    """A checklist that ships with the product, for a post in some kinds of institution (all when none are named)."""

    key: str
    post: str
    title: Mapping[str, str]
    institutions: tuple[str, ...]
    sections: Mapping[str, Any]
    digest: str


class Version(Protocol):
    """What :func:`in_force` looks at."""

    @property
    def unit_id(self) -> int:
        """Where it holds, with all units below."""

    @property
    def post(self) -> str:
        """Whose list it is."""

    @property
    def number(self) -> int:
        """Its place among the versions of its unit and post."""

    @property
    def valid_from(self) -> date:
        """The day on which it begins."""

    @property
    def sections(self) -> Mapping[str, Any] | None:
        """Its items; None where the list of the unit above holds."""


V = TypeVar("V", bound=Version)


def items(sections: Mapping[str, Any] | None) -> tuple[Item, ...]:
    """The items of a stored checklist, in the order of the day."""
    if not sections:
        return ()
    return tuple(
        Item(entry["key"], part, {"zh": entry["zh"], "en": entry["en"]})
        for part in PARTS
        for entry in sections.get(part, ())
    )


def in_force(versions: Iterable[V], post: str, path: Sequence[int], day: date) -> V | None:
    """The version that holds for a post in a unit on a day: of the nearest unit up the tree that has a list of its own.

    ``path``: the unit and those above it, nearest first.
    """
    newest: dict[int, V] = {}
    for version in versions:
        if version.post == post and version.valid_from <= day and version.unit_id in path:
            known = newest.get(version.unit_id)
            if known is None or version.number > known.number:
                newest[version.unit_id] = version
    return next((newest[unit] for unit in path if unit in newest and newest[unit].sections is not None), None)


def check(
    typed: Mapping[str, Sequence[Mapping[str, str]]], known: Iterable[str] = ()
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Rows as somebody typed them → sections to store, and faults as ``(field, code)`` with ``part.row.column`` as field.

    A row carries ``key`` (empty for a new item), ``zh``, ``en``; empty rows do not count. Keys not among ``known`` are
    made anew, so that nobody can point a line at another's marks.
    """
    allowed, used = set(known), set()
    sections: dict[str, Any] = {part: [] for part in PARTS}
    faults: list[tuple[str, str]] = []
    for part in PARTS:
        rows = typed.get(part, ())
        if sum(1 for row in rows if _filled(row)) > MOST:
            faults.append((part, "too_many"))
        for number, row in enumerate(rows):
            if not _filled(row):
                continue
            zh, en = (str(row.get(language) or "").strip() for language in ("zh", "en"))
            if not zh:
                faults.append((f"{part}.{number}.zh", "required"))
            for language, words in (("zh", zh), ("en", en)):
                if len(words) > TEXT:
                    faults.append((f"{part}.{number}.{language}", "too_long"))
            key = str(row.get("key") or "")
            if key not in allowed or key in used:
                key = f"i{secrets.token_hex(6)}"
            used.add(key)
            sections[part].append({"key": key, "zh": zh, "en": en or zh})
    return sections, faults


def _filled(row: Mapping[str, str]) -> bool:
    return bool(str(row.get("zh") or "").strip() or str(row.get("en") or "").strip())


@cache
def shipped() -> tuple[Shipped, ...]:
    """Every checklist that ships with the product, by key."""
    found = []
    for path in sorted(_CONTENT.glob("*.yaml")):
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        sections = {part: body.get(part, []) for part in PARTS}
        digest = hashlib.sha256(json.dumps(sections, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        found.append(
            Shipped(body["key"], body["post"], body["title"], tuple(body.get("institutions", ())), sections, digest)
        )
    return tuple(found)


def shipped_for(institution: str) -> dict[str, Shipped]:
    """The shipped checklists of a kind of institution, by post."""
    return {one.post: one for one in shipped() if not one.institutions or institution in one.institutions}
