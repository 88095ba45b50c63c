"""Reading customer teams: members with roles on a day, teams within scope (D7, D9)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import fetch, once_per_reading, session
from app.core.dated import DAY, in_force
from app.core.errors import NotFound
from app.core.paging import Key, Page, keyset
from app.core.permissions import TEAM_ROLES
from app.core.scopes import visible
from app.people.models import Membership, Person, Team
from app.people.permissions import TEAM_VIEW


@dataclass(frozen=True, slots=True)
class Member:
    """One role of one person in a team."""

    person_id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team: its unit, industry, purpose, when it was closed, version."""

    id: int
    name: str
    unit_id: int
    industry: str
    purpose: str
    closed_on: date | None
    version: int


_ORDER = case({role: number for number, role in enumerate(TEAM_ROLES)}, value=Membership.role, else_=9)


_MEMBERS = (
    select(Membership.team_id, Membership.person_id, Person.name, Membership.role, Person.state)
    .join(Person, Person.id == Membership.person_id)
    .where(Membership.team_id.in_(bindparam("teams", expanding=True)), in_force(Membership, DAY))
    .order_by(_ORDER, Membership.valid_from, Membership.id)
)
# built once: every page of a sale and every step that opens asks for it


@once_per_reading
def _roster(team_id: int, day: date | None) -> Sequence[Any]:
    """Everybody in a team on ``day`` (today) by role, longest first, with name and state. One statement."""
    return fetch(_MEMBERS, {"teams": [team_id], "day": day or clock.today()}).all()


def team_members(team_id: int, day: date | None = None) -> list[Member]:
    """Members of a team on ``day`` (today), leader first; a person with two roles comes twice."""
    return [Member(row.person_id, row.name, row.role) for row in _roster(team_id, day)]


def members_of(team_ids: Collection[int], day: date | None = None) -> dict[int, list[Member]]:
    """Members of several teams on ``day`` (today). One statement."""
    if not team_ids:
        return {}
    rows = fetch(_MEMBERS, {"teams": sorted(set(team_ids)), "day": day or clock.today()})
    found: dict[int, list[Member]] = {}
    for team_id, person_id, name, role, _state in rows:
        found.setdefault(team_id, []).append(Member(person_id, name, role))
    return found


def team_role_holders(team_id: int, role: str, day: date | None = None) -> list[int]:
    """Active persons who hold ``role`` in the team on ``day`` (today), longest first."""
    return [row.person_id for row in _roster(team_id, day) if row.role == role and row.state != "left"]


def teams_of(person_id: int, day: date | None = None) -> list[tuple[TeamView, list[str]]]:
    """Teams a person is in on ``day`` (today), each with that person's roles in it."""
    day = day or clock.today()
    rows = fetch(_TEAMS_OF, {"person": person_id, "day": day})
    found: dict[int, tuple[TeamView, list[str]]] = {}
    for row in rows:
        view = TeamView(*row[:7])
        if view.closed_on is None or view.closed_on > day:
            found.setdefault(view.id, (view, []))[1].append(row[7])
    return list(found.values())


_COLUMNS: tuple[Any, ...] = (
    Team.id,
    Team.name,
    Team.unit_id,
    Team.industry,
    Team.purpose,
    Team.closed_on,
    Team.version,
)
_TEAMS_OF = (
    select(*_COLUMNS, Membership.role)
    .join(Membership, Membership.team_id == Team.id)
    .where(Membership.person_id == bindparam("person"), in_force(Membership, DAY))
    .order_by(Team.name, Team.id, _ORDER)
)


def team_names(ids: Collection[int]) -> dict[int, str]:
    """Names of teams by id, closed ones too. One statement, none for an empty collection."""
    if not ids:
        return {}
    return {i: name for i, name in session.execute(select(Team.id, Team.name).where(Team.id.in_(sorted(set(ids)))))}


def team_names_of(person_ids: Collection[int]) -> dict[int, list[str]]:
    """Names of the teams that each person is in today. One statement, none for an empty collection."""
    if not person_ids:
        return {}
    rows = session.execute(
        select(Membership.person_id, Team.name)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.person_id.in_(sorted(set(person_ids))), in_force(Membership))
        .distinct()
        .order_by(Membership.person_id, Team.name)
    )
    found: dict[int, list[str]] = {}
    for person, name in rows:
        found.setdefault(person, []).append(name)
    return found


def teams_page(
    actor: Actor,
    cursor: str | None = None,
    limit: int = 50,
    *,
    q: str = "",
    unit_ids: Collection[int] | None = None,
    closed: bool = False,
    permission: str = TEAM_VIEW,
) -> Page[TeamView]:
    """Teams within reach by name."""
    stmt: Select[Any] = select(*_COLUMNS).where(visible(actor, permission, team=Team.id, unit=Team.unit_id))
    if not closed:
        stmt = stmt.where(Team.closed_on.is_(None))
    if q.strip():
        stmt = stmt.where(func.lower(Team.name).contains(q.strip().lower(), autoescape=True))
    if unit_ids is not None:
        stmt = stmt.where(Team.unit_id.in_(sorted(unit_ids)))
    page = keyset(stmt, [Key(Team.name), Key(Team.id)], cursor, limit)
    return Page([TeamView(*row[:7]) for row in page.items], page.next)


def team_for(actor: Actor, team_id: int, permission: str = TEAM_VIEW) -> TeamView:
    """One team within reach; raises ``NotFound``."""
    row = session.execute(
        select(*_COLUMNS).where(Team.id == team_id, visible(actor, permission, team=Team.id, unit=Team.unit_id))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return TeamView(*row)


@dataclass(frozen=True, slots=True)
class MembershipView:
    """A line of a team's history."""

    id: int
    person_id: int
    name: str
    role: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime


def team_history(team_id: int) -> Sequence[MembershipView]:
    """All memberships of a team as known today, latest first; also those that begin later."""
    rows = session.execute(
        select(
            Membership.id,
            Membership.person_id,
            Person.name,
            Membership.role,
            Membership.valid_from,
            Membership.valid_to,
            Membership.recorded_at,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id == team_id, Membership.superseded_at.is_(None))
        .order_by(Membership.valid_from.desc(), _ORDER, Membership.id)
        .limit(300)
    )
    return [MembershipView(*row) for row in rows]
