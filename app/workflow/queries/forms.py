"""A turn's form: what its step asks for, what stands there already, and what is still missing to move on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import MissingItem
from app.core.files import describe
from app.core.texts import text
from app.people import queries as people
from app.workflow.models import Draft, Event, Evidence, Turn, Value
from app.workflow.queries.gathering import acting_for, facts_for
from app.workflow.queries.opened import Opened
from app.workflow.queries.subjects import described, subject_of
from app.workflow.rules.commands import Complete
from app.workflow.rules.definition import Column, Field
from app.workflow.rules.facts import Facts
from app.workflow.rules.going_back import returnable
from app.workflow.rules.missing import missing as missing_rule
from app.workflow.rules.needs import form_needs, needs
from app.workflow.rules.state import DONE, RunState


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form before it is touched: the reader's draft over what the product knows."""

    fields: dict[str, Any]
    checklist: tuple[str, ...]
    reason: str
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One piece of evidence of a turn; `text` None for a file or an erased text."""

    id: int
    kind: str
    file_id: int | None
    name: str
    size: int
    content_type: str
    text: str | None
    erased: bool
    added_by_id: int | None
    added_by: str
    added_at: datetime
    superseded: bool


def facts_of_form(turn: Opened, outcome: str | None, fields: Mapping[str, Any], checklist: Collection[str]) -> Facts:
    """Facts for showing or deciding the form of an opened turn, by one outcome or (None) by any."""
    actor = acting_for(turn.actor, turn.state, turn.number)
    if outcome is None:
        wanted = form_needs(turn.definition, turn.state, turn.number)
    else:
        wanted = needs(turn.definition, turn.state, Complete(turn.number, outcome))
    return facts_for(
        actor, turn.definition, turn.state, turn.run, subject_of(turn.run), wanted,
        number=turn.number, turn_id=turn.turn_id, evidence=turn.row.evidence, typed=fields, checklist=checklist,
    )  # fmt: skip


def missing(
    turn: Opened,
    outcome: str | None,
    fields: Mapping[str, Any],
    checklist: Collection[str],
    reason: str = "",
    facts: Facts | None = None,
) -> list[MissingItem]:
    """What the turn still needs to be left by `outcome` (None: the ordinary one): the one rule, for every channel.

    Empty for a turn that no longer waits, and for a reader from whom its content is sealed.
    """
    if not turn.turn.waiting or not turn.sight().content:
        return []
    step = turn.definition.steps.get(turn.turn.step)
    if step is None or (outcome is not None and step.outcome(outcome) is None):
        return []
    facts = facts or facts_of_form(turn, outcome or step.outcomes[0].key, fields, checklist)
    return missing_rule(turn.definition, turn.state, turn.number, outcome, fields, checklist, facts, reason)


def typed_so_far(turn: Opened, attributes: Mapping[str, Any] | None = None) -> Typed:
    """The reader's draft over the present values of bound attributes over what was entered here the last time.

    For a turn that is done: what was entered. Nothing for a reader from whom the content is sealed. Two statements at most.
    """
    if not turn.sight().content:
        return Typed({}, (), "", None)
    state = turn.turn
    step = turn.definition.steps.get(state.step)
    if not state.waiting:
        return Typed(entered(turn.run.id, [state.number]).get(state.number, {}), checked(turn), "", None)
    earlier = earlier_turn(turn.state, turn.number)
    known = entered(turn.run.id, [earlier]).get(earlier, {}) if earlier else {}
    for field in step.fields if step else ():
        if field.bind and attributes and field.bind in attributes:
            known[field.key] = attributes[field.bind]
    draft = session.execute(
        select(Draft.fields, Draft.checklist, Draft.reason, Draft.saved_at).where(
            Draft.turn_id == turn.turn_id, Draft.person_id == turn.actor.id
        )
    ).one_or_none()
    if draft is None:
        return Typed(known, (), "", None)
    return Typed({**known, **draft.fields}, tuple(draft.checklist), draft.reason, draft.saved_at)


def earlier_turn(state: RunState, number: int) -> int | None:
    """The last time that the same step (and the same member of a multiplied one) was done: its form begins with that."""
    own = state.turns[number]
    numbers = [
        item.number
        for item in state.turns.values()
        if (item.step, item.member) == (own.step, own.member)
        and item.number < number and item.by and item.state == DONE
    ]  # fmt: skip
    return numbers[-1] if numbers else None


def entered(run_id: int, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What was entered in turns of a run that are done, by turn number and field; erased values are None."""
    if not numbers:
        return {}
    rows = session.execute(
        select(Value.turn_number, Value.key, Value.content)
        .where(Value.run_id == run_id, Value.turn_number.in_(list(numbers)), Value.kind == "field")
        .order_by(Value.id)
    )
    found: dict[int, dict[str, Any]] = {}
    for number, key, content in rows:
        found.setdefault(number, {})[key] = content
    return found


def checked(turn: Opened) -> tuple[str, ...]:
    """Keys ticked when the turn was completed."""
    bodies = session.scalars(
        select(Event.body).where(Event.run_id == turn.run.id, Event.kind == "completed").order_by(Event.sequence)
    )
    for body in bodies:
        if body["data"]["turn"] == turn.number:
            return tuple(body["data"]["checklist"])
    return ()


_EVIDENCE: tuple[Any, ...] = (
    Evidence.id, Evidence.kind, Evidence.file_id, Evidence.added_by_id, Evidence.added_at, Evidence.superseded_at,
    Evidence.turn_id, Value.content, Value.erased_at,
)  # fmt: skip


def evidence_of(turn: Opened) -> list[EvidenceItem]:
    """The pieces handed in for a turn, superseded ones marked; none where the content is sealed."""
    return all_evidence(turn)[0]


def all_evidence(turn: Opened) -> tuple[list[EvidenceItem], list[EvidenceItem]]:
    """The pieces handed in for a turn, and those of earlier times that its step was open in this run."""
    if not turn.sight().content:
        return [], []
    rows = session.execute(
        select(*_EVIDENCE)
        .join(Turn, Turn.id == Evidence.turn_id)
        .outerjoin(Value, Value.id == Evidence.value_id)
        .where(
            Turn.run_id == turn.run.id,
            Turn.step == turn.turn.step,
            Turn.member_id == (turn.turn.member or 0),
            Turn.number <= turn.number,
            Evidence.removed_at.is_(None),
        )
        .order_by(Evidence.id)
    ).all()
    files = describe([row.file_id for row in rows if row.file_id]) if any(row.file_id for row in rows) else {}
    shown = turn.sight().person
    names = people.names({row.added_by_id for row in rows if row.added_by_id}) if shown else {}
    now: list[EvidenceItem] = []
    earlier: list[EvidenceItem] = []
    for row in rows:
        file = files.get(row.file_id)
        item = EvidenceItem(
            id=row.id,
            kind=row.kind,
            file_id=row.file_id,
            name=file.name if file else "",
            size=file.size if file else 0,
            content_type=file.content_type if file else "",
            text=row.content,
            erased=row.erased_at is not None,
            added_by_id=row.added_by_id if shown else None,
            added_by=names.get(row.added_by_id or 0, ""),
            added_at=row.added_at,
            superseded=row.superseded_at is not None,
        )
        (now if row.turn_id == turn.turn_id else earlier).append(item)
    return now, earlier


def column_json(column: Column) -> dict[str, Any]:
    """A field or column of a table as forms and programs read it, in the reader's language."""
    found: dict[str, Any] = {
        "key": column.key,
        "type": column.type,
        "title": text(column.title),
        "help": text(column.help),
        "required": column.required,
        "min": column.min,
        "max": column.max,
        "max_length": column.max_length,
        "options": [{"key": option.key, "title": text(option.title)} for option in column.options],
    }
    if isinstance(column, Field):
        found["bind"] = column.bind
        found["columns"] = [column_json(item) for item in column.columns]
    return found


def turn_form(turn: Opened, typed: Typed | None = None) -> dict[str, Any]:
    """A turn as the REST contract gives it: enough for a program that knows nothing of the process to carry it on.

    `typed`: what stands in the form; what is missing is said with it. Values that a reader may not see are left out.
    """
    state, definition, run = turn.turn, turn.definition, turn.run
    step = definition.steps.get(state.step)
    see = turn.sight()
    facts = facts_of_form(turn, None, {}, ()) if state.waiting and step and see.content else None
    typed = typed or typed_so_far(turn, facts.subject if facts else None)
    subject = described([run])[run.subject_kind, run.subject_id]
    names = people.names({state.assignee}) if see.person else {}
    lane = definition.lanes.get(state.lane or "")
    evidence = turn.row.evidence
    return {
        "id": turn.turn_id,
        "run_id": run.id,
        "process": run.process,
        "process_title": text(definition.title),
        "stage": state.stage,
        "stage_title": next(
            (text(stage.title) for stage in definition.stages if stage.key == state.stage), state.stage
        ),
        "step": state.step,
        "title": text(step.title) if step else state.step,
        "instruction": text(step.instruction) if step else "",
        "lane": state.lane,
        "lane_title": text(lane.title) if lane else "",
        "state": state.state,
        "assignee": {"id": state.assignee, "name": names.get(state.assignee, "")}
        if see.person and state.assignee
        else None,
        "opened_at": state.opened_at if see.content else None,
        "due_at": state.due_at if see.content else None,
        "closed_at": state.closed_at if see.content else None,
        "provisional": state.provisional,
        "subject": {
            "kind": run.subject_kind,
            "id": run.subject_id,
            "label": subject.label,
            "url": subject.url,
        },
        "version": state.version,
        "form": [column_json(field) for field in step.fields] if step else [],
        "values": {field.key: typed.fields.get(field.key) for field in step.fields} if step and see.content else {},
        "checklist": [
            {
                "key": item.key,
                "title": text(item.title),
                "required": item.required,
                "done": item.key in typed.checklist,
            }
            for item in (step.checklist if step else ())
        ],
        "evidence": [
            {
                "kind": item.kind,
                "title": text(item.title),
                "accepts": list(item.accepts),
                "required": item.min,
                "max": item.max,
                "have": evidence.get(item.kind, 0) if see.content else 0,
            }
            for item in (step.evidence if step else ())
        ],
        "outcomes": [
            {
                "key": item.key,
                "title": text(item.title),
                "to": list(item.to) if item.to else item.end,
                "needs_reason": item.needs_reason,
            }
            for item in (step.outcomes if step and state.waiting else ())
        ],
        "returns": [
            {"key": key, "title": text(definition.steps[key].title)}
            for key in (returnable(definition, turn.state, turn.number) if state.waiting else ())
        ],
        "missing": [
            {"kind": item.kind, "key": item.key, "message": str(item.message)}
            for item in missing(turn, None, typed.fields, typed.checklist, typed.reason, facts)
        ],
    }


def may_act(turn: Opened) -> bool:
    """Whether the form is the reader's to fill in: theirs, or unclaimed in a lane of theirs, or that of someone absent."""
    actor = acting_for(turn.actor, turn.state, turn.number)
    person = actor.behalf if actor.behalf is not None else actor.id
    state = turn.turn
    return state.waiting and (state.assignee == person if state.assignee is not None else person in state.candidates)


def on_behalf_of(turn: Opened) -> int | None:
    """For whom the reader acts here, when not for themselves."""
    actor: Actor = acting_for(turn.actor, turn.state, turn.number)
    return actor.behalf


def turn_of_file(file_id: int) -> int | None:
    """The turn for which a file was handed in."""
    return session.scalar(
        select(Evidence.turn_id).where(Evidence.file_id == file_id).order_by(Evidence.id.desc()).limit(1)
    )
