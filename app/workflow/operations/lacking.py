"""What a turn lacks, as its row keeps it for lists: how many things, and the first of them by name."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from app.core.errors import MissingItem
from app.core.texts import in_language

FIRST = 3
"""How many things a list names; the page of the step names all."""
NAMED = ("field", "checklist", "evidence")
"""Kinds whose titles stand in the definition; of the others the words are kept, in both languages."""


class Lacking(NamedTuple):
    """How many things are missing, and the first of them: ``[kind, key]``, guards with their words."""

    number: int
    first: list[Any]


NOTHING = Lacking(0, [])


def lacking_of(items: Iterable[MissingItem]) -> Lacking:
    """What the list of the one rule comes to; lanes of later steps are not the holder's business."""
    own = [item for item in items if item.kind != "lane"]
    return Lacking(len(own), [_kept(item) for item in own[:FIRST]])


def _kept(item: MissingItem) -> list[Any]:
    if item.kind in NAMED:
        return [item.kind, item.key]
    words = {}
    for language in ("zh", "en"):
        with in_language(language):
            words[language] = str(item.message)[:200]
    return [item.kind, item.key, words]
