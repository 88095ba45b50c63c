"""Who may see what of a turn: one rule for page, API, search, export, agenda, mail and audit.

*Sealed*: content (fields, evidence, remarks, outcome) and times are for the person who does it and for named lanes, until the
step that releases has been done after it; that stays so when that step is voided later, for nobody can unsee. *Anonymous*:
the person is for that person and named lanes, always. The release of a step sealed until itself is the round's decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.workflow.rules import events as e
from app.workflow.rules.definition import Definition
from app.workflow.rules.events import Event
from app.workflow.rules.state import DONE, RunState, TurnState


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: the person, whom they act for, and the lanes of the definition that they belong to in this run."""

    person: int
    lanes: frozenset[str] = frozenset()
    behalf: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a turn may be seen: `content` and times, and `person`."""

    content: bool = True
    person: bool = True

    @property
    def full(self) -> bool:
        return self.content and self.person


def sight(definition: Definition, state: RunState, turn: TurnState, viewer: Viewer) -> Sight:
    """What this viewer may see of this turn."""
    step = definition.steps.get(turn.step)
    if step is None or (step.sealed is None and step.anonymous is None):
        return Sight()
    own = {turn.assignee, turn.by, turn.actor} - {None, 0}
    if own & {viewer.person, *viewer.behalf}:
        return Sight()
    content = (
        step.sealed is None or bool(viewer.lanes.intersection(step.sealed.seen_by)) or released(definition, state, turn)
    )
    person = step.anonymous is None or bool(viewer.lanes.intersection(step.anonymous.seen_by))
    return Sight(content, person)


def released(definition: Definition, state: RunState, turn: TurnState) -> bool:
    """Whether the seal of a turn's step is off: its release was done in a round that came after, or in the turn's own."""
    seal = definition.step(turn.step).sealed
    if seal is None:
        return True
    if seal.until == turn.step:
        return any(item.state == DONE and item.number >= turn.round for item in _rounds(state, seal.until))
    after = state.descendants(turn.round)
    return any(item.state == DONE and item.number in after for item in _rounds(state, seal.until))


def _rounds(state: RunState, step: str) -> list[Any]:
    return [item for item in state.rounds.values() if item.step == step]


def seen_event(definition: Definition, state: RunState, event: Event, viewer: Viewer) -> dict[str, Any]:
    """The event's stored form as this viewer may see it: `sealed` and without data and time, or without the person."""
    data = event.to_data()
    content, person = True, True
    for turn in _turns_told(state, event):
        allowed = sight(definition, state, turn, viewer)
        content, person = content and allowed.content, person and allowed.person
    if not content:
        told = {name: event.data[name] for name in ("turn", "round", "step") if name in event.data}
        data = {**data, "at": None, "data": told, "sealed": True}
    if not person:
        data = {**data, "actor": None, "behalf": None, "data": _without_people(data["data"])}
    return data


_PEOPLE = frozenset({"person", "to", "assignee", "member", "candidates", "people"})


def _without_people(data: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in data.items():
        if name == "to" and isinstance(value, str):
            found[name] = value
        elif name in _PEOPLE:
            found[name] = [] if isinstance(value, list) else None
        elif name == "turn" and isinstance(value, Mapping):
            found[name] = _without_people(value)
        elif name == "turns":
            found[name] = [_without_people(item) if isinstance(item, Mapping) else item for item in value]
        else:
            found[name] = value
    return found


def _turns_told(state: RunState, event: Event) -> list[TurnState]:
    """The turns about which an event tells something: its own, those it opens, those of the round that it ends.

    An event of going back or ending tells of its own turn only, though it cancels others.
    """
    data = event.data
    if event.kind in (e.STEP_OPENED, e.STEP_DONE, e.BRANCH_ARRIVED, e.CLOSED_EARLY, e.MEMBER_REMOVED):
        return state.turns_in(data["round"])
    number = data.get("turn")
    if event.kind == e.MEMBER_ADDED:
        number = data["turn"]["turn"]
    turn = state.turns.get(number) if isinstance(number, int) else None
    return [turn] if turn else []
