"""What people have done of work items: counts for measures, and the list behind them with result, time and returns (D33)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, case, func, select, true

from app.core.actor import Actor
from app.core.database import fetch, once_per_reading, session
from app.core.paging import Key, Page, keyset
from app.core.types import UtcDateTime
from app.people import queries as people
from app.work.models import Assignment, Raised, WorkItem
from app.work.permissions import ITEM_VIEW
from app.workflow.models import Run, Value
from app.workflow.queries.visibility import run_visible

_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_COUNTS = (
    select(WorkItem.person_id, func.count(), func.sum(case((WorkItem.late.is_(False), 1), else_=0)))
    .where(
        WorkItem.person_id.in_(_IDS),
        WorkItem.done_at >= bindparam("start", type_=UtcDateTime()),
        WorkItem.done_at < bindparam("end", type_=UtcDateTime()),
    )
    .group_by(WorkItem.person_id)
)


@once_per_reading
def done_counts(person_ids: tuple[int, ...], start: datetime, end: datetime) -> dict[int, tuple[int, int]]:
    """How many items of each person were accepted, and how many of them were handed in on time. One statement."""
    rows = fetch(_COUNTS, {"ids": person_ids, "start": start, "end": end})
    return {person: (count, int(on_time or 0)) for person, count, on_time in rows}


@dataclass(frozen=True, slots=True)
class Finished:
    """An accepted item: what it was, what came of it, and how it went.

    ``sender_id`` assigned it, or raised it to the unit of whoever handled it (``raised``). ``seen``: whether the reader may
    open it; what came of it is told to nobody else.
    """

    id: int
    title: str
    sender_id: int
    raised: bool
    opened_at: datetime
    handed_in_at: datetime | None
    done_at: datetime
    late: bool
    returns: int
    seen: bool
    result: str


def person_in_reach(actor: Actor, person_id: int) -> str:
    """The name of somebody whose work the actor may see; NotFound otherwise."""
    if person_id in actor.selves:
        return people.names([person_id]).get(person_id, "")
    return people.person_for(actor, person_id, ITEM_VIEW).name


_FINISHED: tuple[Any, ...] = (
    WorkItem.id, WorkItem.run_id, Assignment.title, Assignment.sender_id, Raised.item_id.is_not(None).label("raised"),
    Run.opened_at, WorkItem.handed_in_at, WorkItem.done_at, WorkItem.late, WorkItem.returns,
)  # fmt: skip


def finished_page(
    actor: Actor,
    person_id: int,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    on_time: bool = False,
    cursor: str | None = None,
    limit: int = 30,
) -> Page[Finished]:
    """A person's accepted items, latest first; one's own all with their results (decision 0018). Two statements."""
    seen = true() if person_id in actor.selves else run_visible(actor)
    stmt: Select[Any] = (
        select(*_FINISHED, seen.label("seen"))
        .select_from(WorkItem)
        .join(Assignment, Assignment.id == WorkItem.assignment_id)
        .join(Run, Run.id == WorkItem.run_id)
        .outerjoin(Raised, Raised.item_id == WorkItem.id)
        .where(WorkItem.person_id == person_id, WorkItem.done_at.is_not(None))
    )  # fmt: skip
    if start is not None:
        stmt = stmt.where(WorkItem.done_at >= start)
    if end is not None:
        stmt = stmt.where(WorkItem.done_at < end)
    if on_time:
        stmt = stmt.where(WorkItem.late.is_(False))
    found = keyset(stmt, [Key(WorkItem.done_at, descending=True), Key(WorkItem.id, descending=True)], cursor, limit)
    results = _results([row.run_id for row in found.items if row.seen])
    return Page([_finished(row, results.get(row.run_id, "")) for row in found.items], found.next)


def _finished(row: Any, result: str) -> Finished:
    return Finished(
        row.id,
        row.title,
        row.sender_id,
        bool(row.raised),
        row.opened_at,
        row.handed_in_at,
        row.done_at,
        row.late,
        row.returns,
        bool(row.seen),
        result,
    )


def _results(run_ids: Collection[int]) -> dict[int, str]:
    """The text that was last typed as the result of each run: of a field called so, else the longest text."""
    if not run_ids:
        return {}
    rows: Sequence[Any] = session.execute(
        select(Value.run_id, Value.key, Value.content)
        .where(Value.run_id.in_(sorted(run_ids)), Value.kind == "field")
        .order_by(Value.id)
    ).all()
    found: dict[int, str] = {}
    named: set[int] = set()
    for run_id, key, content in rows:
        if not isinstance(content, str):
            continue
        if key == "result":
            named.add(run_id)
            found[run_id] = content
        elif run_id not in named and len(content) >= len(found.get(run_id, "")):
            found[run_id] = content
    return found
