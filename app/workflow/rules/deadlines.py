"""Due moments: a return opens a new turn with a new one, reassigning keeps it, a pause stops it, every rung fires once.

Only a rung that hands over what nobody has is not spent on a turn that somebody has: it tells, and is due again as soon as
the turn is given back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.core.errors import Conflict, Forbidden, Invalid
from app.core.texts import _l
from app.workflow.rules import commands as c
from app.workflow.rules import events as e
from app.workflow.rules.assigning import eligible, excluded, lane_and_fallbacks
from app.workflow.rules.facts import Due
from app.workflow.rules.flow import Flow, due_data
from app.workflow.rules.state import RunState, TurnState
from app.workflow.rules.turns import waiting_turn
from app.workflow.rules.wording import words

LONGEST = timedelta(days=3650)


def due_rungs(state: RunState, turn: TurnState, now: datetime) -> list[int]:
    """The rungs of the ladder (from 0) that are to fire now: due, not fired yet, the turn waiting and the run not paused."""
    if not turn.waiting or state.paused or not state.is_open:
        return []
    return [rung for rung, at in enumerate(turn.rungs) if at <= now and rung not in turn.fired]


def next_moment(state: RunState, turn: TurnState) -> datetime | None:
    """When the sweeper should look at this turn again; None when nothing is to come."""
    if not turn.waiting or state.paused or not state.is_open:
        return None
    return min((at for rung, at in enumerate(turn.rungs) if rung not in turn.fired), default=None)


def decide_fire(flow: Flow, command: c.FireRung) -> None:
    """Fire what is due of a turn's ladder; nothing at all when the turn is gone, paused or not due: the sweeper may be late."""
    turn = flow.state.turns.get(command.turn)
    if turn is None or turn.step not in flow.definition.steps:
        return
    ladder = flow.definition.step(turn.step).escalation
    for rung in due_rungs(flow.state, turn, flow.facts.now):
        if rung < len(ladder):
            names = lane_and_fallbacks(flow.definition, ladder[rung].to)
            people = next((flow.facts.lanes[name] for name in names if flow.facts.lanes.get(name)), ())
            data = {"turn": turn.number, "rung": rung, "lane": ladder[rung].to, "people": list(people)}
            held = ladder[rung].unclaimed and _is_taken(flow, turn.number)
            flow.emit(e.RUNG_FIRED, {**data, "held": True} if held else data)
            if ladder[rung].hand_over and not held:
                _hand_over(flow, turn.number, people)


def _is_taken(flow: Flow, number: int) -> bool:
    """Whether somebody has taken the turn or was given it."""
    return flow.state.turns[number].assignee is not None


def _hand_over(flow: Flow, number: int, people: Iterable[int]) -> None:
    """Give an overdue turn to the first of those a rung has told who may do it; it stays where it is when nobody may."""
    turn = flow.state.turns[number]
    step = flow.definition.step(turn.step)
    kept_out = excluded(step, flow.state)
    allowed = [person for person in people if person not in kept_out]
    if turn.member is None and allowed and turn.assignee not in allowed:
        flow.emit(e.REASSIGNED, {"turn": number, "person": turn.assignee, "to": allowed[0], "why": "rung"})


def decide_pause(flow: Flow, command: c.Pause) -> None:
    """Stop the clock of every waiting turn."""
    _overseen(flow)
    if flow.state.paused:
        raise Conflict(_l("This is already paused."))
    flow.emit(e.PAUSED, {}, {"reason": words(command.reason)})


def decide_resume(flow: Flow, command: c.Resume) -> None:
    """Let the clocks run again: due moments move on by as long as the pause was, or as `Facts.turn_dues` says."""
    _overseen(flow)
    paused_at = flow.state.paused_at
    if paused_at is None:
        raise Conflict(_l("This is not paused."))
    dues: dict[str, list[object]] = {}
    for turn in flow.state.waiting():
        due = flow.facts.turn_dues.get(turn.number) or pushed(turn, flow.now - max(paused_at, turn.opened_at))
        if due is not None:
            data = due_data(due)
            dues[str(turn.number)] = [data["due_at"], data["provisional"], data["rungs"]]
    flow.emit(e.RESUMED, {"dues": dues})


def pushed(turn: TurnState, by: timedelta) -> Due | None:
    """The turn's due moment and rungs so much later; None for a turn that is never due."""
    if turn.due_at is None:
        return None
    return Due(turn.due_at + by, turn.provisional, tuple(moment + by for moment in turn.rungs))


def decide_extend(flow: Flow, command: c.Extend) -> None:
    """Another due moment for a turn. Rungs that have fired stay fired; the others move along."""
    _overseen(flow)
    turn = waiting_turn(flow.state, command.turn, command.version)
    until = _until(flow, command.until)
    reason = words(command.reason, required=False)
    given = flow.facts.turn_dues.get(turn.number)
    due = Due(until, given.provisional if given else False, given.rungs if given else _moved(turn, until))
    flow.emit(
        e.DUE_CHANGED, {"turn": turn.number, "why": "extended", **due_data(due)}, {"reason": reason} if reason else {}
    )


def _moved(turn: TurnState, until: datetime) -> tuple[datetime, ...]:
    due = pushed(turn, until - turn.due_at) if turn.due_at else None
    return due.rungs if due else ()


def _until(flow: Flow, until: datetime) -> datetime:
    if until.tzinfo is None or not flow.now < until <= flow.now + LONGEST:
        raise Invalid("until", "past", _l("Choose a moment in the future, within ten years."))
    return until


def decide_recompute(flow: Flow, command: c.RecomputeDue) -> None:
    """Take the due moments that the calendar gives now, an event for each that differs."""
    for turn in list(flow.state.waiting()):
        due = flow.facts.turn_dues.get(turn.number)
        if due is not None and (due.at, due.provisional, due.rungs) != (turn.due_at, turn.provisional, turn.rungs):
            flow.emit(e.DUE_CHANGED, {"turn": turn.number, "why": "recomputed", **due_data(due)})


def decide_ask_for_time(flow: Flow, command: c.AskForTime) -> None:
    """Ask those who oversee the run for more time; nothing changes until they extend."""
    turn = _own(flow, command.turn)
    until = _until(flow, command.until)
    if turn.due_at is not None and until <= turn.due_at:
        raise Invalid("until", "earlier", _l("Choose a moment after the present due date."))
    flow.emit(e.TIME_ASKED, {"turn": turn.number, "until": until.isoformat()}, {"reason": words(command.reason)})


def decide_blocked(flow: Flow, command: c.ReportBlocked) -> None:
    """Say that one cannot go on, and why."""
    turn = _own(flow, command.turn)
    flow.emit(e.BLOCKED, {"turn": turn.number}, {"reason": words(command.reason)})


def _own(flow: Flow, number: int) -> TurnState:
    turn = waiting_turn(flow.state, number)
    if not flow.facts.oversees and not any(eligible(turn, person) for person in flow.facts.hands):
        raise Forbidden()
    return turn


def _overseen(flow: Flow) -> None:
    if not flow.facts.oversees:
        raise Forbidden()
