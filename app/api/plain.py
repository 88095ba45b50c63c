"""Values as the interface writes them: times in UTC ending in Z, amounts as strings."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def moment(value: datetime | None) -> str | None:
    """A time: ``2026-11-21T02:30:00Z``, with microseconds when it has them."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day(value: date | None) -> str | None:
    """A day: ``2026-11-21``."""
    return None if value is None else value.isoformat()


def amount(value: Decimal | None) -> str | None:
    """An amount with two decimals."""
    return None if value is None else f"{value:.2f}"


def anything(value: Any) -> Any:
    """A nested value: every time, day and decimal in it in the interface's form."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): anything(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [anything(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(anything(item) for item in value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
