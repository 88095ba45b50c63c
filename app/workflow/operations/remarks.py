"""What people say on a turn: a comment, a wish for more time, that they are blocked."""

from datetime import datetime

from sqlalchemy import insert

from app.core.actor import Actor
from app.core.database import session
from app.workflow.models import Comment, Run
from app.workflow.operations.deciding import carry_out, gather
from app.workflow.operations.deciding import write as write_decision
from app.workflow.operations.locking import lock_turn
from app.workflow.queries.gathering import acting_for
from app.workflow.rules import commands as c
from app.workflow.rules.decide import decided


def comment(actor: Actor, turn_id: int, text: str) -> Run:
    """Remark on a turn, also on one that is done."""
    held = lock_turn(turn_id, actor)
    command = c.Comment(held.number, text)
    outcome = decided(held.definition, held.state, command, gather(held, actor, command))
    values = write_decision(held, actor, outcome)
    session.execute(
        insert(Comment).values(
            run_id=held.run.id,
            turn_id=turn_id,
            person_id=actor.id,
            behalf_id=actor.behalf,
            value_id=values[held.state.version],
            written_at=outcome.events[0].at,
        )
    )
    return held.run


def ask_for_time(actor: Actor, turn_id: int, until: datetime, reason: str) -> Run:
    """Ask those who oversee the run for more time; nothing changes until they extend."""
    held = lock_turn(turn_id, actor)
    acting = acting_for(actor, held.state, held.number)
    command = c.AskForTime(held.number, until, reason)
    carry_out(held, acting, command, gather(held, acting, command))
    return held.run


def report_blocked(actor: Actor, turn_id: int, reason: str) -> Run:
    """Say that one cannot go on, and why; the mark stays until the turn is extended, handed over or done."""
    held = lock_turn(turn_id, actor)
    acting = acting_for(actor, held.state, held.number)
    command = c.ReportBlocked(held.number, reason)
    carry_out(held, acting, command, gather(held, acting, command))
    return held.run
