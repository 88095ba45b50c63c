"""One work item as its page shows it, within the reader's view of its run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.errors import NotFound
from app.people import queries as people
from app.work.models import Assignment, WorkItem
from app.work.queries.assignments import led
from app.workflow import queries as workflow
from app.workflow.models import Comment, Run, Turn, Value
from app.workflow.queries import Opened


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item, its assignment and its run; ``leads``: the reader may lead the assignment."""

    item: WorkItem
    assignment: Assignment
    run: Opened
    leads: bool
    names: dict[int, str]


def item_for(actor: Actor, item_id: int) -> ItemView:
    """An item within the actor's view; NotFound otherwise."""
    row = None
    if 0 < item_id < 2**63:
        stmt = (
            select(WorkItem, Assignment, led(actor))
            .join(Assignment, Assignment.id == WorkItem.assignment_id)
            .where(WorkItem.id == item_id)
        )
        row = session.execute(stmt.execution_options(populate_existing=True)).one_or_none()
    if row is None or row[0].run_id is None:
        raise NotFound()
    item, assignment, leads = row
    run = workflow.open_run(actor, item.run_id or 0)
    return ItemView(item, assignment, run, bool(leads), people.names({assignment.sender_id, item.person_id}))


@dataclass(frozen=True, slots=True)
class Said:
    """A comment on an item."""

    at: datetime
    person_id: int
    text: str | None


_SAID = (
    select(Comment.written_at, Comment.person_id, Value.content)
    .outerjoin(Value, Value.id == Comment.value_id)
    .order_by(Comment.written_at.desc(), Comment.id.desc())
    .limit(100)
)


def comments(run_id: int) -> list[Said]:
    """What was said, newest first."""
    return [Said(*row) for row in fetch(_SAID.where(Comment.run_id == run_id))]


def latest_turn(run_id: int) -> int:
    """The turn on which a remark about the whole item is laid."""
    found = session.scalar(select(Turn.id).where(Turn.run_id == run_id).order_by(Turn.number.desc()).limit(1))
    if found is None:
        raise NotFound()
    return found


def around(view: ItemView) -> dict[int, str]:
    """Who may be named in a comment: everybody who takes part, the sender, and the supervisors of the unit."""
    run = view.run.run
    ids = {view.assignment.sender_id, view.item.person_id, run.owner_id, run.started_by_id}
    for turn in view.run.state.turns.values():
        ids |= {turn.assignee, turn.by}
        ids |= set(turn.candidates) if turn.waiting else set()
    ids |= set(people.heads_of_unit(run.unit_id)) if run.unit_id else set()
    return people.names(people.active_ids({number for number in ids if number}))


def run_of(item: WorkItem) -> Run:
    """The run of an item."""
    return session.get_one(Run, item.run_id)
