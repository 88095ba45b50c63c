"""What was raised: by me, to my units, and the library of what may be shared (D22)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, or_, select

from app.core.actor import Actor
from app.core.database import session
from app.core.paging import Key, Page, keyset
from app.people import queries as people
from app.work.models import Assignment, Raised, WorkItem
from app.work.permissions import REPORT_READ
from app.work.queries import kinds, units
from app.workflow import queries as workflow
from app.workflow.models import Run
from app.workflow.queries import run_visible
from app.workflow.queries.known import Done
from app.workflow.rules.definition import Text

MINE, RECEIVED = "mine", "received"
NAMED = 3
"""How many of those who may take something a line names."""
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the list is shown; every one may be empty."""

    q: str = ""
    kind: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was raised, where it stands, and at whom."""

    item_id: int
    title: str
    kind: Text
    sender: str
    sender_id: int
    unit: str
    state: str
    at: Text
    who: str
    assignee_id: int | None
    raised_at: datetime
    moved_at: datetime
    due_at: datetime | None
    may_take: tuple[str, ...] = ()
    """Who may take it while nobody has: the first names; ``takers`` says how many they are."""
    takers: int = 0


@dataclass(frozen=True, slots=True)
class Shared:
    """A piece of shared information: the summary that others may read, never the report itself."""

    item_id: int
    title: str
    kind: Text
    unit: str
    digest: str
    shared_at: datetime
    readable: bool


def reports_page(actor: Actor, show: str, filters: Filters, cursor: str | None = None, limit: int = 30) -> Page[Line]:
    """What the actor raised (``mine``), or what was raised to units of theirs or to themselves; newest first.

    Five statements at most for any number of rows.
    """
    sent = Assignment.sender_id.in_(sorted(actor.selves))
    stmt: Any = (
        select(
            WorkItem.id, Assignment.title, Assignment.sender_id, Assignment.sent_at, Raised.unit_id, Run.digest,
            Run.state, Run.step, Run.end, Run.assignee_id, Run.moved_at, Run.due_at, Run.id.label("run_id"),
        )
        .select_from(Raised)
        .join(WorkItem, WorkItem.id == Raised.item_id)
        .join(Assignment, Assignment.id == WorkItem.assignment_id)
        .join(Run, Run.id == WorkItem.run_id)
        .where(sent if show == MINE else ~sent & run_visible(actor))
    )  # fmt: skip
    if filters.q.strip():
        stmt = stmt.where(_contains(Assignment.title, filters.q))
    if filters.kind:
        stmt = stmt.where(Assignment.process == filters.kind)
    if filters.state:
        stmt = stmt.where((Run.state == "open") if filters.state == OPEN else (Run.state != "open"))
    page = keyset(stmt, [Key(WorkItem.id, descending=True)], cursor, limit)
    return Page(_lines(page.items), page.next)


def _contains(column: Any, q: str) -> ColumnElement[bool]:
    words = q.strip()[:80].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return cast(column, String).ilike(f"%{words}%", escape="\\")


def _lines(rows: Any) -> list[Line]:
    definitions = workflow.parsed_all({row.digest for row in rows})
    offered = workflow.takers_of([row.run_id for row in rows if row.state == "open" and not row.assignee_id])
    shown = {row.run_id: offered.get(row.run_id, ())[:NAMED] for row in rows}
    names = people.names({i for row in rows for i in (row.sender_id, row.assignee_id, *shown[row.run_id]) if i})
    named = people.unit_names({row.unit_id for row in rows})
    found = []
    for row in rows:
        definition = definitions[row.digest]
        step, end = definition.steps.get(row.step or ""), definition.ends.get(row.end or "")
        found.append(
            Line(
                item_id=row.id,
                title=row.title,
                kind=definition.title,
                sender=names.get(row.sender_id, ""),
                sender_id=row.sender_id,
                unit=named.get(row.unit_id, ""),
                state=row.state,
                at=(end.title if end else {}) if row.state != "open" else (step.title if step else {}),
                who=names.get(row.assignee_id or 0, ""),
                assignee_id=row.assignee_id,
                raised_at=row.sent_at,
                moved_at=row.moved_at,
                due_at=row.due_at if row.state == "open" else None,
                may_take=tuple(names.get(person, "") for person in shown[row.run_id]),
                takers=len(offered.get(row.run_id, ())),
            )
        )
    return found


def shared_page(actor: Actor, q: str = "", kind: str = "", cursor: str | None = None, limit: int = 20) -> Page[Shared]:
    """Information that may be shared, newest first, found by words of title or summary. Three statements."""
    actor.require(REPORT_READ)
    stmt: Any = (
        select(
            WorkItem.id, Assignment.title, Assignment.process, Raised.unit_id, Raised.digest, Raised.shared_at,
            run_visible(actor).label("readable"),
        )
        .select_from(Raised)
        .join(WorkItem, WorkItem.id == Raised.item_id)
        .join(Assignment, Assignment.id == WorkItem.assignment_id)
        .join(Run, Run.id == WorkItem.run_id)
        .where(Raised.shared_at.is_not(None))
    )  # fmt: skip
    for word in q.split()[:5]:
        stmt = stmt.where(or_(_contains(Assignment.title, word), _contains(Raised.digest, word)))
    if kind:
        stmt = stmt.where(Assignment.process == kind)
    page = keyset(stmt, [Key(Raised.shared_at, descending=True), Key(WorkItem.id, descending=True)], cursor, limit)
    titles = {found.key: found.title for found in kinds.published()}
    named = people.unit_names({row.unit_id for row in page.items})
    return Page(
        [
            Shared(
                row.id, row.title, titles.get(row.process, {}), named.get(row.unit_id, ""), row.digest, row.shared_at,
                bool(row.readable),
            )
            for row in page.items
        ],
        page.next,
    )  # fmt: skip


def shared_kinds() -> list[tuple[str, Text]]:
    """The kinds of which something is shared. Two statements."""
    rows = session.scalars(
        select(Assignment.process)
        .join(WorkItem, WorkItem.assignment_id == Assignment.id)
        .join(Raised, Raised.item_id == WorkItem.id)
        .where(Raised.shared_at.is_not(None))
        .distinct()
    )
    there = set(rows)
    return [(kind.key, kind.title) for kind in kinds.published() if kind.key in there]


@dataclass(frozen=True, slots=True)
class RaisedView:
    """What the page of an item says when it was raised: to which unit, and whether the reader may take it back."""

    unit: str
    shared: bool
    may_withdraw: bool


def raised_view(actor: Actor, item_id: int, sender_id: int, is_open: bool) -> RaisedView | None:
    """The item as something that was raised; None for one that was assigned."""
    raised = session.get(Raised, item_id)
    if raised is None:
        return None
    unit = people.unit_names({raised.unit_id}).get(raised.unit_id, "")
    return RaisedView(unit, raised.shared_at is not None, is_open and sender_id in actor.selves)


def listed(done: Iterable[Done]) -> dict[str, dict[str, str]]:
    """What the units that were chosen in these steps are called; nothing is asked where none were."""
    columns = (column for one in done for field in one.step.fields for column in (field, *field.columns))
    if all(column.options_from != "work_units" for column in columns):
        return {}
    return {"work_units": {str(unit): name.strip() for unit, name in units.open_units()}}
