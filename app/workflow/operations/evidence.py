"""Handing evidence in and taking it back. The limit per kind is a unique key over numbered places."""

from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select, update

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Invalid, NotFound
from app.core.files import StoredFile
from app.core.texts import _l
from app.workflow import signals
from app.workflow.models import Evidence, Turn, Value
from app.workflow.operations.deciding import carry_out, gather, recount
from app.workflow.operations.deciding import write as write_decision
from app.workflow.operations.locking import Locked, lock_turn
from app.workflow.queries.gathering import acting_for
from app.workflow.rules import commands as c
from app.workflow.rules.decide import decided
from app.workflow.rules.wording import words

PURPOSE = "workflow.evidence"
"""Purpose under which evidence files are stored."""


def add_evidence(
    actor: Actor, turn_id: int, *, kind: str, file: StoredFile | None = None, text: str | None = None
) -> int:
    """Add one piece of evidence, a stored file (of `PURPOSE`, the actor's own) or a text; returns its id."""
    held = lock_turn(turn_id, actor)
    if (file is None) == (not (text or "").strip()):
        raise Invalid("file", "required", _l("Choose a file or write a text."))
    if file is not None and (file.purpose != PURPOSE or file.owner_id != actor.id):
        raise NotFound()
    typed = words(text or "", "text") if file is None else None
    return _hand_in(held, actor, kind, file.id if file is not None else None, typed)


def use_again(actor: Actor, turn_id: int, evidence_id: int) -> int:
    """Hand in once more what was handed in for the same step earlier in this run; returns the new piece's id."""
    held = lock_turn(turn_id, actor)
    step = held.state.turns[held.number].step
    columns: tuple[Any, ...] = (Evidence.kind, Evidence.file_id, Value.content)
    row = session.execute(
        select(*columns)
        .join(Turn, Turn.id == Evidence.turn_id)
        .outerjoin(Value, Value.id == Evidence.value_id)
        .where(
            Evidence.id == evidence_id,
            Evidence.run_id == held.run.id,
            Evidence.removed_at.is_(None),
            Turn.step == step,
            Turn.number < held.number,
            Turn.member_id == (held.state.turns[held.number].member or 0),
        )
    ).one_or_none()
    if row is None or (row.file_id is None and not row.content):
        raise NotFound()
    return _hand_in(held, actor, row.kind, row.file_id, row.content if row.file_id is None else None)


def _hand_in(held: Locked, actor: Actor, kind: str, file_id: int | None, typed: str | None) -> int:
    acting = acting_for(actor, held.state, held.number)
    # history holds the file's digest: another file in its place shows
    content = session.scalar(select(StoredFile.digest).where(StoredFile.id == file_id)) if file_id is not None else ""
    command = c.AddEvidence(held.number, kind, "file" if typed is None else "text", 0, content or "")
    facts = gather(held, acting, command)
    decided(held.definition, held.state, command, facts)  # refuse before anything is written
    row_id: int = session.execute(
        insert(Evidence)
        .values(
            run_id=held.run.id,
            turn_id=held.turn_id,
            kind=kind,
            slot=_free_slot(held.turn_id, kind),
            file_id=file_id,
            added_by_id=acting.id or None,
            added_at=clock.now(),
        )
        .returning(Evidence.id)
    ).scalar_one()
    outcome = decided(held.definition, held.state, replace(command, evidence=row_id), facts)
    if typed is not None:
        outcome = replace(outcome, events=[replace(event, values={"text": typed}) for event in outcome.events])
    values = write_decision(held, acting, outcome)
    if typed is not None:
        session.execute(update(Evidence).where(Evidence.id == row_id).values(value_id=values[held.state.version]))
    _changed(held, acting, kind, +1)
    return row_id


def remove_evidence(actor: Actor, turn_id: int, evidence_id: int) -> None:
    """Take a piece back while its turn waits; the history keeps that it was there."""
    held = lock_turn(turn_id, actor)
    acting = acting_for(actor, held.state, held.number)
    row = session.execute(
        select(Evidence.kind, Evidence.removed_at).where(Evidence.id == evidence_id, Evidence.turn_id == turn_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    if row.removed_at is not None:
        raise Conflict()
    command = c.RemoveEvidence(held.number, row.kind, evidence_id)
    carry_out(held, acting, command, gather(held, acting, command))
    session.execute(update(Evidence).where(Evidence.id == evidence_id).values(removed_at=clock.now(), slot=None))
    _changed(held, acting, row.kind, -1)


def _free_slot(turn_id: int, kind: str) -> int:
    taken = set(
        session.scalars(
            select(Evidence.slot).where(Evidence.turn_id == turn_id, Evidence.kind == kind, Evidence.slot.is_not(None))
        )
    )
    return next(slot for slot in range(1, len(taken) + 2) if slot not in taken)


def _changed(held: Locked, actor: Actor, kind: str, by: int) -> None:
    held.evidence[kind] = held.evidence.get(kind, 0) + by
    session.execute(update(Turn).where(Turn.id == held.turn_id).values(evidence=held.evidence))
    recount(held, {held.number})
    signals.evidence_changed.send(run=held.run, turn_id=held.turn_id, actor=actor)
