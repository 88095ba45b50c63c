"""Holding history against itself: chains, typed texts and their digests, and the rows that must equal the folded events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.core import chain
from app.core.chain import Chain
from app.core.database import session
from app.core.files import StoredFile
from app.core.seal import Broken
from app.workflow.digests import digest_of
from app.workflow.models import Comment, Definition, Event, Evidence, Run, StageVisit, Turn, Value
from app.workflow.queries.definitions import parsed
from app.workflow.queries.history import CHAIN, fact_of, payload_of
from app.workflow.queries.projecting import run_columns, turn_columns, visit_columns
from app.workflow.rules import events as e
from app.workflow.rules.apply import apply
from app.workflow.rules.marks import MARKS, marks_of
from app.workflow.rules.state import RunState

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying a run found: the first broken place, and the tombstones of texts that were erased lawfully."""

    run_id: int
    broken: Broken | None = None
    erased: tuple[str, ...] = ()


@dataclass(slots=True)
class _Material:
    run: Any
    head: tuple[int, str] | None = None
    events: list[Any] = field(default_factory=list)
    values: dict[int, list[Any]] = field(default_factory=dict)
    turns: list[Any] = field(default_factory=list)
    visits: list[Any] = field(default_factory=list)
    evidence: dict[int, Any] = field(default_factory=dict)
    comments: dict[int, Any] = field(default_factory=dict)


def verify(run_id: int) -> Verdict:
    """Verify one run; the first broken place in the order of its history, rows last."""
    found = _load([run_id])
    if run_id not in found:
        return Verdict(run_id, Broken(CHAIN, run_id, 0, "the run is missing"))
    return _verify(found[run_id])


def verify_all() -> Iterator[Broken]:
    """Every broken run, one place each, streaming in chunks: what `flask audit verify` asks of this room."""
    for verdict in verdicts():
        if verdict.broken is not None:
            yield verdict.broken


def verdicts() -> Iterator[Verdict]:
    """Verdict of every run there is or that left events behind, by id."""
    yield from _definitions()
    after = 0
    while True:
        ids = session.scalars(select(Run.id).where(Run.id > after).order_by(Run.id).limit(CHUNK)).all()
        if not ids:
            break
        after = ids[-1]
        found = _load(ids)
        for run_id in ids:
            yield _verify(found[run_id])
    orphans = session.scalars(
        select(Event.run_id).where(Event.run_id.not_in(select(Run.id))).distinct().order_by(Event.run_id)
    )
    for run_id in orphans:
        yield Verdict(run_id, Broken(CHAIN, run_id, 0, "the run is missing"))


def _definitions() -> Iterator[Verdict]:
    """Published bodies must still be what their digest names."""
    for row in session.execute(select(Definition.id, Definition.digest, Definition.body).order_by(Definition.id)):
        if digest_of(row.body) != row.digest:
            yield Verdict(0, Broken("definition", row.id, 0, "its content was changed"))


def _load(ids: Sequence[int]) -> dict[int, _Material]:
    found = {row.id: _Material(row) for row in session.execute(select(Run.__table__).where(Run.id.in_(ids)))}
    for key, n, head in session.execute(
        select(Chain.key, Chain.n, Chain.head).where(Chain.kind == CHAIN, Chain.key.in_(ids))
    ):
        if key in found:
            found[key].head = (n, head)
    stored = select(Event.__table__).where(Event.run_id.in_(ids)).order_by(Event.run_id, Event.sequence, Event.id)
    for row in session.execute(stored):
        if row.run_id in found:
            found[row.run_id].events.append(row)
    for row in session.execute(select(Value.__table__).where(Value.run_id.in_(ids)).order_by(Value.id)):
        if row.run_id in found:
            found[row.run_id].values.setdefault(row.sequence, []).append(row)
    for row in session.execute(select(Turn.__table__).where(Turn.run_id.in_(ids)).order_by(Turn.number)):
        found[row.run_id].turns.append(row)
    for row in session.execute(
        select(StageVisit.__table__).where(StageVisit.run_id.in_(ids)).order_by(StageVisit.number)
    ):
        found[row.run_id].visits.append(row)
    for row in session.execute(_EVIDENCE.where(Evidence.run_id.in_(ids))):
        found[row.run_id].evidence[row.id] = row
    for row in session.execute(_COMMENTS.where(Comment.run_id.in_(ids))):
        found[row.run_id].comments[row.sequence or -row.id] = row
    return found


_EVIDENCE: Any = (
    select(
        *Evidence.__table__.columns, StoredFile.digest.label("content"), Value.run_id.label("text_run"), Value.sequence
    )
    .outerjoin(StoredFile, StoredFile.id == Evidence.file_id)
    .outerjoin(Value, Value.id == Evidence.value_id)
)


_COMMENTS: Any = select(*Comment.__table__.columns, Value.run_id.label("text_run"), Value.sequence).outerjoin(
    Value, Value.id == Comment.value_id
)


def _verify(material: _Material) -> Verdict:
    run_id = material.run.id
    erased: list[str] = []
    state: RunState | None = None
    previous = ""
    lawful = _erasures(material.events)
    for n, row in enumerate(material.events, start=1):
        typed = material.values.get(row.sequence, [])
        fault = _event_fault(row, n, previous) or _value_fault(row, typed, lawful, erased)
        if fault is None:
            try:
                state = apply(state, fact_of(row))
            except (KeyError, ValueError, TypeError, AssertionError, IndexError):
                fault = "it cannot follow what came before"
        if fault:
            return Verdict(run_id, Broken(CHAIN, run_id, n, fault), tuple(erased))
        previous = row.digest
    fault = _end_fault(material, previous) or _rows_fault(material, state) or _beside_fault(material)
    broken = Broken(CHAIN, run_id, len(material.events), fault) if fault else None
    return Verdict(run_id, broken, tuple(erased))


def _event_fault(row: Any, n: int, previous: str) -> str | None:
    if row.sequence > n:
        return "an event is missing before it"
    if row.sequence < n:
        return "an event was inserted"
    if row.previous != previous:
        return "it does not follow the event before it"
    stored = chain.ChainRow(row.run_id, row.sequence, payload_of(row), row.previous, row.digest)
    if chain.expected(CHAIN, stored, previous) != row.digest:
        return "its content was changed"
    return None


def _erasures(events: Sequence[Any]) -> frozenset[tuple[int, str]]:
    """The texts that were erased lawfully, each as the number of its event and its name: as the history itself says."""
    named = [pair for row in events if row.kind == e.ERASED for pair in row.body.get("data", {}).get("values", ())]
    return frozenset((pair[0], pair[1]) for pair in named)


def _value_fault(row: Any, values: Sequence[Any], lawful: frozenset[tuple[int, str]], erased: list[str]) -> str | None:
    digests: Mapping[str, str] = row.body.get("digests", {})
    stored = {f"{value.kind}:{value.key}": value for value in values}
    if set(stored) != set(digests) or len(stored) != len(values):
        return "what was typed is missing, or was added later"
    for name, value in stored.items():
        if value.digest != digests[name]:
            return f"what was typed as {name} was changed"
        gone = (row.sequence, name) in lawful
        if gone and (value.content is not None or value.erased_at is None):
            return f"what was typed as {name} was erased and is there again"
        if gone:
            erased.append(f"{row.sequence} {name}")
        elif value.erased_at is not None:
            return f"what was typed as {name} was blanked, and no erasure is on record"
        elif value.salt is None or chain.value_digest(value.content, value.salt) != digests[name]:
            return f"what was typed as {name} was changed"
    return None


def _end_fault(material: _Material, digest: str) -> str | None:
    if material.head is None:
        return "nothing is known of its chain"
    if material.head[0] > len(material.events):
        return "the end of the history was removed"
    if material.head != (len(material.events), digest):
        return "the history does not end where its head says"
    return None


def _rows_fault(material: _Material, state: RunState | None) -> str | None:
    if state is None:
        return "there are no events"
    definition = parsed(state.definition)
    fault = _differs("the run", run_columns(definition, state), material.run)
    if fault:
        return fault
    turns = {row.number: row for row in material.turns}
    marks = _marks(material.events, state)
    if set(turns) != set(state.turns):
        return "the turns are not those of the history"
    for number, turn in state.turns.items():
        drawn = turn_columns(definition, state, turn) | marks[number]
        fault = _differs(f"turn {number}", drawn, turns[number])
        if fault:
            return fault
    if len(material.visits) != len(state.visits):
        return "the stages are not those of the history"
    for number, visit in enumerate(state.visits, start=1):
        fault = _differs(f"stage {number}", visit_columns(number, visit), material.visits[number - 1])
        if fault:
            return fault
    return None


def _marks(events: Sequence[Any], state: RunState) -> dict[int, dict[str, Any]]:
    """What the history has left on the row of each turn beside its folded state."""
    found: dict[int, dict[str, Any]] = {number: dict.fromkeys(MARKS) for number in state.turns}
    for row in events:
        marks = marks_of(fact_of(row))
        if marks:
            found[row.body["data"]["turn"]] |= marks
    return found


def _beside_fault(material: _Material) -> str | None:
    return _evidence_fault(material) or _comments_fault(material)


def _comments_fault(material: _Material) -> str | None:
    """Every comment is the one that was written, by whom, where and when it says, and there is none besides."""
    said = {row.sequence: row for row in material.events if row.kind == e.COMMENTED}
    if set(said) != set(material.comments):
        return "the comments are not those of the history"
    numbers = {row.id: row.number for row in material.turns}
    for sequence, event in said.items():
        row = material.comments[sequence]
        stored = (numbers.get(row.turn_id), row.person_id, row.behalf_id, row.written_at, row.text_run)
        if stored != (event.body["data"]["turn"], event.actor_id, event.behalf_id, event.at, event.run_id):
            return f"comment {row.id} differs from the history"
    return None


def _evidence_fault(material: _Material) -> str | None:
    """Every piece is the one that was handed in, by whom it says, and there is none besides."""
    removed = {row.body["data"]["evidence"] for row in material.events if row.kind == e.EVIDENCE_REMOVED}
    added = {row.body["data"]["evidence"]: row for row in material.events if row.kind == e.EVIDENCE_ADDED}
    if set(added) != set(material.evidence):
        return "the pieces of evidence are not those of the history"
    numbers = {row.id: row.number for row in material.turns}
    for number, event in added.items():
        row, data = material.evidence[number], event.body["data"]
        said = (data["turn"], data["evidence_kind"], event.actor_id or None, number in removed)
        if said != (numbers.get(row.turn_id), row.kind, row.added_by_id, row.removed_at is not None):
            return f"evidence {number} differs from the history"
        typed = bool(event.body.get("digests"))
        if typed and (row.text_run, row.sequence, row.file_id) != (event.run_id, event.sequence, None):
            return f"the text of evidence {number} was exchanged"
        if not typed and (row.file_id is None or data.get("content", row.content) != row.content):
            return f"the file of evidence {number} was exchanged"
    return None


def _differs(what: str, expected: Mapping[str, Any], row: Any) -> str | None:
    stored = row._mapping
    for name, value in expected.items():
        if stored[name] != value:
            return f"the row of {what} differs from the history in {name}"
    return None
