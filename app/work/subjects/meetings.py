"""What meetings contribute to the workflow core: their subject, chair and minute taker, and two guards."""

from collections.abc import Iterable

from sqlalchemy import select

from app.core.database import session
from app.people import queries as people
from app.work.models import Meeting
from app.work.operations import minutes
from app.work.operations.meetings import KIND
from app.workflow import registry
from app.workflow.queries.subjects import titled
from app.workflow.registry import Arguments, SubjectRef


def address(meeting_id: int) -> str:
    """The page of a meeting, also outside of requests."""
    return f"/work/meetings/{meeting_id}"


describe = titled(select(Meeting.id, Meeting.title), address)


@registry.lane_resolver("meeting_chair")
def meeting_chair(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Who leads the meeting."""
    return people.active_ids(set(session.scalars(select(Meeting.chair_id).where(Meeting.id == subject.id))))


@registry.lane_resolver("meeting_taker")
def meeting_taker(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Who keeps the minutes."""
    return people.active_ids(set(session.scalars(select(Meeting.taker_id).where(Meeting.id == subject.id))))


def register() -> None:
    """Make meetings a subject of workflows."""
    registry.subject_kind(KIND, describe=describe, url=address)
    registry.guard("attendance_marked")(minutes.attendance_marked)
    registry.guard("minutes_written")(minutes.minutes_written)
