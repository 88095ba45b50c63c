"""What this room counts per person and period: opportunities opened, won, and the amount won (D37, D52)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.core.database import session
from app.core.measures import measure
from app.core.texts import _l
from app.sales.models import Opportunity
from app.workflow.models import Run


def register() -> None:
    """Contribute the measures of this room."""
    measure("sales.opened", title=_l("Opportunities opened"), unit=_l("opportunities"), count=_opened, url=_records("all"))
    measure("sales.won", title=_l("Opportunities won"), unit=_l("opportunities"), count=_won, url=_records("success"))
    measure("sales.amount_won", title=_l("Amount won"), unit=_l("yuan"), count=_amount_won, url=_records("success"))


def _per_owner(value: Any, person_ids: Sequence[int], *where: Any) -> dict[int, Any]:
    rows = session.execute(
        select(Opportunity.owner_id, value)
        .join(Run, Run.id == Opportunity.run_id)
        .where(Opportunity.owner_id.in_(sorted(set(person_ids))), *where)
        .group_by(Opportunity.owner_id)
    )
    return {person: amount for person, amount in rows if amount}


def _opened(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
    return _per_owner(func.count(), person_ids, Opportunity.created_at >= start, Opportunity.created_at < end)


def _won(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
    return _per_owner(func.count(), person_ids, Run.state == "success", Run.closed_at >= start, Run.closed_at < end)


def _amount_won(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
    won = (Run.state == "success", Run.closed_at >= start, Run.closed_at < end)
    return _per_owner(func.sum(Opportunity.amount), person_ids, *won)


def _records(state: str) -> Any:
    def url(person_id: int, start: datetime, end: datetime) -> str:
        return url_for("sales.listing", owner=person_id, state=state)

    return url
