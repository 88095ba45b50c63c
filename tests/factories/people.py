"""Units, persons, teams and roles for tests. Everybody's password is ``tests.support.client.PASSWORD``."""

from datetime import date, timedelta
from functools import cache
from itertools import count

from sqlalchemy import select

from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session
from app.core.permissions import GRANTED_ROLES, TEAM_ROLES
from app.people import operations, queries
from app.people.models import Person, Team, Unit

PASSWORD = "qiao-tests-2026"
_number = count(1)


@cache
def password_hash() -> str:
    """The hash of everybody's password, made once."""
    return operations.hashed(PASSWORD)


def create_unit(
    name: str = "",
    *,
    parent: Unit | int | None = None,
    level: str = "",
    code: str = "",
    day: date | None = None,
) -> Unit:
    """A unit; without a parent a root. The level follows from the depth when it is not given."""
    n = next(_number)
    parent_id = parent.id if isinstance(parent, Unit) else parent
    if not level:
        depth = len(queries.unit_path(parent_id)) if parent_id else 0
        level = ["head_office", "provincial_branch", "sub_branch", "outlet", "department"][min(depth, 4)]
    unit_id = operations.place_unit(
        SYSTEM,
        code=code or f"U{n:05d}",
        name=name or f"机构{n}",
        level=level,
        parent_id=parent_id,
        day=day or _long_ago(),
    )
    unit = session.get(Unit, unit_id)
    assert unit is not None
    return unit


def root() -> Unit:
    """The root of the tree, made when there is none."""
    found = queries.root_unit()
    return create_unit("总行") if found is None else session.get_one(Unit, found)


def create_person(
    name: str = "",
    *,
    username: str = "",
    unit: Unit | int | None = None,
    post: str = "customer_manager",
    grade: str | None = "junior",
    role: str | None = None,
    team: Team | int | None = None,
    staff_number: str | None = None,
    locale: str | None = None,
    hired_on: date | None = None,
) -> Person:
    """A person who can sign in. ``role``: a granted role (for ``unit``, else the root) or, with ``team``, a team role."""
    n = next(_number)
    place = unit or root()
    unit_id = place if isinstance(place, int) else place.id
    person_id = operations.create_person(
        SYSTEM,
        username=username or f"person{n}",
        name=name or f"员工{n}",
        staff_number=staff_number or f"N{n:05d}",
        hired_on=hired_on,
        locale=locale,
        unit_id=unit_id,
        post=post,
        grade=grade,
        day=_long_ago(),
        password_hash=password_hash(),
    )
    if role in GRANTED_ROLES:
        grant(person_id, role, unit_id)
    elif role in TEAM_ROLES:
        join(team or create_team(unit=unit_id), person_id, role)
    return session.get_one(Person, person_id)


def create_team(
    name: str = "", *, unit: Unit | int | None = None, industry: str = "mixed", **members: Person | int
) -> Team:
    """A team; ``leader=``, ``relationship=``, ``business=``, ``support=`` put persons into it."""
    place = unit or root()
    team_id = operations.create_team(
        SYSTEM,
        name=name or f"小组{next(_number)}",
        unit_id=place if isinstance(place, int) else place.id,
        industry=industry,
    )
    for role, person in members.items():
        join(team_id, person, role)
    return session.get_one(Team, team_id)


def join(
    team: Team | int, person: Person | int, role: str, *, day: date | None = None, until: date | None = None
) -> None:
    """Put a person into a team with a role."""
    operations.join_team(
        SYSTEM,
        team if isinstance(team, int) else team.id,
        person_id=person if isinstance(person, int) else person.id,
        role=role,
        day=day or _long_ago(),
        until=until,
    )


def grant(person: Person | int, role: str, unit: Unit | int | None = None, *, day: date | None = None) -> int:
    """Give a person a role for a unit (the root)."""
    place = unit or root()
    return operations.grant_role(
        SYSTEM,
        person if isinstance(person, int) else person.id,
        role=role,
        unit_id=place if isinstance(place, int) else place.id,
        day=day or _long_ago(),
    )


def create_absence(person: Person, deputy: Person, *, first: date | None = None, days: int = 5) -> int:
    """``person`` is away from ``first`` (today) for ``days`` days and ``deputy`` stands in."""
    begin = first or clock.today()
    return operations.record_absence(
        SYSTEM, person.id, deputy_id=deputy.id, first=begin, last=begin + timedelta(days=days - 1)
    )


def actor(person: Person | int, channel: str = "page") -> Actor:
    """The actor that a person is now."""
    return queries.actor_for(person if isinstance(person, int) else person.id, channel, "127.0.0.1")


def by_username(username: str) -> Person:
    """The person with that user name."""
    return session.scalars(select(Person).where(Person.username == username)).one()


def _long_ago() -> date:
    return date(2020, 1, 1)
