"""Reading assignments: those that one may lead, who is in them and how far everybody is. Constant statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.dated import in_force
from app.core.errors import NotFound
from app.core.files import StoredFile
from app.core.paging import Key, Page, keyset
from app.core.scopes import visible
from app.people.models import Person, Posting
from app.people.queries.persons import with_posting, within_reach
from app.work.models import Assignment, AssignmentFile, AssignmentMember, Raised, Series, WorkItem
from app.work.permissions import ASSIGN, ITEM_LEAD
from app.workflow import queries as workflow
from app.workflow.models import Batch, Run
from app.workflow.queries.visibility import run_visible
from app.workflow.rules.definition import Text

SHOWS = ("all", "open", "late", "review", "done", "ended")


def led(actor: Actor) -> ColumnElement[bool]:
    """The assignments that ``actor`` may lead: their own, and those sent within the units whose work they lead.

    Nobody leads what they raised to another unit: its people do. Whoever may assign to people without leading their work
    (HR) leads only what they themselves have sent, as they see only those items.
    """
    raised = (
        select(Raised.item_id)
        .join(WorkItem, WorkItem.id == Raised.item_id)
        .where(WorkItem.assignment_id == Assignment.id)
        .exists()
    )
    mine = Assignment.sender_id.in_(sorted(actor.selves)) if actor.may(ASSIGN) else false()
    return or_(mine, visible(actor, ITEM_LEAD, unit=Assignment.unit_id)) & ~raised


def assignment_for(actor: Actor, assignment_id: int) -> Assignment:
    """An assignment that the actor may lead; NotFound otherwise."""
    found = None
    if 0 < assignment_id < 2**63:
        stmt = select(Assignment).where(Assignment.id == assignment_id, led(actor))
        found = session.scalar(stmt.execution_options(populate_existing=True))
    if found is None:
        raise NotFound()
    return found


def own_item(actor: Actor, assignment_id: int) -> int | None:
    """The actor's item of an assignment, or the shared one; None when they have none."""
    mine = or_(WorkItem.person_id.in_(sorted(actor.selves)), WorkItem.for_id.in_(sorted(actor.selves)))
    return session.scalar(
        select(WorkItem.id).where(WorkItem.assignment_id == assignment_id, mine).order_by(WorkItem.id.desc()).limit(1)
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """An assignment in a list, with its roll-up."""

    id: int
    title: str
    process: str
    kind: Text
    mode: str
    state: str
    priority: int
    due_on: Any
    sender_id: int
    sent_at: datetime | None
    standing: bool
    series_id: int | None
    planned_on: Any
    total: int
    made: int
    done: int
    ended: int


def _rolled_up() -> Select[Any]:
    columns: tuple[Any, ...] = (
        Assignment.id, Assignment.title, Assignment.process, Assignment.mode, Assignment.state, Assignment.priority,
        Assignment.due_on, Assignment.sender_id, Assignment.sent_at, Assignment.standing, Assignment.series_id,
        Assignment.series_on, Series.next_on, Batch.total, Batch.made, Batch.succeeded, Batch.ended_otherwise,
        Run.state.label("run_state"),
    )  # fmt: skip
    shared = and_(WorkItem.assignment_id == Assignment.id, Assignment.mode == "shared", Assignment.batch_id.is_(None))
    return (
        select(*columns)
        .select_from(Assignment)
        .outerjoin(Batch, Batch.id == Assignment.batch_id)
        .outerjoin(Series, Series.id == Assignment.series_id)
        .outerjoin(WorkItem, shared)
        .outerjoin(Run, Run.id == WorkItem.run_id)
    )


def assignments_page(actor: Actor, state: str | None = None, cursor: str | None = None, limit: int = 30) -> Page[Sent]:
    """The assignments that the actor may lead, newest first; what was raised to a unit is none. Two statements, three when a kind was never read before."""
    stmt = _rolled_up().where(led(actor))
    if state is not None:
        stmt = stmt.where(Assignment.state == state)
    found = keyset(stmt, [Key(Assignment.id, descending=True)], cursor, limit)
    titles = kind_titles({row.process for row in found.items})
    return Page([_sent(row, titles) for row in found.items], found.next)


def roll_up(assignment: Assignment) -> Sent:
    """How far an assignment is, by the projected counts of its batch."""
    row = session.execute(_rolled_up().where(Assignment.id == assignment.id)).one()
    return _sent(row, kind_titles({assignment.process}))


def _sent(row: Any, titles: dict[str, Text]) -> Sent:
    shared = row.mode == "shared" and row.state != "draft" and row.total is None
    planned = (
        row.series_on if row.state == "draft" and row.next_on is not None and row.next_on == row.series_on else None
    )
    return Sent(
        row.id, row.title, row.process, titles.get(row.process, {}), row.mode, row.state, row.priority, row.due_on, row.sender_id, row.sent_at,
        row.standing, row.series_id, planned,
        1 if shared else row.total or 0, 1 if shared else row.made or 0,
        int(row.run_state == "success") if shared else row.succeeded or 0,
        int(row.run_state in ("failure", "cancelled")) if shared else row.ended_otherwise or 0,
    )  # fmt: skip


def kind_titles(processes: Collection[str]) -> dict[str, Text]:
    """What kinds are called in their newest version."""
    return {key: workflow.latest(key).title for key in sorted(processes)}


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of an assignment: whose it is and how far."""

    id: int
    run_id: int
    person_id: int | None
    state: str
    end: str | None
    digest: str
    step: str | None
    waits_for: int | None
    due_at: datetime | None
    handed_in_at: datetime | None
    done_at: datetime | None
    late: bool
    overdue: bool
    returns: int
    paused: bool


_LISTED: tuple[Any, ...] = (
    WorkItem.id, WorkItem.run_id, WorkItem.person_id, WorkItem.due_at, WorkItem.handed_in_at, WorkItem.done_at, WorkItem.late,
    WorkItem.returns, Run.state, Run.end, Run.digest, Run.step, Run.assignee_id, Run.paused_at,
)  # fmt: skip


def _showing(show: str) -> ColumnElement[bool]:
    """The items of one of :data:`SHOWS`."""
    doing = and_(Run.state == "open", WorkItem.handed_in_at.is_(None))
    return {
        "open": Run.state == "open",
        "late": and_(doing, WorkItem.due_at < clock.now(), Run.paused_at.is_(None)),
        "review": and_(Run.state == "open", WorkItem.handed_in_at.is_not(None)),
        "done": Run.state == "success",
        "ended": Run.state.in_(("failure", "cancelled")),
    }.get(show, Run.id.is_not(None))


def items_of(assignment_id: int, show: str = "all", cursor: str | None = None, limit: int = 50) -> Page[Listed]:
    """The items of an assignment, in the order they were made."""
    stmt = select(*_LISTED).select_from(WorkItem).join(Run, Run.id == WorkItem.run_id)
    found = keyset(
        stmt.where(WorkItem.assignment_id == assignment_id, _showing(show)), [Key(WorkItem.id)], cursor, limit
    )
    return Page([_listed(row) for row in found.items], found.next)


def _listed(row: Any) -> Listed:
    doing = row.state == "open" and row.handed_in_at is None
    overdue = doing and row.paused_at is None and row.due_at is not None and row.due_at < clock.now()
    return Listed(
        row.id, row.run_id, row.person_id, row.state, row.end, row.digest, row.step, row.assignee_id, row.due_at,
        row.handed_in_at, row.done_at, row.late, overdue, row.returns, row.paused_at is not None,
    )  # fmt: skip


def counts(assignment_id: int) -> dict[str, int]:
    """How many items each of :data:`SHOWS` has. One statement."""
    columns = [func.sum(case((_showing(show), 1), else_=0)).label(show) for show in SHOWS]
    row = session.execute(
        select(*columns)
        .select_from(WorkItem)
        .join(Run, Run.id == WorkItem.run_id)
        .where(WorkItem.assignment_id == assignment_id)
    ).one()
    return {show: getattr(row, show) or 0 for show in SHOWS}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody whom an assignment reaches, and why."""

    person_id: int
    name: str
    unit_id: int | None
    post: str | None
    why: tuple[tuple[str, str], ...]


def members_page(assignment_id: int, number: int = 1, size: int = 50) -> list[Member]:
    """One page of those whom an assignment reaches, by name."""
    rows = session.execute(
        with_posting(Person.id, Person.name, Posting.unit_id, Posting.post, AssignmentMember.why)
        .join(AssignmentMember, AssignmentMember.person_id == Person.id)
        .where(AssignmentMember.assignment_id == assignment_id)
        .order_by(Person.pinyin, Person.id)
        .limit(size)
        .offset((number - 1) * size)
    )
    return [Member(row[0], row[1], row[2], row[3], tuple((a, b) for a, b in row[4])) for row in rows]


def members_by_unit(assignment_id: int) -> list[tuple[int | None, int]]:
    """How many of them work in each unit, most first."""
    rows = session.execute(
        select(Posting.unit_id, func.count())
        .select_from(AssignmentMember)
        .outerjoin(Posting, and_(Posting.person_id == AssignmentMember.person_id, in_force(Posting, clock.today())))
        .where(AssignmentMember.assignment_id == assignment_id)
        .group_by(Posting.unit_id)
        .order_by(func.count().desc(), Posting.unit_id)
    )
    return [(unit, count) for unit, count in rows]


def _alike(assignment_id: Any) -> Select[Any]:
    """An assignment and all of its series: what is assigned again goes with the files of the first."""
    of_series = select(Assignment.series_id).where(Assignment.id == assignment_id, Assignment.series_id.is_not(None))
    return select(Assignment.id).where(or_(Assignment.id == assignment_id, Assignment.series_id.in_(of_series)))


def files_of(assignment_id: int) -> Sequence[Any]:
    """The files that go with an assignment, or with the first of its series."""
    return session.execute(
        select(AssignmentFile.file_id, StoredFile.name, StoredFile.size, AssignmentFile.added_by)
        .join(StoredFile, StoredFile.id == AssignmentFile.file_id)
        .where(AssignmentFile.assignment_id.in_(_alike(assignment_id)))
        .order_by(AssignmentFile.id)
    ).all()


def may_read_file(actor: Actor, file_id: int) -> bool:
    """Whoever leads the assignment or sees one of its items may read its files."""
    assignment_id = session.scalar(select(AssignmentFile.assignment_id).where(AssignmentFile.file_id == file_id))
    if assignment_id is None:
        return False
    leads = select(Assignment.id).where(Assignment.id.in_(_alike(assignment_id)), led(actor))
    if session.scalar(leads.limit(1)) is not None:
        return True
    seen = select(WorkItem.id).join(Run, Run.id == WorkItem.run_id)
    mine = seen.where(WorkItem.assignment_id.in_(_alike(assignment_id)), run_visible(actor))
    return session.scalar(mine.limit(1)) is not None


def named(actor: Actor, typed: Collection[str]) -> dict[str, list[int]]:
    """Who within reach is called so, by name, user name or staff number. One statement."""
    wanted = sorted(set(typed))
    if not wanted:
        return {}
    lower = [name.lower() for name in wanted]
    rows = session.execute(
        with_posting(Person.id, Person.name, Person.username, Person.staff_number).where(
            within_reach(actor, ASSIGN),
            Person.state == "active",
            or_(Person.name.in_(wanted), Person.username.in_(lower), Person.staff_number.in_(wanted)),
        )
    ).all()
    return {
        name: sorted({row.id for row in rows if name in (row.name, row.staff_number) or name.lower() == row.username})
        for name in wanted
    }
