"""What goals are told: their run has moved, has ended, their period is over."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.core import audit, clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session, unit_of_work
from app.core.errors import DomainError
from app.work.models.goals import Goal
from app.work.queries import goals as reading
from app.work.queries.progress import progress_of
from app.work.subjects.goals import CHANGED, GOAL
from app.workflow import operations as workflow
from app.workflow.models import Run, Turn, TurnCandidate
from app.workflow.rules.events import STEP_DONE
from app.workflow.rules.state import RunState


def follow_run(*, run: Run, actor: Actor, kinds: frozenset[str], **_facts: Any) -> None:
    """A goal's run has moved: write the figure that was decided on."""
    if run.subject_kind != GOAL or STEP_DONE not in kinds or run.step != "underway":
        return
    goal = session.get_one(Goal, run.subject_id)
    state = RunState.from_data(run.state_body)
    before = max((r.number for r in state.rounds.values() if r.in_force), default=0)
    last = state.rounds.get(before)
    if last is not None and last.step == "decide" and last.outcome == "take" and goal.proposed is not None:
        old = goal.target
        goal.target, goal.proposed = goal.proposed, None
        goal.version += 1
        session.flush()
        audit.record(actor, CHANGED, target=(GOAL, goal.id), changes={"target": (old, goal.target)}, step=True)


def follow_end(*, run: Run, **_facts: Any) -> None:
    """A goal's run has ended: freeze what was reached, if the period's end has not done so."""
    if run.subject_kind == GOAL:
        freeze(session.get_one(Goal, run.subject_id))


def freeze(goal: Goal) -> Decimal:
    """Keep what was reached as the goal's final figure; later records do not change it."""
    if goal.final is None:
        goal.final = progress_of([goal])[goal.id].actual
        goal.version += 1
        session.flush()
    return goal.final


def end_periods() -> int:
    """Job: open the self-evaluation of goals whose period has ended, each in a unit of its own; returns how many."""
    with unit_of_work():
        due = reading.ended_before(clock.today())
    return sum(_end(goal_id) for goal_id in due)


def _end(goal_id: int) -> bool:
    try:
        with unit_of_work():
            goal = session.get_one(Goal, goal_id)
            row = session.execute(
                select(Turn.id, Turn.assignee_id).where(
                    Turn.run_id == goal.run_id, Turn.step == "underway", Turn.state == "waiting"
                )
            ).one_or_none()
            if row is None or goal.ends_on >= clock.today():
                return False
            person = row.assignee_id or session.scalar(
                select(TurnCandidate.person_id).where(TurnCandidate.turn_id == row.id).limit(1)
            )
            if person is None:
                return False
            freeze(goal)
            workflow.complete(replace(SYSTEM, behalf=person), row.id, outcome="ended")
            return True
    except DomainError:
        return False
