"""What whoever leads an assignment does to its items, several at once: each on its own, and an account of what could not be done.

Who sent an assignment, or supervises the unit it was sent from, leads its items: the right to assign is what counts, so a
leader who is no supervisor of the people's units may extend what they themselves have asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from app.core import audit, clock
from app.core.actor import Actor, Granted, Scope
from app.core.database import session
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.core.texts import _l
from app.people import queries as people
from app.people.queries import audiences
from app.people.rules.audiences import of_persons
from app.work.models import Assignment, WorkItem
from app.work.operations.following_runs import DOERS, resolver_of
from app.work.operations.telling_work import tell_withdrawn
from app.work.permissions import ASSIGN
from app.work.queries.assignments import assignment_for
from app.workflow import operations as workflow
from app.workflow import queries as processes
from app.workflow.models import Batch, Draft, Run, Turn
from app.workflow.permissions import RUN_CLOSE, RUN_VIEW, TURN_REASSIGN
from app.workflow.rules.definition import Definition

MOST = 200
"""So many items are handled by one request."""
LED = audit.declare("work.led", _l("Changed work items of an assignment"), ("act", "done", "refused"))
CLOSED = audit.declare("work.assignment_closed", _l("Closed an assignment"))


@dataclass(frozen=True, slots=True)
class NotDone:
    """An item for which it could not be done: whose it is, and why."""

    item_id: int
    person_id: int | None
    why: Any


@dataclass(frozen=True, slots=True)
class Account:
    """How many were done, which could not be, and how many are left beyond one request's :data:`MOST`."""

    done: int
    refused: list[NotDone]
    left: int = 0


@dataclass(slots=True)
class Held:
    """An item in hand: its row, its run, the definition the run is pinned to, and its assignment."""

    item: WorkItem
    run: Run
    definition: Definition
    assignment: Assignment


def leading(actor: Actor) -> Actor:
    """The actor with the rights over runs that leading an assignment gives; only for items of one they may lead."""
    everything = Granted(Scope.ALL)
    return replace(
        actor, grants={**actor.grants, TURN_REASSIGN: everything, RUN_CLOSE: everything, RUN_VIEW: everything}
    )


def nudge_items(actor: Actor, assignment_id: int, item_ids: Sequence[int], reason: str = "") -> Account:
    """Remind whoever has to do these items, or may take them; once a day."""
    lead = leading(actor)

    def act(held: Held) -> None:
        workflow.nudge(lead, _waiting_with_doer(held).id, reason or str(_l("Please see to it.")))

    return _each(actor, assignment_id, item_ids, "nudge", act)


def extend_items(actor: Actor, assignment_id: int, item_ids: Sequence[int], until: datetime, reason: str) -> Account:
    """Give more time to whoever has to do these items."""
    lead = leading(actor)

    def act(held: Held) -> None:
        workflow.extend(lead, _waiting_with_doer(held).id, until, reason)

    return _each(actor, assignment_id, item_ids, "extend", act)


def reassign_items(actor: Actor, assignment_id: int, item_ids: Sequence[int], to: int, reason: str) -> Account:
    """Give these items to somebody else within reach; also those that were declined."""
    if not audiences.resolve(actor, of_persons([to]), ASSIGN):
        raise Invalid("to", "unknown", _l("Choose somebody within your reach."))

    def act(held: Held) -> None:
        hand_to(actor, held, to, reason)

    return _each(actor, assignment_id, item_ids, "reassign", act)


def hand_to(actor: Actor, held: Held, to: int, reason: str) -> None:
    """Another person does the item from now on: its waiting step is handed over, or what was declined is asked of them."""
    lead = leading(actor)
    turn = _waiting(held)
    if resolver_of(held.definition, turn.step) == DOERS:
        workflow.reassign(lead, turn.id, to, reason)
        return
    again = _way_back(held.definition, turn.step)
    if again is None or held.item.handed_in_at is not None:
        raise Conflict(_l("This has been handed in: accept or return it first."))
    if not reason.strip():
        raise Invalid("reason", "required", _l("Say why."))
    held.item.person_id = to
    session.flush()
    workflow.complete(lead, turn.id, outcome=again, reason=reason)


def recall_items(actor: Actor, assignment_id: int, item_ids: Sequence[int], reason: str) -> Account:
    """Take back what nobody has touched yet; what was begun stays with those who began it."""
    lead = leading(actor)

    def act(held: Held) -> None:
        _require_untouched(held)
        workflow.close(lead, held.run.id, end=_end(held.definition, "recalled"), reason=reason)
        tell_withdrawn(held.assignment, held.item.id, held.item.person_id)

    return _each(actor, assignment_id, item_ids, "recall", act)


def close_items(actor: Actor, assignment_id: int, item_ids: Sequence[int], reason: str) -> Account:
    """End these items wherever they stand; needs a reason."""
    lead = leading(actor)
    if not reason.strip():
        raise Invalid("reason", "required", _l("Say why."))

    def act(held: Held) -> None:
        workflow.close(lead, held.run.id, end=_end(held.definition, "cancelled"), reason=reason)
        tell_withdrawn(held.assignment, held.item.id, held.item.person_id)

    return _each(actor, assignment_id, item_ids, "close", act)


def close_assignment(actor: Actor, assignment_id: int, version: int | None) -> Assignment:
    """Nobody more gets an item of it; what is open stays with those who have it."""
    actor.require(ASSIGN)
    assignment = assignment_for(actor, assignment_id)
    if assignment.state != "open" or (version is not None and version != assignment.version):
        raise Conflict()
    assignment.state, assignment.closed_at, assignment.standing = "closed", clock.now(), False
    assignment.version += 1
    making = select(Batch.id).where(Batch.id == assignment.batch_id, Batch.state == "making")
    if session.scalar(making) is not None:
        workflow.stop_batch(actor, assignment.batch_id or 0)
    session.flush()
    audit.record(actor, CLOSED, target=("work_assignment", assignment.id))
    return assignment


def _each(actor: Actor, assignment_id: int, item_ids: Sequence[int], name: str, act: Callable[[Held], None]) -> Account:
    actor.require(ASSIGN)
    assignment = assignment_for(actor, assignment_id)
    wanted = list(dict.fromkeys(item_ids))
    now, left = wanted[:MOST], len(wanted[MOST:])
    rows = _held(assignment, now)
    done, refused = 0, []
    for item_id in now:
        held = rows.get(item_id)
        try:
            if held is None:
                raise NotFound()
            with session.begin_nested():
                act(held)
        except DomainError as error:
            refused.append(NotDone(item_id, held.item.person_id if held else None, error.message))
        else:
            done += 1
    audit.record(actor, LED, target=("work_assignment", assignment.id), act=name, done=done, refused=len(refused))
    return Account(done, refused, left)


def _held(assignment: Assignment, item_ids: Sequence[int]) -> Mapping[int, Held]:
    rows = session.execute(
        select(WorkItem, Run)
        .join(Run, Run.id == WorkItem.run_id)
        .where(WorkItem.assignment_id == assignment.id, WorkItem.id.in_(item_ids))
        .execution_options(populate_existing=True)
    ).all()
    parsed = processes.parsed_all({run.digest for _item, run in rows})
    return {item.id: Held(item, run, parsed[run.digest], assignment) for item, run in rows}


def held_item(item: WorkItem, run: Run, assignment: Assignment) -> Held:
    """One item in hand, for its own page."""
    return Held(item, run, processes.parsed(run.digest), assignment)


def _waiting(held: Held) -> Any:
    turn = session.execute(
        select(Turn.id, Turn.step, Turn.assignee_id)
        .where(Turn.run_id == held.run.id, Turn.state == "waiting")
        .order_by(Turn.due_at.is_(None), Turn.due_at, Turn.number)
        .limit(1)
    ).one_or_none()
    if turn is None:
        raise Conflict(_l("This has ended; nothing can be changed any more."))
    return turn


def _waiting_with_doer(held: Held) -> Any:
    turn = _waiting(held)
    if resolver_of(held.definition, turn.step) != DOERS:
        raise Conflict(_l("It waits for whoever assigned it, not for whoever does it."))
    return turn


def _way_back(definition: Definition, step: str) -> str | None:
    """The outcome of a step that leads to whoever does the item."""
    for outcome in definition.step(step).outcomes:
        if any(resolver_of(definition, target) == DOERS for target in outcome.to):
            return outcome.key
    return None


def _require_untouched(held: Held) -> None:
    """Untouched: still at its first step, with nothing typed, handed in or said."""
    if held.run.state != "open":
        raise Conflict(_l("This has ended; nothing can be changed any more."))
    turns = session.execute(
        select(Turn.state, Turn.evidence, exists().where(Draft.turn_id == Turn.id).label("typed")).where(
            Turn.run_id == held.run.id
        )
    ).all()
    taken = held.item.for_id is None and held.item.person_id is not None
    if taken or any(row.state == "done" for row in turns):
        raise Conflict(_l("It has been accepted already."))
    if any(row.typed or row.evidence for row in turns):
        raise Conflict(_l("Somebody has begun to write the result."))


def _end(definition: Definition, wanted: str) -> str:
    """The end of that name, else the first by which a run may be cancelled from anywhere."""
    if wanted in definition.close_from_anywhere:
        return wanted
    ends = [key for key in definition.close_from_anywhere if definition.ends[key].result == "cancelled"]
    return (ends or list(definition.close_from_anywhere))[0]


def colleagues(actor: Actor) -> list[tuple[int, str]]:
    """Whom the actor may give an item to, for a select box: up to 200 people within reach, and who of them is away."""
    found = people.people_page(actor, limit=200, permission=ASSIGN).items
    away = people.away_words([line.id for line in found])
    return [(line.id, f"{line.name} · {away[line.id]}" if line.id in away else line.name) for line in found]
