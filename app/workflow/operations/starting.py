"""Many runs of one process begun at once: decided one by one, written by few statements for all of them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.errors import DomainError
from app.workflow.models import Run
from app.workflow.operations import history, recording
from app.workflow.operations.deciding import follow, lacking
from app.workflow.operations.lacking import NOTHING
from app.workflow.operations.locking import Locked
from app.workflow.queries.gathering import opening_facts
from app.workflow.queries.projecting import run_columns
from app.workflow.queries.subjects import subject_of
from app.workflow.registry import SubjectRef
from app.workflow.rules import commands as c
from app.workflow.rules.decide import Decided, decided
from app.workflow.rules.definition import Definition

_RUNS = insert(Run).returning(Run.id, sort_by_parameter_order=True)


def start_many(
    actor: Actor,
    definition: Definition,
    digest: str,
    subjects: Mapping[int, SubjectRef],
    *,
    batch_id: int | None = None,
    priority: int = 0,
) -> dict[int, Run | DomainError]:
    """Open a run about each subject, by any key; for those that cannot begin, why.

    What is missing on the first step is counted once: nobody has typed anything yet, and its guards are asked of the first.
    """
    found: dict[int, Run | DomainError] = {}
    begun: dict[int, Decided] = {}
    for key, about in subjects.items():
        command = c.Start(digest, about.kind, about.id, about.unit_id, about.team_id, about.owner_id)
        try:
            begun[key] = decided(definition, None, command, opening_facts(actor, definition, about, command))
        except DomainError as error:
            found[key] = error
    if begun:
        found.update(_write(actor, definition, subjects, begun, batch_id, priority))
    return found


def _write(
    actor: Actor,
    definition: Definition,
    subjects: Mapping[int, SubjectRef],
    begun: Mapping[int, Decided],
    batch_id: int | None,
    priority: int,
) -> dict[int, Run]:
    keys = list(begun)
    rows = [_run_row(actor, definition, subjects[key], begun[key], batch_id, priority) for key in keys]
    ids = dict(zip(keys, (row.id for row in fetch(_RUNS, rows)), strict=True))
    history.begin_many(actor, {ids[key]: begun[key].events for key in keys})
    stored = {run.id: run for run in session.scalars(select(Run).where(Run.id.in_(list(ids.values()))))}
    first, state = stored[ids[keys[0]]], begun[keys[0]].state
    lacks = max(
        (lacking(definition, state, first, subject_of(first), turn.number) for turn in state.waiting()),
        key=lambda item: item.number,
        default=NOTHING,
    )
    recording.begin_many(definition, {ids[key]: begun[key].state for key in keys}, lacks)
    if lacks.number:
        for run in stored.values():
            run.missing_count = 0 if run.sealed else lacks.number
        session.flush()
    for key in keys:
        held = Locked(stored[ids[key]], definition, begun[key].state)
        follow(held, actor, begun[key].events)
        recording.announce(held.run, actor, begun[key].events)
    return {key: stored[ids[key]] for key in keys}


def _run_row(
    actor: Actor,
    definition: Definition,
    about: SubjectRef,
    outcome: Decided,
    batch_id: int | None,
    priority: int,
) -> dict[str, Any]:
    opened_at = outcome.state.opened_at
    return {
        "process": definition.key,
        "subject_kind": about.kind,
        "subject_id": about.id,
        "subject_label": about.label[:300],
        "unit_id": about.unit_id,
        "team_id": about.team_id,
        "started_by_id": actor.id or None,
        "opened_at": opened_at,
        "moved_at": opened_at,
        "batch_id": batch_id,
        "priority": priority,
        "missing_count": 0,
        **run_columns(definition, outcome.state),
    }
