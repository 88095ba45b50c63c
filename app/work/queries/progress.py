"""How far goals are: from the house's measures or from what was entered by hand, with what the even pace would be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from app.core import calendar, clock, measures
from app.core.database import session
from app.core.measures import Measure
from app.people import queries as people
from app.work.models.goals import Goal, GoalEntry
from app.work.queries.staffing import members_touching, spells_touching
from app.work.rules import goals as rules
from app.work.rules.figures import CENT
from app.work.rules.staffing import last_spells, of_units


@dataclass(frozen=True, slots=True)
class Progress:
    """What is reached, what an even pace would have reached by now, and what each person brought (measures only)."""

    actual: Decimal
    expected: Decimal
    pace: str
    percent: int
    by_person: dict[int, Decimal]


def measure_of(name: str | None) -> Measure | None:
    """The measure of that name; None for goals kept by hand, and for a measure that no room contributes any more."""
    if name is None:
        return None
    try:
        return measures.get(name)
    except KeyError:
        return None


def progress_of(goals: Sequence[Goal], persons: dict[int, list[int]] | None = None) -> dict[int, Progress]:
    """Progress by goal id: a statement for each measure and period, and four for people and entries, however many goals.

    ``persons``: what :func:`people_behind` gave for these goals, where it has been asked already.
    """
    persons = people_behind(goals) if persons is None else persons
    counted = _counted(goals, persons)
    entered = _entered([goal.id for goal in goals if goal.measure is None])
    today, days = clock.today(), _Days()
    found = {}
    for goal in goals:
        own = counted.get(goal.id, {})
        actual = sum(own.values(), Decimal(0)) if goal.measure is not None else entered.get(goal.id, Decimal(0))
        if goal.final is not None:
            actual = goal.final
        gone, whole = days.gone(goal, today), days.of(goal.starts_on, goal.ends_on)
        by_now = rules.expected(goal.target, gone, whole, _step_of(goal))
        found[goal.id] = Progress(
            actual, by_now, rules.pace(actual, by_now, goal.target), rules.percent(actual, goal.target), own
        )
    return found


def _step_of(goal: Goal) -> Decimal:
    """In what steps it grows: whole ones where the figure is whole and what is measured is no average."""
    measure = measure_of(goal.measure)
    averaged = measure is not None and measure.average
    return CENT if averaged or goal.target != goal.target.to_integral_value() else Decimal(1)


def this_week(goals: Sequence[Goal], today: date, persons: dict[int, list[int]]) -> dict[int, Decimal]:
    """What each goal gained since Monday: a statement for each measure, and one for entries."""
    monday = today - timedelta(days=today.weekday())
    found: dict[int, Decimal] = {}
    for name in {goal.measure for goal in goals if goal.measure is not None}:
        counting = [goal for goal in goals if goal.measure == name]
        numbers = count(name, {person for goal in counting for person in persons.get(goal.id, ())}, monday, today)
        for goal in counting:
            found[goal.id] = sum((numbers.get(person, Decimal(0)) for person in persons.get(goal.id, ())), Decimal(0))
    entered = _entered([goal.id for goal in goals if goal.measure is None], since=monday)
    return {goal.id: found.get(goal.id, entered.get(goal.id, Decimal(0))) for goal in goals}


class _Days:
    """Working days of periods, each counted once."""

    def __init__(self) -> None:
        self._known: dict[tuple[date, date], int] = {}
        self._calendar = calendar.current()

    def of(self, first: date, last: date) -> int:
        """Working days from ``first`` to ``last``."""
        key = (first, last)
        if key not in self._known:
            span = range((last - first).days + 1)
            self._known[key] = sum(self._calendar.is_working(first + timedelta(days=n)) for n in span)
        return self._known[key]

    def gone(self, goal: Goal, today: date) -> int:
        """Working days of the goal's period that have passed, today included."""
        return self.of(goal.starts_on, min(today, goal.ends_on)) if today >= goal.starts_on else 0


def people_behind(goals: Sequence[Goal]) -> dict[int, list[int]]:
    """Whose records count for each goal: the person; everybody in the team during the period; everybody whose last post in
    the period was in the unit or below. Three statements."""
    goals = [goal for goal in goals if goal.measure is not None]
    found = {goal.id: [goal.person_id] for goal in goals if goal.person_id is not None}
    teams = [goal for goal in goals if goal.level == "team"]
    units = [goal for goal in goals if goal.level == "unit"]
    if teams:
        first, last = _span(teams)
        members = members_touching({goal.team_id for goal in teams if goal.team_id}, first, last)
        for goal in teams:
            found[goal.id] = sorted(
                {s.person_id for team, s in members if team == goal.team_id and s.days(goal.starts_on, goal.ends_on)}
            )
    if units:
        below = people.subtrees({goal.unit_id for goal in units})
        first, last = _span(units)
        spells = spells_touching(set().union(*below.values()) if below else set(), first, last)
        for goal in units:
            latest = last_spells(spells, goal.starts_on, goal.ends_on)
            found[goal.id] = of_units(latest, below.get(goal.unit_id, frozenset()))
    return found


def _span(goals: Iterable[Goal]) -> tuple[date, date]:
    listed = list(goals)
    return min(goal.starts_on for goal in listed), max(goal.ends_on for goal in listed)


def _counted(goals: Sequence[Goal], persons: dict[int, list[int]]) -> dict[int, dict[int, Decimal]]:
    groups: dict[tuple[str, date, date], list[Goal]] = {}
    for goal in goals:
        if goal.measure is not None:
            groups.setdefault((goal.measure, goal.starts_on, goal.ends_on), []).append(goal)
    found: dict[int, dict[int, Decimal]] = {}
    for (name, first, last), members in groups.items():
        numbers = count(name, {person for goal in members for person in persons.get(goal.id, ())}, first, last)
        for goal in members:
            found[goal.id] = {person: numbers[person] for person in persons.get(goal.id, ()) if person in numbers}
    return found


def count(name: str, person_ids: Iterable[int], first: date, last: date) -> dict[int, Decimal]:
    """What each person brought from ``first`` to ``last`` by a measure, exact to the cent. One statement."""
    measure, wanted = measure_of(name), sorted(set(person_ids))
    if measure is None or not wanted:
        return {}
    start, end = calendar.start_of_day(first), calendar.end_of_day(last)
    return {person: Decimal(n).quantize(CENT) for person, n in measure.count(wanted, start, end).items() if n}


def _entered(goal_ids: Sequence[int], since: date | None = None) -> dict[int, Decimal]:
    if not goal_ids:
        return {}
    stmt = select(GoalEntry.goal_id, func.sum(GoalEntry.amount)).where(
        GoalEntry.goal_id.in_(sorted(goal_ids)), GoalEntry.withdrawn_at.is_(None)
    )
    if since is not None:
        stmt = stmt.where(GoalEntry.day >= since)
    rows = session.execute(stmt.group_by(GoalEntry.goal_id))
    return {goal_id: total or Decimal(0) for goal_id, total in rows}
