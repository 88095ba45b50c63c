"""Reading a run's history back: its stored events, as they were chained and as they are folded."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core import chain
from app.core.database import session
from app.workflow.models import Event
from app.workflow.rules.apply import apply
from app.workflow.rules.events import Event as Fact
from app.workflow.rules.state import RunState

CHAIN = "workflow"
"""Kind of the chains of run events; a chain's key is the run's id."""


def payload_of(row: Any) -> dict[str, Any]:
    """The chained payload of a stored event row."""
    return {
        "event": row.kind,
        "actor": row.actor_id,
        "behalf": row.behalf_id,
        "channel": row.channel,
        "address": row.address,
        "at": row.at.isoformat(),
        "body": row.body,
    }


def fact_of(row: Any) -> Fact:
    """The event of a stored row, to be folded."""
    return Fact(row.kind, row.actor_id, row.at, row.body["data"], row.behalf_id)


def stored(run_id: int, until: datetime | None = None) -> list[Any]:
    """The stored event rows of a run in order, up to and including a moment."""
    stmt = select(Event.__table__).where(Event.run_id == run_id).order_by(Event.sequence)
    if until is not None:
        stmt = stmt.where(Event.at <= until)
    return list(session.execute(stmt))


def folded(rows: list[Any]) -> RunState | None:
    """The state that stored event rows make; None for no rows."""
    state: RunState | None = None
    for row in rows:
        state = apply(state, fact_of(row))
    return state


def state_as_of(run_id: int, moment: datetime) -> RunState | None:
    """The state of a run as it was at `moment`; None when it had not begun."""
    return folded(stored(run_id, moment))


def chain_rows() -> Iterator[chain.ChainRow]:
    """Every stored event, streaming, ordered by run and number: what sealing and `flask audit verify` read."""
    rows = session.execute(
        select(Event.__table__).order_by(Event.run_id, Event.sequence).execution_options(yield_per=1000)
    )
    for row in rows:
        yield chain.ChainRow(row.run_id, row.sequence, payload_of(row), row.previous, row.digest)
