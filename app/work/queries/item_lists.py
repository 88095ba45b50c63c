"""Lists of work items for programs: those whose runs one sees, most urgent first (D37)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import NotFound
from app.core.paging import Key, Page, keyset
from app.work.models import Assignment, WorkItem
from app.workflow.models import Batch, Run
from app.workflow.queries.visibility import run_visible
from app.workflow.rules.urgency import is_overdue


@dataclass(frozen=True, slots=True)
class Line:
    """An item in a list."""

    id: int
    run_id: int
    assignment_id: int
    kind: str
    title: str
    priority: int
    person_id: int | None
    sender_id: int
    state: str
    end: str | None
    stage: str
    step: str | None
    due_at: datetime | None
    overdue: bool
    paused: bool
    opened_at: datetime
    handed_in_at: datetime | None
    done_at: datetime | None
    late: bool
    returns: int


_COLUMNS: tuple[Any, ...] = (
    WorkItem.id, WorkItem.run_id, WorkItem.assignment_id, Run.process, Assignment.title, Run.priority, WorkItem.person_id,
    Assignment.sender_id, Run.state, Run.end, Run.stage, Run.step, WorkItem.due_at, Run.paused_at, Run.opened_at,
    WorkItem.handed_in_at, WorkItem.done_at, WorkItem.late, WorkItem.returns, Run.version,
)  # fmt: skip


def _select() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .select_from(WorkItem)
        .join(Run, Run.id == WorkItem.run_id)
        .join(Assignment, Assignment.id == WorkItem.assignment_id)
    )


def items_page(
    actor: Actor,
    *,
    mine: bool = False,
    state: str | None = None,
    overdue: bool = False,
    process: str | None = None,
    person_id: int | None = None,
    assignment_id: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Line]:
    """Items in scope, most urgent first. One statement."""
    stmt = _select().where(run_visible(actor))
    if mine:
        stmt = stmt.where(WorkItem.person_id.in_(sorted(actor.selves)))
    if state is not None:
        stmt = stmt.where(Run.state == state)
    if overdue:
        stmt = stmt.where(
            Run.state == "open",
            WorkItem.handed_in_at.is_(None),
            WorkItem.due_at < clock.now(),
            Run.paused_at.is_(None),
        )
    for column, value in (
        (Run.process, process),
        (WorkItem.person_id, person_id),
        (WorkItem.assignment_id, assignment_id),
    ):
        if value is not None:
            stmt = stmt.where(column == value)
    keys = [Key(WorkItem.due_at, nullable=True), Key(Run.priority, descending=True), Key(WorkItem.id)]
    found = keyset(stmt, keys, cursor, limit)
    return Page([_line(row) for row in found.items], found.next)


def _line(row: Any) -> Line:
    doing = row.state == "open" and row.handed_in_at is None and row.paused_at is None
    return Line(
        row.id, row.run_id, row.assignment_id, row.process, row.title, row.priority, row.person_id, row.sender_id, row.state, row.end,
        row.stage, row.step, row.due_at, doing and is_overdue(row.due_at, clock.now()), row.paused_at is not None, row.opened_at,
        row.handed_in_at, row.done_at, row.late, row.returns,
    )  # fmt: skip


def one_item(actor: Actor, item_id: int) -> tuple[Line, Assignment, int]:
    """An item in scope with its assignment and the version of its run; NotFound otherwise."""
    row = session.execute(_select().where(WorkItem.id == item_id, run_visible(actor))).one_or_none()
    if row is None:
        raise NotFound()
    return _line(row), session.get_one(Assignment, row.assignment_id), row.version


def made_of(assignment_id: int, limit: int = 200) -> Sequence[Any]:
    """The first items of an assignment."""
    return session.execute(
        select(WorkItem.id, WorkItem.run_id, WorkItem.person_id)
        .where(WorkItem.assignment_id == assignment_id, WorkItem.run_id.is_not(None))
        .order_by(WorkItem.id)
        .limit(limit)
    ).all()


def totals(assignment: Assignment) -> tuple[int, int]:
    """How many items an assignment is to have, and how many are there."""
    if assignment.batch_id is None:
        return 1, 1
    row = session.execute(select(Batch.total, Batch.made).where(Batch.id == assignment.batch_id)).one()
    return row.total, row.made
