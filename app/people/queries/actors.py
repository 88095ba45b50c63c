"""From a person to an actor: exactly the rights of this moment, in three statements, never kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Integer, String, and_, bindparam, cast, literal_column, null, select, union_all

from app.core import clock, permissions
from app.core.actor import Actor, Granted, Scope
from app.core.database import fetch
from app.core.dated import DAY, in_force
from app.core.errors import NotFound
from app.people.models import Absence, Grant, Membership, Person, Placement, Posting, Team
from app.people.queries.units import subtrees


@dataclass(frozen=True, slots=True)
class Office:
    """One granted role: for which unit, and whether that is a root of the tree."""

    role: str
    unit_id: int
    at_root: bool


def actor_for(
    person_id: int,
    channel: str = "page",
    address: str | None = None,
    *,
    session_id: int | None = None,
    person: Any = None,
) -> Actor:
    """The actor that ``person_id`` is now: roles from grants and teams in force today, with their reach.

    ``person``: its row, when the caller has read it already. A locked or departed person has no rights at all.
    Raises ``NotFound`` for an unknown id.
    """
    if person is None:
        person = fetch(_PERSON, {"person": person_id}).one_or_none()
        if person is None:
            raise NotFound()
    standing = {
        "id": person.id,
        "name": person.name,
        "username": person.username,
        "locale": person.locale or "",
        "theme": person.theme,
        "channel": channel,
        "address": address,
        "session_id": session_id,
    }
    if person.state != "active":
        return Actor(**standing)
    offices, teams, home, absent = _standing_of(person_id)
    roles = frozenset({"staff", *teams} | {office.role for office in offices})
    return Actor(
        **standing,
        roles=roles,
        grants=rights(roles, offices, subtrees([o.unit_id for o in offices if not o.at_root]), teams),
        team_ids=frozenset().union(*teams.values()),
        home_unit_id=home,
        stands_in_for=frozenset(absent),
    )


def rights(
    roles: Iterable[str],
    offices: Iterable[Office],
    below: Mapping[int, frozenset[int]],
    teams: Mapping[str, frozenset[int]],
) -> dict[str, Granted]:
    """Permissions with their reach. An office at the root of the tree reaches everything; others their subtree.

    ``teams``: those in which a role is held; what the role permits in a team it permits in these.
    """
    reach: dict[str, tuple[bool, frozenset[int]]] = {}
    for office in offices:
        everywhere, units = reach.get(office.role, (False, frozenset()))
        reach[office.role] = (everywhere or office.at_root, units | below.get(office.unit_id, frozenset()))
    found: dict[str, Granted] = {}
    for role in roles:
        everywhere, units = reach.get(role, (False, frozenset()))
        of_units = Granted(Scope.ALL) if everywhere else Granted(Scope.UNIT, units)
        in_teams = Granted(Scope.TEAM, team_ids=teams.get(role, frozenset()))
        for name, level in permissions.of_role(role).items():
            granted = of_units if level is Scope.UNIT else in_teams if level is Scope.TEAM else _GRANTED[level]
            known = found.get(name)
            if known is not None:
                level = max(granted.level, known.level)
                granted = Granted(level, known.unit_ids | granted.unit_ids, known.team_ids | granted.team_ids)
            found[name] = granted
    return found


_GRANTED = {level: Granted(level) for level in Scope}

_PERSON_ID = bindparam("person", type_=Integer)
_PERSON = select(Person.id, Person.name, Person.username, Person.locale, Person.theme, Person.state).where(
    Person.id == _PERSON_ID
)
_NO_TEXT, _NO_NUMBER = cast(null(), String(16)), cast(null(), Integer)
_STANDING: CompoundSelect[Any] = union_all(
    select(literal_column("'grant'"), Grant.role, Grant.unit_id, Placement.parent_id)
    .outerjoin(Placement, and_(Placement.unit_id == Grant.unit_id, in_force(Placement, DAY)))
    .where(Grant.person_id == _PERSON_ID, in_force(Grant, DAY)),
    select(literal_column("'team'"), Membership.role, Membership.team_id, _NO_NUMBER)
    .join(Team, Team.id == Membership.team_id)
    .where(Membership.person_id == _PERSON_ID, in_force(Membership, DAY), Team.closed_on.is_(None)),
    select(literal_column("'home'"), _NO_TEXT, Posting.unit_id, _NO_NUMBER).where(
        Posting.person_id == _PERSON_ID, in_force(Posting, DAY)
    ),
    select(literal_column("'absent'"), _NO_TEXT, Absence.person_id, _NO_NUMBER).where(
        Absence.deputy_id == _PERSON_ID, in_force(Absence, DAY)
    ),
)
# built once: this is asked at every request


def _standing_of(person_id: int) -> tuple[list[Office], dict[str, frozenset[int]], int | None, set[int]]:
    offices: list[Office] = []
    teams: dict[str, frozenset[int]] = {}
    home: int | None = None
    absent: set[int] = set()
    for kind, role, number, parent in fetch(_STANDING, {"person": person_id, "day": clock.today()}):
        if kind == "grant":
            offices.append(Office(role, number, parent is None))
        elif kind == "team":
            teams[role] = teams.get(role, frozenset()) | {number}
        elif kind == "home":
            home = number
        else:
            absent.add(number)
    return offices, teams, home, absent
