"""Dividing a goal: from a unit to its teams and units below, from teams to persons, in one table (D37)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.core.actor import Actor
from app.core.errors import DomainError, FieldError, Forbidden, Invalid
from app.core.texts import _l
from app.work.models.goals import Goal
from app.work.operations.goals import change_goal, set_goal
from app.work.permissions import GOAL_SET
from app.work.queries import goals as reading
from app.work.queries.goal_parts import Candidate, candidates
from app.work.subjects.goal_parties import owners_of


@dataclass(frozen=True, slots=True)
class HandedOut:
    """How many goals were made and how many got another figure."""

    made: int
    changed: int


def hand_out(
    actor: Actor,
    goal_id: int,
    figures: Mapping[str, Decimal | None],
    reason: str = "",
    *,
    seen: Mapping[str, Decimal] | None = None,
) -> HandedOut:
    """Give every row of the table its goal: new ones are to be agreed, changed ones agreed anew.

    ``figures`` by row key (see ``queries.goal_parts``); ``seen``: what handed-out rows said when the table was opened – a
    row that was left alone stays as it is by now, one that both have changed is refused. The parts need not add up – the
    page says what is missing. Raises ``Invalid`` by row key.
    """
    row = reading.goal_row(actor, goal_id)
    goal = row.goal
    if not _may_divide(actor, goal):
        raise Forbidden(GOAL_SET)
    if row.state != "open":
        raise Invalid("parts", "over", _l("This has ended; nothing can be changed any more."))
    made = changed = 0
    faults: list[FieldError] = []
    goals: dict[str, Goal] = {}
    for candidate in candidates(goal):
        figure = figures.get(candidate.key)
        shown = (seen or {}).get(candidate.key)
        if candidate.goal is not None and shown is not None and shown != candidate.goal.target:
            if figure != shown and figure != candidate.goal.target:
                faults.append(FieldError(candidate.key, "changed", _l("Somebody else has changed this meanwhile.")))
                continue
            figure = candidate.goal.target
        parent = goals.get(candidate.above) if candidate.above else goal
        other = candidate.goal is not None and figure is not None and candidate.figure != figure
        try:
            done = _give(actor, goal, parent, candidate, figure, reason)
        except DomainError as error:
            faults.append(FieldError(candidate.key, "part", error.message))
            continue
        if done is not None:
            goals[candidate.key] = done
            made += candidate.goal is None
            changed += other
    if faults:
        raise Invalid.many(faults)
    return HandedOut(made, changed)


def _may_divide(actor: Actor, goal: Goal) -> bool:
    owners = owners_of(goal)
    return not actor.selves.isdisjoint(owners) or reading.may_set(actor, goal, owners)


def _give(
    actor: Actor, whole: Goal, parent: Goal | None, row: Candidate, figure: Decimal | None, reason: str
) -> Goal | None:
    if row.goal is not None:
        if figure is None:
            raise Invalid(row.key, "given", _l("This part is handed out already: change it, or drop its goal."))
        if figure == row.goal.target:
            return row.goal
        return change_goal(
            actor, row.goal.id, row.goal.version, title=row.goal.title, target=figure, counts=row.goal.counts,
            authority=row.goal.authority, benefit=row.goal.benefit, reason=reason,
        )  # fmt: skip
    if figure is None:
        return None
    if parent is None:
        raise Invalid(row.key, "above", _l("Give the row above a figure first."))
    return set_goal(
        actor, title=whole.title, target=figure, period=whole.period, level=row.level, owner_id=row.id,
        starts_on=whole.starts_on, ends_on=whole.ends_on, measure=whole.measure, counted_in=whole.counted_in,
        counts=whole.counts, parent_id=parent.id,
    )  # fmt: skip
