"""Setting goals, changing them, entering what was reached, and taking them into the next cycle (D37, D11)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import changed_one, session
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.texts import _l
from app.people import queries as people
from app.work.models.goals import Goal
from app.work.permissions import GOAL_SET
from app.work.queries import goals as reading
from app.work.queries.progress import measure_of
from app.work.rules import goals as rules
from app.work.rules.figures import figure_of
from app.work.subjects.goal_parties import owners_of
from app.work.subjects.goals import CHANGED, GOAL
from app.workflow import operations as workflow
from app.workflow.registry import SubjectRef

PROCESS = "goal"
SET = audit.declare("work.goal_set", _l("Goal set"), keys=("run", "parent", "previous"))
_NO_FIGURE = _l("Write a figure above zero with at most two decimals.")


def set_goal(
    actor: Actor,
    *,
    title: str,
    target: Any,
    period: str,
    level: str,
    owner_id: int,
    starts_on: date | None = None,
    ends_on: date | None = None,
    measure: str | None = None,
    counted_in: str = "",
    counts: str = "",
    authority: str = "",
    benefit: str = "",
    parent_id: int | None = None,
    previous_id: int | None = None,
    submission: str | None = None,
) -> Goal:
    """Set a goal for a unit, team or person (``level``, ``owner_id``) and ask for its agreement.

    ``period`` other than free is the one that ``starts_on`` (today) is in. ``submission`` marks the form: sent twice it gives
    the first goal again. Raises ``Invalid`` by field, ``Missing`` when nobody could agree to it.
    """
    actor.require(GOAL_SET)
    mark = (submission or "")[:64] or None
    if mark:
        known = session.scalar(select(Goal).where(Goal.created_by == actor.id, Goal.submission == mark))
        if known is not None:
            return known
    faults: list[FieldError] = []
    values = _checked(title, target, period, starts_on, ends_on, measure, counted_in, faults)
    place = _place(actor, level, owner_id, parent_id, faults)
    if faults:
        raise Invalid.many(faults)
    goal = Goal(
        **values, **place, period=period, level=level, measure=measure or None, counts=counts.strip()[:500],
        authority=authority.strip(), benefit=benefit.strip(), parent_id=parent_id, previous_id=previous_id,
        submission=mark, created_by=actor.id or None,
    )  # fmt: skip
    if parent_id is not None:
        _check_parent(actor, goal, parent_id)
    try:
        with session.begin_nested():
            session.add(goal)
    except IntegrityError as error:  # the same form, or the same next cycle, at the same instant
        raise Conflict() from error
    _begin(actor, goal)
    return goal


def _begin(actor: Actor, goal: Goal) -> None:
    owners = owners_of(goal)
    if not owners:
        raise Invalid("owner", "nobody", _l("Nobody answers for this unit or team yet: name its head or leader first."))
    # the persons of a team do not read one another's evaluations: only the team's own goal belongs to the team
    team = goal.team_id if goal.level == "team" else None
    subject = SubjectRef(GOAL, goal.id, goal.title, goal.unit_id, team, owners[0])
    run = workflow.start(actor, PROCESS, subject, goal.unit_id, team, owner_id=owners[0])
    goal.run_id = run.id
    session.flush()
    audit.record(
        actor, SET, target=(GOAL, goal.id), run=run.id, parent=goal.parent_id, previous=goal.previous_id,
        changes={"target": (None, goal.target), "starts_on": (None, goal.starts_on), "ends_on": (None, goal.ends_on)},
    )  # fmt: skip


def _checked(
    title: str,
    target: Any,
    period: str,
    starts_on: date | None,
    ends_on: date | None,
    measure: str | None,
    counted_in: str,
    faults: list[FieldError],
) -> dict[str, Any]:
    words = " ".join(title.split())
    if not words or len(words) > 120:
        faults.append(FieldError("title", "length", _l("Name the goal in at most 120 characters.")))
    figure = figure_of(target)
    if figure is None or figure <= 0:
        faults.append(FieldError("target", "figure", _NO_FIGURE))
    if measure and measure_of(measure) is None:
        faults.append(FieldError("measure", "unknown", _l("Choose one of the measures.")))
    unit = " ".join(counted_in.split())
    if not measure and (not unit or len(unit) > 40):
        faults.append(FieldError("counted_in", "required", _l("Say in what the figure is counted, such as customers.")))
    first, last = starts_on, ends_on
    if period in rules.MONTHS:
        first, last = rules.period_of(period, starts_on or clock.today())
    elif period not in rules.PERIODS:
        faults.append(FieldError("period", "unknown", _l("Choose a period.")))
    elif first is None or last is None or last < first or (last - first).days > rules.LONGEST:
        faults.append(FieldError("ends_on", "days", _l("Give a first and a last day, the last not before the first.")))
    if last is not None and last < clock.today() and period in rules.PERIODS:
        faults.append(FieldError("ends_on", "over", _l("This period is over already.")))
    return {
        "title": words, "target": figure, "starts_on": first, "ends_on": last, "counted_in": "" if measure else unit,
    }  # fmt: skip


def _place(actor: Actor, level: str, owner_id: int, parent_id: int | None, faults: list[FieldError]) -> dict[str, Any]:
    """Unit, team and person of the goal, when the actor may set one there."""
    try:
        if level == "unit":
            return {"unit_id": people.unit_for(actor, owner_id, GOAL_SET).id, "team_id": None, "person_id": None}
        if level == "team":
            team = people.team_for(actor, owner_id, GOAL_SET)
            if team.closed_on is None:
                return {"unit_id": team.unit_id, "team_id": team.id, "person_id": None}
        elif level == "person":
            person = people.person_for(actor, owner_id, GOAL_SET)
            if person.state != "left" and person.unit_id is not None:
                return {
                    "unit_id": person.unit_id, "team_id": _team(person.id, parent_id), "person_id": person.id,
                }  # fmt: skip
    except NotFound:
        pass
    faults.append(FieldError("owner", "unknown", _l("Choose a unit, a team or a person that you answer for.")))
    return {}


def _team(person_id: int, parent_id: int | None) -> int | None:
    """The team whose leader stands above a person's goal: that of the whole, else the only one they are in."""
    teams = [team.id for team, _roles in people.teams_of(person_id)]
    parent = session.get(Goal, parent_id) if parent_id else None
    if parent is not None and parent.team_id in teams:
        return parent.team_id
    return teams[0] if len(teams) == 1 else None


def _check_parent(actor: Actor, goal: Goal, parent_id: int) -> None:
    """A part counts the same thing in the same period as its whole, which stands higher."""
    parent = reading.goal_row(actor, parent_id).goal
    higher = rules.LEVELS.index(parent.level) < rules.LEVELS.index(goal.level)
    below = goal.level == parent.level == "unit" and goal.unit_id in people.unit_subtree(parent.unit_id)
    if not (higher or (below and goal.unit_id != parent.unit_id)):
        raise Invalid("parent", "level", _l("A part belongs to a wider goal: of the unit above, or of the team."))
    same = (goal.measure, goal.counted_in, goal.starts_on, goal.ends_on)
    if same != (parent.measure, parent.counted_in, parent.starts_on, parent.ends_on):
        raise Invalid("parent", "other", _l("A part counts the same thing in the same period as the whole."))


def change_goal(
    actor: Actor,
    goal_id: int,
    version: int,
    *,
    title: str,
    target: Any,
    counts: str = "",
    authority: str = "",
    benefit: str = "",
    reason: str = "",
) -> Goal:
    """Change what a goal says. A new figure needs a reason and, once agreed, is to be agreed anew; the history shows it."""
    row = reading.goal_row(actor, goal_id)
    goal = row.goal
    if not reading.may_set(actor, goal, owners_of(goal)):
        raise Forbidden(GOAL_SET, _l("Propose another figure; whoever set the goal decides."))
    if goal.version != version:
        raise Conflict()
    if row.state != "open":
        raise Conflict(_l("This has ended; nothing can be changed any more."))
    figure, words = figure_of(target), " ".join(title.split())
    faults = []
    if not words or len(words) > 120:
        faults.append(FieldError("title", "length", _l("Name the goal in at most 120 characters.")))
    if figure is None or figure <= 0:
        faults.append(FieldError("target", "figure", _NO_FIGURE))
    elif figure != goal.target and row.stage not in ("agreement", "underway"):
        faults.append(
            FieldError("target", "over", _l("The period is over: the figure stands, the next cycle adjusts it."))
        )
    elif figure != goal.target and not reason.strip():
        faults.append(FieldError("reason", "required", _l("Say why the figure changes.")))
    if faults:
        raise Invalid.many(faults)
    new: dict[str, Any] = {
        "title": words, "target": figure, "counts": counts.strip()[:500], "authority": authority.strip(),
        "benefit": benefit.strip(),
    }  # fmt: skip
    changes = {name: (getattr(goal, name), value) for name, value in new.items() if getattr(goal, name) != value}
    if not changes:
        return goal
    if "target" in changes:
        new["proposed"] = None
    store(goal, version, new)
    told: dict[str, tuple[Any, Any]] = {
        **changes,
        **({"reason": (None, reason.strip())} if "target" in changes else {}),
    }
    audit.record(actor, CHANGED, target=(GOAL, goal.id), changes=told)
    if "title" in changes and goal.run_id is not None:
        workflow.relabel(goal.run_id, goal.title)
    if "target" in changes and goal.run_id is not None:
        workflow.subject_changed(actor, goal.run_id, {"target": goal.target})
    return goal


def store(goal: Goal, version: int, columns: Mapping[str, Any]) -> None:
    """Write the columns if the goal is still at ``version``: of two who try at once exactly one wins."""
    current = update(Goal).where(Goal.id == goal.id, Goal.version == version)
    if not changed_one(current.values(**columns, version=version + 1)):
        raise Conflict()
    session.refresh(goal)


def next_cycle(actor: Actor, goal_id: int) -> Goal:
    """The same goal for the next period, with the figure of the joint evaluation; asked twice it gives the first one."""
    row = reading.goal_row(actor, goal_id)
    goal = row.goal
    made = reading.next_of(goal.id)
    if made is not None:
        return session.get_one(Goal, made)
    if row.state == "open":
        raise Conflict(_l("The next cycle begins once this goal has been evaluated."))
    starts_on, ends_on = rules.next_period(goal.period, goal.starts_on, goal.ends_on)
    while ends_on < clock.today():
        starts_on, ends_on = rules.next_period(goal.period, starts_on, ends_on)
    parent = _next_whole(goal, starts_on, ends_on)
    owner = {"unit": goal.unit_id, "team": goal.team_id, "person": goal.person_id}[goal.level]
    return set_goal(
        actor, title=goal.title, target=goal.next_target or goal.target, period=goal.period, level=goal.level,
        owner_id=owner or 0, starts_on=starts_on, ends_on=ends_on, measure=goal.measure, counted_in=goal.counted_in,
        counts=goal.counts, authority=goal.authority, benefit=goal.benefit, parent_id=parent, previous_id=goal.id,
    )  # fmt: skip


def _next_whole(goal: Goal, starts_on: date, ends_on: date) -> int | None:
    """The next cycle of the wider goal that ``goal`` was a part of, when it is there already."""
    if goal.parent_id is None:
        return None
    return session.scalar(
        select(Goal.id).where(Goal.previous_id == goal.parent_id, Goal.starts_on == starts_on, Goal.ends_on == ends_on)
    )


def drop_goal(actor: Actor, goal_id: int, reason: str, version: int | None = None) -> Goal:
    """End a goal that is not to be pursued any more, with a reason."""
    row = reading.goal_row(actor, goal_id)
    goal = row.goal
    if not reading.may_set(actor, goal, owners_of(goal)) or goal.run_id is None:
        raise Forbidden(GOAL_SET)
    if version is not None and goal.version != version:
        raise Conflict()
    if row.stage != "agreement" and not actor.is_system and not actor.selves.isdisjoint(owners_of(goal)):
        raise Forbidden(GOAL_SET, _l("What was agreed is not dropped by whoever is to reach it."))
    workflow.close(actor, goal.run_id, end="dropped", reason=reason)
    return goal
