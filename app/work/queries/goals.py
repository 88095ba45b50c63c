"""Reading goals: within reach, with their run, and how far they are. A constant number of statements for any list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, or_, select, union_all

from app.core import clock, files
from app.core.actor import Actor, Scope
from app.core.database import session
from app.core.errors import NotFound
from app.core.paging import Key, Page, keyset
from app.core.scopes import SELVES, visible
from app.people import queries as people
from app.people.models import Team
from app.work.models.goals import Goal, GoalEntry
from app.work.permissions import GOAL_LEAD, GOAL_VIEW
from app.workflow.models import Run, Turn, TurnCandidate

MAX_ID = 2**63 - 1
SHOWS = ("running", "coming", "past")


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal with where its run stands."""

    goal: Goal
    state: str
    stage: str
    step: str | None
    end: str | None
    digest: str
    assignee_id: int | None


def reached(actor: Actor, name: str = GOAL_VIEW) -> ColumnElement[bool]:
    """The goals that ``actor`` reaches: the one clause of every channel.

    Seeing goes further than setting: one's own team's and unit's goals are known to everybody in them (D37), and whoever
    set a goal or takes part in it sees it.
    """
    own = visible(actor, name, person=Goal.person_id, team=Goal.team_id, unit=Goal.unit_id)
    granted = actor.scope(name)
    if name != GOAL_VIEW or granted is None or granted.level is Scope.ALL:
        return own
    selves = sorted(actor.selves)
    clauses = [own, Goal.created_by.in_(selves), Goal.run_id.in_(_taking_part(selves))]
    if actor.team_ids:
        clauses.append(and_(Goal.level == "team", Goal.team_id.in_(sorted(actor.team_ids))))
    if actor.home_unit_id is not None:
        clauses.append(and_(Goal.level == "unit", Goal.unit_id == actor.home_unit_id))
    return or_(*clauses)


def _taking_part(selves: Sequence[int]) -> Any:
    held = select(Turn.run_id).where(or_(Turn.assignee_id.in_(selves), Turn.completed_by_id.in_(selves)))
    offered = (
        select(Turn.run_id)
        .join(TurnCandidate, TurnCandidate.turn_id == Turn.id)
        .where(TurnCandidate.person_id.in_(selves), Turn.state == "waiting")
    )
    return held.union_all(offered)


def _rows() -> Select[Any]:
    columns: tuple[Any, ...] = (Goal, Run.state, Run.stage, Run.step, Run.end, Run.digest, Run.assignee_id)
    return select(*columns).join(Run, Run.id == Goal.run_id)


def goal_row(actor: Actor, goal_id: int, permission: str = GOAL_VIEW) -> GoalRow:
    """One goal within reach; raises ``NotFound``."""
    if not 0 < goal_id <= MAX_ID:
        raise NotFound()
    row = session.execute(_rows().where(Goal.id == goal_id, reached(actor, permission))).one_or_none()
    if row is None:
        raise NotFound()
    return GoalRow(*row)


def may_set(actor: Actor, goal: Goal, owners: Sequence[int]) -> bool:
    """Whether the actor may change or divide the goal: they set it, or are in charge of whoever is to reach it.

    Whoever is to reach a goal that was set for them proposes another figure; they do not write it.
    """
    if goal.created_by is not None and goal.created_by in actor.selves:
        return True
    if not actor.is_system and not actor.selves.isdisjoint(owners):
        return False
    clause = reached(actor, GOAL_LEAD)
    return session.scalar(select(Goal.id).where(Goal.id == goal.id, clause)) is not None


@dataclass(frozen=True, slots=True)
class GoalFilter:
    """What a list of goals shows: running, coming or past ones, of which level, only mine."""

    show: str = "running"
    level: str = ""
    mine: bool = False


def goals_page(actor: Actor, chosen: GoalFilter, cursor: str | None = None, limit: int = 50) -> Page[GoalRow]:
    """Goals within reach: the widest first, then by their end."""
    today = clock.today()
    running = or_(and_(Goal.starts_on <= today, Goal.ends_on >= today), and_(Goal.ends_on < today, Run.state == "open"))
    when = {
        "running": and_(Run.state != "cancelled", running),
        "coming": and_(Run.state != "cancelled", Goal.starts_on > today),
        "past": or_(Run.state == "cancelled", and_(Goal.ends_on < today, Run.state != "open")),
    }[chosen.show]
    stmt = _rows().where(when, reached(actor))
    if chosen.level:
        stmt = stmt.where(Goal.level == chosen.level)
    if chosen.mine:
        stmt = stmt.where(mine(actor))
    # "unit" > "team" > "person" in the alphabet too: the widest first
    keys = [Key(Goal.ends_on, descending=chosen.show == "past"), Key(Goal.level, descending=True), Key(Goal.id)]
    page = keyset(stmt, keys, cursor, limit)
    return Page([GoalRow(*row[:7]) for row in page.items], page.next)


def mine(actor: Actor) -> ColumnElement[bool]:
    """The goals that the actor answers for: their own, and those of a team they lead or a unit they head."""
    selves = sorted(actor.selves)
    return or_(Goal.person_id.in_(selves), and_(Goal.level != "person", Run.owner_id.in_(selves)))


_TODAY = bindparam("today", type_=Date())
_RUNNING = (
    _rows()
    .where(
        Goal.id.in_(
            union_all(
                select(Goal.id).where(Goal.person_id.in_(SELVES)),
                select(Goal.id)
                .join(Run, Run.id == Goal.run_id)
                .where(Goal.level != "person", Run.owner_id.in_(SELVES), Run.state == "open"),
            )
        ),
        Run.state.concat("") == "open",  # few are found by their goals: no index on states shall tempt SQLite
        Goal.starts_on <= _TODAY,
        Goal.ends_on >= _TODAY,
    )
    .order_by(Goal.ends_on, Goal.id)
    .limit(bindparam("most", type_=Integer))
)
# built once: every day page asks for them


def running_for(actor: Actor, limit: int = 6) -> list[GoalRow]:
    """The goals of :func:`mine` that run today, the nearest end first. One statement."""
    given = {"today": clock.today(), "selves": sorted(actor.selves), "most": limit}
    return [GoalRow(*row) for row in session.execute(_RUNNING, given)]


def open_among(actor: Actor, goal_ids: Collection[int]) -> frozenset[int]:
    """Those of the goals that the actor may open. One statement, none for no goals."""
    if not goal_ids:
        return frozenset()
    return frozenset(session.scalars(select(Goal.id).where(Goal.id.in_(sorted(goal_ids)), reached(actor))))


def parts_of(goal_id: int) -> list[GoalRow]:
    """The goals that this one is divided into, dropped ones left out; of which the figures are told says decision 0018."""
    stmt = _rows().where(Goal.parent_id == goal_id, Run.state != "cancelled")
    return [GoalRow(*row) for row in session.execute(stmt.order_by(Goal.level.desc(), Goal.id))]


def parts_below(goal_ids: Sequence[int]) -> list[GoalRow]:
    """The parts of several goals. One statement."""
    if not goal_ids:
        return []
    stmt = _rows().where(Goal.parent_id.in_(sorted(goal_ids)), Run.state != "cancelled")
    return [GoalRow(*row) for row in session.execute(stmt.order_by(Goal.id))]


@dataclass(frozen=True, slots=True)
class EntryView:
    """What was entered by hand: how much, when, by whom, with which file."""

    entry: GoalEntry
    name: str
    file: Any = None


def entries_of(goal_id: int, limit: int = 200) -> list[EntryView]:
    """Entries of a goal, newest first, withdrawn ones included."""
    rows = session.scalars(
        select(GoalEntry)
        .where(GoalEntry.goal_id == goal_id)
        .order_by(GoalEntry.day.desc(), GoalEntry.id.desc())
        .limit(limit)
    ).all()
    names = people.names({row.person_id for row in rows})
    known = files.describe([row.file_id for row in rows if row.file_id]) if rows else {}
    return [EntryView(row, names.get(row.person_id, ""), known.get(row.file_id or 0)) for row in rows]


def goal_of_entry(entry_id: int) -> GoalEntry:
    """An entry; raises ``NotFound``."""
    entry = session.get(GoalEntry, entry_id) if 0 < entry_id <= MAX_ID else None
    if entry is None:
        raise NotFound()
    return entry


def may_read_file(actor: Actor, file_id: int) -> bool:
    """Whoever sees the goal may read the files of its entries."""
    stmt = (
        select(GoalEntry.id)
        .join(Goal, Goal.id == GoalEntry.goal_id)
        .where(GoalEntry.file_id == file_id, reached(actor))
    )
    return session.scalar(stmt) is not None


def next_of(goal_id: int) -> int | None:
    """The goal of the next cycle, if there is one."""
    return session.scalar(select(Goal.id).where(Goal.previous_id == goal_id))


@dataclass(frozen=True, slots=True)
class Owners:
    """Names of units, teams and persons that goals belong to."""

    units: dict[int, str] = field(default_factory=dict)
    teams: dict[int, str] = field(default_factory=dict)
    persons: dict[int, str] = field(default_factory=dict)

    def of(self, goal: Goal) -> str:
        """Whose goal it is."""
        if goal.level == "person":
            return self.persons.get(goal.person_id or 0, "")
        if goal.level == "team":
            return self.teams.get(goal.team_id or 0, "")
        return self.units.get(goal.unit_id, "")


def owners_named(goals: Sequence[Goal]) -> Owners:
    """Whose goals these are, in three statements."""
    team_ids = {goal.team_id for goal in goals if goal.level == "team" and goal.team_id}
    teams = (
        {i: name for i, name in session.execute(select(Team.id, Team.name).where(Team.id.in_(sorted(team_ids))))}
        if team_ids
        else {}
    )
    return Owners(
        people.unit_names({goal.unit_id for goal in goals if goal.level == "unit"}),
        teams,
        people.names({goal.person_id for goal in goals}),
    )


def ended_before(day: date, limit: int = 200) -> list[int]:
    """Goals underway whose period has ended before ``day``: the job's work. One statement."""
    stmt = (
        select(Goal.id)
        .join(Run, Run.id == Goal.run_id)
        .where(Goal.ends_on < day, Run.state == "open", Run.step == "underway")
        .order_by(Goal.ends_on, Goal.id)
        .limit(limit)
    )
    return list(session.scalars(stmt))
