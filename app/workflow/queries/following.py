"""Who is behind, on what, since when: what the desk asks of every process. A constant number of statements.

A line of the desk is a person. Their own turns are counted from the index of turns alone, whatever unit the case belongs to:
whoever leads a person answers for all that waits for them. Turns that others hold on cases within reach come beside them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select, union_all

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.scopes import ids_of, reach_of, visible
from app.people.models import Person
from app.workflow.models import Run, Turn
from app.workflow.queries.desk import Waiting, lines, waiting
from app.workflow.rules.state import WAITING

FEW = 60
"""Up to so many people their still cases are found by their turns, more by the cases that have not moved."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits for one person: open turns, those overdue and since when the oldest, blocked ones."""

    person_id: int | None
    open: int
    overdue: int
    blocked: int
    oldest_due: datetime | None


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
    def narrowed(self) -> list[ColumnElement[bool]]:
        """Conditions on runs."""
        found: list[ColumnElement[bool]] = []
        if self.process is not None:
            found.append(Run.process == self.process)
        if self.started:
            found.append(or_(Run.owner_id == self.actor.id, Run.started_by_id == self.actor.id))
        return found


_SUMS: tuple[Any, ...] = (
    Turn.assignee_id,
    func.count().label("open"),
    func.count(Turn.blocked_at).label("blocked"),
    func.min(Turn.due_at).label("oldest"),
)
_PAUSED = select(Run.id).where(Run.paused_at.is_not(None))
_STATE = Turn.state.concat("")
"""The state where turns are found by their run: no index on states can tempt SQLite to walk all that wait."""
_HOLDER = func.coalesce(Turn.assignee_id, 0)


def _sums(*where: ColumnElement[bool]) -> Select[Any]:
    overdue = func.sum(case((Turn.due_at < clock.now(), 1), else_=0)).label("overdue")
    return select(*_SUMS, overdue).where(*where).group_by(Turn.assignee_id)


def _own(whose: Whose) -> list[ColumnElement[bool]]:
    """Turns that these people have themselves."""
    found = [
        Turn.assignee_id.in_(sorted(whose.people)),
        Turn.state == WAITING,
        Turn.anonymous.is_(False),
        Turn.run_id.not_in(_PAUSED),
    ]
    if whose.narrowed:
        found.append(Turn.run_id.in_(select(Run.id).where(Run.state == "open", *whose.narrowed)))
    return found


def _elsewhere(whose: Whose) -> Any:
    """Open cases within reach on which something may wait for somebody else: ids, each part read from an index alone."""
    outside = or_(Run.assignee_id.is_(None), Run.assignee_id.not_in(sorted(whose.people)), Run.waiting_count > 1)
    conditions = [Run.state == "open", Run.paused_at.is_(None), outside, *whose.narrowed]
    if whose.team is not None:
        return select(Run.id).where(Run.team_id == whose.team, _reach(whose), *conditions)
    reach, ids = reach_of(whose.actor, whose.permission), ids_of(whose.actor, whose.permission)
    if reach.level is None or not (reach.in_teams or reach.in_units):
        return select(Run.id).where(_reach(whose), *conditions)
    parts = [select(Run.id).where(Run.owner_id.in_(ids["selves"]), *conditions)]
    if reach.in_teams:
        parts.append(select(Run.id).where(Run.team_id.in_(ids["teams"]), *conditions))
    if reach.in_units:
        parts.append(select(Run.id).where(Run.unit_id.in_(ids["units"]), *conditions))
    return union_all(*parts)


def _reach(whose: Whose) -> ColumnElement[bool]:
    return visible(whose.actor, whose.permission, person=Run.owner_id, team=Run.team_id, unit=Run.unit_id)


def _others(whose: Whose) -> list[ColumnElement[bool]]:
    """Turns of cases within reach that none of these people has."""
    return [
        Turn.run_id.in_(_elsewhere(whose)),
        _STATE == WAITING,
        Turn.anonymous.is_(False),
        _HOLDER.not_in(sorted(whose.people)),
    ]


def loads(whose: Whose) -> dict[int | None, Load]:
    """Load of these people and of whoever else holds a turn within reach; None: nobody has taken it. Two statements."""
    found = {}
    for where in (_own(whose), _others(whose)):
        for row in session.execute(_sums(*where)):
            late = row.overdue or 0
            found[row.assignee_id] = Load(row.assignee_id, row.open, late, row.blocked, row.oldest if late else None)
    return found


def stalled(whose: Whose, since: datetime) -> dict[int | None, int]:
    """Number of turns on cases that have not moved since ``since``, by whom they wait for. One statement."""
    rows = session.execute(
        select(Turn.assignee_id, func.count())
        .join(Run, Run.id == Turn.run_id)
        .where(*_still(whose, since))
        .group_by(Turn.assignee_id)
    )
    return {person: n for person, n in rows}


def _still(whose: Whose, since: datetime) -> list[ColumnElement[bool]]:
    people = sorted(whose.people)
    if len(people) <= FEW:  # by the turns of few people and of the cases within reach
        turn = or_(and_(*_own(whose)), and_(*_others(whose)))
        return [_unmoved(since), turn]
    mine = or_(_HOLDER.in_(people), and_(_reach(whose), _team_of(whose)))
    still = [Run.state == "open", _unmoved(since), Run.paused_at.is_(None), *whose.narrowed]
    return [*still, _STATE == WAITING, Turn.anonymous.is_(False), mine]


def _unmoved(since: datetime) -> ColumnElement[bool]:
    """Nothing has moved since then, though something should: a turn whose day was set for itself waits for that day."""
    waits_for_its_day = and_(Turn.due_within.is_(None), Turn.due_at.is_not(None), Turn.due_at > clock.now())
    return and_(Run.moved_at < since, not_(waits_for_its_day))


def _team_of(whose: Whose) -> Any:
    return Run.team_id == whose.team if whose.team is not None else Run.id == Run.id


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
    now = clock.now()
    if of is not None and of in whose.people:
        where = [*_own(whose), Turn.assignee_id == of]
    elif of is not None:
        where = [*_others(whose), Turn.assignee_id == of]
    elif untaken:
        where = [*_others(whose), Turn.assignee_id.is_(None)]
    elif since is not None:
        where = _still(whose, since)
    else:
        where = [or_(and_(*_own(whose)), and_(*_others(whose)))]
    if overdue:
        where.append(Turn.due_at < now)
    stmt = waiting(*where, state=_STATE).add_columns(_reach(whose).label("reached"))
    if since is not None:
        stmt = stmt.order_by(None).order_by(Run.moved_at, Turn.id)
    rows = session.execute(stmt.limit(limit)).all()
    found = zip(lines(whose.actor, rows), rows, strict=True)
    return [line if row.reached else _veiled(line) for line, row in found]


def _veiled(line: Waiting) -> Waiting:
    """A turn on a case that the reader does not reach: that it waits, not what it is about."""
    return line._replace(subject="", subject_id=0, url=None, owner_id=None, missing=(), reached=False)


def overdue_turns(whose: Whose, limit: int, of: Collection[int] | None = None) -> list[tuple[int, int]]:
    """Ids and versions of everything overdue (with these people) that has a holder who was not nudged since this morning."""
    today = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    held = Turn.assignee_id.is_not(None) if of is None else Turn.assignee_id.in_(sorted(of))
    rows = session.execute(
        select(Turn.id, Turn.version)
        .where(
            or_(and_(*_own(whose)), and_(*_others(whose))),
            held,
            Turn.due_at < clock.now(),
            or_(Turn.nudged_at.is_(None), Turn.nudged_at < today),
        )
        .order_by(Turn.due_at, Turn.id)
        .limit(limit)
    )
    return [(turn, version) for turn, version in rows]


def last_finished(person_ids: Collection[int]) -> dict[int, datetime]:
    """When each person last finished a step: the end of each one's part of an index. One statement."""
    if not person_ids:
        return {}
    one = select(func.max(Turn.closed_at)).where(Turn.completed_by_id == Person.id).correlate(Person).scalar_subquery()
    rows = session.execute(select(Person.id, one).where(Person.id.in_(sorted(person_ids))))
    return {person: at for person, at in rows if at is not None}
