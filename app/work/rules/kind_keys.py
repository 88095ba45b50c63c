"""Keys of steps, fields and options, made from their titles; once made they stay, for what was entered hangs on them."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from pypinyin import Style, lazy_pinyin

from app.work.rules import kinds as k
from app.work.rules.kind_texts import Words

LONGEST = 40


def key_for(title: Words, taken: Collection[str], default: str) -> str:
    """A key for a title that nothing else has: its English words, else the pinyin of the Chinese."""
    plain = title.en if title.en.isascii() and re.search("[a-z]", title.en.lower()) else ""
    spelt = plain or "_".join(lazy_pinyin(title.zh or title.en, style=Style.NORMAL, errors="ignore"))
    base = re.sub("[^a-z0-9]+", "_", spelt.lower()).strip("_")[:LONGEST].strip("_")
    base = base if base[:1].isalpha() else f"{default}_{base}".strip("_")
    names = (base, *(f"{base}_{n}" for n in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def keyed(kind: k.Kind) -> k.Kind:
    """The kind with a key for everything that has a title and no key yet."""
    steps = _keyed(kind.steps, "step")
    return replace(kind, steps=tuple(_step(step) for step in steps))


def _step(step: k.Step) -> k.Step:
    return replace(
        step,
        fields=tuple(_field(item) for item in _keyed(step.fields, "field")),
        checklist=tuple(_keyed(step.checklist, "point")),
        evidence=tuple(_keyed(step.evidence, "evidence")),
    )


def _field(item: k.Field) -> k.Field:
    return replace(item, options=tuple(_keyed(item.options, "option")), columns=tuple(_keyed(item.columns, "column")))


def _keyed(items: Iterable[Any], default: str) -> list[Any]:
    found = list(items)
    taken = {item.key for item in found if item.key}
    for place, item in enumerate(found):
        if not item.key and item.title:
            key = key_for(item.title, taken, default)
            taken.add(key)
            found[place] = replace(item, key=key)
    return found


def same_options(typed: Iterable[Words], old: Iterable[k.Option]) -> tuple[k.Option, ...]:
    """Options as typed anew, each with the key it had: found again by its Chinese, else by its English title."""
    left = list(old)
    found: list[k.Option] = []
    for title in typed:
        known = next((o for o in left if o.title.zh == title.zh), None) or next(
            (o for o in left if o.title.en and o.title.en == title.en), None
        )
        if known is not None:
            left.remove(known)
        found.append(k.Option(known.key if known else "", title))
    return tuple(found)
