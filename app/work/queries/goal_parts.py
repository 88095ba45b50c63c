"""The table in which a goal is divided: its possible parts, what they have, and what they reached last period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from app.core import clock
from app.core.database import session
from app.people import queries as people
from app.people.models import Team
from app.work.models.goals import Goal
from app.work.queries import goals as reading
from app.work.queries.goals import GoalRow
from app.work.queries.progress import count
from app.work.queries.staffing import spells_touching
from app.work.rules.goals import previous_period
from app.work.rules.staffing import last_spells, of_units

MOST = 400
"""Rows of one table; a wider goal is divided to units first, and each divides its own."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the table: whose part it would be, under which row, the goal that it is already, and last period's actual.

    ``key``: ``unit-7``, ``team-3``, ``person-3-12`` (in team 3) or ``person-0-12`` (directly). ``heads``: how many people it is.
    """

    key: str
    level: str
    id: int
    name: str
    above: str
    heads: int
    goal: Goal | None
    last: Decimal | None

    @property
    def figure(self) -> Decimal | None:
        """The figure it has now."""
        return self.goal.target if self.goal else None


def candidates(goal: Goal) -> list[Candidate]:
    """The rows in their order: units below, teams each with its people, people in no team. About ten statements."""
    standing = _standing(goal)
    if goal.level == "unit":
        rows = [*_units(goal), *_teams(goal), *_loose(goal)]
    elif goal.level == "team" and goal.team_id:
        rows = _members({goal.team_id: ""}, goal.team_id)
    else:
        rows = []
    rows = rows[:MOST]
    persons = {row[0]: row[5] for row in rows}
    last = _last(goal, {person for members in persons.values() for person in members})
    found = []
    for key, level, number, name, above, members in rows:
        total = sum((last.get(person, Decimal(0)) for person in members), Decimal(0)) if last is not None else None
        found.append(
            Candidate(key, level, number, name, above, len(members), standing.get(_place(level, number, above)), total)
        )
    return found


Row = tuple[str, str, int, str, str, list[int]]


def _place(level: str, number: int, above: str) -> tuple[str, int, str]:
    return level, number, above


def _standing(goal: Goal) -> dict[tuple[str, int, str], Goal]:
    """The goals that are parts already, by their place in the table."""
    direct = reading.parts_of(goal.id)
    teams = {row.goal.id: f"team-{row.goal.team_id}" for row in direct if row.goal.level == "team"}
    below = reading.parts_below(sorted(teams)) if teams else []
    found = {_place(row.goal.level, _owner(row), ""): row.goal for row in direct}
    found.update({_place("person", _owner(row), teams[row.goal.parent_id or 0]): row.goal for row in below})
    return found


def _owner(row: GoalRow) -> int:
    goal = row.goal
    return {"unit": goal.unit_id, "team": goal.team_id, "person": goal.person_id}[goal.level] or 0


def _units(goal: Goal) -> Iterable[Row]:
    parents = people.parents()
    children = [unit for unit, parent in parents.items() if parent == goal.unit_id]
    if not children:
        return []
    names, below = people.unit_names(children), people.subtrees(children)
    spells = spells_touching(set().union(*below.values()), *_today())
    latest = last_spells(spells, *_today())
    return [
        (f"unit-{unit}", "unit", unit, names.get(unit, ""), "", of_units(latest, below[unit]))
        for unit in sorted(children)
        if of_units(latest, below[unit])
    ]


def _today() -> tuple[date, date]:
    return clock.today(), clock.today()


def _teams(goal: Goal) -> list[Row]:
    found = session.execute(
        select(Team.id, Team.name).where(Team.unit_id == goal.unit_id, Team.closed_on.is_(None)).order_by(Team.id)
    ).all()
    rows: list[Row] = []
    members = people.members_of([team_id for team_id, _name in found])
    for team_id, name in found:
        persons = list(dict.fromkeys(member.person_id for member in members.get(team_id, ())))
        rows.append((f"team-{team_id}", "team", team_id, name, "", persons))
        rows += _people({m.person_id: m.name for m in members.get(team_id, ())}, f"team-{team_id}", team_id)
    return rows


def _members(above: Mapping[int, str], team_id: int) -> list[Row]:
    return _people({m.person_id: m.name for m in people.team_members(team_id)}, above[team_id], 0)


def _people(names: Mapping[int, str], above: str, team_id: int) -> list[Row]:
    return [(f"person-{team_id}-{person}", "person", person, name, above, [person]) for person, name in names.items()]


def _loose(goal: Goal) -> list[Row]:
    """Customer managers and others of the unit itself who are in no team of it."""
    spells = spells_touching({goal.unit_id}, *_today())
    here = of_units(last_spells(spells, *_today()), {goal.unit_id})
    teams = session.scalars(select(Team.id).where(Team.unit_id == goal.unit_id, Team.closed_on.is_(None))).all()
    busy = {m.person_id for listed in people.members_of(list(teams)).values() for m in listed}
    free = [person for person in here if person not in busy]
    names = people.names(set(free))
    return _people({person: names[person] for person in free if person in names}, "", 0)


def _last(goal: Goal, person_ids: Iterable[int]) -> dict[int, Decimal] | None:
    """What each person brought in the period before, by the goal's measure; None for goals kept by hand."""
    if goal.measure is None:
        return None
    return count(goal.measure, person_ids, *previous_period(goal.period, goal.starts_on, goal.ends_on))
