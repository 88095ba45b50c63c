"""What the events of a run leave on its work item: who does it, by when, when it was handed in, how often returned."""

from typing import Any

from sqlalchemy import select, update

from app.core.actor import Actor
from app.core.database import session
from app.work.models import Assignment, Series, WorkItem
from app.work.queries.items import KIND
from app.workflow import queries as workflow
from app.workflow.models import Turn
from app.workflow.operations import refresh_lanes
from app.workflow.rules import events as e
from app.workflow.rules.definition import Definition

DOERS, SENDER = "work_doers", "work_sender"
"""Resolvers of the lanes of whoever does an item and whoever asked for it."""
_WATCHED = frozenset(
    {e.CLAIMED, e.GIVEN_BACK, e.REASSIGNED, e.COMPLETED, e.RETURNED, e.DUE_CHANGED, e.RESUMED, e.ENDED, e.VOIDED}
)


def resolver_of(definition: Definition, step: str | None) -> str:
    """The resolver of the lane in which a step stands."""
    known = definition.steps.get(step or "")
    lane = definition.lanes.get(known.lane or "") if known else None
    return lane.resolver if lane else ""


def follow_run(*, run: Any, actor: Actor, kinds: frozenset[str]) -> None:
    """Bring the item in line with what has just happened to its run."""
    if run.subject_kind != KIND or e.STARTED in kinds or not kinds & _WATCHED:
        return
    item = session.get(WorkItem, run.subject_id, populate_existing=True)
    if item is None:
        return
    definition = workflow.parsed(run.digest)
    doing = run.state == "open" and resolver_of(definition, run.step) == DOERS
    if kinds & {e.COMPLETED, e.RETURNED}:
        _hand(item, definition, run, doing, returned=e.RETURNED in kinds)
    if doing:
        if run.due_at is not None:
            item.due_at = run.due_at
        if run.assignee_id is not None:
            item.person_id = run.assignee_id
        elif item.for_id is None:
            item.person_id = None
    if run.state == "success":
        item.done_at = run.closed_at
    session.flush()
    if e.GIVEN_BACK in kinds and item.for_id is None and doing and run.assignee_id is None:
        refresh_lanes(run.id)  # a shared item that is given back is everybody's again


def _hand(item: WorkItem, definition: Definition, run: Any, doing: bool, *, returned: bool) -> None:
    """Handed in: whoever does it has left their part by a way that needs no excuse. Returned: it is theirs again."""
    if doing:
        if item.handed_in_at is not None:
            item.returns += 1
            item.handed_in_at = None
        return
    if returned or item.handed_in_at is not None:
        return
    last = session.execute(
        select(Turn.step, Turn.outcome, Turn.completed_by_id, Turn.closed_at)
        .where(Turn.run_id == run.id, Turn.state == "done")
        .order_by(Turn.number.desc())
        .limit(1)
    ).one_or_none()
    if last is None or resolver_of(definition, last.step) != DOERS:
        return
    chosen = definition.step(last.step).outcome(last.outcome or "")
    if chosen is not None and not chosen.needs_reason:
        item.handed_in_at = last.closed_at
        item.person_id = last.completed_by_id or item.person_id
        item.late = item.due_at is not None and last.closed_at is not None and last.closed_at > item.due_at


def hand_over(person_id: int, successor_id: int | None, **_facts: Any) -> None:
    """A sender has left: whoever takes over is the sender of what is still open."""
    if successor_id is None:
        return
    session.execute(
        update(Assignment)
        .where(Assignment.sender_id == person_id, Assignment.state != "closed")
        .values(sender_id=successor_id, submission=None)
    )
    session.execute(
        update(Series).where(Series.sender_id == person_id, Series.ended_at.is_(None)).values(sender_id=successor_id)
    )
