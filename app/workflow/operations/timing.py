"""Due moments of waiting turns, computed anew: after a pause, for an extension, when the calendar has changed."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.workflow.models import Turn
from app.workflow.operations.deciding import gather
from app.workflow.operations.locking import Locked
from app.workflow.queries.gathering import Gatherer, with_rungs
from app.workflow.rules import commands as c
from app.workflow.rules.definition import Step
from app.workflow.rules.facts import Due, Facts
from app.workflow.rules.state import TurnState


def facts_with_dues(held: Locked, actor: Actor, command: c.Resume | c.RecomputeDue | c.Extend) -> Facts:
    """Facts with the new due moment of every turn that the command speaks of."""
    facts = gather(held, actor, command)
    match command:
        case c.Extend(turn=number, until=until):
            turn = held.state.turns.get(number)
            step = held.definition.steps.get(turn.step) if turn else None
            dues = {number: with_rungs(step, until, False)} if step and until.tzinfo else {}
        case c.Resume():
            dues = _resumed(held)
        case c.RecomputeDue():
            dues = _recomputed(held)
    return replace(facts, turn_dues=dues)


def _resumed(held: Locked) -> dict[int, Due]:
    now, paused_at = clock.now(), held.state.paused_at
    found: dict[int, Due] = {}
    for turn in held.state.waiting():
        step = held.definition.steps.get(turn.step)
        if paused_at is None or turn.due_at is None or step is None:
            continue
        stopped = max(paused_at, turn.opened_at)
        if turn.due_at <= stopped:
            found[turn.number] = Due(turn.due_at, turn.provisional, turn.rungs)
        elif step.due is not None and step.due.unit == calendar.WORKING_DAYS:
            left = _working_days_left(stopped, turn.due_at)
            at, provisional = calendar.due_moment(now, left, calendar.WORKING_DAYS)
            found[turn.number] = with_rungs(step, at, provisional)
            _restart(held, turn, now, left, calendar.WORKING_DAYS)
        else:
            found[turn.number] = with_rungs(step, turn.due_at + (now - stopped), False)
    return found


def _working_days_left(stopped: datetime, due_at: datetime) -> int:
    day = clock.local(stopped).date()
    last = clock.local(due_at - timedelta(microseconds=1)).date()
    current = calendar.current()
    return sum(current.is_working(day + timedelta(days=n)) for n in range(1, (last - day).days + 1))


def _restart(held: Locked, turn: TurnState, start: datetime, within: int, unit: str) -> None:
    session.execute(
        update(Turn)
        .where(Turn.run_id == held.run.id, Turn.number == turn.number)
        .values(due_from=start, due_within=within, due_unit=unit)
    )


def _recomputed(held: Locked) -> dict[int, Due]:
    """By the calendar of now; what a person has set by hand stays."""
    rows = session.execute(
        select(Turn.number, Turn.due_from, Turn.due_within, Turn.due_unit).where(
            Turn.run_id == held.run.id, Turn.state == "waiting", Turn.due_within.is_not(None)
        )
    )
    found: dict[int, Due] = {}
    for number, start, within, unit in rows:
        step: Step | None = held.definition.steps.get(held.state.turns[number].step)
        if step is None or start is None or within is None or unit is None:
            continue
        own = Gatherer(held.definition, held.subject).own_due(step)
        if own is None or own != held.state.turns[number].due_at:
            at, provisional = calendar.due_moment(start, within, unit)
            found[number] = with_rungs(step, at, provisional)
    return found
