"""Kinds of work item: the published processes about a work item, by what they are for."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.database import session
from app.workflow import queries as workflow
from app.workflow.models import Definition
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


def kinds_for(actor: Actor, direction: str) -> list[Kind]:
    """The kinds that ``actor`` may choose when assigning or raising something."""
    return [kind for kind in published() if kind.direction == direction]
