"""What has been asked to be erased, and the cases in which there is something to erase."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from app.core.actor import Actor
from app.core.database import session
from app.core.paging import Key, Page, keyset
from app.workflow.models import Erasure, ErasureRun, Event, Run, Value
from app.workflow.permissions import ERASURE_CONFIRM, VALUE_ERASE

MOST = 100


@dataclass(frozen=True, slots=True)
class Erasable:
    """A case with how many texts could be erased in it."""

    run_id: int
    label: str
    process: str
    opened_at: datetime
    state: str
    texts: int


def erasable(actor: Actor, q: str, person_id: int | None) -> list[Erasable]:
    """Cases by their subject's name, or in which a person has typed something, with what is still there. One statement."""
    actor.require(VALUE_ERASE)
    words = q.strip()
    if not words and person_id is None:
        return []
    stmt = (
        select(Run.id, Run.subject_label, Run.process, Run.opened_at, Run.state, func.count(Value.id))
        .join(Value, Value.run_id == Run.id)
        .where(Value.erased_at.is_(None))
        .group_by(Run.id, Run.subject_label, Run.process, Run.opened_at, Run.state)
        .order_by(Run.id.desc())
        .limit(MOST)
    )
    if words:
        stmt = stmt.where(Run.subject_label.contains(words, autoescape=True))
    if person_id is not None:
        stmt = stmt.join(Event, (Event.run_id == Value.run_id) & (Event.sequence == Value.sequence)).where(
            or_(Event.actor_id == person_id, Event.behalf_id == person_id)
        )
    return [Erasable(*row) for row in session.execute(stmt)]


_COLUMNS: tuple[Any, ...] = (
    *Erasure.__table__.columns,
    select(func.count()).where(ErasureRun.erasure_id == Erasure.id).scalar_subquery().label("runs"),
)


def erasures_page(actor: Actor, cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """What was asked for, newest first: ground, reason, who asked, who decided. One statement."""
    actor.require(ERASURE_CONFIRM)
    return keyset(select(*_COLUMNS), [Key(Erasure.id, descending=True)], cursor, limit)


def erasure_runs(erasure_ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """The cases of each erasure, by number and name. One statement."""
    if not erasure_ids:
        return {}
    rows = session.execute(
        select(ErasureRun.erasure_id, Run.id, Run.subject_label)
        .join(Run, Run.id == ErasureRun.run_id)
        .where(ErasureRun.erasure_id.in_(sorted(erasure_ids)))
        .order_by(ErasureRun.erasure_id, Run.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for erasure, run_id, label in rows:
        found.setdefault(erasure, []).append((run_id, label))
    return found
