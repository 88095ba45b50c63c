"""Writing a decision down: events into the chain, then the rows that follow from them, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update

from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.errors import Conflict
from app.workflow import registry, signals
from app.workflow.models import Deadline, Draft, Evidence, Run, StageVisit, Turn, TurnCandidate
from app.workflow.operations import history
from app.workflow.operations.lacking import NOTHING, Lacking
from app.workflow.operations.locking import Locked
from app.workflow.queries.projecting import primary, run_columns, turn_columns, visit_columns
from app.workflow.rules import events as e
from app.workflow.rules.definition import Definition
from app.workflow.rules.marks import marks_of
from app.workflow.rules.state import RunState, TurnState

MOVING = frozenset(
    {
        e.STARTED,
        e.STEP_OPENED,
        e.STAGE_ENTERED,
        e.COMPLETED,
        e.RETURNED,
        e.ENDED,
        e.VOIDED,
        e.PAUSED,
        e.RESUMED,
        e.CLAIMED,
    }
)
"""Events after which the run counts as having moved: the clock of "stalled" starts anew."""


def record(
    held: Locked, actor: Actor, events: Sequence[e.Event], state: RunState, counts: Mapping[int, Lacking]
) -> dict[int, int]:
    """Append `events` and bring every row in line with `state`; the caller holds the run's lock.

    `counts`: what is missing on the turns that are opened. Returns ids of value rows that comments and evidence refer to, by event number. Raises Conflict when somebody has
    written in spite of the lock.
    """
    before, run = held.state, held.run
    values = history.append(actor, run.id, events)
    for name, value in run_columns(held.definition, state).items():
        setattr(run, name, value)
    run.missing_count = 0 if run.sealed else primary_count(run.id, state, counts)
    if any(event.kind in MOVING for event in events):
        run.moved_at = events[-1].at
    held.state = state
    session.flush()
    if before.paused != state.paused:
        _pause_deadlines(run.id, state.paused)
    write_turns(held.definition, run.id, before, state, events, counts)
    for event in events:
        _mark(run.id, event)
    write_visits(run.id, before, state)
    for event in events:
        for name, value in (event.values.get("bound") or {}).items():
            write_bound(actor, run, name, value)
    return values


def _pause_deadlines(run_id: int, paused: bool) -> None:
    was, will = ("open", "paused") if paused else ("paused", "open")
    session.execute(update(Deadline).where(Deadline.run_id == run_id, Deadline.state == was).values(state=will))


def _mark(run_id: int, event: e.Event) -> None:
    """Marks on a turn's row that its folded state does not carry, and rungs that have fired."""
    marks = marks_of(event)
    if event.kind == e.DUE_CHANGED and event.data["why"] == "extended":
        marks |= {"due_from": None, "due_within": None, "due_unit": None}
    elif event.kind == e.RUNG_FIRED:
        _fire(run_id, event)
    if marks:
        number = event.data["turn"]
        session.execute(update(Turn).where(Turn.run_id == run_id, Turn.number == number).values(**marks))


def _fire(run_id: int, event: e.Event) -> None:
    turn_id = session.scalar(_ids(run_id, [event.data["turn"]]))
    session.execute(
        update(Deadline)
        .where(Deadline.turn_id == turn_id, Deadline.rung == event.data["rung"], Deadline.state == "open")
        .values(state="fired", fired_at=event.at)
    )
    told = set(
        session.scalars(
            select(TurnCandidate.person_id).where(TurnCandidate.turn_id == turn_id, TurnCandidate.escalated)
        )
    )
    people = [person for person in dict.fromkeys(event.data["people"]) if person not in told]
    if people:
        fetch(_NEW_CANDIDATES, [{"turn_id": turn_id, "person_id": person, "escalated": True} for person in people])


def announce(run: Run, actor: Actor, events: Sequence[e.Event]) -> None:
    """Tell other rooms what has happened; after all rows are written."""
    kinds = frozenset(event.kind for event in events)
    if e.STARTED in kinds:
        signals.run_started.send(run=run, actor=actor)
    if kinds:
        signals.run_moved.send(run=run, actor=actor, kinds=kinds)
    if e.ENDED in kinds:
        signals.run_closed.send(run=run, actor=actor)


def write_bound(actor: Actor, run: Run, name: str, value: Any) -> None:
    """Set a bound attribute at its only home."""
    kind = registry.subject(run.subject_kind)
    if kind is not None and name in kind.bound:
        kind.bound[name][1](actor, run.subject_id, value)


def primary_count(run_id: int, state: RunState, counts: Mapping[int, Lacking]) -> int:
    """How much is missing on the run's most urgent turn."""
    first = primary(state)
    if first is None:
        return 0
    if first.number in counts:
        return counts[first.number].number
    found = session.scalar(select(Turn.missing_count).where(Turn.run_id == run_id, Turn.number == first.number))
    return found or 0


def write_turns(
    definition: Definition,
    run_id: int,
    before: RunState,
    after: RunState,
    events: Sequence[e.Event],
    counts: Mapping[int, Lacking],
) -> None:
    """Insert new turns with their candidates and deadlines; update those that differ."""
    old = before.turns
    new = [turn for number, turn in after.turns.items() if number not in old]
    changed = [turn for number, turn in after.turns.items() if number in old and turn is not old[number]]
    lapsed = _lapsed(before, after, changed)
    if new:
        _insert_turns(definition, run_id, after, new, counts)
    if changed or lapsed:
        _update_turns(definition, run_id, old, after, [*changed, *lapsed])
    closed = [turn.number for turn in [*changed, *lapsed] if not turn.waiting]
    if closed:
        for drop in (_DROP_DRAFTS, _DROP_CANDIDATES):
            fetch(drop, {"run": run_id, "numbers": closed})
    if any(after.turns[number].rungs for number in closed):
        fetch(_MEET_DEADLINES, {"run": run_id, "numbers": closed})
    gone = [number for number in closed if after.rounds[after.turns[number].round].lapsed]
    if gone:
        session.execute(
            update(Evidence)
            .where(Evidence.turn_id.in_(_ids(run_id, gone)), Evidence.superseded_at.is_(None))
            .values(superseded_at=events[-1].at)
        )


def _lapsed(before: RunState, after: RunState, changed: Iterable[TurnState]) -> list[TurnState]:
    """Turns that are themselves unchanged, but whose round no longer counts (or counts in another step)."""
    rounds = {
        number
        for number, round in after.rounds.items()
        if number in before.rounds and round is not before.rounds[number]
    }
    touched = {turn.number for turn in changed}
    return [
        turn
        for turn in after.turns.values()
        if turn.round in rounds
        and turn.number not in touched
        and after.rounds[turn.round].lapsed != before.rounds[turn.round].lapsed
    ]


def _ids(run_id: int, numbers: Iterable[int]) -> Any:
    return select(Turn.id).where(Turn.run_id == run_id, Turn.number.in_(sorted(numbers)))


_NEW_TURNS = insert(Turn).returning(Turn.id, Turn.run_id, Turn.number)
_NEW_CANDIDATES, _NEW_DEADLINES, _NEW_VISITS = insert(TurnCandidate), insert(Deadline), insert(StageVisit)
_LEAVE = update(StageVisit).where(StageVisit.run_id == bindparam("_run"), StageVisit.number == bindparam("_number"))
# built once: every step that is completed writes by them


def _insert_turns(
    definition: Definition, run_id: int, state: RunState, turns: Sequence[TurnState], counts: Mapping[int, Lacking]
) -> None:
    _store_turns(
        [(run_id, turn, state.paused) for turn in turns],
        [_turn_row(definition, run_id, state, turn, counts.get(turn.number, NOTHING)) for turn in turns],
    )


def begin_many(definition: Definition, states: Mapping[int, RunState], lacks: Lacking) -> None:
    """The turns and stage visits of several new runs, by run id; `lacks`: what is missing on each of their turns."""
    turns = [(run_id, turn, state.paused) for run_id, state in states.items() for turn in state.turns.values()]
    _store_turns(turns, [_turn_row(definition, run, states[run], turn, lacks) for run, turn, _paused in turns])
    visits = [
        {"run_id": run_id, **visit_columns(number, visit)}
        for run_id, state in states.items()
        for number, visit in enumerate(state.visits, start=1)
    ]
    if visits:
        fetch(_NEW_VISITS, visits)


def _turn_row(definition: Definition, run_id: int, state: RunState, turn: TurnState, lacks: Lacking) -> dict[str, Any]:
    due = definition.steps[turn.step].due
    clock = {"due_from": turn.opened_at, "due_within": due.within, "due_unit": due.unit} if due and turn.due_at else {}
    return {
        "run_id": run_id,
        **turn_columns(definition, state, turn),
        "due_from": None, "due_within": None, "due_unit": None,
        **clock,
        "evidence": {}, "missing_count": lacks.number, "missing_first": lacks.first,
    }  # fmt: skip


def _store_turns(turns: Sequence[tuple[int, TurnState, bool]], rows: list[dict[str, Any]]) -> None:
    ids = {(row.run_id, row.number): row.id for row in fetch(_NEW_TURNS, rows)}
    candidates = [
        {"turn_id": ids[run_id, turn.number], "person_id": person, "escalated": False}
        for run_id, turn, _paused in turns
        for person in turn.candidates
    ]
    if candidates:
        fetch(_NEW_CANDIDATES, candidates)
    deadlines = [
        row
        for run_id, turn, paused in turns
        if turn.waiting
        for row in _rungs(run_id, ids[run_id, turn.number], turn, paused)
    ]
    if deadlines:
        fetch(_NEW_DEADLINES, deadlines)


def _rungs(run_id: int, turn_id: int, turn: TurnState, paused: bool) -> list[dict[str, Any]]:
    return [
        {
            "run_id": run_id,
            "turn_id": turn_id,
            "rung": rung,
            "due_at": moment,
            "provisional": turn.provisional,
            "state": "paused" if paused else "open",
            "failures": 0,
        }
        for rung, moment in enumerate(turn.rungs)
        if rung not in turn.fired
    ]


_CLOSED = select(Turn.id).where(Turn.run_id == bindparam("run"), Turn.number.in_(bindparam("numbers", expanding=True)))
_DROP_DRAFTS = delete(Draft).where(Draft.turn_id.in_(_CLOSED))
_DROP_CANDIDATES = delete(TurnCandidate).where(TurnCandidate.turn_id.in_(_CLOSED))
"""Who may take a turn, or was told of it, matters while it waits; the events keep it for good. So what is offered to
somebody is found among few rows, however long they have been here."""
_MEET_DEADLINES = (
    update(Deadline).where(Deadline.turn_id.in_(_CLOSED), Deadline.state.in_(("open", "paused"))).values(state="met")
)
_TURN_UPDATE = (
    update(Turn)
    .where(Turn.run_id == bindparam("_run"), Turn.number == bindparam("_number"), Turn.version == bindparam("_version"))
    .execution_options(synchronize_session=False)
)


def _update_turns(definition: Definition, run_id: int, old: Any, state: RunState, turns: Sequence[TurnState]) -> None:
    rows = [
        {
            **turn_columns(definition, state, turn),
            "_run": run_id,
            "_number": turn.number,
            "_version": old[turn.number].version,
        }
        for turn in turns
    ]
    done = session.connection().execute(_TURN_UPDATE, rows)
    if done.rowcount not in (-1, len(rows)):
        raise Conflict()
    for turn in turns:
        if turn.candidates != old[turn.number].candidates:
            _replace_candidates(run_id, turn)
        was = old[turn.number]
        again = not set(was.fired).issubset(turn.fired)
        if turn.waiting and (again or (turn.rungs, turn.due_at) != (was.rungs, was.due_at)):
            replace_deadlines(run_id, turn, state.paused)


def _replace_candidates(run_id: int, turn: TurnState) -> None:
    turn_id = session.scalar(_ids(run_id, [turn.number]))
    session.execute(delete(TurnCandidate).where(TurnCandidate.turn_id == turn_id, TurnCandidate.escalated.is_(False)))
    rows = [{"turn_id": turn_id, "person_id": person, "escalated": False} for person in turn.candidates]
    if rows:
        fetch(_NEW_CANDIDATES, rows)


def replace_deadlines(run_id: int, turn: TurnState, paused: bool) -> None:
    """New moments for the rungs that have not fired."""
    turn_id = session.scalar(_ids(run_id, [turn.number]))
    to_come = or_(Deadline.state != "fired", Deadline.rung.not_in(turn.fired))
    session.execute(delete(Deadline).where(Deadline.turn_id == turn_id, to_come))
    rows = _rungs(run_id, turn_id, turn, paused)
    if rows:
        fetch(_NEW_DEADLINES, rows)


def write_visits(run_id: int, before: RunState, after: RunState) -> None:
    """Close the stage that was left, add those that were entered."""
    known = before.visits
    for number, visit in enumerate(after.visits, start=1):
        if number > len(known):
            continue
        if visit != known[number - 1]:
            fetch(_LEAVE, {"_run": run_id, "_number": number, "left_at": visit.left_at, "stage": visit.stage})
    new = [
        {"run_id": run_id, **visit_columns(number, visit)}
        for number, visit in enumerate(after.visits, start=1)
        if number > len(known)
    ]
    if new:
        fetch(_NEW_VISITS, new)
