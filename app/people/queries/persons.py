"""Reading persons: names for other rooms, lists within scope, one person's page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, and_, bindparam, or_, select

from app.core import clock, search
from app.core.actor import Actor, Scope
from app.core.database import fetch, once_per_reading, session
from app.core.dated import DAY, in_force
from app.core.errors import NotFound
from app.core.paging import Key, Page, keyset
from app.core.scopes import Reach, ids_of, reach_of, visible, within
from app.people.models import Grant, Membership, Person, Posting, Team
from app.people.permissions import PERSON_VIEW


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list."""

    id: int
    name: str
    username: str
    staff_number: str | None
    state: str
    unit_id: int | None
    post: str | None
    grade: str | None


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person with the posting of today."""

    id: int
    name: str
    username: str
    staff_number: str | None
    email: str | None
    state: str
    locale: str | None
    theme: str
    hired_on: date | None
    left_on: date | None
    must_change_password: bool
    password_changed_at: datetime | None
    has_password: bool
    version: int
    unit_id: int | None
    post: str | None
    grade: str | None


_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_NAMES = select(Person.id, Person.name).where(Person.id.in_(_IDS))
_ACTIVE = select(Person.id).where(Person.id.in_(_IDS), Person.state != "left")
# built once: nearly every page asks for them


def names(ids: Collection[int | None]) -> dict[int, str]:
    """Names of persons by id; unknown ids are simply absent. One statement, none for an empty collection."""
    wanted = sorted({i for i in ids if i})
    if not wanted:
        return {}
    return {i: name for i, name in fetch(_NAMES, {"ids": wanted})}


def active_ids(ids: Collection[int]) -> frozenset[int]:
    """Those of the ids that are persons who have not left. One statement, none for an empty collection."""
    return _active(frozenset(ids)) if ids else frozenset()


@once_per_reading
def _active(ids: frozenset[int]) -> frozenset[int]:
    return frozenset(fetch(_ACTIVE, {"ids": sorted(ids)}).scalars())


def home_units(ids: Collection[int]) -> dict[int, int]:
    """Unit of each person's posting today. One statement, none for an empty collection."""
    if not ids:
        return {}
    rows = session.execute(
        select(Posting.person_id, Posting.unit_id).where(Posting.person_id.in_(sorted(ids)), in_force(Posting))
    )
    return {person: unit for person, unit in rows}


def with_posting(*columns: Any, day: Any = None) -> Select[Any]:
    """Columns of persons, left-joined with their posting of today (or of ``DAY``, in statements that are built once)."""
    day = clock.today() if day is None else day
    return select(*columns).outerjoin(Posting, and_(Posting.person_id == Person.id, in_force(Posting, day)))


def within_reach(actor: Actor, permission: str) -> Any:
    """Predicate over ``Person`` left-joined with today's ``Posting``: whom ``actor`` reaches with ``permission``.

    Reaching a team means reaching the persons in it today.
    """
    granted = actor.scope(permission)
    own = visible(actor, permission, person=Person.id, unit=Posting.unit_id)
    if granted is None or granted.level is Scope.ALL or granted.level < Scope.TEAM or not granted.team_ids:
        return own
    in_team = select(Membership.person_id).where(
        in_force(Membership), visible(actor, permission, team=Membership.team_id)
    )
    return or_(own, Person.id.in_(in_team))


def reached_within(reach: Reach) -> Any:
    """The clause of :func:`within_reach` for a statement that is built once and run with ``ids_of`` the actor and ``day``."""
    own = within(reach, person=Person.id, unit=Posting.unit_id)
    if not reach.in_teams:
        return own
    in_team = select(Membership.person_id).where(in_force(Membership, DAY), within(reach, team=Membership.team_id))
    return or_(own, Person.id.in_(in_team))


def reached_among(actor: Actor, permission: str, person_ids: Collection[int]) -> frozenset[int]:
    """Those of the persons whom ``actor`` reaches with ``permission``, who have left too. One statement, none for nobody."""
    if not person_ids or not actor.may(permission):
        return frozenset()
    near = with_posting(Person.id).where(Person.id.in_(sorted(person_ids)), within_reach(actor, permission))
    return frozenset(session.scalars(near))


def people_page(
    actor: Actor,
    q: str = "",
    cursor: str | None = None,
    limit: int = 50,
    *,
    unit_ids: Collection[int] | None = None,
    state: str | None = "active",
    roles: Collection[str] = (),
    post: str | None = None,
    permission: str = PERSON_VIEW,
) -> Page[PersonLine]:
    """Persons within reach by name; ``q`` looks in name, pinyin, user name and number. ``state`` None means all."""
    stmt = with_posting(
        Person.id,
        Person.name,
        Person.username,
        Person.staff_number,
        Person.state,
        Posting.unit_id,
        Posting.post,
        Posting.grade,
    ).where(within_reach(actor, permission))
    if q.strip():
        stmt = stmt.where(search.matches(Person, q))
    if state:
        stmt = stmt.where(Person.state == state)
    if unit_ids is not None:
        stmt = stmt.where(Posting.unit_id.in_(sorted(unit_ids)))
    if post:
        stmt = stmt.where(Posting.post == post)
    if roles:
        stmt = stmt.where(Person.id.in_(_holding(roles)))
    page = keyset(stmt, [Key(Person.pinyin), Key(Person.id)], cursor, limit)
    return Page([PersonLine(*row[:8]) for row in page.items], page.next)


def ids_within(actor: Actor, permission: str, *, team_id: int | None = None, limit: int = 5000) -> list[int]:
    """Active persons within reach of ``permission`` by name (of a team, only those of them in it today). One statement."""
    stmt = _ids_within(reach_of(actor, permission), team_id is not None)
    given = {**ids_of(actor, permission), "day": clock.today(), "team": team_id, "most": limit}
    return list(fetch(stmt, given).scalars())


@cache
def _ids_within(reach: Reach, of_team: bool) -> Select[Any]:
    """The statement of :func:`ids_within`, built once for each reach."""
    stmt = with_posting(Person.id, day=DAY).where(reached_within(reach), Person.state == "active")
    if of_team:
        members = select(Membership.person_id).where(in_force(Membership, DAY), Membership.team_id == bindparam("team"))
        stmt = stmt.where(Person.id.in_(members))
    return stmt.order_by(Person.pinyin, Person.id).limit(bindparam("most", type_=Integer))


def _holding(roles: Collection[str]) -> Select[Any]:
    by_team = (
        select(Membership.person_id)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.role.in_(roles), in_force(Membership), Team.closed_on.is_(None))
    )
    by_grant = select(Grant.person_id).where(Grant.role.in_(roles), in_force(Grant))
    either = by_team.union_all(by_grant).subquery()
    return select(either.c.person_id)


def person_for(actor: Actor, person_id: int, permission: str = PERSON_VIEW) -> PersonView:
    """One person within reach of ``permission``; raises ``NotFound``."""
    row = session.execute(
        with_posting(
            Person.id,
            Person.name,
            Person.username,
            Person.staff_number,
            Person.email,
            Person.state,
            Person.locale,
            Person.theme,
            Person.hired_on,
            Person.left_on,
            Person.must_change_password,
            Person.password_changed_at,
            Person.password_hash.is_not(None),
            Person.version,
            Posting.unit_id,
            Posting.post,
            Posting.grade,
        ).where(Person.id == person_id, within_reach(actor, permission))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return PersonView(*row)


def person_by_username(username: str) -> int | None:
    """Id of the account with that (normalised) user name."""
    return session.scalar(select(Person.id).where(Person.username == username))


@dataclass(frozen=True, slots=True)
class PostingView:
    """A line of a person's career: where, as what, from when to when, and whether later corrected."""

    unit_id: int
    post: str
    grade: str | None
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    superseded_at: datetime | None


def person_history(person_id: int) -> Sequence[PostingView]:
    """Every posting recorded of a person, latest first, corrections included."""
    rows = session.execute(
        select(
            Posting.unit_id,
            Posting.post,
            Posting.grade,
            Posting.valid_from,
            Posting.valid_to,
            Posting.recorded_at,
            Posting.superseded_at,
        )
        .where(Posting.person_id == person_id)
        .order_by(Posting.valid_from.desc(), Posting.id.desc())
        .limit(200)
    )
    return [PostingView(*row) for row in rows]


_MENTIONABLE = with_posting(Person.id, Person.name, Posting.post, day=DAY).where(
    Person.id.in_(bindparam("ids", expanding=True))
)


def mentionable(ids: Collection[int]) -> dict[int, tuple[str, str | None]]:
    """Name and post key of persons, for lists that show both. One statement."""
    wanted = sorted({i for i in ids if i})
    if not wanted:
        return {}
    rows = fetch(_MENTIONABLE, {"ids": wanted, "day": clock.today()}).all()
    return {i: (name, post) for i, name, post in rows}
