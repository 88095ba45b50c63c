"""Versions of a definition: what differs, which steps answer to which, and moving an open run to another version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.errors import Conflict, Invalid
from app.core.texts import _l
from app.workflow.rules import commands as c
from app.workflow.rules import events as e
from app.workflow.rules.assigning import candidates, excluded
from app.workflow.rules.definition import Definition, Step
from app.workflow.rules.faults import Fault
from app.workflow.rules.flow import Flow, due_data
from app.workflow.rules.shape import Shape, shape_of
from app.workflow.rules.state import DONE, OPEN, Round, RunState, TurnState


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two bodies differ; None stands for "not there"."""

    place: str
    old: Any
    new: Any


def differences(old: Any, new: Any, place: str = "") -> Iterator[Difference]:
    """Where two bodies differ, in order; entries of lists are matched by their key or kind, else by position."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from differences(old.get(key), new.get(key), f"{place}.{key}" if place else str(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from differences(_keyed(old), _keyed(new), place)
    elif old != new:
        yield Difference(place, old, new)


def _keyed(items: list[Any]) -> dict[str, Any]:
    places = [str(n) for n in range(len(items))]
    keys = [
        str(item.get("key", item.get("kind", place))) if isinstance(item, Mapping) else place
        for place, item in zip(places, items, strict=True)
    ]
    return dict(zip(keys if len(set(keys)) == len(keys) else places, items, strict=True))


def step_map(old: Definition, new: Definition) -> dict[str, str | None]:
    """For every old step the new one of the same key; None where somebody has to choose."""
    return {key: key if key in new.steps else None for key in old.steps}


def dry_run(old: Definition, new: Definition, state: RunState, steps: Mapping[str, str]) -> list[Fault]:
    """Why this open run could not move to `new` by that step map; empty when it can. `old` is its present version."""
    faults: list[Fault] = []
    if (old.key, old.subject) != (new.key, new.subject):
        faults.append(Fault("definition", "process", _l("This is another process.")))
    for before, after in steps.items():
        if after not in new.steps:
            message = _l("The new version has no step “%(step)s”.", step=after)
            faults.append(Fault(f"steps.{before}", "unknown", message))
    if faults:
        return faults
    old_shape, new_shape = shape_of(old), shape_of(new)
    stages: set[str] = set()
    joins: dict[int, set[str | None]] = {}
    for round in state.rounds.values():
        if round.state != OPEN and not round.in_force:
            continue
        key = steps.get(round.step, round.step)
        step = new.steps.get(key)
        if step is None:
            if round.state == OPEN:
                message = _l("The run waits at “%(step)s”, which the new version does not have.", step=round.step)
                faults.append(Fault(f"steps.{round.step}", "unmapped", message))
            continue
        if round.state == OPEN:
            stages.add(step.stage)
            faults += _open_faults(state, round, step)
        faults += _place_faults(old_shape, new_shape, round, key)
        if round.fork is not None and state.forks[round.fork].state == OPEN:
            inside = new_shape.inside.get(key, ())
            joins.setdefault(round.fork, set()).add(new_shape.joins.get(inside[-1]) if inside else None)
    if len(stages) > 1 or any(len(found) > 1 for found in joins.values()):
        message = _l("The run's open branches would not meet in the new version.")
        faults.append(Fault("steps", "fork", message))
    return faults


def _open_faults(state: RunState, round: Round, step: Step) -> Iterator[Fault]:
    where = f"steps.{round.step}"
    if (round.need is not None) != (step.multiply is not None):
        message = _l("“%(step)s” waits for one person in one version and for several in the other.", step=step.key)
        yield Fault(where, "multiply", message)
    answers = {turn.outcome for turn in state.turns_in(round.number) if turn.state == DONE}
    if not answers <= {outcome.key for outcome in step.outcomes}:
        message = _l("“%(step)s” has answers that the new version does not know.", step=step.key)
        yield Fault(where, "answers", message)


def _place_faults(old: Shape, new: Shape, round: Round, key: str) -> Iterator[Fault]:
    if len(old.inside.get(round.step, ())) != len(new.inside.get(key, ())):
        message = _l("“%(step)s” stands inside of a fork in one version and outside of it in the other.", step=key)
        yield Fault(f"steps.{round.step}", "fork", message)


def decide_move(flow: Flow, command: c.MoveVersion) -> None:
    """Move the run to another version. Due moments and holders stay where the new step's lane still has them."""
    state, new = flow.state, command.definition
    if command.digest == state.definition:
        raise Conflict(_l("The run has this version already."))
    faults = dry_run(flow.definition, new, state, command.steps)
    if faults:
        raise Invalid.many([fault.as_error() for fault in faults])
    keys = dict.fromkeys(round.step for round in state.rounds.values())
    steps = {key: command.steps.get(key, key) for key in keys if command.steps.get(key, key) in new.steps}
    turns = [_moved(new, new.step(steps[turn.step]), turn, flow) for turn in state.waiting()]
    data = {
        "definition": command.digest,
        "steps": steps,
        "stages": {key: new.step(key).stage for key in steps.values()},
        "turns": turns,
    }
    flow.emit(e.VERSION_MOVED, data)
    flow.definition = new
    stage = next((turn.stage for turn in flow.state.waiting()), flow.state.stage)
    if stage != flow.state.stage:
        flow.emit(e.STAGE_ENTERED, {"stage": stage})


def _moved(new: Definition, step: Step, turn: TurnState, flow: Flow) -> dict[str, Any]:
    people: tuple[int, ...] = ()
    assignee = turn.assignee
    if turn.member is None:
        people = candidates(new, step, flow.facts, excluded(step, flow.state))
        assignee = assignee if assignee in people else people[0] if len(people) == 1 else None
    due = flow.facts.dues.get(step.key) if turn.due_at is None else None
    kept = {
        "due_at": turn.due_at.isoformat() if turn.due_at else None,
        "provisional": turn.provisional,
        "rungs": [moment.isoformat() for moment in turn.rungs],
    }
    return {
        "turn": turn.number,
        "lane": step.lane,
        "assignee": assignee,
        "candidates": list(people),
        **(due_data(due) if due else kept),
    }
