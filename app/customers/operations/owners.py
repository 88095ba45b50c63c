"""Who a new customer belongs to: unit, team and holder, as given or as they follow from who acts."""

from dataclasses import dataclass

from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import session
from app.core.dated import in_force
from app.customers import permissions
from app.customers.rules.record import Checked
from app.people import queries as people
from app.people.models import Person, Posting, Team

MAX_ID = 2**63 - 1
POOL = 0
"""Given as ``holder_id``: nobody; the customer stands in the open pool."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Unit, team and holder of a customer."""

    unit_id: int
    team_id: int | None
    holder_id: int | None


def settle(
    actor: Actor, checked: Checked, *, unit_id: int | None, team_id: int | None, holder_id: int | None
) -> Owners:
    """Complete and check the owners of a new customer; what is wrong is noted in ``checked``.

    Without a holder it is whoever acts, if in a team; their only team; the team's unit, else the actor's own.
    ``holder_id`` 0 is the open pool.
    """
    holder: int | None = holder_id
    if holder is None:
        holder = (actor.behalf or actor.id) if actor.team_ids and not actor.is_system else None
    elif holder == POOL:
        holder = None
    if holder is not None and not is_active(holder):
        checked.fault("holder_id", "unknown_holder")
        return Owners(0, None, None)
    if team_id is None and holder is not None:
        teams = [team.id for team, _roles in people.teams_of(holder)]
        team_id = teams[0] if len(teams) == 1 else None
        if len(teams) > 1 and not actor.is_system:
            checked.fault("team_id", "required")
    home = check_team(team_id, holder, checked)
    unit = unit_id or home or actor.home_unit_id
    if unit is None:
        checked.fault("unit_id", "required")
    elif unit > MAX_ID or unit not in people.unit_names([unit]):
        checked.fault("unit_id", "unknown_unit")
    elif unit not in (home, actor.home_unit_id) and not reaches_unit(actor, permissions.CREATE, unit):
        checked.fault("unit_id", "outside")
    elif not checked.faults and not permissions.reaches(
        actor, permissions.CREATE, person=holder, team=team_id, unit=unit
    ):
        checked.fault("holder_id" if holder_id is not None else "unit_id", "outside")
    return Owners(unit or 0, team_id, holder)


def check_team(team_id: int | None, holder: int | None, checked: Checked) -> int | None:
    """The unit of an open team; notes a fault when there is no such team or the holder is not in it."""
    if team_id is None:
        return None
    unit = None
    if 0 < team_id <= MAX_ID:
        unit = session.scalar(select(Team.unit_id).where(Team.id == team_id, Team.closed_on.is_(None)))
    if unit is None:
        checked.fault("team_id", "unknown")
    elif holder is not None and holder not in {member.person_id for member in people.team_members(team_id)}:
        checked.fault("holder_id", "not_in_team")
    return unit


def reaches_unit(actor: Actor, permission: str, unit_id: int) -> bool:
    """Whether the actor's right covers the unit itself, not only their own or their team's customers."""
    return permissions.reaches(actor, permission, person=None, team=None, unit=unit_id)


def is_active(person_id: int) -> bool:
    """Whether there is such a person and they have not left."""
    if not 0 < person_id <= MAX_ID:
        return False
    return session.scalar(select(Person.id).where(Person.id == person_id, Person.state != "left")) is not None


def home_unit(person_id: int) -> int | None:
    """The unit a person is posted to today."""
    return session.scalar(select(Posting.unit_id).where(Posting.person_id == person_id, in_force(Posting)))
