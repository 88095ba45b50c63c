"""What this room counts per person and period: opportunities opened, won, and the amount won (D37, D52)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy import BindParameter, CompoundSelect, bindparam, func, literal_column, select, type_coerce, union_all

from app.core.database import fetch, once_per_reading
from app.core.measures import days_of, measure
from app.core.texts import _l
from app.core.types import Money, UtcDateTime
from app.sales.models import Opportunity
from app.sales.permissions import ACCOMPANIED_VIEW, VIEW
from app.sales.queries.accompanied import observations
from app.workflow.models import Run


def register() -> None:
    """Contribute the measures of this room."""
    opened, won = _records("all", "opened"), _records("success", "closed")
    measure(
        "sales.opened",
        title=_l("Opportunities opened"),
        unit=_l("opportunities"),
        count=_part(0),
        url=opened,
        permission=VIEW,
    )
    measure(
        "sales.won", title=_l("Opportunities won"), unit=_l("opportunities"), count=_part(1), url=won, permission=VIEW
    )
    measure(
        "sales.observations_received", title=_l("Accompanied as trainee"), unit=_l("accompanied visits"),
        count=_observed(0), url=_accompanied("trainee"), permission=ACCOMPANIED_VIEW,
    )  # fmt: skip
    measure(
        "sales.accompanied_made", title=_l("Accompanied as coach"), unit=_l("accompanied visits"), count=_observed(1),
        url=_accompanied("coach"), permission=ACCOMPANIED_VIEW,
    )  # fmt: skip
    measure("sales.amount_won", title=_l("Amount won"), unit=_l("yuan"), count=_part(2), url=won, permission=VIEW)


_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_FROM, _UNTIL = bindparam("start", type_=UtcDateTime()), bindparam("end", type_=UtcDateTime())
_COUNTS: CompoundSelect[Any] = union_all(
    select(Opportunity.owner_id, func.count(), literal_column("0"), type_coerce(literal_column("0"), Money))
    .where(Opportunity.owner_id.in_(_IDS), Opportunity.created_at >= _FROM, Opportunity.created_at < _UNTIL)
    .group_by(Opportunity.owner_id),
    select(Run.owner_id, literal_column("0"), func.count(), func.sum(Opportunity.amount))
    .join(Opportunity, Opportunity.run_id == Run.id)
    .where(Run.owner_id.in_(_IDS), Run.state == "success", Run.closed_at >= _FROM, Run.closed_at < _UNTIL)
    .group_by(Run.owner_id),
)
# built once: every day page asks for it


@once_per_reading
def _counts(person_ids: tuple[int, ...], start: datetime, end: datetime) -> dict[int, tuple[int, int, Decimal]]:
    """How many each person opened and won, and the amount won, in one statement for all three measures."""
    found: dict[int, tuple[int, int, Decimal]] = {}
    for person, opened, won, amount in fetch(_COUNTS, {"ids": person_ids, "start": start, "end": end}):
        known = found.get(person, (0, 0, Decimal(0)))
        found[person] = (known[0] + opened, known[1] + won, known[2] + (amount or 0))
    return found


def _part(number: int) -> Any:
    def count(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
        counts = _counts(tuple(sorted(set(person_ids))), start, end)
        return {person: found[number] for person, found in counts.items() if found[number]}

    return count


def _observed(side: int) -> Any:
    def count(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
        return dict(observations(tuple(sorted(set(person_ids))), start, end)[side])

    return count


def _accompanied(side: str) -> Any:
    def url(person_id: int, start: datetime, end: datetime) -> str:
        first, last = days_of(start, end)
        return url_for("sales.accompanied", person=person_id, side=side, state="success", since=first, until=last)

    return url


def _records(state: str, happened: str) -> Any:
    def url(person_id: int, start: datetime, end: datetime) -> str:
        first, last = days_of(start, end)
        days: dict[str, Any] = {f"{happened}_from": first, f"{happened}_until": last}
        return url_for("sales.listing", owner=person_id, state=state, **days)

    return url
