"""Goals as subjects of the workflow core: how they are named, their bound figures, and their guards."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core import audit, calendar
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid, MissingItem, NotFound
from app.core.texts import _l
from app.work.models.goals import Goal
from app.work.rules.figures import figure_of, plain
from app.work.subjects import goal_parties  # noqa: F401 - registers the lanes
from app.workflow import registry
from app.workflow.queries.subjects import titled
from app.workflow.registry import Arguments, GuardContext, SubjectRef, guard

GOAL = "goal"
CHANGED = audit.declare("work.goal_changed", _l("Goal changed"), keys=("step",))


def goal_url(goal_id: int) -> str:
    """The page of a goal, also outside of requests."""
    return f"/work/goals/{goal_id}"


describe = titled(select(Goal.id, Goal.title), goal_url)


def _goal(goal_id: int) -> Goal:
    found = session.get(Goal, goal_id)
    if found is None:
        raise NotFound()
    return found


def _read(name: str) -> registry.Read:
    def read(goal_id: int) -> Any:
        value = getattr(_goal(goal_id), name)
        return None if value is None else plain(value)

    return read


def _write(name: str) -> registry.Write:
    def write(actor: Actor, goal_id: int, value: Any) -> None:
        goal = _goal(goal_id)
        figure = figure_of(value) if value not in (None, "") else None
        if (figure is None and value not in (None, "")) or (figure is not None and figure <= 0):
            raise Invalid(name, "figure", _l("Write a figure above zero with at most two decimals."))
        old = getattr(goal, name)
        if figure != old:
            setattr(goal, name, figure)
            goal.version += 1
            session.flush()
            audit.record(actor, CHANGED, target=(GOAL, goal.id), changes={name: (old, figure)}, step=True)

    return write


BOUND = {name: (_read(name), _write(name)) for name in ("target", "proposed", "next_target")}


@guard("goal_figure_proposed")
def goal_figure_proposed(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """Another figure than the one that was set stands in the form."""
    figure = figure_of(context.fields.get("proposed"))
    if figure is not None and figure != _goal(subject.id).target:
        return None
    return MissingItem("guard", "goal_figure_proposed", _l("Write the figure that you propose instead."))


@guard("goal_period_over")
def goal_period_over(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """The goal's last day has passed."""
    last = _goal(subject.id).ends_on
    if context.now >= calendar.end_of_day(last):
        return None
    day = f"{last.year}-{last.month:02d}-{last.day:02d}"
    return MissingItem("guard", "goal_period_over", _l("The period runs until the end of %(day)s.", day=day))


@guard("goal_cause_given")
def goal_cause_given(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """Causes and adjustment are written when the goal was not wholly reached."""
    if all(str(context.fields.get(key) or "").strip() for key in ("cause", "adjustment")):
        return None
    return MissingItem(
        "guard", "goal_cause_given", _l("Write the causes and what is adjusted: the goal was not wholly reached.")
    )


def team_of(goal_id: int) -> int | None:
    """The team of a team's goal."""
    goal = session.get(Goal, goal_id)
    return goal.team_id if goal and goal.level == "team" else None


def own_due(subject: SubjectRef, step: str, resolver: str) -> datetime | None:
    """The work towards a goal is due when its period ends."""
    goal = session.get(Goal, subject.id) if step == "underway" else None
    return calendar.end_of_day(goal.ends_on) if goal else None


def register() -> None:
    """Make goals a subject of workflows."""
    registry.subject_kind(GOAL, describe=describe, bound=BOUND, team_of=team_of, url=goal_url, due=own_due, owed=True)
