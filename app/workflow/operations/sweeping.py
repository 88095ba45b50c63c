"""The deadline sweeper and the recount of due moments after a calendar edit. One broken run never stops either."""

import logging
from datetime import timedelta

from sqlalchemy import or_, select, update

from app.core import calendar, clock
from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.workflow import signals
from app.workflow.models import Deadline, Recomputation, Run, Turn
from app.workflow.operations.deciding import carry_out, gather
from app.workflow.operations.locking import lock_run
from app.workflow.operations.timing import facts_with_dues
from app.workflow.rules import commands as c
from app.workflow.rules import events as e

log = logging.getLogger(__name__)


def sweep_deadlines(limit: int = 200) -> int:
    """Job: fire the rungs that are due, each run in a unit of its own; returns how many turns were told of."""
    with unit_of_work():
        now = clock.now()
        due = session.execute(
            select(Deadline.turn_id, Deadline.run_id, Turn.number)
            .join(Turn, Turn.id == Deadline.turn_id)
            .where(
                Deadline.state == "open",
                Deadline.due_at <= now,
                or_(Deadline.retry_at.is_(None), Deadline.retry_at <= now),
            )
            .order_by(Deadline.due_at)
            .limit(limit)
        ).all()
    fired = 0
    for turn_id, run_id, number in dict.fromkeys(tuple(row) for row in due):
        try:
            with unit_of_work():
                fired += _fire(turn_id, run_id, number)
        except Exception:
            # whatever is wrong with this run, the others have their deadlines too
            log.exception("the deadlines of turn %d in run %d could not be swept", turn_id, run_id)
            _try_later(turn_id)
    return fired


def _fire(turn_id: int, run_id: int, number: int) -> bool:
    held = lock_run(run_id)
    fired: list[e.Event] = []
    if held.state.is_open:
        command = c.FireRung(number)
        fired = [
            event
            for event in carry_out(held, SYSTEM, command, gather(held, SYSTEM, command)).events
            if event.kind == e.RUNG_FIRED
        ]
    # what is still open though due belongs to a turn that is gone or to a ladder that has become shorter
    state = "open" if held.state.paused else "cancelled"
    session.execute(
        update(Deadline)
        .where(Deadline.turn_id == turn_id, Deadline.state == "open", Deadline.due_at <= clock.now())
        .values(state=state if state == "cancelled" else "paused")
    )
    for event in fired:
        signals.turn_escalated.send(
            run=held.run, turn_id=turn_id, lane=event.data["lane"], people=tuple(event.data["people"])
        )
    return bool(fired)


def _try_later(turn_id: int) -> None:
    with unit_of_work():
        failures = session.scalar(
            select(Deadline.failures).where(Deadline.turn_id == turn_id, Deadline.state == "open").limit(1)
        )
        later = clock.now() + timedelta(minutes=min(2 ** ((failures or 0) + 1), 1440))
        session.execute(
            update(Deadline)
            .where(Deadline.turn_id == turn_id, Deadline.state == "open", Deadline.due_at <= clock.now())
            .values(failures=Deadline.failures + 1, retry_at=later)
        )


def request_recomputation(**_facts: object) -> None:
    """The calendar was edited: note that open due moments have to be counted anew (receiver of `calendar_changed`)."""
    waiting = session.scalar(
        select(Recomputation.id).where(Recomputation.done_at.is_(None), Recomputation.after_run_id == 0).limit(1)
    )
    if waiting is None:
        session.add(Recomputation(requested_at=clock.now(), after_run_id=0))


def watch_calendar() -> int:
    """Job: ask for a recount when due moments are marked provisional although their year is published by now."""
    with unit_of_work():
        published = calendar.LAST_PUBLISHED_YEAR
        old = session.scalars(
            select(Turn.due_at).where(Turn.state == "waiting", Turn.provisional).order_by(Turn.due_at).limit(1)
        ).first()
        if old is None or clock.local(old - timedelta(microseconds=1)).year > published:
            return 0
        request_recomputation()
        return 1


def recompute_dues(limit: int = 100) -> int:
    """Job: count open due moments anew after a calendar edit, a run a unit, going on where it was; returns how many runs."""
    with unit_of_work():
        asked = session.execute(
            select(Recomputation.id, Recomputation.after_run_id)
            .where(Recomputation.done_at.is_(None))
            .order_by(Recomputation.id)
            .limit(1)
        ).one_or_none()
        if asked is None:
            return 0
        runs = session.scalars(
            select(Run.id)
            .join(Turn, Turn.run_id == Run.id)
            .where(
                Run.state == "open", Turn.state == "waiting", Turn.due_within.is_not(None), Run.id > asked.after_run_id
            )
            .distinct()
            .order_by(Run.id)
            .limit(limit)
        ).all()
        if not runs:
            session.execute(update(Recomputation).where(Recomputation.id == asked.id).values(done_at=clock.now()))
    for run_id in runs:
        try:
            with unit_of_work():
                _recompute(run_id)
        except Exception:
            log.exception("the due moments of run %d could not be counted anew", run_id)
        with unit_of_work():
            session.execute(update(Recomputation).where(Recomputation.id == asked.id).values(after_run_id=run_id))
    return len(runs)


def _recompute(run_id: int) -> None:
    held = lock_run(run_id)
    if held.state.is_open and not held.state.paused:
        command = c.RecomputeDue()
        carry_out(held, SYSTEM, command, facts_with_dues(held, SYSTEM, command))
