"""Parts that this room adds to other pages, and what it tells the customers room about its opportunities."""

from collections.abc import Iterable, Mapping, Sequence

from app.core.actor import Actor
from app.core.database import session
from app.customers import links
from app.customers.links import Link
from app.customers.models import Customer
from app.sales import permissions, queries
from app.sales.models import Opportunity
from app.sales.queries.opportunities import lines
from app.sales.views.listing import lines as written
from app.web.panels import panel
from app.web.render import page
from app.workflow.models import Run


def register() -> None:
    """Contribute the panels of this room."""
    panel("customer.main", "sales.opportunities", _of_customer, order=20, permission=permissions.VIEW)
    links.opportunities(open_for=open_for, describe=describe)


def _of_customer(actor: Actor, *, customer: Customer, **_more: object) -> str:
    """The customer's opportunities, open ones first, with the way to open another."""
    rows = queries.of_customer(actor, customer.id, 10)
    may_create = actor.may(permissions.CREATE)
    if not rows and not may_create:
        return ""
    return page(
        "sales/panels/_customer.html",
        rows=written(queries.process(), rows) if rows else [],
        customer=customer,
        may_create=may_create,
    )


def open_for(actor: Actor, customer_id: int) -> Sequence[Link]:
    """The customer's open opportunities within the actor's view. One statement."""
    if not actor.may(permissions.VIEW):
        return []
    stmt = lines().where(Opportunity.customer_id == customer_id, Run.state == "open", permissions.reached(actor))
    return [_link(row.id, row.title) for row in session.execute(stmt.order_by(Opportunity.id).limit(50))]


def describe(actor: Actor, ids: Iterable[int]) -> Mapping[int, Link]:
    """Titles and addresses of those opportunities that the actor may see. Two statements."""
    if not actor.may(permissions.VIEW):
        return {}
    return {i: _link(i, title) for i, title in queries.labels(queries.visible_ids(actor, ids)).items()}


def _link(opportunity_id: int, title: str) -> Link:
    return Link(opportunity_id, title, f"/sales/opportunities/{opportunity_id}")  # also outside of requests
