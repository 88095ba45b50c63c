"""What work logs contribute to the workflow core: their subject with its bound score, and who reviews them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import NotFound
from app.people import queries as people
from app.work.models import WorkLog
from app.work.operations.logs import KIND, address, reviewers
from app.workflow import registry
from app.workflow.registry import Arguments, SubjectRef, SubjectView, lane_resolver


def describe(ids: Iterable[int]) -> Mapping[int, SubjectView]:
    """Names and addresses of logs, for lists of turns."""
    rows = session.execute(
        select(WorkLog.id, WorkLog.person_id, WorkLog.day, WorkLog.last_day).where(WorkLog.id.in_(sorted(set(ids))))
    ).all()
    names = people.names({row.person_id for row in rows})
    return {
        row.id: SubjectView(
            f"{names.get(row.person_id, '')} {row.day:%m-%d}"
            + ("" if row.day == row.last_day else f"~{row.last_day:%m-%d}"),
            address(row.id),
        )
        for row in rows
    }


def _read_score(log_id: int) -> Any:
    return session.scalar(select(WorkLog.score).where(WorkLog.id == log_id))


def _write_score(actor: Actor, log_id: int, value: Any) -> None:
    row = session.get(WorkLog, log_id)
    if row is None:
        raise NotFound()
    row.score = value
    session.flush()


@lane_resolver("log_reviewers")
def log_reviewers(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """The supervisors of the nearest unit that has one beside the writer (D34)."""
    return reviewers(subject.unit_id, subject.owner_id)


def register() -> None:
    """Make work logs a subject of workflows."""
    registry.subject_kind(KIND, describe=describe, bound={"score": (_read_score, _write_score)}, url=address, owed=True)
