"""Who is behind, on what, since when: what the desk asks of every process. A constant number of statements.

A line of the desk is a person. Their own turns are counted from the index of turns alone, whatever unit the case belongs to:
whoever leads a person answers for all that waits for them. Turns that others hold on cases within reach come beside them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
)

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import Id, fetch
from app.core.scopes import SELVES, Reach, ids_of, reach_of, within
from app.core.types import UtcDateTime
from app.people.models import Person
from app.workflow.models import Run, Turn
from app.workflow.queries.desk import Waiting, lines, waiting
from app.workflow.rules.state import WAITING

FEW = 60
"""Up to so many people their still cases are looked up turn by turn; for more, all that have not moved are found at once."""


class Load(NamedTuple):
    """How much waits for one person: open turns, those overdue and since when the oldest, blocked and still ones, and how
    many of the overdue were nudged today."""

    person_id: int | None
    open: int
    overdue: int
    blocked: int
    oldest_due: datetime | None
    stalled: int = 0
    nudged: int = 0


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose turns: these people's, and what others hold on the cases that ``permission`` reaches.

    Narrowed to a process, to the cases that the actor owns or has started, or to those of a team.
    """

    actor: Actor
    permission: str
    people: Collection[int]
    process: str | None = None
    started: bool = False
    team: int | None = None

    @property
    def shape(self) -> "Shape":
        """All that the text of a statement depends on."""
        reach = reach_of(self.actor, self.permission)
        return Shape(reach, self.process is not None, self.started, self.team is not None, len(self.people) <= FEW)

    def given(self, **more: Any) -> dict[str, Any]:
        """What the parameters of the statements stand for."""
        ids = ids_of(self.actor, self.permission)
        mine = {"people": sorted(self.people), "me": self.actor.id, "process": self.process, "team": self.team}
        return {**ids, **mine, "now": clock.now(), **more}


class Shape(NamedTuple):
    """How far a desk reaches and by what it is narrowed, without whose it is: a statement is built once for each."""

    reach: Reach
    process: bool
    started: bool
    team: bool
    few: bool

    def narrowed(self) -> list[ColumnElement[bool]]:
        """Conditions on runs."""
        found: list[ColumnElement[bool]] = []
        if self.process:
            found.append(Run.process == bindparam("process"))
        if self.started:
            found.append(or_(Run.owner_id == _ME, Run.started_by_id == _ME))
        return found

    def within(self) -> ColumnElement[bool]:
        """Cases that the reader reaches."""
        return within(self.reach, person=Run.owner_id, team=Run.team_id, unit=Run.unit_id)


_ME = bindparam("me", type_=Id)
_NOW, _SINCE = bindparam("now", type_=UtcDateTime()), bindparam("since", type_=UtcDateTime())
_MORNING = bindparam("morning", type_=UtcDateTime())
_PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)
_MOST = bindparam("most", type_=Integer)
_PAUSED = select(Run.id).where(Run.paused_at.is_not(None))
_STATE = Turn.state.concat("")
"""The state where turns are found by their run: no index on states can tempt SQLite to walk all that wait."""
_HOLDER = func.coalesce(Turn.assignee_id, 0)
_EXPECTED = or_(Turn.due_at.is_(None), Turn.due_at <= _NOW, Turn.due_within.is_not(None))
"""Something should move: a turn whose day was set for itself waits for that day."""


def _own(shape: Shape) -> list[ColumnElement[bool]]:
    """Turns that these people have themselves."""
    found = [
        Turn.assignee_id.in_(_PEOPLE),
        Turn.state == WAITING,
        Turn.anonymous.is_(False),
        Turn.run_id.not_in(_PAUSED),
    ]
    if shape.narrowed():
        found.append(Turn.run_id.in_(select(Run.id).where(Run.state == "open", *shape.narrowed())))
    return found


def _elsewhere(shape: Shape) -> Any:
    """Open cases within reach on which something may wait for somebody else: ids, each part read from an index alone."""
    outside = or_(Run.assignee_id.is_(None), Run.assignee_id.not_in(_PEOPLE), Run.waiting_count > 1)
    conditions = [Run.state == "open", Run.paused_at.is_(None), outside, *shape.narrowed()]
    if shape.team:
        return select(Run.id).where(Run.team_id == bindparam("team"), shape.within(), *conditions)
    if shape.reach.level is None or not (shape.reach.in_teams or shape.reach.in_units):
        return select(Run.id).where(shape.within(), *conditions)
    parts = [select(Run.id).where(Run.owner_id.in_(SELVES), *conditions)]
    if shape.reach.in_teams:
        parts.append(select(Run.id).where(Run.team_id.in_(bindparam("teams", expanding=True)), *conditions))
    if shape.reach.in_units:
        parts.append(select(Run.id).where(Run.unit_id.in_(bindparam("units", expanding=True)), *conditions))
    return union_all(*parts)


def _others(shape: Shape) -> list[ColumnElement[bool]]:
    """Turns of cases within reach that none of these people has."""
    return [
        Turn.run_id.in_(_elsewhere(shape)),
        _STATE == WAITING,
        Turn.anonymous.is_(False),
        _HOLDER.not_in(_PEOPLE),
    ]


def _still(few: bool) -> ColumnElement[bool]:
    """Whether a turn's case has not moved since a moment, though something should."""
    if few:
        return and_(exists().where(Run.id == Turn.run_id, Run.moved_at < _SINCE), _EXPECTED)
    return and_(Turn.run_id.in_(select(Run.id).where(Run.state == "open", Run.moved_at < _SINCE)), _EXPECTED)


def _sums(few: bool, *where: ColumnElement[bool]) -> Any:
    stmt: Any = (
        select(
            Turn.assignee_id,
            func.count().label("open"),
            func.sum(case((Turn.due_at < _NOW, 1), else_=0)).label("overdue"),
            func.count(Turn.blocked_at).label("blocked"),
            func.min(Turn.due_at).label("oldest"),
            func.sum(case((_still(few), 1), else_=0)).label("still"),
            func.sum(case((and_(Turn.nudged_at >= _MORNING, Turn.due_at < _NOW), 1), else_=0)).label("nudged"),
        )
        .where(*where)
        .group_by(Turn.assignee_id)
    )
    return stmt


@cache
def _loads(shape: Shape) -> tuple[Any, Any]:
    return _sums(shape.few, *_own(shape)), _sums(True, *_others(shape))


def loads(whose: Whose, since: datetime | None = None) -> dict[int | None, Load]:
    """Load of these people and of whoever else holds a turn within reach; None: nobody has taken it. Two statements.

    A case that has not moved since ``since`` counts as still.
    """
    found = {}
    given = whose.given(since=since or datetime.min.replace(tzinfo=UTC), morning=_morning())
    for stmt in _loads(whose.shape):
        for person, count, late, blocked, oldest, still, nudged in fetch(stmt, given).all():
            found[person] = Load(person, count, late or 0, blocked, oldest if late else None, still or 0, nudged or 0)
    return found


@cache
def _things(shape: Shape, which: str, overdue: bool, still: bool) -> Select[Any]:
    own, others = _own(shape), _others(shape)
    where = {
        "own": [*own, Turn.assignee_id == bindparam("of", type_=Id)],
        "other": [*others, Turn.assignee_id == bindparam("of", type_=Id)],
        "untaken": [*others, Turn.assignee_id.is_(None)],
        "all": [or_(and_(*own), and_(*others))],
    }[which]
    if overdue:
        where.append(Turn.due_at < _NOW)
    if still:
        where += [Run.moved_at < _SINCE, _EXPECTED]
    stmt = waiting(*where, state=_STATE).add_columns(shape.within().label("reached")).limit(_MOST)
    return stmt.order_by(None).order_by(Run.moved_at, Turn.id) if still else stmt


def things(
    whose: Whose,
    *,
    of: int | None = None,
    untaken: bool = False,
    overdue: bool = False,
    since: datetime | None = None,
    limit: int = 100,
) -> list[Waiting]:
    """Turns behind the numbers, most urgent first: of one person, taken by nobody, overdue, or still since a moment."""
    which = "untaken" if untaken else "all" if of is None else "own" if of in whose.people else "other"
    stmt = _things(whose.shape, which, overdue, since is not None)
    rows = fetch(stmt, whose.given(of=of, since=since, most=limit)).all()
    found = zip(lines(whose.actor, rows), rows, strict=True)
    return [line if row.reached else _veiled(line) for line, row in found]


def _veiled(line: Waiting) -> Waiting:
    """A turn on a case that the reader does not reach: that it waits, not what it is about."""
    return line._replace(subject="", subject_id=0, url=None, owner_id=None, missing=(), reached=False)


@cache
def _overdue(shape: Shape, chosen: bool) -> Any:
    held = Turn.assignee_id.in_(bindparam("of", expanding=True)) if chosen else Turn.assignee_id.is_not(None)
    unnudged = or_(Turn.nudged_at.is_(None), Turn.nudged_at < _MORNING)
    stmt: Any = (
        select(Turn.id, Turn.version)
        .where(
            or_(and_(*_own(shape)), and_(*_others(shape))), held, Turn.assignee_id != _ME, Turn.due_at < _NOW, unnudged
        )
        .order_by(Turn.due_at, Turn.id)
        .limit(_MOST)
    )
    return stmt


def overdue_turns(whose: Whose, limit: int, of: Collection[int] | None = None) -> list[tuple[int, int]]:
    """Ids and versions of everything overdue (with these people) that has a holder, not the reader, who was not nudged since
    this morning."""
    given = whose.given(of=sorted(of or ()), morning=_morning(), most=limit)
    return [(turn, version) for turn, version in fetch(_overdue(whose.shape, of is not None), given)]


def _morning() -> datetime:
    return calendar.start_of_day(clock.today())


_LAST = select(
    Person.id,
    select(func.max(Turn.closed_at)).where(Turn.completed_by_id == Person.id).correlate(Person).scalar_subquery(),
).where(Person.id.in_(bindparam("ids", expanding=True)))


def last_finished(person_ids: Collection[int]) -> dict[int, datetime]:
    """When each person last finished a step: the end of each one's part of an index. One statement."""
    if not person_ids:
        return {}
    rows = fetch(_LAST, {"ids": sorted(person_ids)}).all()
    return {person: at for person, at in rows if at is not None}
