"""Reading batches: the roll-up and the members, within scope."""

from typing import Any

from sqlalchemy import Select, select

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import NotFound
from app.core.paging import Key, Page, keyset
from app.core.scopes import visible
from app.workflow.models import Batch, BatchMember, Run
from app.workflow.permissions import BATCH_START


def batch_for(actor: Actor, batch_id: int) -> Batch:
    """A batch that the actor started or reaches by scope; NotFound otherwise."""
    reach = visible(actor, BATCH_START, person=Batch.owner_id, team=Batch.team_id, unit=Batch.unit_id)
    batch = session.scalar(select(Batch).where(Batch.id == batch_id, reach).execution_options(populate_existing=True))
    if batch is None:
        raise NotFound()
    return batch


_MEMBER: tuple[Any, ...] = (
    BatchMember.id, BatchMember.person_id, BatchMember.state, BatchMember.run_id, BatchMember.error,
    Run.state.label("run_state"), Run.due_at,
)  # fmt: skip


def members_page(
    actor: Actor, batch_id: int, cursor: str | None = None, limit: int = 50, state: str | None = None
) -> Page[Any]:
    """The people of a batch (of one state) with the state of their run."""
    batch_for(actor, batch_id)
    stmt: Select[Any] = (
        select(*_MEMBER).outerjoin(Run, Run.id == BatchMember.run_id).where(BatchMember.batch_id == batch_id)
    )
    if state is not None:
        stmt = stmt.where(BatchMember.state == state)
    return keyset(stmt, [Key(BatchMember.id)], cursor, limit)


def batches_page(actor: Actor, cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """Batches that the actor started or reaches, newest first, with how far each has come. One statement."""
    reach = visible(actor, BATCH_START, person=Batch.owner_id, team=Batch.team_id, unit=Batch.unit_id)
    return keyset(select(*Batch.__table__.columns).where(reach), [Key(Batch.id, descending=True)], cursor, limit)
