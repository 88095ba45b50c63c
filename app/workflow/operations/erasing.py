"""Erasing typed texts that the law requires to be erased. The row stays with its digest: a tombstone that verifying names."""

from collections.abc import Iterable

from sqlalchemy import null, select, update

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid, NotFound
from app.core.texts import _l
from app.workflow.models import Value
from app.workflow.operations.locking import lock_run
from app.workflow.permissions import VALUE_ERASE

ERASED = audit.declare("workflow.values_erased", _l("Typed texts erased"), ("count", "ground"))
GROUNDS = ("request", "retention", "mistake")
"""Why texts may be erased: the person's request, the end of the retention period, entered by mistake."""


def erase_values(actor: Actor, run_id: int, value_ids: Iterable[int] | None = None, *, ground: str) -> int:
    """Erase typed texts of a run (all, or those named); returns how many. The events that speak of them stay."""
    actor.require(VALUE_ERASE)
    if ground not in GROUNDS:
        raise Invalid("ground", "unknown", _l("Choose one of the reasons."))
    held = lock_run(run_id)
    wanted = None if value_ids is None else sorted(set(value_ids))
    stmt = select(Value.id).where(Value.run_id == held.run.id, Value.erased_at.is_(None))
    ids = list(session.scalars(stmt if wanted is None else stmt.where(Value.id.in_(wanted))))
    if wanted is not None and len(ids) != len(wanted):
        raise NotFound()
    if ids:
        session.execute(
            update(Value)
            .where(Value.id.in_(ids))
            .values(content=null(), salt=null(), erased_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        audit.record(actor, ERASED, target=("run", run_id), count=len(ids), ground=ground)
    return len(ids)
