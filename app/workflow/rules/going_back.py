"""Going back: somebody returns to an earlier step, or a change of the subject voids a decision.

Both cancel what waits further on, mark later decisions as lapsed (their evidence stays, superseded), open a closed fork
again where the step stood in one of its branches, and open the step for whoever did it before.
"""

from collections.abc import Iterable

from app.core.errors import Invalid, Missing
from app.core.texts import _l
from app.workflow.rules import commands as c
from app.workflow.rules import events as e
from app.workflow.rules.assigning import wrong_hands
from app.workflow.rules.definition import Definition, Outcome
from app.workflow.rules.flow import Flow
from app.workflow.rules.state import DONE, OPEN, Round, RunState, TurnState
from app.workflow.rules.turns import waiting_turn
from app.workflow.rules.wording import words


def returnable(definition: Definition, state: RunState, number: int) -> list[str]:
    """The steps that may be returned to from this turn, nearest first."""
    turn = state.turns[number]
    return list(_targets(definition, state, turn))


def _targets(definition: Definition, state: RunState, turn: TurnState) -> dict[str, Round]:
    """The latest decision that counts of each earlier step on the way to this turn, where the step allows it."""
    step = definition.steps.get(turn.step)
    found: dict[str, Round] = {}
    for number in sorted(state.ancestors(turn.round), reverse=True):
        round = state.rounds[number]
        allowed = step is None or step.returns is None or round.step in step.returns
        if round.in_force and allowed and round.step in definition.steps and round.step != turn.step:
            found.setdefault(round.step, round)
    return found


def decide_return(flow: Flow, command: c.Return) -> None:
    """Back to an earlier step, for a reason and nothing else, also out of a step that is broken."""
    turn = waiting_turn(flow.state, command.turn, command.version)
    if not flow.facts.oversees:
        wrong = wrong_hands(flow.definition, flow.state, turn, flow.facts)
        if wrong:
            raise Missing([wrong])
    target = _targets(flow.definition, flow.state, turn).get(command.to)
    if target is None:
        raise Invalid("to", "unknown", _l("One cannot return to this step from here."))
    reason = words(command.reason)
    swept = flow.sweep(target, turn)
    data = {
        "turn": turn.number,
        "round": turn.round,
        "step": turn.step,
        "person": flow.facts.person,
        "to_round": target.number,
        "to": target.step,
        "swept": swept,
    }
    flow.emit(e.RETURNED, data, {"reason": reason})
    flow.drop_children([turn.number])
    flow.back(target, swept)


def decide_subject_changed(flow: Flow, command: c.SubjectChanged) -> None:
    """Tell what has changed, and void the decisions that rested on it. No event when no step cares."""
    definition = flow.definition
    names = frozenset(command.attributes) & (definition.watched | definition.bound)
    if not names:
        return
    shown = [turn.number for turn in flow.state.waiting() if _shows(definition, turn, names)]
    flow.emit(e.SUBJECT_CHANGED, {"attributes": sorted(names), "turns": shown})
    void(flow, names)


def decide_outdate(flow: Flow, command: c.Outdate) -> None:
    """Raise the version of every waiting turn: who answers one says which they saw."""
    turns = [turn.number for turn in flow.state.waiting()]
    flow.emit(e.SUBJECT_CHANGED, {"attributes": [command.what], "turns": turns})


def _shows(definition: Definition, turn: TurnState, names: frozenset[str]) -> bool:
    step = definition.steps.get(turn.step)
    if step is None:
        return False
    # a decision about to be taken must not be taken on an older sight of what it is about
    return bool(names.intersection(step.voided_by)) or any(item.bind in names for item in step.fields)


def void(flow: Flow, names: Iterable[str], own: int | None = None, leaving: Outcome | None = None) -> None:
    """Void every decision that rested on one of these attributes.

    `own` is the round whose completion changed them, `leaving` the outcome that it is about to be left by, if any.
    """
    changed = flow.definition.watched.intersection(names)
    if not changed:
        return
    for number in list(flow.state.rounds):
        round = flow.state.rounds[number]
        if number == own or not _rests_on(flow.definition, flow.state, round, changed):
            continue
        gone = flow.state.descendants(number)
        ahead = [turn.step for turn in flow.state.waiting() if turn.round in gone and round.state != OPEN]
        ahead += leaving.to if leaving and own in gone else ()
        if not ahead or any(_avoids(flow.definition, key, round.step) for key in ahead):
            swept = flow.sweep(round)
            attributes = sorted(changed.intersection(flow.definition.step(round.step).voided_by))
            data = {"round": number, "step": round.step, "attributes": attributes, "swept": swept}
            flow.emit(e.VOIDED, data)
            flow.back(round, swept)


def _rests_on(definition: Definition, state: RunState, round: Round, changed: frozenset[str]) -> bool:
    step = definition.steps.get(round.step)
    if step is None or not changed.intersection(step.voided_by):
        return False
    if round.state == OPEN:
        return any(turn.state == DONE for turn in state.turns_in(round.number))
    return round.in_force


def _avoids(definition: Definition, start: str, step: str) -> bool:
    """Whether some way from `start` ends well without passing `step`. If none does, the decision is taken anew anyway."""
    seen = {start, step}
    waiting = [start] if start != step else []
    while waiting:
        for outcome in definition.step(waiting.pop()).outcomes:
            if outcome.end and definition.ends[outcome.end].result == "success":
                return True
            fresh = [key for key in outcome.to if key not in seen]
            seen.update(fresh)
            waiting += fresh
    return False
