"""Erasing typed texts that the law requires to be erased. The row stays with its digest: a tombstone that verifying names,
and the run's history says so: a text that somebody blanked without this shows."""

from collections.abc import Iterable

from sqlalchemy import null, select, update

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid, NotFound
from app.core.texts import _l
from app.workflow.models import Value
from app.workflow.operations.deciding import carry_out
from app.workflow.operations.locking import lock_run
from app.workflow.permissions import VALUE_ERASE
from app.workflow.queries.gathering import bare
from app.workflow.rules import commands as c

ERASED = audit.declare("workflow.values_erased", _l("Typed texts erased"), ("count", "ground"))
GROUNDS = ("request", "retention", "mistake")
"""Why texts may be erased: the person's request, the end of the retention period, entered by mistake."""


def erase_values(actor: Actor, run_id: int, value_ids: Iterable[int] | None = None, *, ground: str) -> int:
    """Erase typed texts of a run (all, or those named); returns how many. The events that speak of them stay."""
    actor.require(VALUE_ERASE)
    return erase(actor, run_id, value_ids, ground=ground)


def erase(actor: Actor, run_id: int, value_ids: Iterable[int] | None = None, *, ground: str, erasure: int = 0) -> int:
    """The same without asking for the right: the caller has seen to it. ``erasure``: what was asked for and confirmed."""
    if ground not in GROUNDS:
        raise Invalid("ground", "unknown", _l("Choose one of the reasons."))
    held = lock_run(run_id)
    wanted = None if value_ids is None else sorted(set(value_ids))
    stmt = select(Value.id, Value.sequence, Value.kind, Value.key).where(
        Value.run_id == held.run.id, Value.erased_at.is_(None)
    )
    rows = session.execute((stmt if wanted is None else stmt.where(Value.id.in_(wanted))).order_by(Value.id)).all()
    ids = [row.id for row in rows]
    if wanted is not None and len(ids) != len(wanted):
        raise NotFound()
    if ids:
        named = tuple((row.sequence, f"{row.kind}:{row.key}") for row in rows)
        carry_out(held, actor, c.Erase(erasure, ground, named), bare(actor))
        session.execute(
            update(Value)
            .where(Value.id.in_(ids))
            .values(content=null(), salt=null(), erased_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        audit.record(actor, ERASED, target=("run", run_id), count=len(ids), ground=ground)
    return len(ids)
