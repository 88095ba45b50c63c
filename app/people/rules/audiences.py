"""Audiences: rules that say who is meant. As data they are frozen by whoever uses them and resolved anew when asked.

All parts of a rule must hold; the values of one part are alternatives. ``also`` are persons added by name, ``without``
persons left out. A rule without parts and without ``also`` means nobody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from dateutil.relativedelta import relativedelta

from app.core.errors import Invalid
from app.core.texts import _l

MOST_PARTS = 20
MOST_VALUES = 300
MOST_PERSONS = 2000
LONGEST_VALUE = 80
MOST_MONTHS = 720
ALSO = "also"
"""Stands as criterion in the reason of somebody who was added by name."""
HIRED = ("after", "before", "newer", "older")
"""How a day of entry is compared: on or after a day, before a day, at most so many months ago, at least so many."""
_LARGEST_ID = 2**63

Why = tuple[tuple[str, str], ...]
"""Why somebody is reached: criterion and the value that they fulfil, one for each part of the rule."""


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion and the values of which one must be fulfilled."""

    criterion: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Who is meant."""

    parts: tuple[Part, ...] = ()
    also: tuple[int, ...] = ()
    without: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the rule names nobody at all."""
        return not self.parts and not self.also

    @classmethod
    def read(cls, raw: Any) -> Self:
        """A rule from its JSON; raises ``Invalid`` for anything that is none. Criteria are looked up by ``checked``."""
        if not isinstance(raw, Mapping) or set(raw) - {"parts", "also", "without"}:
            raise _unreadable()
        parts = raw.get("parts", [])
        if not isinstance(parts, list) or len(parts) > MOST_PARTS:
            raise _unreadable()
        return cls(tuple(_part(part) for part in parts), _ids(raw.get("also", [])), _ids(raw.get("without", [])))

    def as_json(self) -> dict[str, Any]:
        """The rule as JSON; :meth:`read` gives it back."""
        return {
            "parts": [{"criterion": part.criterion, "values": list(part.values)} for part in self.parts],
            "also": list(self.also),
            "without": list(self.without),
        }


def of_persons(ids: Collection[int]) -> Rule:
    """The rule that means just these persons."""
    return Rule(also=tuple(dict.fromkeys(ids)))


def without(rule: Rule, far: Rule) -> Rule:
    """The rule without the values and persons that ``far`` names."""
    gone = {(part.criterion, value) for part in far.parts for value in part.values}
    kept = [(p.criterion, tuple(v for v in p.values if (p.criterion, v) not in gone)) for p in rule.parts]
    return Rule(
        tuple(Part(criterion, values) for criterion, values in kept if values),
        tuple(i for i in rule.also if i not in far.also),
        tuple(i for i in rule.without if i not in far.without),
    )


def _part(raw: Any) -> Part:
    if not isinstance(raw, Mapping) or set(raw) != {"criterion", "values"}:
        raise _unreadable()
    criterion, values = raw["criterion"], raw["values"]
    if not isinstance(criterion, str) or not isinstance(values, list) or not 0 < len(values) <= MOST_VALUES:
        raise _unreadable()
    if not all(isinstance(value, str) and 0 < len(value) <= LONGEST_VALUE and "\x00" not in value for value in values):
        raise _unreadable()
    return Part(criterion, tuple(dict.fromkeys(values)))


def _ids(raw: Any) -> tuple[int, ...]:
    if not isinstance(raw, list) or len(raw) > MOST_PERSONS:
        raise _unreadable()
    if not all(type(one) is int and 0 < one < _LARGEST_ID for one in raw):
        raise _unreadable()
    return tuple(dict.fromkeys(raw))


def _unreadable() -> Invalid:
    return Invalid("rule", "unreadable", _l("This does not say who is meant in a way that can be read."))


def unknown(criterion: str) -> Invalid:
    """The refusal of a rule with a criterion that no room registers."""
    return Invalid("rule", "unknown_criterion", _l("Nobody can be chosen by “%(name)s”.", name=criterion[:40]))


def wrong_value(criterion: str, value: str) -> Invalid:
    """The refusal of a value that the criterion cannot read."""
    return Invalid(
        "rule",
        "wrong_value",
        _l("“%(value)s” is no value of “%(name)s”.", value=value[:LONGEST_VALUE], name=criterion[:40]),
    )


def reached(rule: Rule, reachable: Collection[int], fulfilled: Sequence[Mapping[int, Sequence[str]]]) -> dict[int, Why]:
    """Who is meant and why, in the order of ``reachable``.

    ``fulfilled``: for each part of the rule, persons with the values that they fulfil. Nobody outside ``reachable`` is
    ever meant, also not by name.
    """
    also, without = frozenset(rule.also), frozenset(rule.without)
    found: dict[int, Why] = {}
    for person in reachable:
        if person in without:
            continue
        if rule.parts and all(person in part for part in fulfilled):
            found[person] = tuple(
                (part.criterion, value)
                for part, values in zip(rule.parts, fulfilled, strict=True)
                for value in values[person][:1]
            )
        elif person in also:
            found[person] = ((ALSO, ""),)
    return found


def entry_days(value: str, today: date) -> tuple[date | None, date | None]:
    """First day, and the day before which, somebody came who fulfils this value; ValueError when it is none.

    ``after:2026-01-01`` · ``before:2026-01-01`` · ``newer:12`` (at most twelve months ago) · ``older:12``.
    """
    how, _sep, what = value.partition(":")
    if how in ("after", "before"):
        day = date.fromisoformat(what)
        if day.isoformat() != what:  # weeks and days without dashes are dates too
            raise ValueError(value)
        return (day, None) if how == "after" else (None, day)
    if how not in HIRED or not (what.isascii() and what.isdigit() and 0 < int(what[:6]) <= MOST_MONTHS):
        raise ValueError(value)
    then = today - relativedelta(months=int(what))
    return (then, None) if how == "newer" else (None, then + relativedelta(days=1))
