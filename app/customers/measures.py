"""What this room counts per person and period: visits and calls made (D37, D40)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from flask import url_for

from app.core.measures import days_of, measure
from app.core.texts import _l
from app.customers.permissions import VIEW
from app.customers.queries.contacts import contacts_by_person


def register() -> None:
    """Contribute the measures of this room."""
    measure(
        "customers.visits_made",
        title=_l("Visits made"),
        unit=_l("visits"),
        count=_visits,
        url=_visit_records,
        permission=VIEW,
    )
    measure(
        "customers.calls_made",
        title=_l("Calls made"),
        unit=_l("calls"),
        count=_calls,
        url=_call_records,
        permission=VIEW,
    )


def _visits(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
    return dict(contacts_by_person("visit", person_ids, start, end))


def _calls(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
    return dict(contacts_by_person("call", person_ids, start, end))


def _visit_records(person_id: int, start: datetime, end: datetime) -> str | None:
    return _records("visit", person_id, start, end)


def _call_records(person_id: int, start: datetime, end: datetime) -> str | None:
    return _records("call", person_id, start, end)


def _records(kind: str, person_id: int, start: datetime, end: datetime) -> str:
    first, last = days_of(start, end)
    return url_for("customers.contacts", person=person_id, kind=kind, since=first.isoformat(), until=last.isoformat())
