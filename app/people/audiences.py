"""By what persons can be chosen: criteria, registered by the rooms that know them, and for what they are chosen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from app.core.actor import Actor
from app.people.rules.audiences import Rule, unknown, wrong_value

SORTS = ("choices", "date")
Persons = Select[*tuple[Any, ...]]
"""A statement of person ids, each with the value that the person fulfils."""
Others = Mapping[str, Sequence[str]]
Ask = Callable[[Sequence[str], Others], Persons]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing by which persons are chosen.

    ``choices(actor)``: values with titles, for a form. ``select(values, others)``: a statement of person id and the value
    that this person fulfils; ``others``: what the rule asks by its other parts, for criteria that belong together. ``titles(values)``: values in words, at most one statement. ``fits``: whether a value can be one.
    ``nameable(actor, values)``: those of the values that the actor may name; left out where everybody may name all.
    """

    key: str
    title: Any
    sort: str
    order: int
    choices: Callable[[Actor], Sequence[tuple[str, str]]]
    select: Ask
    titles: Callable[[Sequence[str]], Mapping[str, Any]]
    fits: Callable[[str], bool]
    hint: Any = None
    nameable: Callable[[Actor, Sequence[str]], Collection[str]] | None = None


_criteria: dict[str, Criterion] = {}
_purposes: set[str] = set()


def criterion(
    key: str,
    *,
    title: Any,
    sort: str = "choices",
    order: int = 50,
    choices: Callable[[Actor], Sequence[tuple[str, str]]] = lambda actor: (),
    select: Ask,
    titles: Callable[[Sequence[str]], Mapping[str, Any]],
    fits: Callable[[str], bool] = lambda value: True,
    hint: Any = None,
    nameable: Callable[[Actor, Sequence[str]], Collection[str]] | None = None,
) -> None:
    """Register a criterion, e.g. ``customer_tier``."""
    if sort not in SORTS:
        raise ValueError(f"criterion {key}: unknown sort {sort}")
    _criteria[key] = Criterion(key, title, sort, order, choices, select, titles, fits, hint, nameable)


def criteria() -> list[Criterion]:
    """Every criterion in the order of the form."""
    return sorted(_criteria.values(), key=lambda known: (known.order, known.key))


def get(key: str) -> Criterion:
    """The criterion of that key; raises ``Invalid`` when no room registers it."""
    found = _criteria.get(key)
    if found is None:
        raise unknown(key)
    return found


def checked(rule: Rule) -> Rule:
    """The rule, when every criterion is known and can read its values; raises ``Invalid``."""
    for part in rule.parts:
        known = get(part.criterion)
        for value in part.values:
            if not known.fits(value):
                raise wrong_value(part.criterion, value)
    return rule


def chosen_under(permission: str) -> str:
    """Declare that persons are chosen under ``permission``: the picker's doors answer for no other."""
    _purposes.add(permission)
    return permission


def may_choose_under(permission: str) -> bool:
    """Whether persons are chosen under ``permission``."""
    return permission in _purposes
