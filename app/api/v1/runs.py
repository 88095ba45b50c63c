"""Any tracked workflow: GET /runs/{id}, GET /runs/{id}/events. What is sealed or anonymous stays so here."""

from typing import Any

from app.api import plain
from app.api.doors import door
from app.api.rules.shapes import Choice, Flag, Free, Id, Many, Moment, Number, Text, Thing, page_of
from app.api.v1.common import (
    At,
    Key,
    MaybeAt,
    MaybeId,
    MaybeKey,
    MaybePerson,
    Title,
    Version,
    cursor,
    listing,
    page,
    size,
)
from app.core.texts import text
from app.people import queries as people
from app.web.current import actor
from app.workflow import permissions, queries
from app.workflow.queries import Opened, SeenEvent
from app.workflow.queries.subjects import described

TURN_STATES = ("waiting", "done", "returned", "cancelled")
Subject = Thing(
    name="Subject",
    keys={"kind": Key, "id": Id, "label": Title, "url": Text(most=500, about="Of its page; empty when it has none")},
)
RunTurn = Thing(
    name="RunTurn",
    keys={
        "id": Id,
        "step": Key,
        "stage": Key,
        "title": Title,
        "lane": MaybeKey,
        "state": Choice(keys=TURN_STATES),
        "outcome": MaybeKey,
        "assignee": MaybePerson,
        "opened_at": MaybeAt,
        "due_at": MaybeAt,
        "closed_at": MaybeAt,
        "voided": Flag(about="Decided once, and void since a return or a change"),
        "missing_count": Number(),
        "version": Version,
    },
)
Run = Thing(
    name="Run",
    keys={
        "id": Id,
        "process": Key,
        "process_title": Title,
        "definition_version": Number(least=1),
        "subject": Subject,
        "state": Choice(keys=("open", "success", "failure", "cancelled")),
        "end": MaybeKey,
        "end_reason": MaybeKey,
        "stage": Key,
        "stage_title": Title,
        "stage_entered_at": At,
        "opened_at": At,
        "closed_at": MaybeAt,
        "paused_at": MaybeAt,
        "owner_id": MaybeId,
        "team_id": MaybeId,
        "unit_id": MaybeId,
        "turns": Many(of=RunTurn, most=100_000),
        "version": Version,
    },
)
Event = Thing(
    name="Event",
    keys={
        "n": Number(least=1, about="Its number in the run"),
        "kind": Key,
        "at": MaybeAt,
        "actor": MaybePerson,
        "on_behalf_of": MaybePerson,
        "data": Free(kind="object"),
        "texts": Free(kind="object", about="What was typed with it; null where the law had it erased"),
        "sealed": Flag(),
    },
)


@door(
    "GET", "/runs/{run_id}", summary="One tracked workflow with its turns", permission=permissions.RUN_VIEW, answer=Run
)
def run(run_id: int) -> dict[str, Any]:
    """The run, its pinned definition's version, where it stands, and every turn so far."""
    return run_json(queries.run_for(actor(), run_id))


@door(
    "GET", "/runs/{run_id}/events", summary="What has happened in a workflow", permission=permissions.RUN_VIEW,
    answer=page_of(Event, "Events"), query=listing(as_of=Moment(about="Only what had happened by then")),
)  # fmt: skip
def events(run_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """The history in the order it happened, up to a moment if one is given."""
    found = queries.events_page(actor(), run_id, as_of=query.get("as_of"), cursor=cursor(query), limit=size(query))
    names = people.names({i for event in found.items for i in (event.actor_id, event.behalf_id)})

    def write(event: SeenEvent) -> dict[str, Any]:
        return {
            "n": event.n,
            "kind": event.kind,
            "at": plain.moment(event.at),
            "actor": person(event.actor_id, names),
            "on_behalf_of": person(event.behalf_id, names),
            "data": plain.anything(event.data),
            "texts": plain.anything(event.texts),
            "sealed": event.sealed,
        }

    return page(found, write)


def person(person_id: int | None, names: dict[int, str]) -> dict[str, Any] | None:
    """A person as the interface names one; the product itself is 0."""
    if person_id is None:
        return None
    return {"id": person_id, "name": names.get(person_id, "Qiao" if person_id == 0 else "")}


def run_json(opened: Opened) -> dict[str, Any]:
    """A run as the reader may see it."""
    row, definition = opened.run, opened.definition
    turns = queries.turns_of(opened)
    names = people.names({turn.assignee_id for turn in turns})
    subject = described([row])[row.subject_kind, row.subject_id]
    stages = {stage.key: text(stage.title) for stage in definition.stages}
    return {
        "id": row.id,
        "process": row.process,
        "process_title": text(definition.title),
        "definition_version": queries.version_numbers([row.digest])[row.digest],
        "subject": {"kind": row.subject_kind, "id": row.subject_id, "label": subject.label, "url": subject.url},
        "state": row.state,
        "end": row.end,
        "end_reason": row.end_reason,
        "stage": row.stage,
        "stage_title": stages.get(row.stage, row.stage),
        "stage_entered_at": plain.moment(row.stage_entered_at),
        "opened_at": plain.moment(row.opened_at),
        "closed_at": plain.moment(row.closed_at),
        "paused_at": plain.moment(row.paused_at),
        "owner_id": row.owner_id,
        "team_id": row.team_id,
        "unit_id": row.unit_id,
        "turns": [
            {
                "id": turn.id,
                "step": turn.step,
                "stage": turn.stage,
                "title": text(definition.steps[turn.step].title) if turn.step in definition.steps else turn.step,
                "lane": turn.lane,
                "state": turn.state,
                "outcome": turn.outcome,
                "assignee": person(turn.assignee_id, names),
                "opened_at": plain.moment(turn.opened_at),
                "due_at": plain.moment(turn.due_at),
                "closed_at": plain.moment(turn.closed_at),
                "voided": turn.voided,
                "missing_count": turn.missing_count,
                "version": turn.version,
            }
            for turn in turns
        ],
        "version": row.version,
    }
