"""What was entered in the steps of a sale, in the reader's words: products by their names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.sales.queries import products
from app.workflow.queries.known import Done
from app.workflow.views import known
from app.workflow.views.known import people_in

__all__ = ["people_in", "shown_values"]


def shown_values(done: Sequence[Done], names: Mapping[int, str], plan: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Each step written out; ``names`` of everybody in ``people_in(done)``. Products of the plan need not be asked for;
    for others one statement."""
    catalogue = _products(done, {row.code: products.shown_name(row) for row in plan})
    return known.shown_values(done, names, {"products": catalogue})


def _products(done: Iterable[Done], known: Mapping[str, str]) -> Mapping[str, str]:
    """Names of the products that tables of these steps hold, by code."""
    codes = {
        row[column.key]
        for item in done
        for field in item.step.fields
        for column in field.columns
        if column.options_from == "products"
        for row in item.values.get(field.key) or ()
        if isinstance(row, dict) and isinstance(row.get(column.key), str)
    }
    rows = products.by_code(codes - known.keys()) if codes - known.keys() else {}
    return {**known, **{code: products.shown_name(row) for code, row in rows.items()}}
