"""Who looked: for supervisors over their units' customers, for auditors over all (D23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from app.core import calendar, clock, paging
from app.core.actor import Actor
from app.core.database import session
from app.core.paging import Key, Page
from app.customers import permissions
from app.customers.models import Customer, Look

KINDS = ("view", "reveal", "export")


@dataclass(frozen=True, slots=True)
class LookFilters:
    """None and "" mean "all"; ``until`` is inclusive."""

    customer: int | None = None
    person: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None


def looks_page(actor: Actor, filters: LookFilters, cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """Looks at customers within the actor's right to see them, newest first. One statement.

    A customer's name is there only for those who may see the customer itself; its number always is.
    """
    actor.require(permissions.LOOKS)
    stmt: Any = (
        select(
            Look.id, Look.at, Look.person_id, Look.behalf_id, Look.kind, Look.what, Look.reason, Look.channel,
            Look.address, Look.customer_id, Customer.number, Customer.name,
            permissions.reached(actor).label("may_see"),
        )
        .join(Customer, Customer.id == Look.customer_id)
        .where(permissions.reached(actor, permissions.LOOKS))
    )  # fmt: skip
    if filters.customer is not None:
        stmt = stmt.where(Look.customer_id == filters.customer)
    if filters.person is not None:
        stmt = stmt.where(Look.person_id == filters.person)
    if filters.kind:
        stmt = stmt.where(Look.kind == filters.kind)
    if filters.since is not None:
        stmt = stmt.where(Look.at >= calendar.start_of_day(filters.since))
    if filters.until is not None:
        stmt = stmt.where(Look.at < calendar.end_of_day(filters.until))
    return paging.keyset(stmt, [Key(Look.id, descending=True)], cursor, limit)


def busiest_lookers(actor: Actor, days: int = 7, limit: int = 5) -> Sequence[Any]:
    """Who looked at the most different customers in the last days: where a supervisor looks first."""
    actor.require(permissions.LOOKS)
    since = clock.now() - timedelta(days=days)
    count = func.count(func.distinct(Look.customer_id)).label("customers")
    stmt = (
        select(Look.person_id, count)
        .join(Customer, Customer.id == Look.customer_id)
        .where(permissions.reached(actor, permissions.LOOKS), Look.at >= since)
        .group_by(Look.person_id)
        .order_by(count.desc(), Look.person_id)
        .limit(limit)
    )
    return session.execute(stmt).all()
