"""Work items: GET, POST /work-items, GET /work-items/{id}. What is done on one is done on its run's turns."""

from datetime import date
from typing import Any

from flask import url_for

from app.api import plain
from app.api.doors import Answer, door
from app.api.rules.shapes import Choice, Day, Flag, Free, Id, Many, Number, Text, Thing, page_of
from app.api.v1.common import (
    At,
    Key,
    MaybeAt,
    MaybeDay,
    MaybeId,
    MaybeKey,
    MaybePerson,
    PersonRef,
    Title,
    Version,
    Words,
    cursor,
    listing,
    page,
    size,
)
from app.core.errors import Invalid
from app.core.texts import _l
from app.people import queries as people
from app.people.rules.audiences import Part, Rule
from app.web.current import actor
from app.work import operations
from app.work.models import Assignment
from app.work.permissions import ASSIGN, ITEM_VIEW
from app.work.queries import item_lists
from app.work.queries.item_lists import Line
from app.workflow.rules.urgency import PRIORITIES

STATES = ("open", "success", "failure", "cancelled")
LINE = {
    "id": Id,
    "run_id": Id,
    "assignment_id": Id,
    "kind": Key,
    "title": Title,
    "priority": Choice(keys=PRIORITIES),
    "person": MaybePerson,
    "sender": PersonRef,
    "state": Choice(keys=STATES),
    "end": MaybeKey,
    "stage": Key,
    "step": MaybeKey,
    "due_at": MaybeAt,
    "overdue": Flag(),
    "paused": Flag(),
    "opened_at": At,
    "handed_in_at": MaybeAt,
    "done_at": MaybeAt,
    "late": Flag(about="Handed in after its day"),
    "returns": Number(),
    "url": Title,
}
WorkItemLine = Thing(name="WorkItemLine", keys=LINE)
WorkItem = Thing(
    name="WorkItem",
    keys={**LINE, "text": Words, "mode": Choice(keys=("each", "shared")), "due_on": MaybeDay, "version": Version},
)
NewWorkItem = Thing(
    name="NewWorkItem",
    keys={
        "title": Text(least=1, most=200),
        "kind": Text(least=1, most=60, about="Key of a process about work items; work_task when left out"),
        "text": Text(most=10_000),
        "priority": Choice(keys=PRIORITIES),
        "due_on": Day(null=True),
        "mode": Choice(keys=("each", "shared")),
        "person_id": Number(least=1, null=True, about="One person"),
        "person_ids": Many(of=Id, most=2000, about="Several persons"),
        "team_id": Number(least=1, null=True, about="Everybody of a team"),
        "role": Text(most=60, null=True, about="Everybody who holds a granted role"),
        "rule": Free(kind="object", about="{parts: [{criterion, values}], also: [ids], without: [ids]}: all parts hold, one value of each"),
        "standing": Flag(about="Whoever comes to the rule later gets it too"),
    },
    optional=frozenset(
        {
            "kind", "text", "priority", "due_on", "mode", "person_id", "person_ids", "team_id", "role", "rule", "standing",
        }
    ),
)  # fmt: skip
Made = Thing(name="MadeItem", keys={"id": Id, "run_id": Id, "person_id": MaybeId})
Assigned = Thing(
    name="AssignedWork",
    keys={
        "assignment_id": Id,
        "total": Number(about="So many people get an item, or 1 for a shared one"),
        "made": Number(about="So many items are there already; the rest is made in the background"),
        "items": Many(of=Made, most=200),
        "id": MaybeId,
        "run_id": MaybeId,
        "url": Title,
    },
)


@door(
    "GET", "/work-items", summary="Work items in scope", permission=ITEM_VIEW, answer=page_of(WorkItemLine, "WorkItems"),
    query=listing(
        mine=Flag(about="1: only those that I do"), state=Choice(keys=STATES), overdue=Flag(about="1: only those past their day"),
        kind=Text(most=60), person=Id, assignment=Id,
    ),
    about="Most urgent first: by day, then by priority.",
)  # fmt: skip
def work_items(query: dict[str, Any]) -> dict[str, Any]:
    """Items of every state unless one is asked for."""
    found = item_lists.items_page(
        actor(),
        mine=bool(query.get("mine")),
        state=query.get("state"),
        overdue=bool(query.get("overdue")),
        process=query.get("kind"),
        person_id=query.get("person"),
        assignment_id=query.get("assignment"),
        cursor=cursor(query),
        limit=size(query),
    )
    names = people.names({who for row in found.items for who in (row.person_id, row.sender_id)})
    return page(found, lambda row: _line(row, names))


@door(
    "POST", "/work-items", summary="Assign work", permission=ASSIGN, answer=Assigned, body=NewWorkItem, status=201,
    about="To one person, several, a team, a role or whom a rule means; each does their own, or one of them a shared item. "
    "For one person id and run_id are those of the item.",
)  # fmt: skip
def assign_work(body: dict[str, Any]) -> Answer:
    """Assign at once; for more than twenty people the items follow in the background."""
    made = operations.assign(
        actor(),
        body.get("kind", "work_task"),
        body["title"],
        rule=_rule(body),
        mode=body.get("mode", "each"),
        text=body.get("text", ""),
        due_on=body.get("due_on"),
        priority=body.get("priority", "normal"),
        standing=body.get("standing", False),
    )
    answer = _assigned(made)
    return Answer(answer, location=f"/api/v1/work-items/{answer['id']}" if answer["id"] else None)


def _rule(body: dict[str, Any]) -> Rule:
    given = Rule.read(body["rule"]) if "rule" in body else Rule()
    parts = list(given.parts)
    if body.get("team_id"):
        parts.append(Part("team", (str(body["team_id"]),)))
    if body.get("role"):
        parts.append(Part("role", (body["role"],)))
    also = [*given.also, *body.get("person_ids", ())]
    if body.get("person_id"):
        also.append(body["person_id"])
    if not parts and not also:
        raise Invalid("people", "required", _l("This reaches nobody. Choose at least one person."))
    return Rule(tuple(parts), tuple(dict.fromkeys(also)), given.without)


def _assigned(made: Assignment) -> dict[str, Any]:
    items = item_lists.made_of(made.id)
    total, there = item_lists.totals(made)
    single = items[0] if total == 1 and items else None
    return {
        "assignment_id": made.id,
        "total": total,
        "made": there,
        "items": [{"id": row.id, "run_id": row.run_id, "person_id": row.person_id} for row in items],
        "id": single.id if single else None,
        "run_id": single.run_id if single else None,
        "url": url_for("work.assignment", assignment_id=made.id),
    }


@door("GET", "/work-items/{item_id}", summary="One work item", permission=ITEM_VIEW, answer=WorkItem)
def work_item(item_id: int) -> dict[str, Any]:
    """One item; its course is its run's."""
    row, assignment, version = item_lists.one_item(actor(), item_id)
    names = people.names({row.person_id, row.sender_id})
    due_on: date | None = assignment.due_on
    return {
        **_line(row, names),
        "text": assignment.text,
        "mode": "shared" if assignment.is_shared else "each",
        "due_on": plain.day(due_on),
        "version": version,
    }


def _line(row: Line, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "run_id": row.run_id,
        "assignment_id": row.assignment_id,
        "kind": row.kind,
        "title": row.title,
        "priority": PRIORITIES[row.priority],
        "person": {"id": row.person_id, "name": names.get(row.person_id, "")} if row.person_id else None,
        "sender": {"id": row.sender_id, "name": names.get(row.sender_id, "")},
        "state": row.state,
        "end": row.end,
        "stage": row.stage,
        "step": row.step,
        "due_at": plain.moment(row.due_at),
        "overdue": row.overdue,
        "paused": row.paused,
        "opened_at": plain.moment(row.opened_at),
        "handed_in_at": plain.moment(row.handed_in_at),
        "done_at": plain.moment(row.done_at),
        "late": row.late,
        "returns": row.returns,
        "url": url_for("work.item", item_id=row.id),
    }
