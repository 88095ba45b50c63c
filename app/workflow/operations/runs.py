"""Runs as wholes: started, closed, paused, told that their subject has changed."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.texts import _l
from app.workflow.models import Run, Turn
from app.workflow.operations.deciding import carry_out, gather, recount
from app.workflow.operations.deciding import write as write_decision
from app.workflow.operations.locking import Locked, lock_run
from app.workflow.operations.timing import facts_with_dues
from app.workflow.permissions import RUN_CLOSE, reaches
from app.workflow.queries.definitions import latest_digest, parsed
from app.workflow.queries.gathering import bare, opening_facts, with_rungs
from app.workflow.queries.projecting import run_columns
from app.workflow.registry import SubjectRef
from app.workflow.rules import commands as c
from app.workflow.rules.decide import decided


def start(
    actor: Actor,
    process: str,
    subject: SubjectRef,
    unit_id: int | None = None,
    team_id: int | None = None,
    *,
    owner_id: int | None = None,
    digest: str | None = None,
    parent: tuple[int, int] | None = None,
    batch_id: int | None = None,
    priority: int = 0,
    due_at: datetime | None = None,
) -> Run:
    """Open a run of the newest version of `process` (or of `digest`) about `subject`; returns its row.

    `owner_id` is the accountable person, the actor when not given; `parent`: (run id, turn number) that started it.
    `due_at`: when the first step is due, instead of what the definition says; no change of the calendar moves it.
    Raises NotFound for an unknown process, Invalid for a subject of another kind, Missing when nobody could do the first step.
    """
    digest = digest or latest_digest(process)
    definition = parsed(digest)
    if definition.subject != subject.kind:
        raise Invalid("subject", "kind", _l("This process is about something else."))
    owner_id = owner_id or (actor.id or None)
    about = SubjectRef(subject.kind, subject.id, subject.label[:300], unit_id, team_id, owner_id)
    command = c.Start(digest, about.kind, about.id, unit_id, team_id, owner_id)
    facts = opening_facts(actor, definition, about, command)
    if due_at is not None:
        first = with_rungs(definition.step(definition.start), due_at, False)
        facts = replace(facts, dues={**facts.dues, definition.start: first})
    outcome = decided(definition, None, command, facts)
    run = Run(
        process=definition.key,
        subject_kind=about.kind,
        subject_id=about.id,
        subject_label=about.label,
        unit_id=unit_id,
        team_id=team_id,
        started_by_id=actor.id or None,
        opened_at=outcome.state.opened_at,
        moved_at=outcome.state.opened_at,
        parent_id=parent[0] if parent else None,
        parent_turn=parent[1] if parent else None,
        batch_id=batch_id,
        priority=priority,
        missing_count=0,
        **run_columns(definition, outcome.state),
    )
    session.add(run)
    session.flush()
    nothing = replace(outcome.state, turns={}, rounds={}, forks={}, visits=(), version=0)
    write_decision(Locked(run, definition, nothing), actor, outcome)
    if due_at is not None:
        session.execute(update(Turn).where(Turn.run_id == run.id).values(due_from=None, due_within=None, due_unit=None))
    return run


def close(
    actor: Actor,
    run_id: int,
    *,
    end: str,
    reason_key: str | None = None,
    reason: str = "",
    version: int | None = None,
) -> Run:
    """End a run from wherever it stands, by an end that may be reached from anywhere."""
    held = lock_run(run_id, actor)
    if not reaches(actor, RUN_CLOSE, held.run):
        raise Forbidden(RUN_CLOSE)
    command = c.Close(end, reason_key or None, reason, version)
    carry_out(held, actor, command, gather(held, actor, command))
    return held.run


def pause(actor: Actor, run_id: int, reason: str) -> Run:
    """Stop the clocks of a run."""
    held = lock_run(run_id, actor)
    command = c.Pause(reason)
    carry_out(held, actor, command, gather(held, actor, command))
    return held.run


def resume(actor: Actor, run_id: int) -> Run:
    """Let the clocks of a paused run go on: what was left of each turn's time is left again."""
    held = lock_run(run_id, actor)
    command = c.Resume()
    carry_out(held, actor, command, facts_with_dues(held, actor, command))
    return held.run


def subject_changed(actor: Actor, run_id: int, changes: dict[str, Any]) -> Run:
    """Say that bound attributes of the subject were changed from outside of the run; decisions resting on them are voided.

    `changes`: the new values by attribute name (the values themselves are the caller's to store).
    """
    held = lock_run(run_id)
    if not held.state.is_open:
        raise Conflict(_l("This has ended; nothing can be changed any more."))
    command = c.SubjectChanged(tuple(sorted(changes)))
    carry_out(held, actor, command, gather(held, actor, command))
    recount(held)
    return held.run


def outdate(actor: Actor, run_id: int, what: str) -> None:
    """Say that what the run's waiting turns are about has changed – ``what``, kept by the subject's own room –: whoever has
    seen it as it was, on whichever page or by the API, looks again before they answer. Counts anew what they lack.
    """
    held = lock_run(run_id)
    if held.state.is_open:
        carry_out(held, actor, c.Outdate(what), bare(actor))
        recount(held)


def change_owner(actor: Actor, run_id: int, owner_id: int) -> Run:
    """Another person is accountable from now on. Who may decide that is the subject's own room's business."""
    held = lock_run(run_id)
    carry_out(held, actor, c.ChangeOwner(owner_id), bare(actor))
    return held.run


def set_priority(run_id: int, priority: int) -> Run:
    """It is weightier or lighter than it was, beside others that are due alike (D37)."""
    held = lock_run(run_id)
    held.run.priority = priority
    session.flush()
    return held.run


def relabel(run_id: int, label: str) -> Run:
    """The subject has another name now; lists of turns and runs show it.

    The label is a copy of a name whose home is the subject's room, which keeps its history: no event of the run.
    """
    held = lock_run(run_id)
    held.run.subject_label = label[:300]
    session.flush()
    return held.run


def refresh_missing(run_id: int) -> None:
    """Count anew what a run's waiting turns lack, after something that guards look at has changed elsewhere."""
    held = lock_run(run_id)
    if held.state.is_open:
        recount(held)
