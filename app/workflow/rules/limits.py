"""Limits of fields and evidence that could never be met, or mean nothing for their type."""

from collections.abc import Iterator

from app.core.texts import _l
from app.workflow.rules.definition import Column, Step
from app.workflow.rules.faults import Fault
from app.workflow.rules.fields import DECIMAL_PLACES, MONEY_PLACES, TABLE_ROWS, BadValue, clean_value, number_of

_BOUNDED = frozenset({"integer", "decimal", "money", "date", "datetime", "text", "longtext", "choices", "table"})
_PLACES = {"decimal": DECIMAL_PLACES, "money": MONEY_PLACES}


def field_faults(step: Step) -> Iterator[Fault]:
    """Every wrong limit of a step's fields, table columns and evidence."""
    for item in step.evidence:
        if item.min > item.max:
            yield Fault(f"steps.{step.key}.evidence.{item.kind}", "limit", _l("The least is more than the most."))
    for field in step.fields:
        where = f"steps.{step.key}.fields.{field.key}"
        yield from _column(field, where)
        if (field.type == "table") != bool(field.columns):
            yield Fault(f"{where}.columns", "columns", _l("A table has columns, and nothing else has."))
        for column in field.columns:
            yield from _column(column, f"{where}.columns.{column.key}")


def _column(column: Column, where: str) -> Iterator[Fault]:
    if (column.type in ("choice", "choices")) != bool(column.options or column.options_from):
        yield Fault(f"{where}.options", "options", _l("A choice has options, and nothing else has."))
    if column.max_length is not None and column.type not in ("text", "longtext"):
        yield Fault(f"{where}.max_length", "limit", _l("Only a text has a length."))
    bounds = {}
    for name, value in (("min", column.min), ("max", column.max)):
        if value is None:
            continue
        bounds[name] = _bound(column.type, value)
        if bounds[name] is None or (name == "max" and column.type in ("text", "longtext")):
            yield Fault(f"{where}.{name}", "limit", _l("“%(value)s” is no limit of this type.", value=value))
    low, high = bounds.get("min"), bounds.get("max")
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        yield Fault(where, "limit", _l("The least is more than the most."))
    if column.type == "table" and isinstance(high, int) and high > TABLE_ROWS:
        yield Fault(f"{where}.max", "limit", _l("At most %(count)d entries.", count=TABLE_ROWS))
    least = _bound(column.type, column.min) if column.min and column.type in ("choices", "text", "longtext") else None
    most = column.max_length
    if column.type == "choices":
        most = len(column.options) if not column.options_from else None
    if isinstance(least, int) and most is not None and least > most:
        yield Fault(where, "limit", _l("The least is more than the most."))


def _bound(kind: str, value: str) -> object | None:
    """The limit in a form that compares; None when it is none for this type."""
    if kind not in _BOUNDED:
        return None
    try:
        if kind in _PLACES:
            return number_of(value, _PLACES[kind])
        if kind in ("date", "datetime"):
            moment: str | None = clean_value(Column("limit", kind, {}), value)
            return moment
        number = int(number_of(value, 0))
    except BadValue:
        return None
    return number if kind == "integer" or number >= 0 else None
