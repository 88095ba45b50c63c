"""How two versions of a definition differ, in words: which step, which field, what of it, from what to what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.texts import _, _l, ngettext, text

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
CONTEXT, LONGEST = 24, 160

_THINGS: dict[str, Any] = {
    "lanes": lambda name: _l("Role “%(name)s”", name=name),
    "stages": lambda name: _l("Stage “%(name)s”", name=name),
    "steps": lambda name: _l("Step “%(name)s”", name=name),
    "fields": lambda name: _l("Field “%(name)s”", name=name),
    "columns": lambda name: _l("Column “%(name)s”", name=name),
    "options": lambda name: _l("Option “%(name)s”", name=name),
    "checklist": lambda name: _l("Point “%(name)s”", name=name),
    "evidence": lambda name: _l("Evidence “%(name)s”", name=name),
    "outcomes": lambda name: _l("Way on “%(name)s”", name=name),
    "ends": lambda name: _l("End “%(name)s”", name=name),
    "reasons": lambda name: _l("Reason “%(name)s”", name=name),
    "skills": lambda name: _l("Skill “%(name)s”", name=name),
    "guards": lambda name: _l("Condition “%(name)s”", name=name),
    "escalation": lambda name: _l("Rung %(name)s of the ladder", name=name),
}
"""Lists of named things, and what one of them is called."""
_NAMES: dict[str, Any] = {
    "title": _l("Title"),
    "summary": _l("What it is for"),
    "instruction": _l("Instruction"),
    "help": _l("Help"),
    "type": _l("Type"),
    "required": _l("Required"),
    "min": _l("At least"),
    "max": _l("At most"),
    "max_length": _l("Longest text"),
    "options_from": _l("Options"),
    "accepts": _l("Accepts"),
    "lane": _l("Who"),
    "resolver": _l("Who"),
    "fallback": _l("Stand-ins"),
    "stage": _l("Stage"),
    "due": _l("Due"),
    "after": _l("After"),
    "to": _l("Leads to"),
    "end": _l("Ends as"),
    "needs_reason": _l("Needs a reason"),
    "unconditional": _l("Asks for nothing else"),
    "not_same_as": _l("Not by whoever did"),
    "returns": _l("May be returned to"),
    "voided_by": _l("Void when changed"),
    "start": _l("First step"),
    "close_from_anywhere": _l("May be closed as"),
    "result": _l("Result"),
    "bind": _l("Kept at the subject"),
    "card": _l("Coaching card"),
    "good": _l("What good looks like"),
    "example": _l("Example"),
    "mistakes": _l("Usual mistakes"),
    "multiply": _l("Several people"),
    "sealed": _l("Sealed until a later step"),
    "anonymous": _l("Anonymous"),
    "children": _l("Starts"),
    "join": _l("Joins a fork"),
    "subject": _l("Subject"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `where` goes from the whole to the part; `what` is the property, None for a thing that was added,
    removed or moved as a whole; `old` and `new` are said for people, None where nothing stood."""

    where: tuple[Any, ...]
    sort: str
    what: Any = None
    old: str | None = None
    new: str | None = None


def changes(old: Any, new: Any, without: frozenset[str] = frozenset()) -> list[Change]:
    """Every difference of two bodies in the order of the new one, in the reader's language; `without`: parts not told of."""
    old, new = (body if isinstance(body, Mapping) else {} for body in (old, new))
    left = {name: value for name, value in old.items() if name not in without}
    right = {name: value for name, value in new.items() if name not in without}
    return list(_Walk(old, new).mapping(left, right, ()))


class _Walk:
    """The two bodies, for naming what their keys stand for."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self.bodies = (old, new)

    def mapping(self, old: Mapping[str, Any], new: Mapping[str, Any], where: tuple[Any, ...]) -> Iterator[Change]:
        for name in dict.fromkeys([*new, *old]):
            before, after = old.get(name), new.get(name)
            if before == after or name in ("key", "kind"):
                continue
            if name in _THINGS and not _plain_list(before) and not _plain_list(after):
                yield from self.things(name, before, after, where)
            elif _nested(name, before) and _nested(name, after):
                yield from self.mapping(before or {}, after or {}, (*where, _NAMES.get(name, name)))
            else:
                yield from self.value(name, before, after, where)

    def things(self, name: str, old: Any, new: Any, where: tuple[Any, ...]) -> Iterator[Change]:
        before, after = _keyed(old), _keyed(new)
        for key, entry in after.items():
            place = (*where, _THINGS[name](_title(entry, key)))
            if key not in before:
                yield Change(place, ADDED)
            else:
                yield from self.mapping(_mapping(before[key]), _mapping(entry), place)
        for key, entry in before.items():
            if key not in after:
                yield Change((*where, _THINGS[name](_title(entry, key))), REMOVED)
        kept = [key for key in before if key in after]
        order = [key for key in after if key in before]
        if isinstance(new, list) and kept != order:
            first = next(key for key, other in zip(order, kept, strict=True) if key != other)
            yield Change((*where, _THINGS[name](_title(after[first], first))), MOVED)

    def value(self, name: str, old: Any, new: Any, where: tuple[Any, ...]) -> Iterator[Change]:
        if _is_text(old) and _is_text(new):
            one, other = text(old), text(new)
            if one == other:  # only the other language has changed
                one, other = (" / ".join(str(side) for side in (value or {}).values()) for value in (old, new))
        else:
            one, other = self.said(name, old, 0), self.said(name, new, 1)
        one, other = _around(one, other)
        yield Change(where, CHANGED, _NAMES.get(name, name), one or None, other or None)

    def said(self, name: str, value: Any, side: int) -> str:
        """A value as people say it."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, Mapping) and "within" in value:
            return _span(value)
        if isinstance(value, Mapping):
            return text(value) if _is_text(value) else ", ".join(f"{key} {item}" for key, item in value.items())
        if isinstance(value, list | tuple):
            return ", ".join(self.said(name, item, side) for item in value)
        return self.named(name, str(value), side)

    def named(self, name: str, key: str, side: int) -> str:
        """What a key stands for, where it names a step, a lane, a stage or an end."""
        part = {"to": "steps", "start": "steps", "not_same_as": "steps", "returns": "steps", "lane": "lanes",
                "stage": "stages", "end": "ends", "close_from_anywhere": "ends", "until": "steps"}.get(name)  # fmt: skip
        return _title(_keyed(self.bodies[side].get(part)).get(key), key) if part else key


def _plain_list(value: Any) -> bool:
    return isinstance(value, list) and any(not isinstance(item, Mapping) for item in value)


def _nested(name: str, value: Any) -> bool:
    return value is None or (isinstance(value, Mapping) and not _is_text(value) and "within" not in value)


def _is_text(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return value is None
    return bool(value) and set(value) <= {"zh", "en"} and all(isinstance(side, str) for side in value.values())


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _keyed(items: Any) -> dict[str, Any]:
    """Named things by their key, whether they stand as a list or as a mapping."""
    if isinstance(items, Mapping):
        return {str(key): item for key, item in items.items()}
    found: dict[str, Any] = {}
    for number, item in enumerate(items if isinstance(items, list) else ()):
        key = (
            next((item[name] for name in ("key", "kind", "name") if item.get(name)), "")
            if isinstance(item, Mapping)
            else ""
        )
        found[str(key) if key and str(key) not in found else str(number + 1)] = item
    return found


def _title(entry: Any, key: str) -> str:
    title = entry.get("title") if isinstance(entry, Mapping) else None
    return (text(title) if _is_text(title) else "") or key


def _span(value: Mapping[str, Any]) -> str:
    number = value.get("within") if isinstance(value.get("within"), int) else 0
    if value.get("unit") == "hours":
        return ngettext("%(num)s hour", "%(num)s hours", number or 0)
    return ngettext("%(num)s working day", "%(num)s working days", number or 0)


def _around(old: str, new: str) -> tuple[str, str]:
    """Two texts cut to where they differ when they are long."""
    if max(len(old), len(new)) <= LONGEST or not old or not new:
        return _cut(old, 0), _cut(new, 0)
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    begin = max(0, start - CONTEXT)
    return _cut(old, begin), _cut(new, begin)


def _cut(words: str, begin: int) -> str:
    part = words[begin : begin + LONGEST]
    return ("…" if begin else "") + part + ("…" if begin + LONGEST < len(words) else "")
