"""Sales: GET, POST /opportunities, GET /opportunities/{id}, POST /opportunities/{id}/close."""

from typing import Any

from flask import url_for

from app.api import plain
from app.api.doors import Answer, door
from app.api.rules.shapes import Amount, Choice, Day, Id, Many, Number, Text, Thing, page_of
from app.api.v1.common import (
    At,
    Key,
    MaybeAmount,
    MaybeAt,
    MaybeDay,
    MaybeKey,
    PersonRef,
    Title,
    Version,
    Words,
    cursor,
    listing,
    page,
    size,
)
from app.api.v1.customers import Warned
from app.core.texts import _
from app.sales import operations, permissions
from app.sales.queries import opportunities as reads
from app.sales.queries import products
from app.sales.queries.filters import DAYS, DUE, SORTS, STATES, Filters
from app.sales.rules import limits, lists
from app.web.current import actor

CustomerRef = Thing(name="CustomerRef", keys={"id": Id, "name": Title})
TeamRef = Thing(name="TeamRef", keys={"id": Id, "name": Title})
LINE = {
    "id": Id,
    "run_id": Id,
    "title": Title,
    "customer_id": Id,
    "customer": CustomerRef,
    "amount": MaybeAmount,
    "expected_on": MaybeDay,
    "source": MaybeKey,
    "owner_id": Id,
    "owner": PersonRef,
    "team_id": Id,
    "unit_id": Id,
    "state": Choice(keys=("open", "success", "failure", "cancelled")),
    "end": MaybeKey,
    "stage": Key,
    "stage_entered_at": At,
    "due_at": MaybeAt,
    "missing_count": Number(),
    "created_at": At,
    "closed_at": MaybeAt,
    "url": Title,
}
OpportunityLine = Thing(name="OpportunityLine", keys=LINE)
PlanLine = Thing(
    name="PlanLine", keys={"product": Key, "name": Title, "amount": Amount(), "price": Words, "need": Words}
)
Opportunity = Thing(
    name="Opportunity",
    keys={
        **LINE,
        "team": TeamRef,
        "terms": Words,
        "products": Many(of=PlanLine),
        "end_reason": MaybeKey,
        "version": Version,
        "warnings": Many(of=Warned, about="What the page would have asked about before going on"),
    },
    optional=frozenset({"warnings"}),
)
NewOpportunity = Thing(
    name="NewOpportunity",
    keys={
        "customer_id": Id,
        "title": Text(least=1, most=limits.TITLE),
        "amount": MaybeAmount,
        "expected_on": Day(null=True),
        "source": Choice(keys=lists.keys("sources"), null=True),
        "team_id": Number(least=1, null=True, about="With one team it is that one"),
        "owner_id": Number(least=1, null=True, about="Who is accountable; left out: who acts"),
    },
    optional=frozenset({"amount", "expected_on", "source", "team_id", "owner_id"}),
)
Closing = Thing(
    name="Closing",
    keys={
        "result": Choice(keys=("lost", "cancelled")),
        "reason": Text(most=2000, about="A key of the reasons, or words"),
        "reason_key": Text(most=60, null=True, about="A key of the reasons, beside words in reason"),
        "version": Version,
    },
    optional=frozenset({"reason", "reason_key", "version"}),
)


@door(
    "GET", "/opportunities", summary="Opportunities in scope", permission=permissions.VIEW,
    answer=page_of(OpportunityLine, "Opportunities"),
    query=listing(
        q=Text(most=80, about="Title, customer's name, pinyin or its initials"), state=Choice(keys=STATES), stage=Text(most=60),
        source=Choice(keys=lists.keys("sources")), due=Choice(keys=DUE), owner=Id, team=Id, customer=Id, sort=Choice(keys=sorted(SORTS)),
        **{name: Day(about="Both days count") for name in DAYS},
    ),
)  # fmt: skip
def opportunities(query: dict[str, Any]) -> dict[str, Any]:
    """Opportunities of every state unless one is asked for, newest first."""
    raw = {"state": "all"} | {key: str(value) for key, value in query.items() if key not in ("cursor", "limit")}
    found = reads.opportunities_page(actor(), Filters.parse(raw), cursor(query), size(query))

    def write(row: Any) -> dict[str, Any]:
        customer, owner = {"id": row.customer_id, "name": row.customer}, {"id": row.owner_id, "name": row.owner}
        return {**_line(row, row), "run_id": row.run_id, "customer": customer, "owner": owner}

    return page(found, write)


@door(
    "POST", "/opportunities", summary="Open an opportunity", permission=permissions.CREATE, answer=Opportunity,
    body=NewOpportunity, status=201, about="Starts its sale. Another open opportunity of the customer is a warning, not a bar.",
)  # fmt: skip
def open_opportunity(body: dict[str, Any]) -> Answer:
    """Open an opportunity; answers its id and run_id."""
    made = operations.open_opportunity(actor(), **body)
    others = reads.open_for_customer(actor(), made.customer_id, except_id=made.id)
    warnings = []
    if others:
        message = _("This customer has another open opportunity.")
        warnings.append({"code": "open_elsewhere", "message": message, "ids": [row.id for row in others.seen]})
    return Answer({**_whole(made.id), "warnings": warnings}, location=f"/api/v1/opportunities/{made.id}")


@door(
    "GET", "/opportunities/{opportunity_id}", summary="One opportunity", permission=permissions.VIEW, answer=Opportunity
)
def opportunity(opportunity_id: int) -> dict[str, Any]:
    """One opportunity with its plan; its course is its run's."""
    return _whole(opportunity_id)


@door(
    "POST", "/opportunities/{opportunity_id}/close", summary="Close as lost or cancelled", permission=permissions.VIEW,
    answer=Opportunity, body=Closing, about="From any step. A reason is needed.",
)  # fmt: skip
def close_opportunity(opportunity_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Close from wherever the sale stands."""
    operations.close_opportunity(actor(), opportunity_id, **body)
    return _whole(opportunity_id)


def _line(row: Any, run: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "customer_id": row.customer_id,
        "amount": plain.amount(row.amount),
        "expected_on": plain.day(row.expected_on),
        "source": row.source,
        "owner_id": row.owner_id,
        "team_id": row.team_id,
        "unit_id": row.unit_id,
        "state": run.state,
        "end": run.end,
        "stage": run.stage,
        "stage_entered_at": plain.moment(run.stage_entered_at),
        "due_at": plain.moment(run.due_at),
        "missing_count": run.missing_count,
        "created_at": plain.moment(row.created_at),
        "closed_at": plain.moment(run.closed_at),
        "url": url_for("sales.opportunity", opportunity_id=row.id),
    }


def _whole(opportunity_id: int) -> dict[str, Any]:
    view = reads.opportunity_view(actor(), opportunity_id)
    row = view.opportunity
    return {
        **_line(row, view.run),
        "run_id": view.run.id,
        "customer": {"id": row.customer_id, "name": view.customer.name},
        "owner": {"id": row.owner_id, "name": view.owner},
        "team": {"id": row.team_id, "name": view.team},
        "terms": row.terms,
        "products": [
            {
                "product": line.code,
                "name": products.shown_name(line),
                "amount": plain.amount(line.amount),
                "price": line.price,
                "need": line.need,
            }
            for line in products.plan(opportunity_id)
        ],
        "end_reason": view.run.end_reason,
        "version": row.version,
    }
