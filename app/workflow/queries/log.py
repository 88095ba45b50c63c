"""Every act in every run, for those who read the logs: by whom, when, from where. Seals and anonymity hold for them too."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.core.actor import Actor
from app.core.database import session
from app.core.paging import Key, Page, keyset
from app.workflow.models import Event, Run
from app.workflow.queries.definitions import parsed_all
from app.workflow.queries.history import fact_of
from app.workflow.queries.opened import viewer_of
from app.workflow.rules import events as e
from app.workflow.rules.sealing import seen_event
from app.workflow.rules.state import RunState

ACTS = (
    e.STARTED, e.CLAIMED, e.GIVEN_BACK, e.REASSIGNED, e.COMPLETED, e.RETURNED, e.VOIDED, e.ENDED, e.MEMBER_ADDED, e.MEMBER_REMOVED,
    e.CLOSED_EARLY, e.PAUSED, e.RESUMED, e.DUE_CHANGED, e.TIME_ASKED, e.BLOCKED, e.COMMENTED, e.NUDGED, e.RUNG_FIRED, e.OWNER_CHANGED, e.ERASED, e.EVIDENCE_ADDED,
    e.EVIDENCE_REMOVED, e.VERSION_MOVED,
)  # fmt: skip
"""Kinds of events that are somebody's act; the others follow from them."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act in a run. Of a sealed step neither time nor outcome is told, of an anonymous one not the person."""

    id: int
    run_id: int
    n: int
    kind: str
    at: datetime | None
    actor_id: int | None
    behalf_id: int | None
    channel: str
    address: str | None
    process: str
    title: Mapping[str, str]
    step: Mapping[str, str] | None
    outcome: Mapping[str, str] | None
    subject_kind: str
    subject_id: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the log is narrowed to; None means all."""

    actor_ids: Collection[int] | None = None
    kind: str | None = None
    run_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    address: str | None = None


def _narrowed(wanted: Wanted) -> Select[Any]:
    stmt = select(*Event.__table__.c).where(Event.kind.in_([wanted.kind] if wanted.kind else ACTS))
    if wanted.actor_ids is not None:
        stmt = stmt.where(Event.actor_id.in_(sorted(wanted.actor_ids)))
    if wanted.run_id is not None:
        stmt = stmt.where(Event.run_id == wanted.run_id)
    if wanted.since is not None:
        stmt = stmt.where(Event.at >= wanted.since)
    if wanted.until is not None:
        stmt = stmt.where(Event.at < wanted.until)
    if wanted.address:
        stmt = stmt.where(Event.address.startswith(wanted.address, autoescape=True))
    return stmt


def acts_page(actor: Actor, permission: str, wanted: Wanted, cursor: str | None = None, limit: int = 50) -> Page[Act]:
    """One page of acts in all runs, newest first; raises ``Forbidden`` without ``permission`` to read the logs."""
    actor.require(permission)
    page = keyset(_narrowed(wanted), [Key(Event.id, descending=True)], cursor, limit)
    return Page(_seen(actor, wanted, page.items), page.next)


def acts(actor: Actor, permission: str, wanted: Wanted) -> Iterator[Act]:
    """Every act within the filters, newest first, for an export."""
    actor.require(permission)
    last: int | None = None
    while True:
        stmt = _narrowed(wanted).order_by(Event.id.desc()).limit(500)
        rows = session.execute(stmt if last is None else stmt.where(Event.id < last)).all()
        yield from _seen(actor, wanted, rows)
        if len(rows) < 500:
            return
        last = rows[-1].id


def _seen(actor: Actor, wanted: Wanted, rows: Any) -> list[Act]:
    runs = {
        run.id: run
        for run in session.execute(select(*Run.__table__.c).where(Run.id.in_(sorted({row.run_id for row in rows}))))
    }
    definitions = parsed_all({run.digest for run in runs.values()})
    states = {run.id: RunState.from_data(run.state_body) for run in runs.values()}
    viewers = {run.id: viewer_of(actor, definitions[run.digest], run) for run in runs.values()}
    found = []
    for row in rows:
        run = runs[row.run_id]
        definition, state = definitions[run.digest], states[run.id]
        seen = seen_event(definition, state, fact_of(row), viewers[run.id])
        sealed, hidden = bool(seen.get("sealed")), seen["actor"] is None
        # a filter must not tell what the row itself does not
        if (hidden and (wanted.actor_ids is not None or wanted.address)) or (sealed and (wanted.since or wanted.until)):
            continue
        turn = state.turns.get(row.body["data"].get("turn")) if isinstance(row.body["data"].get("turn"), int) else None
        step = definition.steps.get(row.body["data"].get("step") or (turn.step if turn else ""))
        outcome = step.outcome(seen["data"].get("outcome", "")) if step else None
        found.append(
            Act(
                row.id, row.run_id, row.sequence, row.kind, None if sealed else row.at, seen["actor"], seen["behalf"], row.channel,
                None if hidden else row.address, run.process, definition.title, step.title if step else None,
                outcome.title if outcome else None, run.subject_kind, run.subject_id,
            )
        )  # fmt: skip
    return found
