"""Rights over opportunities and the catalogue. Scope: the owner (self), the team, the unit subtree."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.core.actor import Actor, Scope
from app.core.permissions import permission
from app.core.scopes import SELVES, Reach, visible, within
from app.core.texts import _l
from app.sales.models import AccompaniedVisit, Opportunity
from app.workflow.models import Turn, TurnCandidate

_SELLING = {"leader": Scope.TEAM, "relationship": Scope.TEAM}
_TEAM = {**_SELLING, "business": Scope.TEAM, "support": Scope.TEAM}

VIEW = permission(
    "sales:opportunity:view",
    title=_l("See opportunities"),
    roles={**_TEAM, "trainee": Scope.SELF, "supervisor": Scope.UNIT, "risk": Scope.SELF},
)
CREATE = permission("sales:opportunity:create", title=_l("Open opportunities"), roles=_SELLING)
CHANGE = permission(
    "sales:opportunity:change",
    title=_l("Change opportunities"),
    roles={**_TEAM, "supervisor": Scope.UNIT},
)
CLOSE = permission(
    "sales:opportunity:close",
    title=_l("Close opportunities as lost or cancelled"),
    roles={**_SELLING, "supervisor": Scope.UNIT},
)
EXPORT = permission(
    "sales:opportunity:export",
    title=_l("Export opportunities"),
    roles={**_SELLING, "supervisor": Scope.UNIT},
)
PRODUCT_VIEW = permission(
    "sales:product:view",
    title=_l("See the product catalogue"),
    roles={
        **dict.fromkeys(_TEAM, Scope.ALL),
        "trainee": Scope.ALL,
        "supervisor": Scope.ALL,
        "risk": Scope.ALL,
        "sysadmin": Scope.ALL,
    },
)
PRODUCT_MANAGE = permission(
    "sales:product:manage",
    title=_l("Keep the product catalogue"),
    roles={"sysadmin": Scope.ALL, "supervisor": Scope.UNIT},
)

ACCOMPANIED_VIEW = permission(
    "sales:accompanied:view",
    title=_l("See accompanied visits"),
    roles={"staff": Scope.SELF, "supervisor": Scope.UNIT},
)
ACCOMPANIED_PLAN = permission(
    "sales:accompanied:plan",
    title=_l("Plan accompanied visits"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT},
)


def reached(actor: Actor, name: str = VIEW) -> ColumnElement[bool]:
    """The opportunities that ``actor`` reaches with a permission: the one clause of every channel.

    Whoever has the right to see opportunities also sees those they take part in: a step reassigned, delegated or passed
    up must not lead to a closed door, before it is done nor after.
    """
    own = visible(actor, name, person=Opportunity.owner_id, team=Opportunity.team_id, unit=Opportunity.unit_id)
    granted = actor.scope(name)
    if name != VIEW or granted is None or granted.level is Scope.ALL:
        return own
    return or_(own, _taking_part(sorted(actor.selves)))


def accompanied(actor: Actor) -> ColumnElement[bool]:
    """The accompanied visits that ``actor`` reaches: their own on either side, those of their units, those they take part in.

    Not their team's: what a coach says to somebody is not for the colleagues.
    """
    own = visible(actor, ACCOMPANIED_VIEW, person=AccompaniedVisit.trainee_id, unit=AccompaniedVisit.unit_id)
    if actor.is_system:
        return own
    selves = sorted(actor.selves)
    return or_(own, AccompaniedVisit.coach_id.in_(selves), AccompaniedVisit.run_id.in_(_runs_of(selves)))


def reached_within(reach: Reach) -> ColumnElement[bool]:
    """The clause of :func:`reached` for seeing, in a statement that is built once and run with ``ids_of`` the actor."""
    own = within(reach, person=Opportunity.owner_id, team=Opportunity.team_id, unit=Opportunity.unit_id)
    return own if reach.level in (None, Scope.ALL) else or_(own, _taking_part(SELVES))


def _taking_part(selves: Any) -> ColumnElement[bool]:
    return Opportunity.run_id.in_(_runs_of(selves))


def _runs_of(selves: Any) -> Any:
    assigned = select(Turn.run_id).where(Turn.assignee_id.in_(selves))
    offered = (
        select(Turn.run_id)
        .join(TurnCandidate, TurnCandidate.turn_id == Turn.id)
        .where(TurnCandidate.person_id.in_(selves), Turn.state == "waiting")
    )
    return assigned.union_all(offered)


def keeps_catalogue(actor: Actor) -> bool:
    """Whether ``actor`` may change the catalogue, which is the whole institution's: an office at a sub-branch is not enough."""
    granted = actor.scope(PRODUCT_MANAGE)
    return granted is not None and granted.level is Scope.ALL
