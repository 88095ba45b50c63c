"""Kinds of work item: the published processes about a work item, by what they are for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import NotFound
from app.core.permissions import GRANTED_ROLES
from app.work.models import KindSetting
from app.workflow import queries as workflow
from app.workflow.models import Definition, DefinitionDraft
from app.workflow.queries.definitions import Version
from app.workflow.rules.definition import Definition as Process
from app.workflow.rules.definition import Text

SUBJECT = "work_item"
ASSIGNED, RAISED = "assigned", "raised"
SENDER_LANE = "work_sender"
"""The lane that the first step of a raised kind stands in: whoever raises it writes first."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind that may be chosen; texts in both languages. ``key`` is the key of its process."""

    key: str
    title: Text
    summary: Text
    direction: str
    digest: str


def direction_of(definition: Process) -> str:
    """Raised when the sender does the first step, assigned otherwise."""
    lane = definition.lanes.get(definition.step(definition.start).lane or "")
    return RAISED if lane is not None and lane.resolver == SENDER_LANE else ASSIGNED


def published() -> list[Kind]:
    """Every kind in its newest version, by key. One statement, two when a version was never read before."""
    newest = select(Definition.process, func.max(Definition.number).label("number")).group_by(Definition.process)
    last = newest.subquery()
    rows = session.execute(
        select(Definition.process, Definition.digest)
        .join(last, (last.c.process == Definition.process) & (last.c.number == Definition.number))
        .order_by(Definition.process)
    ).all()
    parsed = workflow.parsed_all([digest for _process, digest in rows])
    return [
        Kind(process, parsed[digest].title, parsed[digest].summary or {}, direction_of(parsed[digest]), digest)
        for process, digest in rows
        if parsed[digest].subject == SUBJECT
    ]


RECEIVERS = ("heads", "people", *(f"role_{role}" for role in GRANTED_ROLES))
"""Who receives at a unit what is raised to it: its head, its people, or holders of a granted role."""


def settings() -> Mapping[str, KindSetting]:
    """What was decided about kinds, by key of the process."""
    return {row.process: row for row in session.scalars(select(KindSetting))}


def setting_of(process: str) -> KindSetting:
    """What was decided about a kind; the defaults when nothing was.

    Where the head of the unit decides at a later step its people handle it first: nobody decides on their own work.
    """
    found = session.get(KindSetting, process)
    if found is not None:
        return found
    definition = workflow.latest(process)
    decided = any(
        step.not_same_as and step.lane and definition.lanes[step.lane].resolver == "unit_head"
        for step in definition.steps.values()
    )
    return KindSetting(process=process, receivers="people" if decided else "heads", unit_id=None, version=0)


def kinds_for(actor: Actor, direction: str) -> list[Kind]:
    """The kinds that ``actor`` may choose when assigning or raising something; retired ones are left out."""
    retired = set(session.scalars(select(KindSetting.process).where(KindSetting.retired_at.is_not(None))))
    return [kind for kind in published() if kind.direction == direction and kind.key not in retired]


def may_be_assigned(process: str) -> bool:
    """Whether this kind is given to others (not raised by its sender) and is still in use."""
    return direction_of(workflow.latest(process)) == ASSIGNED and setting_of(process).retired_at is None


@dataclass(frozen=True, slots=True)
class Line:
    """A kind in the list; ``number`` 0 for one that was never published."""

    key: str
    title: Text
    summary: Text
    direction: str
    number: int
    shipped: bool
    open_runs: int
    drafted: bool
    retired: bool
    unit_id: int | None
    receivers: str


def overview() -> list[Line]:
    """Every kind, published or only drafted, by direction and key. Five statements at most."""
    decided = settings()
    drafts = {
        draft.process: draft.body
        for draft in session.scalars(select(DefinitionDraft))
        if isinstance(draft.body, dict) and draft.body.get("subject") == SUBJECT
    }
    listed = {process.newest.process: process for process in workflow.processes()}
    found = []
    for kind in published():
        process, setting = listed[kind.key], decided.get(kind.key)
        found.append(
            Line(
                kind.key, kind.title, kind.summary, kind.direction, process.newest.number,
                process.newest.origin == "seed", process.open_runs, kind.key in drafts,
                setting is not None and setting.retired_at is not None, setting.unit_id if setting else None,
                setting.receivers if setting else "",
            )
        )  # fmt: skip
    there = {line.key for line in found}
    found += [
        Line(key, body.get("title") or {}, body.get("summary") or {}, "", 0, False, 0, True, False, None, "")
        for key, body in sorted(drafts.items())
        if key not in there
    ]
    return sorted(found, key=lambda line: (line.direction, line.key))


def bodies(digests: Collection[str]) -> dict[str, Any]:
    """The stored bodies of versions. One statement."""
    rows = session.execute(select(Definition.digest, Definition.body).where(Definition.digest.in_(sorted(digests))))
    return {digest: body for digest, body in rows}


def versions_of(process: str) -> list[Version]:
    """Every version of a kind, newest first; none for one that was never published."""
    try:
        return list(workflow.versions(process))
    except NotFound:
        return []
