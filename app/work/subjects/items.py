"""What the working day contributes to the workflow core: the work item as a subject, and its two lanes."""

from collections.abc import Iterable
from datetime import datetime

from app.core import calendar, clock
from app.people import queries as people
from app.work.operations.assigning import made_items, make_items
from app.work.operations.following_runs import DOERS, SENDER
from app.work.operations.sharing import BOUND
from app.work.queries import items
from app.workflow import registry
from app.workflow.registry import Arguments, BatchSubjects, SubjectRef, lane_resolver


@lane_resolver(SENDER)
def work_sender(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Whoever asked for it, else the supervisors of the unit from which it was asked."""
    item = items.item_row(subject.id)
    if item is None:
        return ()
    return people.active_ids({item.sender_id}) or (people.heads_of_unit(item.unit_id) if item.unit_id else ())


@lane_resolver(DOERS)
def work_doers(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Whoever does the item; while nobody has taken a shared one, everybody it was assigned to."""
    item = items.item_row(subject.id)
    if item is None:
        return ()
    if item.person_id is not None:
        standing = people.active_ids({item.person_id})
        if standing or item.mode == "each":
            return standing
    return people.active_ids(items.member_ids(item.assignment_id)) if item.mode == "shared" else ()


def own_due(subject: SubjectRef, step: str, resolver: str) -> datetime | None:
    """The day that was set when the item was assigned holds for whoever does it.

    What is returned once that day has passed gets the time that the process gives.
    """
    item = items.item_row(subject.id) if resolver == DOERS else None
    if item is None or item.due_on is None:
        return None
    due = calendar.end_of_day(item.due_on)
    return None if item.handed_in_at is not None and due < clock.now() else due


def register() -> None:
    """Make work items a subject of workflows."""
    registry.subject_kind(
        items.KIND, describe=items.describe, bound=BOUND, url=items.address, due=own_due,
        batch=BatchSubjects(make_items, made_items), owed=True,
    )  # fmt: skip
