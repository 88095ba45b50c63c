"""What notices contribute to the workflow core: their subject, who checks them, and two guards."""

from collections.abc import Iterable

from sqlalchemy import select

from app.people import queries as people
from app.work.models import Notice
from app.work.operations import notice_publishing
from app.work.operations.notices import KIND
from app.workflow import registry
from app.workflow.queries.subjects import titled
from app.workflow.registry import Arguments, SubjectRef


def address(notice_id: int) -> str:
    """The page of a notice, also outside of requests."""
    return f"/work/notices/{notice_id}"


describe = titled(select(Notice.id, Notice.title), address)


@registry.lane_resolver("notice_checkers")
def notice_checkers(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Supervisors over the author's unit but the author, nearest first: nobody checks their own notice."""
    heads = people.heads_of_unit(subject.unit_id) if subject.unit_id else []
    return [head for head in heads if head != subject.owner_id]


def register() -> None:
    """Make notices a subject of workflows."""
    registry.subject_kind(KIND, describe=describe, url=address)
    registry.guard("notice_needs_no_check")(notice_publishing.needs_no_check)
    registry.guard("notice_settled")(notice_publishing.settled)
