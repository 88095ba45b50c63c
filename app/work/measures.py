"""What this room counts per person and period: work items accepted, and those of them handed in on time (D33, D37)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import url_for

from app.core.measures import days_of, measure
from app.core.texts import _l
from app.work.permissions import ITEM_VIEW
from app.work.queries.done import done_counts


def register() -> None:
    """Contribute the measures of this room."""
    measure(
        "work.items_done",
        title=_l("Work items done"),
        unit=_l("items"),
        count=_part(0),
        url=_records(),
        permission=ITEM_VIEW,
    )
    measure(
        "work.items_on_time",
        title=_l("Work items on time"),
        unit=_l("items"),
        count=_part(1),
        url=_records(on_time=1),
        permission=ITEM_VIEW,
    )


def _part(number: int) -> Any:
    def count(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
        counts = done_counts(tuple(sorted(set(person_ids))), start, end)
        return {person: found[number] for person, found in counts.items() if found[number]}

    return count


def _records(**more: Any) -> Callable[[int, datetime, datetime], str]:
    def url(person_id: int, start: datetime, end: datetime) -> str:
        first, last = days_of(start, end)
        return url_for("work.done_items", person_id=person_id, first=first, last=last, **more)

    return url
