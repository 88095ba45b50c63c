"""From scope to rows: the one rule that every list, page, search, export, report and API query goes through."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, false, or_, true

from app.core.actor import Actor, Scope


def visible(
    actor: Actor,
    permission: str,
    *,
    person: ColumnElement[Any] | Any = None,
    team: ColumnElement[Any] | Any = None,
    unit: ColumnElement[Any] | Any = None,
) -> ColumnElement[bool]:
    """The rows that ``actor`` reaches with ``permission``.

    ``person``, ``team`` and ``unit`` are the owning columns of the row; leave out what the table lacks. A wider scope
    always includes the narrower ones, so nobody loses sight of their own records.
    """
    return _clause(reach_of(actor, permission), ids_of(actor, permission), person, team, unit)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a permission goes, without whose it is: all that the text of a statement depends on.

    A statement that every page needs is built once for each reach and then run with the ids of each actor.
    """

    level: Scope | None
    in_teams: bool
    in_units: bool


def reach_of(actor: Actor, permission: str) -> Reach:
    """The reach of ``permission`` for ``actor``; level None without it."""
    granted = actor.scope(permission)
    if granted is None or granted.level is Scope.ALL:
        return Reach(granted.level if granted else None, False, False)
    return Reach(
        granted.level,
        granted.level >= Scope.TEAM and bool(granted.team_ids),
        granted.level >= Scope.UNIT and bool(granted.unit_ids),
    )


def ids_of(actor: Actor, permission: str) -> dict[str, Any]:
    """What the parameters of :func:`within` stand for: the actor's persons, teams and units."""
    granted = actor.scope(permission)
    return {
        "selves": sorted(actor.selves),
        "teams": sorted(granted.team_ids) if granted else [],
        "units": sorted(granted.unit_ids) if granted else [],
    }


SELVES: BindParameter[Any] = bindparam("selves", expanding=True)
"""Stands for the persons whose own things the actor may handle, in statements that are built once."""
_PARAMETERS = {
    "selves": SELVES,
    "teams": bindparam("teams", expanding=True),
    "units": bindparam("units", expanding=True),
}


def within(
    reach: Reach,
    *,
    person: ColumnElement[Any] | Any = None,
    team: ColumnElement[Any] | Any = None,
    unit: ColumnElement[Any] | Any = None,
) -> ColumnElement[bool]:
    """The clause of :func:`visible` for a statement that is built once; run it with :func:`ids_of` the actor."""
    return _clause(reach, _PARAMETERS, person, team, unit)


def _clause(reach: Reach, ids: Any, person: Any, team: Any, unit: Any) -> ColumnElement[bool]:
    if reach.level is None:
        return false()
    if reach.level is Scope.ALL:
        return true()
    clauses: list[ColumnElement[bool]] = []
    if person is not None:
        clauses.append(person.in_(ids["selves"]))
    if team is not None and reach.in_teams:
        clauses.append(team.in_(ids["teams"]))
    if unit is not None and reach.in_units:
        clauses.append(unit.in_(ids["units"]))
    return or_(*clauses) if clauses else false()
