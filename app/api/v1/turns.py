"""Steps that wait, and acting on them: enough for a program that knows nothing of a process to carry it to its end."""

from typing import Any

from flask import request

from app.api import plain
from app.api.doors import Answer, door
from app.api.rules.shapes import Choice, Flag, Free, Id, Many, Moment, Number, Text, Thing, page_of
from app.api.v1.common import Key, MaybeAt, MaybeKey, MaybePerson, Title, Version, Words, cursor, listing, page, size
from app.api.v1.runs import TURN_STATES, Run, Subject, run_json
from app.core import files
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.texts import _l
from app.web.current import actor
from app.workflow import operations, permissions, queries
from app.workflow.queries import Opened, TurnLine
from app.workflow.rules.state import RunState

LINE = {
    "id": Id,
    "run_id": Id,
    "process": Key,
    "process_title": Title,
    "stage": Key,
    "stage_title": Title,
    "step": Key,
    "title": Title,
    "lane": MaybeKey,
    "lane_title": Title,
    "state": Choice(keys=TURN_STATES),
    "assignee": MaybePerson,
    "opened_at": MaybeAt,
    "due_at": MaybeAt,
    "subject": Subject,
    "version": Version,
}
TurnLineShape = Thing(
    name="TurnLine", keys={**LINE, "claimable": Flag(), "overdue": Flag(), "paused": Flag(), "missing_count": Number()}
)
Option = Thing(name="Option", keys={"key": Key, "title": Title})
COLUMN = {
    "key": Key,
    "type": Choice(
        keys=(
            "text",
            "longtext",
            "integer",
            "decimal",
            "money",
            "date",
            "datetime",
            "boolean",
            "choice",
            "choices",
            "person",
            "table",
        )
    ),
    "title": Title,
    "help": Words,
    "required": Flag(),
    "min": Text(most=60, null=True, about="Least value, length or count, by type"),
    "max": Text(most=60, null=True),
    "max_length": Number(null=True),
    "options": Many(of=Option, most=10_000),
}
Column = Thing(name="Column", keys=COLUMN)
Field = Thing(name="Field", keys={**COLUMN, "bind": MaybeKey, "columns": Many(of=Column)})
Tick = Thing(name="Tick", keys={"key": Key, "title": Title, "required": Flag(), "done": Flag()})
EvidenceKind = Thing(
    name="EvidenceKind",
    keys={
        "kind": Key,
        "title": Title,
        "accepts": Many(of=Key),
        "required": Number(about="How many are needed"),
        "max": Number(null=True),
        "have": Number(),
    },
)
Outcome = Thing(
    name="Outcome",
    keys={
        "key": Key,
        "title": Title,
        "to": Free(about="The next step; several where the way forks; null where the run ends"),
        "end": MaybeKey,
        "needs_reason": Flag(),
    },
)
Lacking = Thing(name="Lacking", keys={"kind": Key, "key": Text(most=300), "message": Words})
Turn = Thing(
    name="Turn",
    keys={
        **LINE,
        "instruction": Text(most=100_000, about="Markdown"),
        "closed_at": MaybeAt,
        "form": Many(of=Field),
        "values": Free(kind="object", about="What stands in the form already, by field"),
        "checklist": Many(of=Tick),
        "evidence": Many(of=EvidenceKind),
        "outcomes": Many(of=Outcome, about="The first is the ordinary way forward"),
        "returns": Many(of=Option, about="Steps one may return to"),
        "missing": Many(of=Lacking, most=1000),
        "may_act": Flag(about="Whether it is for me to complete it"),
    },
)
Added = Thing(name="Evidence", keys={"id": Id, "kind": Key, "turn": Turn})
Seen = Thing(name="Seen", keys={"version": Version}, optional=frozenset({"version"}))
Completion = Thing(
    name="Completion",
    keys={
        "outcome": Text(least=1, most=60),
        "fields": Free(kind="object", null=True, about="Values by field; a table is a list of rows"),
        "checklist": Many(of=Key, null=True, about="Keys that are done"),
        "reason": Text(most=20_000, null=True),
        "version": Version,
    },
    optional=frozenset({"fields", "checklist", "reason", "version"}),
)
Going = Thing(
    name="Going",
    keys={
        "to": Text(least=1, most=60, about="A step of returns"),
        "reason": Text(most=20_000, null=True),
        "version": Version,
    },
    optional=frozenset({"reason", "version"}),
)
Handing = Thing(
    name="Handing",
    keys={"to": Number(least=1, about="A person's id"), "reason": Text(most=20_000, null=True), "version": Version},
    optional=frozenset({"reason", "version"}),
)
Piece = Thing(
    name="Piece",
    keys={"kind": Text(least=1, most=60), "text": Text(most=20_000, null=True)},
    optional=frozenset({"text"}),
)


@door(
    "GET", "/turns", summary="Steps that wait", permission=permissions.TURN_VIEW, answer=page_of(TurnLineShape, "Turns"),
    query=listing(
        mine=Flag(about="Only what is assigned to me or claimable by me"), state=Choice(keys=TURN_STATES), process=Text(most=60),
        due_before=Moment(),
    ),
    about="Waiting ones unless another state is asked for, by due time.",
)  # fmt: skip
def turns(query: dict[str, Any]) -> dict[str, Any]:
    """Turns within view by due time."""
    found = queries.turns_page(
        actor(), mine=query.get("mine", False), state=query.get("state", "waiting"), process=query.get("process") or None,
        due_before=query.get("due_before"), cursor=cursor(query), limit=size(query),
    )  # fmt: skip
    return page(found, _line)


@door("GET", "/turns/{turn_id}", summary="One step with its form", permission=permissions.TURN_VIEW, answer=Turn)
def turn(turn_id: int) -> dict[str, Any]:
    """What the step asks for, what stands there already, and what is still missing."""
    return _whole(turn_id)


@door(
    "POST",
    "/turns/{turn_id}/claim",
    summary="Take a step out of its lane",
    permission=permissions.TURN_ACT,
    answer=Turn,
    body=Seen,
)
def claim(turn_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Of two at once exactly one wins; the other gets 409."""
    operations.claim(actor(), turn_id, body.get("version"))
    return _whole(turn_id)


@door(
    "POST", "/turns/{turn_id}/complete", summary="Leave a step by an outcome", permission=permissions.TURN_ACT, answer=Run,
    body=Completion, missing=True, about="Answers the run with its new turns; 422 with what is missing.",
)  # fmt: skip
def complete(turn_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Complete a turn; the same rule as the page decides what is missing."""
    run = operations.complete(
        actor(), turn_id, outcome=body["outcome"], fields=body.get("fields"), checklist=body.get("checklist") or (),
        reason=body.get("reason") or "", version=body.get("version"),
    )  # fmt: skip
    return _run(run)


@door(
    "POST", "/turns/{turn_id}/return", summary="Go back to an earlier step", permission=permissions.TURN_ACT, answer=Run, body=Going,
    missing=True,
)  # fmt: skip
def go_back(turn_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return; needs a reason, not the evidence."""
    run = operations.return_to(
        actor(), turn_id, to=body["to"], reason=body.get("reason") or "", version=body.get("version")
    )
    return _run(run)


@door(
    "POST",
    "/turns/{turn_id}/reassign",
    summary="Hand a step to another person",
    permission=permissions.TURN_ACT,
    answer=Run,
    body=Handing,
)
def reassign(turn_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Reassign; the deadline stays."""
    return _run(operations.reassign(actor(), turn_id, body["to"], body.get("reason") or "", body.get("version")))


@door(
    "POST", "/turns/{turn_id}/evidence", summary="Hand in a piece of evidence", permission=permissions.TURN_ACT, answer=Added,
    body=Piece, files=("file",), status=201, about="A form with kind and file, or JSON with kind and text.",
)  # fmt: skip
def add_evidence(turn_id: int, body: dict[str, Any]) -> Answer:
    """Add a file or a text."""
    upload = request.files.get("file")
    stored = None
    if upload is not None:
        _refuse_early(turn_id, body["kind"])
        stored = files.store(upload.stream, upload.filename or "", actor(), operations.PURPOSE)
    added = operations.add_evidence(actor(), turn_id, kind=body["kind"], file=stored, text=body.get("text"))
    return Answer({"id": added, "kind": body["kind"], "turn": _whole(turn_id)})


def _refuse_early(turn_id: int, kind: str) -> None:
    """Do not take a file's content in for a turn that will not have it."""
    opened = queries.turn_for(actor(), turn_id)
    if not opened.turn.waiting:
        raise Conflict()
    if not queries.may_act(opened):
        raise Forbidden(permissions.TURN_ACT)
    taken = opened.step.evidence_kind(kind)
    if taken is None or "file" not in taken.accepts:
        raise Invalid("kind", "unknown", _l("This step takes no files of this kind."))


def _run(row: Any) -> dict[str, Any]:
    return run_json(Opened(actor(), row, queries.parsed(row.digest), RunState.from_data(row.state_body)))


def _line(line: TurnLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "run_id": line.run_id,
        "process": line.process,
        "process_title": line.process_title,
        "stage": line.stage,
        "stage_title": line.stage_title,
        "step": line.step,
        "title": line.title,
        "lane": line.lane,
        "lane_title": line.lane_title,
        "state": line.state,
        "assignee": {"id": line.assignee_id, "name": line.assignee} if line.assignee_id is not None else None,
        "opened_at": plain.moment(line.opened_at),
        "due_at": plain.moment(line.due_at),
        "subject": {
            "kind": line.subject_kind,
            "id": line.subject_id,
            "label": line.subject_label,
            "url": line.subject_url,
        },
        "version": line.version,
        "claimable": line.claimable,
        "overdue": line.overdue,
        "paused": line.paused,
        "missing_count": line.missing_count,
    }


def _whole(turn_id: int) -> dict[str, Any]:
    opened = queries.turn_for(actor(), turn_id)
    form: dict[str, Any] = plain.anything(queries.turn_form(opened))
    step = opened.definition.steps.get(opened.turn.step)
    for outcome in form["outcomes"]:
        known = step.outcome(outcome["key"]) if step else None
        to = list(known.to) if known else []
        outcome["to"] = to[0] if len(to) == 1 else to or None
        outcome["end"] = known.end if known else None
    return {key: form[key] for key in Turn.keys if key in form} | {"may_act": queries.may_act(opened)}
