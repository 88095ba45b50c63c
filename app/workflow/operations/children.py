"""Runs that a step starts: begun with the step, ended with it where it says so, their results brought back by job."""

import logging
from collections.abc import Sequence

from sqlalchemy import select, update

from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, DomainError
from app.core.texts import _l
from app.workflow import registry
from app.workflow.models import Run
from app.workflow.operations.deciding import carry_out, follower, gather, recount
from app.workflow.operations.locking import Locked, lock_run
from app.workflow.operations.runs import start
from app.workflow.queries.definitions import latest
from app.workflow.registry import SubjectRef
from app.workflow.rules import commands as c
from app.workflow.rules import events as e

DEEPEST = 5
"""A child may have children of its own, down to this depth."""
log = logging.getLogger(__name__)


@follower
def tend_children(held: Locked, actor: Actor, events: Sequence[e.Event]) -> None:
    """Start the child runs that a decision wants, and end those it does not want any more."""
    for event in events:
        if event.kind == e.CHILD_WANTED:
            _begin(held, actor, event)
        elif event.kind == e.CHILD_CANCEL_WANTED and event.data["run"] is not None:
            _cancel(event.data["run"])


def _begin(held: Locked, actor: Actor, event: e.Event) -> None:
    if _depth(held.run) >= DEEPEST:
        raise Conflict(_l("Workflows are nested too deeply here."))
    number, process = event.data["turn"], event.data["process"]
    turn, run = held.state.turns[number], held.run
    child = start(
        actor,
        process,
        _about(held, process, event.data["subject"]),
        run.unit_id,
        run.team_id,
        owner_id=turn.member or turn.assignee or run.owner_id,
        parent=(run.id, number),
    )
    if held.state.is_open:
        command = c.ChildStarted(number, event.data["child"], child.id)
        carry_out(held, SYSTEM, command, gather(held, SYSTEM, command))


def _about(held: Locked, process: str, subject_id: int | None) -> SubjectRef:
    if subject_id is None:
        return held.subject
    kind = latest(process).subject
    known = registry.subject(kind)
    view = known.describe([subject_id]).get(subject_id) if known else None
    return SubjectRef(kind, subject_id, view.label if view else held.run.subject_label)


def _depth(run: Run) -> int:
    depth, parent = 0, run.parent_id
    while parent is not None and depth < DEEPEST:
        depth += 1
        parent = session.scalar(select(Run.parent_id).where(Run.id == parent))
    return depth


def _cancel(run_id: int) -> None:
    """End a child from outside; one whose process knows no such end goes on by itself."""
    held = lock_run(run_id)
    if not held.state.is_open:
        return
    ends = [held.definition.ends[key] for key in held.definition.close_from_anywhere]
    end = next((end for end in ends if end.result == "cancelled"), next(iter(ends), None))
    if end is None:
        return
    reason_key = end.reasons[0].key if end.reasons else None
    command = c.Close(end.key, reason_key, str(_l("The step that started this is no more.")))
    carry_out(held, SYSTEM, command, gather(held, SYSTEM, command))


def report_results(limit: int = 100) -> int:
    """Job: bring the results of ended child runs to their parents, each in a unit of its own; returns how many."""
    with unit_of_work():
        waiting = session.scalars(
            select(Run.id)
            .where(Run.parent_id.is_not(None), Run.closed_at.is_not(None), Run.reported_at.is_(None))
            .order_by(Run.closed_at)
            .limit(limit)
        ).all()
    return sum(_report(run_id) for run_id in waiting)


def _report(run_id: int) -> bool:
    try:
        with unit_of_work():
            child = session.execute(
                select(Run.parent_id, Run.parent_turn, Run.state, Run.reported_at).where(Run.id == run_id)
            ).one()
            if child.reported_at is not None:
                return False
            held = lock_run(child.parent_id)
            if held.state.is_open:
                command = c.ChildEnded(child.parent_turn, run_id, child.state)
                carry_out(held, SYSTEM, command, gather(held, SYSTEM, command))
                recount(held)
            done = session.execute(
                update(Run).where(Run.id == run_id, Run.reported_at.is_(None)).values(reported_at=clock.now())
            )
            return bool(getattr(done, "rowcount", 0))
    except DomainError:
        log.exception("the result of run %d could not be brought to its parent", run_id)
        return False
