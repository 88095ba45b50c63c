"""For which customer: what comes before the form of an opportunity and of an accompanied visit."""

from flask import request

from app.core.actor import Actor
from app.customers.queries import customers
from app.sales.queries.filters import MAX_ID
from app.web.render import page

MOST = 12
"""So many customers are found at a time."""


def chosen() -> int | None:
    """The customer whom the address names."""
    customer_id = request.args.get("customer", type=int)
    return customer_id if customer_id is not None and 0 < customer_id <= MAX_ID else None


def search_page(me: Actor, template: str, way: str, *, own_first: bool = False) -> str:
    """The search, or for its box only who was found; ``way`` is the form's endpoint.

    With ``own_first`` the reader's own customers stand there before anything is typed.
    """
    q = request.args.get("q", "")[:80].replace("\x00", "")
    first = customers.held_by(me.behalf or me.id, MOST) if own_first and not q.strip() else []
    found = customers.search_customers(me, q, MOST) if q.strip() else first
    return page("sales/_found.html" if request.headers.get("HX-Request") else template, q=q, found=found, way=way)
