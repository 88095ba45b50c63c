"""What people do with the turns that wait for them: claim, give back, hand over, complete, return."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid, NotFound
from app.core.texts import _l
from app.people import queries as people
from app.workflow.models import Run, Turn
from app.workflow.operations.deciding import carry_out, gather, mine, recount, with_reassignable
from app.workflow.operations.locking import lock_turn
from app.workflow.operations.timing import facts_with_dues
from app.workflow.permissions import TURN_REASSIGN
from app.workflow.queries.gathering import acting_for
from app.workflow.rules import commands as c


def claim(actor: Actor, turn_id: int, version: int | None = None) -> Run:
    """Take a turn out of its lane; of two at once exactly one wins, the other gets Conflict."""
    held = lock_turn(turn_id, actor)
    acting = acting_for(actor, held.state, held.number)
    command = c.Claim(held.number, version)
    if held.state.turns[held.number].assignee is None:
        acting = mine(held, actor)
    carry_out(held, acting, command, gather(held, acting, command))
    recount(held, {held.number})
    return held.run


def give_back(actor: Actor, turn_id: int, version: int | None = None) -> Run:
    """Put a turn back into its lane."""
    held = lock_turn(turn_id, actor)
    acting = acting_for(actor, held.state, held.number)
    command = c.GiveBack(held.number, version)
    carry_out(held, acting, command, gather(held, acting, command))
    return held.run


def reassign(actor: Actor, turn_id: int, to_person_id: int, reason: str, version: int | None = None) -> Run:
    """Hand a turn to somebody else; the deadline stays. Overseers may choose anybody they reach, others only the lane."""
    held = lock_turn(turn_id, actor)
    acting = acting_for(actor, held.state, held.number)
    command = c.Reassign(held.number, to_person_id, reason, version)
    facts = gather(held, acting, command)
    if facts.oversees:
        facts = with_reassignable(facts, reached(actor, to_person_id))
    carry_out(held, acting, command, facts)
    recount(held, {held.number})
    return held.run


def reached(actor: Actor, person_id: int) -> frozenset[int]:
    """The person, when the actor may hand turns to them."""
    if not 0 < person_id < 2**63:
        return frozenset()
    if actor.is_system:
        return people.active_ids({person_id})
    try:
        return frozenset({person_id} if people.person_for(actor, person_id, TURN_REASSIGN).state != "left" else ())
    except NotFound:
        return frozenset()


def complete(
    actor: Actor,
    turn_id: int,
    *,
    outcome: str,
    fields: Mapping[str, Any] | None = None,
    checklist: Iterable[str] = (),
    reason: str = "",
    version: int | None = None,
) -> Run:
    """Leave a step by one of its outcomes; the run moves on in the same transaction.

    Raises Missing with the list of what the step still needs, Invalid for values that cannot be taken, Conflict for a turn
    that has changed or is done, Forbidden when it waits for somebody else.
    """
    held = lock_turn(turn_id, actor)
    acting = mine(held, actor)
    typed = dict(fields or {})
    ticked = tuple(checklist)
    if not all(isinstance(key, str) for key in ticked):
        raise Invalid("checklist", "unknown", _l("This step's checklist has no such item."))
    command = c.Complete(held.number, outcome, typed, ticked, reason, version)
    carry_out(held, acting, command, gather(held, acting, command, typed, ticked))
    return held.run


def return_to(actor: Actor, turn_id: int, *, to: str, reason: str, version: int | None = None) -> Run:
    """Go back to an earlier step: needs a reason, not the evidence; what came later is void, its evidence superseded."""
    held = lock_turn(turn_id, actor)
    acting = acting_for(actor, held.state, held.number)
    command = c.Return(held.number, to, reason, version)
    facts = gather(held, acting, command)
    if not facts.oversees:
        acting = mine(held, actor)
    carry_out(held, acting, command, facts)
    return held.run


def extend(actor: Actor, turn_id: int, until: Any, reason: str = "", version: int | None = None) -> Run:
    """Give a turn more time, until an aware moment; for those who oversee the run."""
    held = lock_turn(turn_id, actor)
    command = c.Extend(held.number, until, reason, version)
    carry_out(held, actor, command, facts_with_dues(held, actor, command))
    return held.run


def waiting_turns(run_id: int) -> list[int]:
    """Ids of a run's waiting turns, most urgent first."""
    return list(
        session.scalars(
            select(Turn.id)
            .where(Turn.run_id == run_id, Turn.state == "waiting")
            .order_by(Turn.due_at.is_(None), Turn.due_at, Turn.number)
        )
    )
