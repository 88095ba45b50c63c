"""Opportunities as lists and single records, always within the actor's scope."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, case, func, select

from app.core import paging
from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.errors import Forbidden, NotFound
from app.core.paging import Page
from app.core.scopes import Reach, ids_of, reach_of
from app.customers.models import Customer
from app.people.models import Person, Team
from app.sales import permissions
from app.sales.models import Opportunity
from app.sales.queries.filters import EXPECTED, MAX_ID, SORTS, Filters, expected_in
from app.workflow.models import Run
from app.workflow.permissions import reaches

COLUMNS = (
    Opportunity.id,
    Opportunity.run_id,
    Opportunity.title,
    Opportunity.amount,
    Opportunity.expected_on,
    Opportunity.source,
    Opportunity.owner_id,
    Opportunity.team_id,
    Opportunity.unit_id,
    Opportunity.customer_id,
    Opportunity.created_at,
    Customer.name.label("customer"),
    Person.name.label("owner"),
    Run.state,
    Run.end,
    Run.stage,
    Run.stage_entered_at,
    Run.due_at,
    Run.missing_count,
    Run.paused_at,
    Run.closed_at,
)
"""What a line of a list shows."""
EXPORT_LIMIT = 20_000
"""Most rows of one export."""
ON_ONE = (permissions.CHANGE, permissions.CLOSE)
"""The rights that are asked of a single opportunity."""


_LINES: Select[*tuple[Any, ...]] = (
    select(*COLUMNS)
    .join(Run, Run.id == Opportunity.run_id)
    .join(Customer, Customer.id == Opportunity.customer_id)
    .join(Person, Person.id == Opportunity.owner_id)
)
# built once: putting a statement of many columns together costs more than running it


def lines(*more: Any) -> Select[Any]:
    """The columns of a list with their tables."""
    return _LINES.add_columns(*more) if more else _LINES


def opportunities_page(actor: Actor, filters: Filters, cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """One page of the opportunities in scope, rows of :data:`COLUMNS`. One statement; ``Forbidden`` without the right."""
    actor.require(permissions.VIEW)
    keys = SORTS[filters.sort]
    more = [Customer.sort_key] if filters.sort == "customer" else []
    return paging.keyset(lines(*more).where(permissions.reached(actor), *filters.clauses()), keys, cursor, limit)


def count(actor: Actor, filters: Filters, most: int = 10_000) -> tuple[int, Any]:
    """How many opportunities the filters find (counted up to ``most``) and the sum of their amounts. One statement."""
    found = (
        select(Opportunity.amount)
        .join(Run, Run.id == Opportunity.run_id)
        .where(permissions.reached(actor), *filters.clauses())
        .limit(most)
        .subquery()
    )
    row = session.execute(select(func.count(), func.sum(found.c.amount))).one()
    return row[0], row[1]


@dataclass(frozen=True, slots=True)
class Expected:
    """How many open sales are expected to close within a time, and for how much together."""

    bucket: str
    count: int
    total: Any


def forecast(actor: Actor, filters: Filters) -> list[Expected]:
    """The pipeline by when it is expected to close (D52), within the other filters. One statement."""
    actor.require(permissions.VIEW)
    wanted = replace(filters, expected="", state="open")
    bucket = case(*((expected_in(name), name) for name in EXPECTED[:-1]), else_=EXPECTED[-1])
    rows = session.execute(
        select(bucket.label("bucket"), func.count().label("n"), func.sum(Opportunity.amount).label("total"))
        .join(Run, Run.id == Opportunity.run_id)
        .where(permissions.reached(actor), *wanted.clauses())
        .group_by(bucket)
    )
    found = {row.bucket: Expected(row.bucket, row.n, row.total or Decimal("0.00")) for row in rows}
    return [found.get(name, Expected(name, 0, Decimal("0.00"))) for name in EXPECTED]


def export_rows(actor: Actor, filters: Filters) -> Sequence[Any]:
    """All rows of a list that the actor may take away, at most :data:`EXPORT_LIMIT` + 1 (the last one says that there are more)."""
    actor.require(permissions.EXPORT)
    order = []
    for key in SORTS[filters.sort]:
        if key.nullable:
            order.append(key.column.is_(None))
        order.append(key.column.desc() if key.descending else key.column.asc())
    stmt = lines(Team.name.label("team"), Customer.number.label("customer_number"))
    stmt = stmt.join(Team, Team.id == Opportunity.team_id)
    taken = permissions.reached(actor, permissions.EXPORT)
    stmt = stmt.where(taken, *filters.clauses()).order_by(*order)
    return session.execute(stmt.limit(EXPORT_LIMIT + 1)).all()


@dataclass(frozen=True, slots=True)
class OpportunityView:
    """One opportunity with what stands in its header and what the actor may do with it."""

    opportunity: Opportunity
    run: Any
    customer: Any
    owner: str
    team: str
    may: frozenset[str]


def opportunity_view(actor: Actor, opportunity_id: int, permission: str | None = None) -> OpportunityView:
    """The opportunity, its run's line, its customer and the actor's rights over it, in one statement.

    ``NotFound`` outside the actor's scope, ``Forbidden`` inside it but beyond ``permission``.
    """
    if not 0 < opportunity_id <= MAX_ID:
        raise NotFound()
    reach = reach_of(actor, permissions.VIEW)
    row = session.execute(_viewing(reach), {"wanted": opportunity_id, **ids_of(actor, permissions.VIEW)}).one_or_none()
    if row is None:
        raise NotFound()
    opportunity: Opportunity = row[0]
    may = frozenset(name for name in ON_ONE if reaches(actor, name, opportunity))
    if permission is not None and permission not in may:
        raise Forbidden(permission)
    customer_at = 3 + len(_RUN)
    return OpportunityView(
        opportunity,
        _Line(dict(zip(_RUN, row[3:customer_at], strict=True))),
        _Line(dict(zip(_CUSTOMER, row[customer_at:], strict=True))),
        row[1],
        row[2],
        may,
    )


@cache
def _viewing(reach: Reach) -> Select[Any]:
    """The statement of one opportunity for actors of this reach; built once and run with the ids of each."""
    return _VIEW.where(Opportunity.id == bindparam("wanted", type_=BigInteger), permissions.reached_within(reach))


_RUN = (
    "id", "state", "end", "end_reason", "stage", "stage_entered_at", "step", "due_at", "assignee_id", "missing_count",
    "opened_at", "closed_at", "paused_at", "digest", "version", "owner_id", "team_id", "unit_id",
)  # fmt: skip
_CUSTOMER = ("id", "name", "number", "kind", "tier", "industry", "asset_value", "holder_id")

_VIEW = (
    select(
        Opportunity,
        Person.name,
        Team.name,
        *(getattr(Run, name) for name in _RUN),
        *(getattr(Customer, name) for name in _CUSTOMER),
    )
    .join(Run, Run.id == Opportunity.run_id)
    .join(Customer, Customer.id == Opportunity.customer_id)
    .join(Person, Person.id == Opportunity.owner_id)
    .join(Team, Team.id == Opportunity.team_id)
)


class _Line:
    """A few columns of a row by name."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


def opportunity_for(actor: Actor, opportunity_id: int, permission: str | None = None) -> Opportunity:
    """The opportunity itself; see :func:`opportunity_view`."""
    return opportunity_view(actor, opportunity_id, permission).opportunity


def visible_ids(actor: Actor, ids: Iterable[int]) -> set[int]:
    """Which of the given opportunities the actor may see."""
    wanted = [i for i in set(ids) if 0 < i <= MAX_ID]
    stmt = select(Opportunity.id).where(Opportunity.id.in_(wanted), permissions.reached(actor))
    return set(session.scalars(stmt)) if wanted else set()


@dataclass(frozen=True, slots=True)
class OpenElsewhere:
    """Other open opportunities of a customer: those in view, and how many there are beyond it."""

    seen: Sequence[Any]
    hidden: int

    def __bool__(self) -> bool:
        return bool(self.seen or self.hidden)


MOST_OPEN = 200
"""So many open opportunities of one customer are looked at; nobody has more."""


def open_for_customer(actor: Actor, customer_id: int, except_id: int | None = None) -> OpenElsewhere:
    """What is already open for this customer, so that nobody opens a second sale unawares. One statement."""
    stmt = _open_for(reach_of(actor, permissions.VIEW))
    rows = fetch(stmt, {"customer": customer_id, **ids_of(actor, permissions.VIEW)}).all()
    others = [row for row in rows if row.id != except_id]
    seen = [row for row in others if row.in_view]
    return OpenElsewhere(seen[:5], len(others) - len(seen))


@cache
def _open_for(reach: Reach) -> Select[Any]:
    """The statement of a customer's open opportunities, with whether each is in view; built once for each reach."""
    return (
        lines(permissions.reached_within(reach).label("in_view"))
        .where(Opportunity.customer_id == bindparam("customer", type_=BigInteger), Run.state == "open")
        .order_by(Opportunity.id)
        .limit(MOST_OPEN)
    )


def of_customer(actor: Actor, customer_id: int, limit: int = 20) -> Sequence[Any]:
    """Opportunities of a customer within view, open ones first."""
    stmt = lines().where(Opportunity.customer_id == customer_id, permissions.reached(actor))
    return session.execute(stmt.order_by(Run.state != "open", Opportunity.id.desc()).limit(limit)).all()


def labels(ids: Iterable[int], customer: bool = False) -> dict[int, str]:
    """Titles by id, for rooms that have already checked their own scope over what they show; with the customer if asked."""
    wanted = [i for i in set(ids) if 0 < i <= MAX_ID]
    if not wanted:
        return {}
    title = Run.subject_label if customer else Opportunity.title
    rows = session.execute(
        select(Opportunity.id, title).join(Run, Run.id == Opportunity.run_id).where(Opportunity.id.in_(wanted))
    )
    return {row[0]: row[1] for row in rows}


def by_submission(actor: Actor, submission: str) -> int | None:
    """The opportunity that the actor's form with this mark has opened already."""
    if not submission:
        return None
    return session.scalar(
        select(Opportunity.id).where(Opportunity.created_by == actor.id, Opportunity.submission == submission[:64])
    )
