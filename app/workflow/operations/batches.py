"""Mass assignment: one run per person, made in short transactions by a job that can be killed and goes on."""

import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, insert, select, update

from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, DomainError, Invalid
from app.core.texts import _l
from app.people import queries as people
from app.workflow import registry
from app.workflow.models import Batch, BatchMember, Run
from app.workflow.operations.deciding import follower
from app.workflow.operations.locking import Locked
from app.workflow.operations.starting import start_many
from app.workflow.permissions import BATCH_START
from app.workflow.queries.batches import batch_for
from app.workflow.queries.definitions import latest_digest, parsed
from app.workflow.registry import SubjectRef
from app.workflow.rules import events as e

CHUNK = 10
"""Runs made in the first transaction of a job's turn; the next ones follow how long it took."""
FEWEST, MOST = 5, 50
AIM = 0.12
"""Seconds that a transaction should take at most, so that nobody waits for the database for long."""
WHILE = 20.0
"""Seconds that the job makes runs before other jobs may have its place."""
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
    owner_id: int | None = None,
    priority: int = 0,
) -> Batch:
    """Assign a process to many people: freezes who, and leaves the making of the runs to the job.

    Each run is owned by its person and stands in `unit_id`, or in the person's own unit when that is None. `owner_id` is
    in whose name it is done, the actor when not given.
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
        owner_id=owner_id or actor.id or None,
        unit_id=unit_id,
        team_id=team_id,
        priority=priority,
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
    batch = batch_for(actor, batch_id)
    if batch.state != "making":
        raise Conflict(_l("All of them have been made already."))
    session.execute(update(Batch).where(Batch.id == batch_id, Batch.state == "making").values(state="stopped"))


def extend_batch(batch_id: int, person_ids: Iterable[int]) -> int:
    """More people for a batch: those who are not in it yet get their run as the others did; returns how many."""
    batch = session.get_one(Batch, batch_id, with_for_update=True, populate_existing=True)
    known = set(session.scalars(select(BatchMember.person_id).where(BatchMember.batch_id == batch_id)))
    added = [person for person in dict.fromkeys(person_ids) if person not in known]
    if added and batch.state != "stopped":
        rows = [{"batch_id": batch_id, "person_id": person, "state": "pending"} for person in added]
        session.execute(insert(BatchMember), rows)
        batch.total += len(added)
        batch.state = "making"
        session.flush()
        return len(added)
    return 0


def make_batches(seconds: float = WHILE) -> int:
    """Job: make the runs that are still to be made, a chunk a transaction, for some seconds; returns how many were made.

    Chunks shrink while the machine is busy; the runner gives way to others after each.
    """
    made, size, until = 0, CHUNK, time.monotonic() + seconds
    while time.monotonic() < until:
        with unit_of_work():
            batch_id = session.scalar(select(Batch.id).where(Batch.state == "making").order_by(Batch.id).limit(1))
        if batch_id is None:
            break
        with unit_of_work():
            began = time.monotonic()
            made += make_chunk(batch_id, size)
            size = next_size(size, time.monotonic() - began)
    return made


def next_size(size: int, took: float) -> int:
    """How many runs the next transaction makes when ``size`` of them took so many seconds."""
    return max(FEWEST, min(MOST, int(size * AIM / max(took, 0.001))))


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
        .limit(size + 1)
    ).all()
    if len(members) <= size:
        batch.state = "made"
    if not members:
        return 0
    members = members[:size]
    made = _make(batch, [member.person_id for member in members])
    rows = [_outcome(batch, member, made.get(member.person_id)) for member in members]
    session.execute(update(BatchMember), rows)
    done = sum(row["state"] == "made" for row in rows)
    batch.made += done
    batch.failed += len(rows) - done
    return len(rows)


def _make(batch: Batch, person_ids: Sequence[int]) -> dict[int, Run | DomainError]:
    """A run for each of these people, or why there is none; in the name of whoever started the batch."""
    kind = registry.subject(batch.subject_kind)
    own = kind.batch if kind else None
    subjects = own.make(batch.subject_id, person_ids) if own else _same_subject(batch, person_ids)
    actor = Actor(id=batch.owner_id, channel="job") if batch.owner_id else SYSTEM
    definition = parsed(batch.digest)
    runs = start_many(actor, definition, batch.digest, subjects, batch_id=batch.id, priority=batch.priority)
    if own:
        own.made(batch.subject_id, {person: run if isinstance(run, Run) else None for person, run in runs.items()})
    return runs


def _same_subject(batch: Batch, person_ids: Sequence[int]) -> dict[int, SubjectRef]:
    units = people.home_units(person_ids) if batch.unit_id is None else {}
    return {
        person: SubjectRef(
            batch.subject_kind,
            batch.subject_id,
            batch.arguments["label"],
            batch.unit_id or units.get(person),
            batch.team_id,
            person,
        )
        for person in person_ids
    }


def _outcome(batch: Batch, member: Any, run: Run | DomainError | None) -> dict[str, Any]:
    if isinstance(run, Run):
        return {"id": member.id, "state": "made", "run_id": run.id, "error": None}
    error = run or Invalid("people", "gone", _l("Some of these people are not here any more."))
    log.warning("batch %d: no run for person %d: %s", batch.id, member.person_id, error.code)
    return {"id": member.id, "state": "failed", "run_id": None, "error": str(error)[:300]}


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
