"""The catalogue: what is offered, and the lines of a plan."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.errors import NotFound
from app.core.texts import language
from app.sales.models import OpportunityProduct, Product
from app.sales.permissions import PRODUCT_VIEW
from app.sales.queries.filters import MAX_ID
from app.sales.rules import lists

COLUMNS = (
    Product.id,
    Product.code,
    Product.name,
    Product.name_en,
    Product.kind,
    Product.audience,
    Product.price,
    Product.about,
    Product.retired_at,
    Product.version,
)


def catalogue(actor: Actor, *, kind: str = "", retired: bool = False, q: str = "") -> Sequence[Any]:
    """Products by kind and code, without the retired ones unless asked for. One statement."""
    actor.require(PRODUCT_VIEW)
    stmt = select(*COLUMNS).order_by(Product.kind, Product.code)
    if kind in lists.by_key("product_kinds"):
        stmt = stmt.where(Product.kind == kind)
    if not retired:
        stmt = stmt.where(Product.retired_at.is_(None))
    if q:
        stmt = stmt.where(func.lower(Product.search_text).contains(q.lower(), autoescape=True))
    order = {key: number for number, key in enumerate(lists.keys("product_kinds"))}
    return sorted(session.execute(stmt.limit(1000)).all(), key=lambda row: (order[row.kind], row.code))


def product_for(actor: Actor, product_id: int) -> Product:
    """One product; ``NotFound`` for an unknown id."""
    actor.require(PRODUCT_VIEW)
    product = session.get(Product, product_id) if 0 < product_id <= MAX_ID else None
    if product is None:
        raise NotFound()
    return product


def is_empty() -> bool:
    """Whether nobody has made a catalogue yet."""
    return session.scalar(select(Product.id).limit(1)) is None


def offered() -> list[dict[str, Any]]:
    """The products one may choose, as options of a field: ``{key: code, title}``. One statement."""
    rows = session.execute(
        select(Product.code, Product.name, Product.name_en)
        .where(Product.retired_at.is_(None))
        .order_by(Product.code)
        .limit(1000)
    )
    return [{"key": code, "title": {"zh": name, "en": name_en or name}} for code, name, name_en in rows]


def by_code(codes: Iterable[str]) -> dict[str, Any]:
    """Products by code, retired ones too (a plan that already holds one keeps it)."""
    rows = session.execute(select(*COLUMNS).where(Product.code.in_(sorted(set(codes)))))
    return {row.code: row for row in rows}


def shown_name(row: Any) -> str:
    """A product's name in the reader's language."""
    return (row.name_en or row.name) if language() == "en" else str(row.name)


_PLAN = (
    select(
        OpportunityProduct.amount, OpportunityProduct.price, OpportunityProduct.need, OpportunityProduct.name,
        Product.name_en, Product.code, Product.kind, Product.retired_at,
    )
    .join(Product, Product.id == OpportunityProduct.product_id)
    .where(OpportunityProduct.opportunity_id == bindparam("opportunity"))
    .order_by(OpportunityProduct.position)
)  # fmt: skip


def plan(opportunity_id: int) -> Sequence[Any]:
    """The lines of an opportunity's plan with their products, in order. One statement."""
    return fetch(_PLAN, {"opportunity": opportunity_id}).all()
