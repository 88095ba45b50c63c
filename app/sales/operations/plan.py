"""The plan of an opportunity: which products of the catalogue, for how much, answering which need (D4)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert

from app.core.database import session
from app.sales.models import OpportunityProduct
from app.sales.queries import products as reading
from app.sales.rules.record import Checked, Line


def match(lines: Sequence[Line], checked: Checked, kept: Sequence[Any] = (), name: str = "products") -> dict[str, Any]:
    """The catalogue's products of these lines by code; what is unknown or retired is a fault.

    ``kept`` are the present lines: a retired product that stands in the plan already may stay in it.
    """
    known = reading.by_code({line.product for line in lines}) if lines else {}
    standing = {row.code for row in kept}
    for number, line in enumerate(lines):
        product = known.get(line.product)
        if product is None:
            checked.fault(f"{name}.{number}.product", "unknown_product")
        elif product.retired_at is not None and product.code not in standing:
            checked.fault(f"{name}.{number}.product", "retired_product")
    return known


def replace(opportunity_id: int, lines: Sequence[Line], known: dict[str, Any], kept: Sequence[Any] = ()) -> None:
    """Write the lines in place of those that stand. A product keeps the name under which it came into the plan."""
    names = {row.code: row.name for row in kept}
    session.execute(delete(OpportunityProduct).where(OpportunityProduct.opportunity_id == opportunity_id))
    rows = [
        {
            "opportunity_id": opportunity_id,
            "position": position,
            "product_id": known[line.product].id,
            "name": names.get(line.product, known[line.product].name),
            "amount": line.amount,
            "price": line.price,
            "need": line.need,
        }
        for position, line in enumerate(lines)
    ]
    if rows:
        session.execute(insert(OpportunityProduct), rows)


def plain(rows: Sequence[Any]) -> list[dict[str, str]]:
    """Lines as step fields, the API and the audit have them."""
    return [
        {"product": row.code, "amount": format(row.amount, "f"), "price": row.price, "need": row.need} for row in rows
    ]


def plain_lines(lines: Sequence[Line]) -> list[dict[str, str]]:
    """The same of lines that are about to be written."""
    return [
        {"product": line.product, "amount": format(line.amount, "f"), "price": line.price, "need": line.need}
        for line in lines
    ]
