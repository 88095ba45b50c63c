"""What the operation has to gather for a command: names only, a little more rather than too little."""

from dataclasses import dataclass, replace

from app.workflow.rules import commands as c
from app.workflow.rules.definition import Definition, GuardCall, Step
from app.workflow.rules.state import RunState


@dataclass(frozen=True, slots=True)
class Needs:
    """`guards` to ask, `lanes` to resolve (fallbacks included), `steps` that may open (due moments), `sets` and
    `children`: those of them that are multiplied or start runs for a set of subjects, `subject` attributes to read,
    `turns` whose due moments are to be computed anew."""

    guards: tuple[GuardCall, ...] = ()
    lanes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()
    children: tuple[str, ...] = ()


def needs(definition: Definition, state: RunState | None, command: c.Command) -> Needs:
    """The names to gather before `decide(definition, state, command, facts)`."""
    if state is None:
        return _opening(definition, [definition.start]) if isinstance(command, c.Start) else Needs()
    match command:
        case c.Complete(turn=number, outcome=key):
            return _completing(definition, state, number, key)
        case c.Return(to=key):
            return _opening(definition, [key])
        case c.SubjectChanged(attributes=names):
            return _opening(definition, _voidable(definition, state, frozenset(names)))
        case c.RemoveMember(round=number) | c.CloseEarly(round=number):
            round = state.rounds.get(number)
            return _opening(definition, _next(definition, round.step) if round else [])
        case c.AddMember(round=number):
            round = state.rounds.get(number)
            return _opening(definition, [round.step] if round else [])
        case c.Reassign(turn=number):
            turn = state.turns.get(number)
            return _opening(definition, [turn.step] if turn else [])
        case c.FireRung(turn=number):
            turn = state.turns.get(number)
            rungs = definition.step(turn.step).escalation if turn and turn.step in definition.steps else ()
            return Needs(lanes=_with_fallbacks(definition, [rung.to for rung in rungs]))
        case c.Extend(turn=number):
            return Needs(turns=(number,))
        case c.Resume() | c.RecomputeDue():
            return Needs(turns=tuple(turn.number for turn in state.waiting()))
        case c.GiveBack(turn=number):
            turn = state.turns.get(number)
            return _opening(definition, [turn.step] if turn else [])
        case c.LeaveTeam():
            waiting = list(dict.fromkeys(turn.step for turn in state.waiting()))
            following = [key for step in waiting if definition.step(step).multiply for key in _next(definition, step)]
            return _opening(definition, waiting + following)
        case c.LanesChanged():
            return _opening(definition, list(dict.fromkeys(turn.step for turn in state.waiting())))
        case c.MoveVersion(definition=target, steps=steps):
            return _opening(target, [steps.get(turn.step, turn.step) for turn in state.waiting()])
    return Needs()


def form_needs(definition: Definition, state: RunState, number: int) -> Needs:
    """What showing a turn's form with "what is missing" takes: as for completing by any outcome."""
    turn = state.turns.get(number)
    return _completing(definition, state, number, None) if turn else Needs()


def _completing(definition: Definition, state: RunState, number: int, key: str | None) -> Needs:
    turn = state.turns.get(number)
    if turn is None or turn.step not in definition.steps:
        return Needs()
    step = definition.step(turn.step)
    outcomes = [item for item in step.outcomes if key in (None, item.key) or step.multiply]
    bound = tuple(dict.fromkeys(item.bind for item in step.fields if item.bind))
    opened = [target for item in outcomes for target in item.to]
    opened += _voidable(definition, state, frozenset(bound))
    found = _opening(definition, opened)
    guards = [*step.guards, *(guard for item in outcomes for guard in item.guards)]
    return replace(found, guards=tuple({guard.key: guard for guard in guards}.values()), subject=bound)


def _next(definition: Definition, step: str) -> list[str]:
    return [target for outcome in definition.step(step).outcomes for target in outcome.to]


def _voidable(definition: Definition, state: RunState, names: frozenset[str]) -> list[str]:
    """Steps with a round so far that a change of these attributes would void."""
    if not names & definition.watched:
        return []
    keys = dict.fromkeys(item.step for item in state.rounds.values() if item.step in definition.steps)
    return [key for key in keys if names.intersection(definition.step(key).voided_by)]


def _opening(definition: Definition, keys: list[str]) -> Needs:
    steps: list[Step] = [definition.steps[key] for key in dict.fromkeys(keys) if key in definition.steps]
    lanes = _with_fallbacks(definition, [step.lane for step in steps if step.lane])
    sets = tuple(step.key for step in steps if step.multiply)
    children = tuple(step.key for step in steps if step.children and step.children.of)
    return Needs(lanes=lanes, steps=tuple(step.key for step in steps), sets=sets, children=children)


def _with_fallbacks(definition: Definition, names: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(reversed(names))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            lane = definition.lanes.get(name)
            waiting.extend(reversed(lane.fallback if lane else ()))
    return tuple(found)
