"""Shapes that several resources share."""

from typing import Any

from app.api.rules.shapes import Amount, Day, Flag, Id, Moment, Number, Shape, Text, Thing
from app.core.paging import MAX_LIMIT, limit_of

Key = Text(most=60)
"""A key out of a definition or list: stable, for programs."""
Title = Text(most=500)
"""A text in the reader's language."""
Words = Text(most=100_000)
At = Moment()
MaybeAt = Moment(null=True)
MaybeKey = Text(most=60, null=True)
MaybeId = Number(least=1, null=True)
MaybeDay = Day(null=True)
MaybeAmount = Amount(null=True)
Yes = Flag()
Version = Number(least=0, about="As read; an older one is refused with 409")
PersonRef = Thing(name="PersonRef", keys={"id": Id, "name": Title})
MaybePerson = Thing(name="Who", keys={"id": Number(), "name": Title}, null=True)
UnitRef = Thing(name="UnitRef", keys={"id": Id, "name": Title})
PAGING: dict[str, Shape] = {
    "cursor": Text(most=2000, about="From a list's next"),
    "limit": Number(least=1, most=MAX_LIMIT, about="Most items, 50 when left out"),
}


def listing(**keys: Shape) -> Thing:
    """The parameters of a list."""
    return Thing(keys={**keys, **PAGING}, optional=frozenset({*keys, *PAGING}))


def size(query: dict[str, Any]) -> int:
    """The page size asked for."""
    return limit_of(query.get("limit"))


def cursor(query: dict[str, Any]) -> str | None:
    """The cursor given, if any."""
    return query.get("cursor") or None


def page(found: Any, write: Any) -> dict[str, Any]:
    """A list's answer: ``write`` turns each item into its JSON."""
    return {"items": [write(item) for item in found.items], "next": found.next}
