"""From scope to rows: the one function that every list, page, search, export, report and API query goes through."""

from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

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
    granted = actor.scope(permission)
    if granted is None:
        return false()
    if granted.level is Scope.ALL:
        return true()
    clauses: list[ColumnElement[bool]] = []
    if person is not None:
        clauses.append(person.in_(sorted(actor.selves)))
    if granted.level >= Scope.TEAM and team is not None and actor.team_ids:
        clauses.append(team.in_(sorted(actor.team_ids)))
    if granted.level >= Scope.UNIT and unit is not None and granted.unit_ids:
        clauses.append(unit.in_(sorted(granted.unit_ids)))
    return or_(*clauses) if clauses else false()
