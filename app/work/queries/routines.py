"""Reading routines: one person's day and week, a team's day, the versions of each list. Constant statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Date, bindparam, cast, func, literal, null, select, union_all

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import Id, fetch, session
from app.core.errors import NotFound
from app.core.paging import Page
from app.people import queries as people
from app.people.models import Absence, Membership, Posting
from app.work.models import RoutineMark, RoutineTemplate
from app.work.permissions import ROUTINE_EDIT, ROUTINE_TEAM
from app.work.rules.routines import LEADER, Item, in_force, items


class Version(NamedTuple):
    """A version of a checklist as it is stored."""

    id: int
    unit_id: int
    post: str
    number: int
    valid_from: date
    sections: Mapping[str, Any] | None
    shipped: str | None
    created_by: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of an item."""

    state: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """One person's day: the items of their lists with what became of them. Empty on days on which nobody works."""

    day: date
    working: bool
    away: bool
    items: tuple[Item, ...]
    templates: Mapping[str, int]
    marks: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many items are done."""
        return sum(1 for item in self.items if self.state(item.key) == "done")

    @property
    def skipped(self) -> list[tuple[Item, Mark]]:
        """What was skipped, and why."""
        return [(item, self.marks[item.key]) for item in self.items if self.state(item.key) == "skipped"]

    @property
    def open(self) -> list[Item]:
        """What is neither done nor skipped."""
        return [item for item in self.items if item.key not in self.marks]

    def state(self, key: str) -> str:
        """``done``, ``skipped`` or ``""``."""
        mark = self.marks.get(key)
        return mark.state if mark else ""


_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_FIRST, _LAST = bindparam("first", type_=Date()), bindparam("last", type_=Date())
_NEVER = literal(date(9999, 12, 31), Date())
_NO_UNIT = cast(null(), Id)
_ROLE = (
    select(Membership.person_id, literal("role"), _NO_UNIT, literal(LEADER), Membership.valid_from, Membership.valid_to)
    .where(
        Membership.person_id.in_(_IDS),
        Membership.role == "leader",
        Membership.superseded_at.is_(None),
        Membership.valid_from <= _LAST,
        func.coalesce(Membership.valid_to, _NEVER) > _FIRST,
    )
    .distinct()
)
_STANDING = union_all(
    select(
        Posting.person_id, literal("post"), Posting.unit_id, Posting.post, Posting.valid_from, Posting.valid_to
    ).where(
        Posting.person_id.in_(_IDS),
        Posting.superseded_at.is_(None),
        Posting.valid_from <= _LAST,
        func.coalesce(Posting.valid_to, _NEVER) > _FIRST,
    ),
    _ROLE,
    select(Absence.person_id, literal("away"), _NO_UNIT, literal(""), Absence.valid_from, Absence.valid_to).where(
        Absence.person_id.in_(_IDS),
        Absence.superseded_at.is_(None),
        Absence.valid_from <= _LAST,
        func.coalesce(Absence.valid_to, _NEVER) > _FIRST,
    ),
)
_MARKS = select(
    RoutineMark.person_id, RoutineMark.day, RoutineMark.item, RoutineMark.state, RoutineMark.reason, RoutineMark.at
).where(RoutineMark.person_id.in_(_IDS), RoutineMark.day >= _FIRST, RoutineMark.day <= _LAST)
_VERSIONS = select(
    RoutineTemplate.id, RoutineTemplate.unit_id, RoutineTemplate.post, RoutineTemplate.number,
    RoutineTemplate.valid_from, RoutineTemplate.sections, RoutineTemplate.shipped, RoutineTemplate.created_by,
    RoutineTemplate.created_at,
).where(RoutineTemplate.post.in_(bindparam("posts", expanding=True)), RoutineTemplate.valid_from <= _LAST)  # fmt: skip
# built once: every day page asks for them


class Standing:
    """Where people were posted, whom they led and when they were away, over some days."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows: dict[int, list[Any]] = {}
        for row in rows:
            self._rows.setdefault(row[0], []).append(row)
        self.posts = sorted({row[3] for row in rows if row[3]})

    def units(self) -> set[int]:
        """Every unit that somebody was posted to."""
        return {row[2] for rows in self._rows.values() for row in rows if row[2]}

    def on(self, person: int, day: date) -> tuple[int | None, list[str], bool]:
        """A person's unit, post and lead, and whether they were away on a day."""
        unit, posts, away = None, [], False
        for _person, sort, where, what, begin, end in self._rows.get(person, ()):
            if begin <= day and (end is None or day < end):
                if sort == "away":
                    away = True
                else:
                    unit = where or unit
                    posts.append(what)
        return unit, posts, away


def days_of(person_ids: Collection[int], first: date, last: date) -> dict[int, dict[date, Day]]:
    """The days of several people from ``first`` to ``last``. At most four statements, however many they are."""
    if not person_ids:
        return {}
    ids = sorted(set(person_ids))
    given = {"ids": ids, "first": first, "last": last}
    standing = Standing(fetch(_STANDING, given).all())
    versions = _versions(standing.posts, last)
    paths = _paths(standing.units(), last) if len({v.unit_id for v in versions}) else {}
    marks: dict[tuple[int, date], dict[str, Mark]] = {}
    for person, day, item, state, reason, at in fetch(_MARKS, given):
        marks.setdefault((person, day), {})[item] = Mark(state, reason, at)
    own = calendar.current()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        person: {
            day: _day(day, own.is_working(day), standing.on(person, day), versions, paths, marks.get((person, day), {}))
            for day in days
        }
        for person in ids
    }


def _day(
    day: date,
    working: bool,
    standing: tuple[int | None, list[str], bool],
    versions: Sequence[Version],
    paths: Mapping[int, Sequence[int]],
    marks: Mapping[str, Mark],
) -> Day:
    unit, posts, away = standing
    found: list[Item] = []
    templates: dict[str, int] = {}
    for post in posts if working and unit else ():
        version = in_force(versions, post, paths.get(unit or 0, ()), day)
        for item in items(version.sections) if version else ():
            if item.key not in templates and version is not None:
                templates[item.key] = version.id
                found.append(item)
    order = {"before": 0, "during": 1, "after": 2}
    found.sort(key=lambda item: order[item.part])
    return Day(day, working, away, tuple(found), templates, marks)


def _versions(posts: Sequence[str], last: date) -> list[Version]:
    return [Version(*row) for row in fetch(_VERSIONS, {"posts": posts, "last": last})] if posts else []


def _paths(units: Collection[int], day: date) -> dict[int, list[int]]:
    """Each unit with those above it, nearest first. One statement for one unit, one for the whole tree for several."""
    if len(units) == 1:
        (only,) = units
        return {only: people.unit_path(only, day)}
    parents = people.parents(day)
    found = {}
    for unit in units:
        path, here = [], unit
        while here in parents and here not in path:
            path.append(here)
            here = parents[here] or 0
        found[unit] = path
    return found


def my_day(actor: Actor, day: date) -> Day:
    """The actor's own day."""
    return days_of([actor.id], day, day)[actor.id][day]


def my_week(actor: Actor, day: date) -> list[Day]:
    """The actor's week around ``day``, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return list(days_of([actor.id], monday, monday + timedelta(days=6))[actor.id].values())


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One person's day in the view of whoever supervises them."""

    person_id: int
    name: str
    post: str | None
    day: Day


def team_day(actor: Actor, day: date, cursor: str | None = None, limit: int = 50) -> Page[TeamLine]:
    """The day of everybody within the actor's reach who has a routine, by name. A constant number of statements."""
    actor.require(ROUTINE_TEAM)
    page = people.people_page(actor, cursor=cursor, limit=limit, permission=ROUTINE_TEAM)
    days = days_of([person.id for person in page.items], day, day)
    lines = [TeamLine(person.id, person.name, person.post, days[person.id][day]) for person in page.items]
    return Page([line for line in lines if line.day.items], page.next)


@dataclass(frozen=True, slots=True)
class Listed:
    """The checklists of one post as the page of templates shows them: one line a unit."""

    post: str
    versions: list[Version]


def listed(actor: Actor) -> list[Listed]:
    """The newest version of every list of the units within the actor's reach, and of those above, by post."""
    actor.require(ROUTINE_EDIT)
    rows = session.execute(
        select(*_VERSIONS.selected_columns).order_by(
            RoutineTemplate.post, RoutineTemplate.unit_id, RoutineTemplate.number
        )
    )
    newest: dict[str, dict[int, Version]] = {}
    for row in rows:
        newest.setdefault(row.post, {})[row.unit_id] = Version(*row)
    mine = {unit for unit, _name in people.unit_choices(actor, ROUTINE_EDIT)}
    above = {unit for path in _paths(mine, clock.today()).values() for unit in path}
    return [
        Listed(post, [v for unit, v in by_unit.items() if unit in above and v.sections is not None])
        for post, by_unit in sorted(newest.items())
    ]


def history(post: str, unit_id: int, limit: int = 50) -> list[Version]:
    """The versions of one list, newest first."""
    stmt = (
        select(*_VERSIONS.selected_columns)
        .where(RoutineTemplate.post == post, RoutineTemplate.unit_id == unit_id)
        .order_by(RoutineTemplate.number.desc())
        .limit(limit)
    )
    return [Version(*row) for row in session.execute(stmt)]


def coming(post: str, unit_id: int) -> Version | None:
    """The list that will hold in a unit once all its versions have begun: what an editor starts from."""
    return in_force(_versions([post], date.max), post, people.unit_path(unit_id), date.max)


def check_unit(actor: Actor, unit_id: int) -> None:
    """Raises ``NotFound`` for a unit beyond the actor's reach."""
    granted = actor.require(ROUTINE_EDIT)
    if granted.level.name != "ALL" and unit_id not in granted.unit_ids:
        raise NotFound()
