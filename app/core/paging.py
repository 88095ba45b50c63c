"""Keyset paging: the next page starts after the last row seen, so deep pages cost what the first one does."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, or_
from sqlalchemy.exc import StatementError

from app.core.database import fetch, session
from app.core.errors import Invalid
from app.core.texts import _l

MAX_LIMIT = 200
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Key:
    """A sort column of a page. ``nullable`` columns sort their NULLs last in either direction."""

    column: Any
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows and the opaque cursor of the next, None at the end."""

    items: Sequence[Row]
    next: str | None


def limit_of(raw: str | int | None, default: int = 50) -> int:
    """A page size between 1 and 200; raises ``Invalid`` on anything else."""
    if raw in (None, ""):
        return default
    try:
        size = int(str(raw))
    except ValueError:
        size = 0
    if not 1 <= size <= MAX_LIMIT:
        raise Invalid("limit", "out_of_range", _l("The page size is a whole number from 1 to 200."))
    return size


def keyset(stmt: Select[Any], keys: Sequence[Key], cursor: str | None, limit: int) -> Page[Any]:
    """Run ``stmt`` ordered by ``keys`` (the last one unique), from ``cursor`` on, for ``limit`` rows.

    The statement must select every key's column; rows come back as SQLAlchemy rows.
    """
    return page_of(ordered(stmt, keys), keys, cursor, limit, {}, session.execute)


def ordered(stmt: Select[Any], keys: Sequence[Key]) -> Select[Any]:
    """``stmt`` made ready for :func:`page_of`; to be kept where the same list is asked for again and again."""
    order = []
    for number, key in enumerate(keys):
        stmt = stmt.add_columns(key.column.label(f"_key{number}"))
        if key.nullable:
            order.append(key.column.is_(None))
        order.append(key.column.desc() if key.descending else key.column.asc())
    return stmt.order_by(*order).limit(bindparam("_rows", type_=Integer()))


def page_of(
    stmt: Select[Any],
    keys: Sequence[Key],
    cursor: str | None,
    limit: int,
    values: Mapping[str, Any],
    run: Callable[..., Any] = fetch,
) -> Page[Any]:
    """One page of an :func:`ordered` statement of columns, run with these values of its parameters."""
    if cursor:
        stmt = stmt.where(_after(keys, _decode(cursor, len(keys))))
    try:
        rows = run(stmt, {**values, "_rows": limit + 1}).all()
    except (OverflowError, StatementError) as error:
        if not cursor:
            raise
        raise _bad_cursor() from error  # a value of the wrong type for its column
    more = len(rows) > limit
    rows = rows[:limit]
    last = [getattr(rows[-1], f"_key{number}") for number in range(len(keys))] if more else None
    return Page(rows, _encode(last) if last is not None else None)


def mark(values: Sequence[Any]) -> str:
    """The cursor of the row that has these values of its sort keys, for pages that were cut elsewhere."""
    return _encode(values)


def _after(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    alternatives = []
    for depth, (key, value) in enumerate(zip(keys, values, strict=True)):
        equal = [k.column.is_(None) if v is None else k.column == v for k, v in zip(keys[:depth], values, strict=False)]
        if value is None:
            continue  # NULLs are last: nothing follows within this column
        beyond = key.column < value if key.descending else key.column > value
        if key.nullable:
            beyond = or_(beyond, key.column.is_(None))
        alternatives.append(and_(*equal, beyond))
    if not alternatives:
        raise _bad_cursor()
    return or_(*alternatives)


def _encode(values: Sequence[Any]) -> str:
    plain = [
        {"t": value.isoformat()}
        if isinstance(value, datetime)
        else {"d": value.isoformat()}
        if isinstance(value, date)
        else {"m": str(value)}
        if isinstance(value, Decimal)
        else value
        for value in values
    ]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _decode(cursor: str, length: int) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [_value(item) for item in plain]
    except (ValueError, KeyError, binascii.Error, TypeError, ArithmeticError, RecursionError) as error:
        raise _bad_cursor() from error
    if len(values) != length:
        raise _bad_cursor()
    return values


_READ: Mapping[str, Callable[[str], Any]] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "m": Decimal}


def _value(item: Any) -> Any:
    if isinstance(item, dict):
        ((kind, raw),) = item.items()
        return _READ[kind](raw)
    if item is None or isinstance(item, str | bool):
        if isinstance(item, str) and ("\x00" in item or len(item) > 500):
            raise ValueError(item)
        return item
    if isinstance(item, int) and abs(item) < 2**63:
        return item
    raise ValueError(item)


def _bad_cursor() -> Invalid:
    return Invalid("cursor", "invalid", _l("This page mark is not valid. Start again from the first page."))
