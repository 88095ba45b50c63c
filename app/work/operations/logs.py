"""Writing work logs: made at the start of the day, handed in and reviewed in their runs (D32, D34)."""

import logging
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core import clock, settings
from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.core.errors import DomainError, NotFound
from app.people import queries as people
from app.work.models import WorkLog
from app.work.queries.logs import DUE, KIND, NEW_MONTHS, PROCESS, Writer, without_log
from app.work.rules import logs as rules
from app.workflow import operations as workflow
from app.workflow.models import Run
from app.workflow.queries.definitions import latest_digest
from app.workflow.registry import SubjectRef

CHUNK = 10
"""Logs made in one transaction, so that nobody waits for the database for long."""
log = logging.getLogger(__name__)


def make_logs() -> int:
    """Job: today's logs, a few a transaction. Killed half-way it finds the rest; the constraint lets nobody have two."""
    day, made, after = clock.today(), 0, 0
    with unit_of_work():
        try:
            digest = latest_digest(PROCESS)
        except NotFound:
            return 0  # not published yet
    while True:
        with unit_of_work():
            writers = without_log(day, after, CHUNK)
            made += sum(make_log(writer, day, digest) for writer in writers)
        if not writers:
            return made
        after = writers[-1].id


def make_log(writer: Writer, day: date, digest: str) -> bool:
    """The log of one person that is due on ``day``, with its run; False when it is there already or cannot be."""
    new = rules.is_new(writer.hired_on, day, int(settings.get(NEW_MONTHS)))
    period, first = (rules.DAILY, day) if new else (rules.WEEKLY, rules.monday_of(day))
    due = rules.due_at(day, rules.hour_of(settings.get(DUE)), clock.now(), clock.ZONE)
    row = WorkLog(person_id=writer.id, period=period, day=first, last_day=day, due_at=due)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
            run = workflow.start(
                SYSTEM,
                PROCESS,
                SubjectRef(KIND, row.id, _label(writer.name, period, first, day)),
                writer.unit_id,
                owner_id=writer.id,
                digest=digest,
                due_at=due,
            )
            row.run_id = run.id
    except IntegrityError:  # another runner was faster
        return False
    except DomainError as error:
        log.warning("no work log for person %d: %s", writer.id, error.code)
        return False
    return True


def _label(name: str, period: str, first: date, last: date) -> str:
    """The log's name in lists of steps, the same in every language."""
    return f"{name} {first:%m-%d}" if period == rules.DAILY else f"{name} {first:%m-%d}~{last:%m-%d}"


def address(log_id: int) -> str:
    """The page of a log, also outside of requests."""
    return f"/work/log/{log_id}"


def follow_run(*, run: Run, kinds: frozenset[str], **_facts: Any) -> None:
    """A log has moved: note when it was first handed in."""
    if run.subject_kind == KIND and "completed" in kinds and run.stage == "reviewing" and run.state == "open":
        session.execute(
            update(WorkLog)
            .where(WorkLog.id == run.subject_id, WorkLog.handed_in_at.is_(None))
            .values(handed_in_at=clock.now())
        )


def drop_leavers(*, person_id: int, **_facts: Any) -> None:
    """Whoever leaves owes no log any more; what was handed in is still reviewed."""
    owed = session.scalars(
        select(WorkLog.run_id)
        .join(Run, Run.id == WorkLog.run_id)
        .where(WorkLog.person_id == person_id, Run.state == "open", Run.stage == "writing")
        .order_by(WorkLog.id)
    ).all()
    for run_id in owed:
        if run_id is not None:
            workflow.close(SYSTEM, run_id, end="dropped", reason_key="left")


def reviewers(unit_id: int | None, owner_id: int | None) -> list[int]:
    """Who reviews: the supervisors of the nearest unit that has one beside the writer."""
    path = people.unit_path(unit_id) if unit_id else []
    heads = people.heads_by_unit(path)
    for unit in path:
        found = [person for person, _name in heads.get(unit, ()) if person != owner_id]
        if found:
            return found
    return []
