"""From a command to written history: decide by the pure rules, count what is missing, record, follow up, announce."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, update

from app.core.actor import SYSTEM, Actor
from app.core.database import session
from app.core.errors import Conflict, Forbidden
from app.core.texts import _l
from app.core.types import Json
from app.workflow import signals
from app.workflow.models import Draft, Turn
from app.workflow.operations.lacking import Lacking, lacking_of
from app.workflow.operations.locking import Locked
from app.workflow.operations.recording import announce, record
from app.workflow.permissions import TURN_ACT
from app.workflow.queries.forms import earlier_turn, entered
from app.workflow.queries.gathering import acting_for, facts_for
from app.workflow.rules.assigning import eligible, excluded
from app.workflow.rules.commands import Command
from app.workflow.rules.decide import Decided, decided
from app.workflow.rules.definition import Definition, Step
from app.workflow.rules.events import COMPLETED, Event
from app.workflow.rules.facts import Facts
from app.workflow.rules.missing import missing
from app.workflow.rules.needs import Needs, needs
from app.workflow.rules.state import RunState


def gather(
    held: Locked,
    actor: Actor,
    command: Command,
    typed: Mapping[str, Any] | None = None,
    checklist: Iterable[str] = (),
) -> Facts:
    """Everything that deciding `command` takes."""
    return facts_for(
        actor,
        held.definition,
        held.state,
        held.run,
        held.subject,
        needs(held.definition, held.state, command),
        number=held.number,
        turn_id=held.turn_id,
        evidence=held.evidence,
        typed=typed,
        checklist=checklist,
    )


def carry_out(held: Locked, actor: Actor, command: Command, facts: Facts) -> Decided:
    """Decide and write down. Refusals are the rules' own."""
    outcome = decided(held.definition, held.state, command, facts)
    write(held, actor, outcome)
    return outcome


def write(held: Locked, actor: Actor, outcome: Decided) -> dict[int, int]:
    """Write a decision down, start and end child runs, tell the other rooms; see `recording.record`."""
    if not outcome.events:
        return {}
    values = record(held, actor, outcome.events, outcome.state, missing_counts(held, outcome.state, outcome.events))
    follow(held, actor, outcome.events)
    announce(held.run, actor, outcome.events)
    signals.history_written.send(
        run=held.run, actor=actor, definition=held.definition, state=held.state, events=outcome.events
    )
    return values


_followers: list[Callable[[Locked, Actor, Sequence[Event]], None]] = []


def follower(
    react: Callable[[Locked, Actor, Sequence[Event]], None],
) -> Callable[[Locked, Actor, Sequence[Event]], None]:
    """Register what the core itself does after a decision has been written: child runs, roll-ups."""
    _followers.append(react)
    return react


def follow(held: Locked, actor: Actor, events: Sequence[Event]) -> None:
    """Let the followers react, in the order they were registered."""
    for react in _followers:
        react(held, actor, events)


def mine(held: Locked, actor: Actor) -> Actor:
    """The actor as whoever the turn waits for: themselves, or the absent person they stand in for.

    Forbidden when it waits for somebody else, Conflict when somebody of the same lane was faster. Whoever is kept out by an earlier step of theirs passes: the rules refuse
    them with the reason, as one of the things that are missing.
    """
    actor.require(TURN_ACT)
    acting = acting_for(actor, held.state, held.number)
    turn = held.state.turns[held.number]
    if not turn.waiting:
        raise Conflict(_l("This step has already been dealt with."))
    person = acting.behalf if acting.behalf is not None else acting.id
    step = held.definition.step(turn.step)
    if not eligible(turn, person) and {acting.id, person}.isdisjoint(excluded(step, held.state)):
        if person in turn.candidates:
            raise Conflict(_l("Somebody else has already taken this step."))
        raise Forbidden(TURN_ACT, _l("This step waits for somebody else."))
    return acting


def missing_counts(held: Locked, after: RunState, events: Sequence[Event] = ()) -> dict[int, Lacking]:
    """What is missing on each turn that has just been opened, by the ordinary way, whoever does it.

    `events`: what has been decided and is not written yet; a step that leads to itself begins with what it was left with.
    """
    just = {event.data["turn"]: event.values.get("fields") or {} for event in events if event.kind == COMPLETED}
    return {
        number: lacking(held.definition, after, held.run, held.subject, number, just=just)
        for number, turn in after.turns.items()
        if turn.waiting and number not in held.state.turns
    }


def lacking(
    definition: Definition,
    state: RunState,
    run: Any,
    subject: Any,
    number: int,
    *,
    turn_id: int = 0,
    evidence: Mapping[str, int] | None = None,
    draft: Mapping[str, Any] | None = None,
    checklist: Iterable[str] = (),
    just: Mapping[int, Mapping[str, Any]] | None = None,
) -> Lacking:
    """What a waiting turn still lacks by its ordinary way, lanes of later steps aside.

    A step that was done before begins with what was entered then, as its form does; `draft` comes over it.
    """
    step = definition.step(state.turns[number].step)
    ordinary = step.outcomes[0]
    wanted = Needs(
        guards=(*step.guards, *ordinary.guards),
        subject=tuple(dict.fromkeys(field.bind for field in step.fields if field.bind)),
    )
    typed = {**_entered_before(step, state, run.id, number, just or {}), **(draft or {})}
    ticked = list(checklist)
    facts = facts_for(
        SYSTEM, definition, state, run, subject, wanted,
        number=number, turn_id=turn_id, evidence=evidence, typed=typed, checklist=ticked,
    )  # fmt: skip
    return lacking_of(missing(definition, state, number, None, typed, ticked, facts))


def _entered_before(
    step: Step, state: RunState, run_id: int, number: int, just: Mapping[int, Mapping[str, Any]]
) -> dict[str, Any]:
    """What was entered the last time the step was done; bound attributes stand at their own home."""
    earlier = earlier_turn(state, number)
    if earlier is None:
        return {}
    values = just[earlier] if earlier in just else entered(run_id, [earlier]).get(earlier, {})
    return {field.key: values[field.key] for field in step.fields if not field.bind and field.key in values}


_STORE_LACKING = (
    update(Turn)
    .where(Turn.id == bindparam("_id"))
    .values(missing_count=bindparam("_count"), missing_first=bindparam("_first", type_=Json))
)


def recount(held: Locked, numbers: Iterable[int] | None = None) -> None:
    """Count anew what is missing on waiting turns (all, or those named), drafts of their assignees included."""
    wanted = [turn.number for turn in held.state.waiting() if numbers is None or turn.number in numbers]
    rows = session.execute(
        select(
            Turn.id, Turn.number, Turn.evidence, Turn.missing_count, Turn.missing_first, Draft.fields, Draft.checklist
        )
        .outerjoin(Draft, (Draft.turn_id == Turn.id) & (Draft.person_id == Turn.assignee_id))
        .where(Turn.run_id == held.run.id, Turn.state == "waiting")
        .order_by(Turn.due_at.is_(None), Turn.due_at, Turn.number)
    ).all()
    counts = {row.number: Lacking(row.missing_count, row.missing_first or []) for row in rows}
    before = dict(counts)
    for row in rows:
        if row.number in wanted:
            counts[row.number] = lacking(
                held.definition, held.state, held.run, held.subject, row.number,
                turn_id=row.id, evidence=row.evidence, draft=row.fields, checklist=row.checklist or (),
            )  # fmt: skip
    write_counts(held, {row.id: counts[row.number] for row in rows if counts[row.number] != before[row.number]})
    count = counts[rows[0].number].number if rows and not held.run.sealed else 0
    if held.run.missing_count != count:
        held.run.missing_count = count
        session.flush()


def write_counts(held: Locked, counts: Mapping[int, Lacking]) -> None:
    """Store what is missing by turn id."""
    if counts:
        session.connection().execute(
            _STORE_LACKING,
            [{"_id": turn_id, "_count": lacks.number, "_first": lacks.first} for turn_id, lacks in counts.items()],
        )


def with_reassignable(facts: Facts, people: Iterable[int]) -> Facts:
    """Facts that also let the actor choose these people."""
    return replace(facts, reassignable=facts.reassignable | frozenset(people))
