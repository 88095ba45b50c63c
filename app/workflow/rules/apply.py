"""How events make the state. Nothing is decided or asked here: an event says everything that it changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.workflow.rules import events as e
from app.workflow.rules.events import Event
from app.workflow.rules.state import (
    CANCELLED,
    DONE,
    JOINED,
    OPEN,
    RETURNED,
    WAITING,
    Child,
    Fork,
    Round,
    RunState,
    StageVisit,
    TurnState,
    changed,
)


def apply(state: RunState | None, event: Event) -> RunState:
    """The state after one more event; only `started` has no state before it."""
    if state is None:
        if event.kind != e.STARTED:
            raise ValueError(f"A run begins with {e.STARTED}, not with {event.kind}.")
        return _started(event)
    change = _CHANGES[event.kind](state, event)
    return changed(state, version=state.version + 1, last_at=event.at, **change)


def fold(events: Iterable[Event]) -> RunState:
    """The state that all these events make; ValueError when there is none."""
    state: RunState | None = None
    for event in events:
        state = apply(state, event)
    if state is None:
        raise ValueError("A run has at least one event.")
    return state


Change = Mapping[str, Any]


def _started(event: Event) -> RunState:
    names = ("definition", "process", "subject_kind", "subject_id", "unit", "team", "owner")
    return RunState(**{name: event.data[name] for name in names}, opened_at=event.at, last_at=event.at, version=1)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _moments(texts: Iterable[str]) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(text) for text in texts)


def _with(items: Mapping[int, Any], number: int, **change: Any) -> dict[int, Any]:
    return {**items, number: changed(items[number], **change)}


def _turn(run: RunState, number: int, /, handed: bool = True, **change: Any) -> Change:
    """A turn changed; its version grows when it has changed hands or shape, so that an older form is refused."""
    turn = run.turns[number]
    return {"turns": {**run.turns, number: changed(turn, version=turn.version + handed, **change)}}


def _cancelled(state: RunState, numbers: Iterable[int], at: datetime) -> dict[int, TurnState]:
    turns = dict(state.turns)
    for number in numbers:
        turn = turns[number]
        turns[number] = changed(turn, state=CANCELLED, closed_at=at, version=turn.version + 1)
    return turns


def _opened(round: Round, data: Mapping[str, Any]) -> TurnState:
    return TurnState(
        number=data["turn"],
        round=round.number,
        step=round.step,
        stage=round.stage,
        lane=data["lane"],
        state=WAITING,
        assignee=data["assignee"],
        candidates=tuple(data["candidates"]),
        opened_at=round.opened_at,
        member=data["member"],
        due_at=_moment(data["due_at"]),
        provisional=data["provisional"],
        rungs=_moments(data["rungs"]),
    )


def _stage_entered(state: RunState, event: Event) -> Change:
    visits = _left(state, event.at)
    return {"stage": event.data["stage"], "visits": (*visits, StageVisit(event.data["stage"], event.at))}


def _left(state: RunState, at: datetime) -> tuple[StageVisit, ...]:
    if not state.visits:
        return ()
    return (*state.visits[:-1], replace(state.visits[-1], left_at=at))


def _step_opened(state: RunState, event: Event) -> Change:
    data = event.data
    round = Round(
        number=data["round"],
        step=data["step"],
        stage=data["stage"],
        state=OPEN,
        opened_at=event.at,
        after=tuple(data["after"]),
        fork=data["fork"],
        branch=data["branch"],
        need=data["need"],
    )
    rounds = dict(state.rounds)
    for number in data["repeats"]:
        rounds[number] = changed(rounds[number], lapsed="repeated")
    rounds[round.number] = round
    turns = {**state.turns, **{item["turn"]: _opened(round, item) for item in data["turns"]}}
    return {"rounds": rounds, "turns": turns}


def _claimed(state: RunState, event: Event) -> Change:
    return _turn(state, event.data["turn"], assignee=event.data["person"])


def _given_back(state: RunState, event: Event) -> Change:
    turn = state.turns[event.data["turn"]]
    return _turn(state, turn.number, **_held_by(turn, None), candidates=tuple(event.data["candidates"]))


def _held_by(turn: TurnState, person: int | None) -> Change:
    """Who has a turn; when nobody does, the rungs that waited for that are due again."""
    if person is not None or not turn.owed:
        return {"assignee": person}
    return {"assignee": None, "fired": tuple(rung for rung in turn.fired if rung not in turn.owed), "owed": ()}


def _reassigned(state: RunState, event: Event) -> Change:
    turn = state.turns[event.data["turn"]]
    member = event.data["to"] if turn.member is not None else None
    return _turn(state, turn.number, assignee=event.data["to"], member=member)


def _lane_changed(state: RunState, event: Event) -> Change:
    return _turn(state, event.data["turn"], handed=False, candidates=tuple(event.data["candidates"]))


def _completed(state: RunState, event: Event) -> Change:
    person, outcome = event.data["person"], event.data["outcome"]
    done = {"state": DONE, "assignee": person, "by": person, "actor": event.actor}
    return _turn(state, event.data["turn"], **done, outcome=outcome, closed_at=event.at)


def _step_done(state: RunState, event: Event) -> Change:
    done = {"state": DONE, "outcome": event.data["outcome"], "closed_at": event.at}
    rounds = _with(state.rounds, event.data["round"], **done)
    return {"rounds": rounds, "turns": _cancelled(state, event.data["turns"], event.at)}


def _forked(state: RunState, event: Event) -> Change:
    data = event.data
    fork = Fork(data["fork"], data["round"], data["branches"], outer=data["outer"], outer_branch=data["outer_branch"])
    return {"forks": {**state.forks, fork.number: fork}}


def _branch_arrived(state: RunState, event: Event) -> Change:
    fork = state.forks[event.data["fork"]]
    arrived = {**fork.arrived, event.data["branch"]: event.data["round"]}
    return {"forks": _with(state.forks, fork.number, arrived=arrived)}


def _joined(state: RunState, event: Event) -> Change:
    return {"forks": _with(state.forks, event.data["fork"], state=JOINED)}


def _swept(state: RunState, event: Event, why: str) -> dict[str, Any]:
    swept = event.data["swept"]
    rounds, forks = dict(state.rounds), dict(state.forks)
    for number in swept["rounds"]:
        if rounds[number].state == DONE:
            rounds[number] = changed(rounds[number], lapsed=why)
        else:
            rounds[number] = changed(rounds[number], state=CANCELLED, lapsed=why, closed_at=event.at)
    for number in swept["forks"]:
        forks[number] = changed(forks[number], state=CANCELLED)
    for number, branch in swept["reopened"]:
        arrived = {key: value for key, value in forks[number].arrived.items() if key != branch}
        forks[number] = changed(forks[number], state=OPEN, arrived=arrived)
    return {"turns": _cancelled(state, swept["turns"], event.at), "rounds": rounds, "forks": forks}


def _returned(state: RunState, event: Event) -> Change:
    change = _swept(state, event, "returned")
    turn = change["turns"][event.data["turn"]]
    closed = {"state": RETURNED, "closed_at": event.at}
    by = {"by": event.data["person"], "actor": event.actor}
    change["turns"][turn.number] = changed(turn, version=turn.version + 1, **closed, **by)
    change["rounds"][turn.round] = changed(change["rounds"][turn.round], **closed)
    return change


def _voided(state: RunState, event: Event) -> Change:
    return _swept(state, event, "voided")


def _ended(state: RunState, event: Event) -> Change:
    rounds = dict(state.rounds)
    for number, round in state.rounds.items():
        if round.state == OPEN:
            rounds[number] = changed(round, state=CANCELLED, closed_at=event.at)
    forks = {n: changed(item, state=CANCELLED) if item.state == OPEN else item for n, item in state.forks.items()}
    return {
        "state": event.data["result"],
        "end": event.data["end"],
        "reason_key": event.data["reason_key"],
        "closed_at": event.at,
        "paused_at": None,
        "visits": _left(state, event.at),
        "turns": _cancelled(state, event.data["turns"], event.at),
        "rounds": rounds,
        "forks": forks,
    }


def _subject_changed(state: RunState, event: Event) -> Change:
    turns = dict(state.turns)
    for number in event.data["turns"]:
        turns[number] = changed(turns[number], version=turns[number].version + 1)
    return {"turns": turns}


def _member_added(state: RunState, event: Event) -> Change:
    data = event.data["turn"]
    turn = changed(_opened(state.rounds[event.data["round"]], data), opened_at=event.at)
    return {"turns": {**state.turns, turn.number: turn}}


def _member_removed(state: RunState, event: Event) -> Change:
    return {"turns": _cancelled(state, [event.data["turn"]], event.at)}


def _closed_early(state: RunState, event: Event) -> Change:
    return {"turns": _cancelled(state, event.data["turns"], event.at)}


def _paused(state: RunState, event: Event) -> Change:
    return {"paused_at": event.at}


def _resumed(state: RunState, event: Event) -> Change:
    turns = dict(state.turns)
    for number, (due_at, provisional, rungs) in event.data["dues"].items():
        turn = turns[int(number)]
        turns[turn.number] = changed(turn, due_at=_moment(due_at), provisional=provisional, rungs=_moments(rungs))
    return {"paused_at": None, "turns": turns}


def _due_changed(state: RunState, event: Event) -> Change:
    data = event.data
    due = {"due_at": _moment(data["due_at"]), "provisional": data["provisional"], "rungs": _moments(data["rungs"])}
    return _turn(state, data["turn"], handed=False, **due)


def _rung_fired(state: RunState, event: Event) -> Change:
    turn = state.turns[event.data["turn"]]
    rung = (event.data["rung"],)
    owed = turn.owed + rung if event.data.get("held") else turn.owed
    return _turn(state, turn.number, handed=False, fired=turn.fired + rung, owed=owed)


def _child_wanted(state: RunState, event: Event) -> Change:
    turn = state.turns[event.data["turn"]]
    child = Child(event.data["child"], event.data["process"], event.data["subject"])
    return _turn(state, turn.number, handed=False, children=(*turn.children, child))


def _child_started(state: RunState, event: Event) -> Change:
    return _child(state, event, run=event.data["run"])


def _child_ended(state: RunState, event: Event) -> Change:
    return _child(state, event, result=event.data["result"])


def _child(state: RunState, event: Event, **change: Any) -> Change:
    turn = state.turns[event.data["turn"]]
    number = event.data["child"]
    children = tuple(replace(child, **change) if child.number == number else child for child in turn.children)
    return _turn(state, turn.number, handed=False, children=children)


def _version_moved(state: RunState, event: Event) -> Change:
    steps, stages = event.data["steps"], event.data["stages"]
    rounds = dict(state.rounds)
    for round in state.rounds.values():
        if round.step in steps:
            rounds[round.number] = changed(round, step=steps[round.step], stage=stages[steps[round.step]])
    turns = dict(state.turns)
    for turn in state.turns.values():
        if turn.step in steps:
            step = steps[turn.step]
            turns[turn.number] = changed(turn, step=step, stage=stages[step], version=turn.version + turn.waiting)
    for item in event.data["turns"]:
        turn = turns[item["turn"]]
        person = {**_held_by(turn, item["assignee"]), "candidates": tuple(item["candidates"])}
        due = {"due_at": _moment(item["due_at"]), "provisional": item["provisional"], "rungs": _moments(item["rungs"])}
        turns[turn.number] = changed(turn, lane=item["lane"], **person, **due)
    return {"definition": event.data["definition"], "rounds": rounds, "turns": turns}


def _owner_changed(state: RunState, event: Event) -> Change:
    return {"owner": event.data["to"]}


def _nothing(state: RunState, event: Event) -> Change:
    return {}


_CHANGES: dict[str, Callable[[RunState, Event], Change]] = {
    e.STAGE_ENTERED: _stage_entered,
    e.STEP_OPENED: _step_opened,
    e.CLAIMED: _claimed,
    e.GIVEN_BACK: _given_back,
    e.REASSIGNED: _reassigned,
    e.LANE_CHANGED: _lane_changed,
    e.COMPLETED: _completed,
    e.STEP_DONE: _step_done,
    e.FORKED: _forked,
    e.BRANCH_ARRIVED: _branch_arrived,
    e.JOINED: _joined,
    e.RETURNED: _returned,
    e.VOIDED: _voided,
    e.ENDED: _ended,
    e.SUBJECT_CHANGED: _subject_changed,
    e.MEMBER_ADDED: _member_added,
    e.MEMBER_REMOVED: _member_removed,
    e.CLOSED_EARLY: _closed_early,
    e.PAUSED: _paused,
    e.RESUMED: _resumed,
    e.DUE_CHANGED: _due_changed,
    e.TIME_ASKED: _nothing,
    e.BLOCKED: _nothing,
    e.COMMENTED: _nothing,
    e.NUDGED: _nothing,
    e.OWNER_CHANGED: _owner_changed,
    e.ERASED: _nothing,
    e.RUNG_FIRED: _rung_fired,
    e.EVIDENCE_ADDED: _nothing,
    e.EVIDENCE_REMOVED: _nothing,
    e.CHILD_WANTED: _child_wanted,
    e.CHILD_STARTED: _child_started,
    e.CHILD_ENDED: _child_ended,
    e.CHILD_CANCEL_WANTED: _nothing,
    e.VERSION_MOVED: _version_moved,
}
