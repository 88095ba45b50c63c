"""Visits that are planned: the day written into the visit plan, until the visit is done (D35)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.texts import _
from app.customers.models import Customer
from app.sales import permissions
from app.sales.models import Opportunity
from app.web.dates import DateEntry
from app.workflow.models import Run, Value

STEP, FIELD = "visit", "visit_planned_on"
MOST = 1000


def own_visits(actor: Actor, start: datetime, end: datetime) -> Sequence[DateEntry]:
    """Planned visits of the opportunities that the actor (or whom they stand in for) answers for. One statement."""
    return _visits(Opportunity.owner_id.in_(sorted(actor.selves)), start, end)


def visits_of_people(actor: Actor, ids: Collection[int], start: datetime, end: datetime) -> Sequence[DateEntry]:
    """The same of several people, on opportunities within the actor's reach."""
    if not actor.may(permissions.VIEW):
        return []
    return _visits(Opportunity.owner_id.in_(sorted(ids)) & permissions.reached(actor), start, end)


def _visits(whose: ColumnElement[bool], start: datetime, end: datetime) -> list[DateEntry]:
    rows = session.execute(
        select(Value.run_id, Value.content, Opportunity.id, Opportunity.owner_id, Customer.name)
        .join(Run, Run.id == Value.run_id)
        .join(Opportunity, Opportunity.run_id == Run.id)
        .join(Customer, Customer.id == Opportunity.customer_id)
        .where(
            Run.state == "open", Run.paused_at.is_(None), Run.step == STEP, Value.kind == "field", Value.key == FIELD,
            Value.content.is_not(None), whose,
        )
        .order_by(Value.id)
        .limit(MOST)
    )  # fmt: skip
    latest = {row.run_id: row for row in rows}  # planned again: the last one holds
    first, last = clock.local(start).date(), clock.local(end - timedelta(microseconds=1)).date()
    return [entry for row in latest.values() if (entry := _entry(row, first, last)) is not None]


def _entry(row: Any, first: date, last: date) -> DateEntry | None:
    try:
        day = date.fromisoformat(str(row.content))
    except ValueError:
        return None
    if not first <= day <= last:
        return None
    return DateEntry(
        f"visit-{row.run_id}",
        calendar.start_of_day(day),
        _("Visit: %(customer)s", customer=row.name),
        f"/sales/opportunities/{row.id}",
        all_day=True,
        icon="visit",
        person_id=row.owner_id,
        remind=True,
    )
