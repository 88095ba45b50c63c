"""Reading work items and what they belong to, for lanes, pages and programs."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select

from app.core.database import fetch, session
from app.work.models import Assignment, AssignmentMember, WorkItem
from app.workflow.queries.subjects import titled

KIND = "work_item"
"""Subject kind of the runs of work items."""
_OF_ITEM = (
    select(
        WorkItem.id, WorkItem.assignment_id, WorkItem.for_id, WorkItem.person_id, Assignment.mode, Assignment.sender_id,
        Assignment.unit_id, Assignment.due_on, Assignment.title, WorkItem.handed_in_at,
    )
    .join(Assignment, Assignment.id == WorkItem.assignment_id)
    .where(WorkItem.id == bindparam("item"))
)  # fmt: skip
_MEMBERS = (
    select(AssignmentMember.person_id)
    .where(AssignmentMember.assignment_id == bindparam("assignment"))
    .order_by(AssignmentMember.person_id)
)
# built once: every step of every item asks for its lanes


def item_row(item_id: int) -> Any:
    """An item with what its assignment says of it; None when there is none."""
    return fetch(_OF_ITEM, {"item": item_id}).one_or_none()


def member_ids(assignment_id: int) -> list[int]:
    """Everybody whom an assignment reaches."""
    return list(fetch(_MEMBERS, {"assignment": assignment_id}).scalars())


def address(item_id: int) -> str:
    """The page of an item, also outside of requests."""
    return f"/work/items/{item_id}"


describe = titled(
    select(WorkItem.id, Assignment.title).join(Assignment, Assignment.id == WorkItem.assignment_id), address
)


def run_ids(item_ids: Collection[int]) -> dict[int, int]:
    """The run of each item that has one. One statement."""
    rows = session.execute(select(WorkItem.id, WorkItem.run_id).where(WorkItem.id.in_(sorted(item_ids))))
    return {item: run for item, run in rows if run is not None}
