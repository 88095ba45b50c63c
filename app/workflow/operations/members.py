"""The people of a multiplied step while it is open: one more, one less, or no more waiting."""

from app.core.actor import Actor
from app.workflow.models import Run
from app.workflow.operations.deciding import carry_out, gather, with_reassignable
from app.workflow.operations.locking import lock_run
from app.workflow.operations.turns import reached
from app.workflow.rules import commands as c


def add_member(actor: Actor, run_id: int, round: int, person_id: int) -> Run:
    """Ask one more person in an open round."""
    held = lock_run(run_id, actor)
    command = c.AddMember(round, person_id)
    facts = gather(held, actor, command)
    if facts.oversees:
        facts = with_reassignable(facts, reached(actor, person_id))
    carry_out(held, actor, command, facts)
    return held.run


def remove_member(actor: Actor, run_id: int, round: int, person_id: int, reason: str) -> Run:
    """Ask one person less; refused when too few would be left."""
    held = lock_run(run_id, actor)
    command = c.RemoveMember(round, person_id, reason)
    carry_out(held, actor, command, gather(held, actor, command))
    return held.run


def close_early(actor: Actor, run_id: int, round: int, reason: str) -> Run:
    """Take the answers of a round as they are."""
    held = lock_run(run_id, actor)
    command = c.CloseEarly(round, reason)
    carry_out(held, actor, command, gather(held, actor, command))
    return held.run
