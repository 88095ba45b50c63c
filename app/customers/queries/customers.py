"""Customers as lists, search results and single records, always within the actor's scope (D23)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, or_, select

from app.core import clock, paging, search
from app.core.actor import Actor
from app.core.database import Id, fetch, is_sqlite, session
from app.core.errors import NotFound
from app.core.paging import Page
from app.core.scopes import Reach, ids_of, reach_of
from app.customers import permissions
from app.customers.models import Customer, KeyPerson, Related
from app.customers.queries.filters import MAX_ID, SORTS, Filters
from app.customers.queries.finding import COLUMNS, clauses, is_wide, page_statement, way_of
from app.customers.rules import values
from app.customers.rules.contacts import SOON_DAYS

EXPORT_LIMIT = 20_000
"""Most rows of one export: more is a copy of the book, not a working list."""


def customers_page(actor: Actor, filters: Filters, cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """One page of the customers in scope; rows carry :data:`COLUMNS`. At most three statements.

    Raises ``Forbidden`` without any right to see customers.
    """
    actor.require(permissions.VIEW)
    way, values = way_of(actor, filters)
    stmt, keys = page_statement(way, filters.sort)
    return paging.page_of(stmt, keys, cursor, limit, values)


def typed_page(actor: Actor, filters: Filters, limit: int) -> tuple[Page[Any], bool]:
    """The first customers for somebody who is still typing; True when too many hold the words and these are any of
    them, in no order (their cursor leads nowhere then)."""
    actor.require(permissions.VIEW)
    way, values = way_of(actor, filters, typing=True)
    stmt, keys = page_statement(way, filters.sort)
    return paging.page_of(stmt, keys, None, limit, values), way.loose


def search_customers(actor: Actor, q: str, limit: int = 20) -> Sequence[Any]:
    """The first customers in scope that hold every part of ``q`` (name, pinyin, initials, number), by name."""
    if not q.strip():
        return []
    return customers_page(actor, Filters(q=q.strip()[: search.MAX_QUERY].replace("\x00", "")), None, limit).items


def export_rows(actor: Actor, filters: Filters) -> Sequence[Any]:
    """All rows of a list that the actor may take away, at most :data:`EXPORT_LIMIT` + 1 (the last one says that there are more)."""
    actor.require(permissions.EXPORT)
    order = [key.column.desc() if key.descending else key.column.asc() for key in SORTS[filters.sort]]
    way, values = way_of(actor, filters, permissions.EXPORT)
    stmt = select(*COLUMNS, Customer.address, Customer.since).where(*clauses(way)).order_by(*order)
    return fetch(stmt.limit(EXPORT_LIMIT + 1), values).all()


@cache
def _overdue(reach: Reach, walk: bool) -> Select[Any]:
    due = select(Customer.id).where(
        permissions.reached_within(reach, walk=walk), Customer.contact_due_on < bindparam("today")
    )
    return select(func.count()).select_from(due.limit(bindparam("most")).subquery())


def count_overdue(actor: Actor, most: int = 100) -> int:
    """How many customers in scope should have been contacted by now; counts up to ``most``. Two statements."""
    walk = is_sqlite() and is_wide(actor, permissions.VIEW)
    values = {**ids_of(actor, permissions.VIEW), "today": clock.today(), "most": most}
    return int(fetch(_overdue(reach_of(actor, permissions.VIEW), walk), values).scalar_one())


_DUE = (
    select(*COLUMNS)
    .where(Customer.holder_id == bindparam("holder"), Customer.contact_due_on <= bindparam("until"))
    .order_by(Customer.contact_due_on, Customer.id)
    .limit(bindparam("most"))
)
# built once: every day page asks for it


def due_for(person_id: int, limit: int = 8) -> Sequence[Any]:
    """The customers a person holds whose next contact is due first, soon or overdue."""
    return fetch(_DUE, {"holder": person_id, "until": clock.today() + timedelta(days=SOON_DAYS), "most": limit}).all()


_HELD = (
    select(*COLUMNS)
    .where(Customer.holder_id == bindparam("holder"))
    .order_by(Customer.contact_due_on, Customer.id)
    .limit(bindparam("most"))
)


def held_by(person_id: int, limit: int) -> Sequence[Any]:
    """The first customers a person holds, whoever is due for a contact first."""
    return fetch(_HELD, {"holder": person_id, "most": limit}).all()


@dataclass(frozen=True, slots=True)
class CustomerView:
    """One customer with what the actor may do with it."""

    customer: Customer
    may: frozenset[str]


def customer_for(actor: Actor, customer_id: int, permission: str | None = None) -> Customer:
    """The customer; ``NotFound`` outside the actor's scope, ``Forbidden`` inside it but beyond ``permission``."""
    return customer_view(actor, customer_id, permission).customer


def customer_view(actor: Actor, customer_id: int, permission: str | None = None) -> CustomerView:
    """The customer and the permissions the actor holds over this very one, in one statement."""
    if not 0 < customer_id <= MAX_ID:
        raise NotFound()
    stmt = _viewing(reach_of(actor, permissions.VIEW))
    found = session.scalars(stmt, {"wanted": customer_id, **ids_of(actor, permissions.VIEW)}).one_or_none()
    if found is None:
        raise NotFound()
    owners = {"person": found.holder_id, "team": found.team_id, "unit": found.unit_id}
    may = frozenset(name for name in permissions.ON_ONE if permissions.reaches(actor, name, **owners))
    if permission is not None and permission not in may:
        raise permissions.refusal(permission)
    return CustomerView(found, may)


@cache
def _viewing(reach: Reach) -> Select[Customer]:
    """The statement of one customer for actors of this reach; built once and run with the ids of each."""
    return select(Customer).where(Customer.id == bindparam("wanted", type_=Id), permissions.reached_within(reach))


def visible_ids(actor: Actor, ids: Iterable[int]) -> set[int]:
    """Which of the given customers the actor may see."""
    wanted = [i for i in set(ids) if 0 < i <= MAX_ID]
    stmt: Select[Any] = select(Customer.id).where(Customer.id.in_(wanted), permissions.reached(actor))
    return set(session.scalars(stmt)) if wanted else set()


def names(ids: Iterable[int]) -> dict[int, str]:
    """Names by id, for rooms that have already checked their own scope over what they show."""
    wanted = set(ids)
    if not wanted:
        return {}
    return dict(session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(wanted))).all())


def key_persons(customer_id: int) -> Sequence[KeyPerson]:
    """The people at the customer, those who decide first."""
    stmt = select(KeyPerson).where(KeyPerson.customer_id == customer_id, KeyPerson.removed_at.is_(None))
    return session.scalars(stmt.order_by(KeyPerson.decides.desc(), KeyPerson.id)).all()


@dataclass(frozen=True, slots=True)
class RelatedView:
    """Another customer and what it is to this one."""

    link_id: int
    relation: str
    id: int
    name: str
    number: str
    tier: str
    asset_value: Any


def related(actor: Actor, customer_id: int) -> list[RelatedView]:
    """Related customers that the actor may see, each from this customer's side (D12)."""
    link = or_(Related.customer_id == customer_id, Related.other_id == customer_id)
    other = or_(Related.customer_id == Customer.id, Related.other_id == Customer.id)
    rows = session.execute(
        select(
            Related.id, Related.relation, Related.customer_id, Customer.id.label("other"), Customer.name,
            Customer.number, Customer.tier, Customer.asset_value,
        )
        .join(Customer, other)
        .where(link, Customer.id != customer_id, permissions.reached(actor))
        .order_by(Customer.asset_value.desc(), Related.id)
        .limit(100)
    )  # fmt: skip
    return [
        RelatedView(
            row.id,
            row.relation if row.customer_id == customer_id else values.inverse_relation(row.relation),
            row.other,
            row.name,
            row.number,
            row.tier,
            row.asset_value,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Customers that may be the same one: those in scope by name, and whether there are others outside it."""

    seen: Sequence[Any]
    hidden: int


def duplicates(actor: Actor, name: str, except_id: int | None = None) -> Duplicates:
    """Customers whose name differs at most in width, case, blanks and punctuation."""
    key = values.name_key(name)
    if not key:
        return Duplicates([], 0)
    same = Customer.name_key == key
    if except_id is not None:
        same = same & (Customer.id != except_id)
    seen = session.execute(
        select(*COLUMNS).where(same, permissions.reached(actor)).order_by(Customer.id).limit(5)
    ).all()
    every = session.scalar(select(func.count()).where(same)) or 0
    mine = session.scalar(select(func.count()).where(same, permissions.reached(actor))) or 0
    return Duplicates(seen, every - mine)


def number_taken(number: str, except_id: int | None = None) -> bool:
    """Whether another customer anywhere in the institution has this number."""
    clause = exists().where(Customer.number == number)
    if except_id is not None:
        clause = clause.where(Customer.id != except_id)
    return bool(session.scalar(select(clause)))
