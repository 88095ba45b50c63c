"""Rights over customers. Scope: holder (self), their team, the unit subtree of a supervisor (D23)."""

from sqlalchemy import ColumnElement, func

from app.core.actor import Actor, Scope
from app.core.errors import Forbidden
from app.core.permissions import permission
from app.core.scopes import Reach, visible, within
from app.core.texts import _l
from app.customers.models import Customer

_TEAM = {"leader": Scope.TEAM, "relationship": Scope.TEAM, "business": Scope.TEAM, "support": Scope.TEAM}
_SERVING = {**_TEAM, "supervisor": Scope.UNIT}

VIEW = permission("customers:customer:view", title=_l("See customers"), roles={**_SERVING, "trainee": Scope.SELF})
CREATE = permission("customers:customer:create", title=_l("Add customers"), roles=_SERVING)
EDIT = permission(
    "customers:customer:edit",
    title=_l("Change customers"),
    roles={"leader": Scope.TEAM, "relationship": Scope.TEAM, "support": Scope.TEAM, "supervisor": Scope.UNIT},
)
ASSIGN = permission(
    "customers:portfolio:assign",
    title=_l("Decide who holds a customer"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT},
)
REVEAL = permission(
    "customers:secret:reveal",
    title=_l("Reveal phone and identity numbers, with a reason"),
    roles={"leader": Scope.TEAM, "relationship": Scope.TEAM, "support": Scope.TEAM, "supervisor": Scope.UNIT},
)
EXPORT = permission(
    "customers:customer:export",
    title=_l("Export customer lists"),
    roles={"leader": Scope.TEAM, "relationship": Scope.TEAM, "supervisor": Scope.UNIT},
)
RECORD = permission(
    "customers:contact:record",
    title=_l("Record visits, calls and notes"),
    roles={**_SERVING, "trainee": Scope.SELF},
)
IMPORT = permission("customers:customer:import", title=_l("Import customer lists"), roles={"supervisor": Scope.UNIT})
LOOKS = permission(
    "customers:look:view",
    title=_l("See who looked at customers"),
    roles={"supervisor": Scope.UNIT, "auditor": Scope.ALL},
)
TIERS = permission(
    "customers:tier:manage", title=_l("Set how often each tier is contacted"), roles={"supervisor": Scope.UNIT}
)

ON_ONE = (EDIT, ASSIGN, REVEAL, RECORD, LOOKS)
"""The rights that are asked of a single customer."""


def reached(actor: Actor, name: str = VIEW) -> ColumnElement[bool]:
    """The customers that ``actor`` reaches with a permission: the one clause of list, page, search, export and API."""
    return visible(actor, name, person=Customer.holder_id, team=Customer.team_id, unit=Customer.unit_id)


def reached_within(reach: Reach, *, walk: bool = False) -> ColumnElement[bool]:
    """The clause of :func:`reached` for a statement that is built once and run with ``ids_of`` the actor.

    ``walk`` keeps SQLite from using the indexes on owners (the same rows, found in another order).
    """
    owners = (Customer.holder_id, Customer.team_id, Customer.unit_id)
    person, team, unit = (func.likely(column) for column in owners) if walk else owners
    return within(reach, person=person, team=team, unit=unit)


def reaches(actor: Actor, name: str, *, person: int | None, team: int | None, unit: int | None) -> bool:
    """Whether a customer with these owners would be within the actor's reach (before there is a row)."""
    granted = actor.scope(name)
    if granted is None:
        return False
    if granted.level is Scope.ALL:
        return True
    return (
        (person is not None and person in actor.selves)
        or (granted.level >= Scope.TEAM and team is not None and team in granted.team_ids)
        or (granted.level >= Scope.UNIT and unit is not None and unit in granted.unit_ids)
    )


def refusal(name: str) -> Forbidden:
    """What to raise for a customer in view but beyond a right."""
    return Forbidden(name)
