"""What people say on a turn: a comment, a wish for more time, that they are blocked, a nudge."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, NotFound
from app.core.texts import _l
from app.workflow.models import Comment, Run, Turn
from app.workflow.operations.deciding import carry_out, gather
from app.workflow.operations.deciding import write as write_decision
from app.workflow.operations.locking import held_turn, lock_turn
from app.workflow.operations.turns import reached
from app.workflow.permissions import TURN_REASSIGN
from app.workflow.queries.gathering import acting_for, bare
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


def nudge(actor: Actor, turn_id: int, reason: str, version: int | None = None) -> tuple[Run, tuple[int, ...]]:
    """Remind whom a turn waits for, once a day; returns the run and whom to tell.

    For those who oversee the run, and for whoever leads the person who has the turn: a case of another unit is none of theirs,
    but that their people are behind is.
    """
    actor.require(TURN_REASSIGN)
    held = held_turn(turn_id)
    turn = held.state.turns[held.number]
    if turn.assignee == actor.id:
        raise Conflict(_l("This step is your own."))
    facts = bare(actor, held.run)
    leads = turn.assignee is not None and bool(reached(actor, turn.assignee))
    if not facts.oversees and not leads:
        raise NotFound()
    last = session.scalar(select(Turn.nudged_at).where(Turn.id == turn_id))
    today = last is not None and clock.local(last).date() == clock.today()
    command = c.Nudge(held.number, reason, version)
    outcome = carry_out(held, actor, command, replace(facts, oversees=True, nudged_today=today))
    return held.run, tuple(outcome.events[0].data["people"])


def report_blocked(actor: Actor, turn_id: int, reason: str) -> Run:
    """Say that one cannot go on, and why; the mark stays until the turn is extended, handed over or done."""
    held = lock_turn(turn_id, actor)
    acting = acting_for(actor, held.state, held.number)
    command = c.ReportBlocked(held.number, reason)
    carry_out(held, acting, command, gather(held, acting, command))
    return held.run
