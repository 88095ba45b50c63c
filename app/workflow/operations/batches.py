"""Mass assignment: one run per person, made in short transactions by a job that can be killed and goes on."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, insert, select, update

from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session, unit_of_work
from app.core.errors import DomainError, Invalid
from app.core.texts import _l
from app.people import queries as people
from app.workflow.models import Batch, BatchMember
from app.workflow.operations.deciding import follower
from app.workflow.operations.locking import Locked
from app.workflow.operations.runs import start
from app.workflow.permissions import BATCH_START
from app.workflow.queries.definitions import latest_digest, parsed
from app.workflow.registry import SubjectRef
from app.workflow.rules import events as e

CHUNK = 20
"""Runs made in one transaction, so that nobody waits for the database for long."""
log = logging.getLogger(__name__)


def start_batch(
    actor: Actor,
    process: str,
    subject: SubjectRef,
    person_ids: Iterable[int],
    *,
    title: str = "",
    unit_id: int | None = None,
    team_id: int | None = None,
) -> Batch:
    """Assign a process to many people: freezes who, and leaves the making of the runs to the job.

    Each run is owned by its person and stands in `unit_id`, or in the person's own unit when that is None.
    Raises Invalid for nobody, for people who do not exist, and for a subject of another kind.
    """
    actor.require(BATCH_START)
    wanted = list(dict.fromkeys(person_ids))
    if not wanted:
        raise Invalid("people", "required", _l("Choose at least one person."))
    if set(wanted) - people.active_ids(wanted):
        raise Invalid("people", "person", _l("Some of these people are not here any more."))
    digest = latest_digest(process)
    if parsed(digest).subject != subject.kind:
        raise Invalid("subject", "kind", _l("This process is about something else."))
    batch = Batch(
        process=process,
        digest=digest,
        title=(title or subject.label)[:300],
        subject_kind=subject.kind,
        subject_id=subject.id,
        arguments={"label": subject.label[:300]},
        owner_id=actor.id or None,
        unit_id=unit_id,
        team_id=team_id,
        state="making",
        total=len(wanted),
        opened_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    session.execute(
        insert(BatchMember), [{"batch_id": batch.id, "person_id": person, "state": "pending"} for person in wanted]
    )
    return batch


def stop_batch(actor: Actor, batch_id: int) -> None:
    """Make no more runs of a batch; those made stay."""
    actor.require(BATCH_START)
    session.execute(update(Batch).where(Batch.id == batch_id, Batch.state == "making").values(state="stopped"))


def make_batches(chunks: int = 50) -> int:
    """Job: make the runs that are still to be made, a chunk a transaction; returns how many were made."""
    made = 0
    for _round in range(chunks):
        with unit_of_work():
            batch_id = session.scalar(select(Batch.id).where(Batch.state == "making").order_by(Batch.id).limit(1))
        if batch_id is None:
            break
        with unit_of_work():
            made += make_chunk(batch_id)
    return made


def make_chunk(batch_id: int, size: int = CHUNK) -> int:
    """Make the next runs of a batch in the caller's unit; the batch is done when none is left."""
    batch = session.scalar(
        select(Batch).where(Batch.id == batch_id).with_for_update().execution_options(populate_existing=True)
    )
    if batch is None or batch.state != "making":
        return 0
    members = session.execute(
        select(BatchMember.id, BatchMember.person_id)
        .where(BatchMember.batch_id == batch_id, BatchMember.state == "pending")
        .order_by(BatchMember.id)
        .limit(size)
    ).all()
    if not members:
        batch.state = "made"
        return 0
    units = people.home_units([member.person_id for member in members]) if batch.unit_id is None else {}
    rows = [_make(batch, member, batch.unit_id or units.get(member.person_id)) for member in members]
    session.execute(update(BatchMember), rows)
    made = sum(row["state"] == "made" for row in rows)
    batch.made += made
    batch.failed += len(rows) - made
    return len(rows)


def _make(batch: Batch, member: Any, unit_id: int | None) -> dict[str, Any]:
    subject = SubjectRef(batch.subject_kind, batch.subject_id, batch.arguments["label"])
    try:
        with session.begin_nested():
            run = start(
                SYSTEM,
                batch.process,
                subject,
                unit_id,
                batch.team_id,
                owner_id=member.person_id,
                digest=batch.digest,
                batch_id=batch.id,
            )
    except DomainError as error:
        log.warning("batch %d: no run for person %d: %s", batch.id, member.person_id, error.code)
        return {"id": member.id, "state": "failed", "run_id": None, "error": str(error)[:300]}
    return {"id": member.id, "state": "made", "run_id": run.id, "error": None}


@follower
def roll_up(held: Locked, actor: Actor, events: Sequence[e.Event]) -> None:
    """Count an ended run of a batch."""
    if held.run.batch_id is None or all(event.kind != e.ENDED for event in events):
        return
    column = Batch.succeeded if held.run.state == "success" else Batch.ended_otherwise
    session.execute(update(Batch).where(Batch.id == held.run.batch_id).values({column: column + 1}))


def recount_batch(batch_id: int) -> dict[str, int]:
    """The roll-up counted from the members themselves: what the projected columns must equal."""
    rows = session.execute(
        select(BatchMember.state, func.count()).where(BatchMember.batch_id == batch_id).group_by(BatchMember.state)
    )
    return {state: count for state, count in rows}
