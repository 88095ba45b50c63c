"""Customers and what happens with them, for tests."""

from io import BytesIO
from itertools import count
from typing import Any

from app.core.actor import SYSTEM, Actor
from app.customers import operations
from app.customers.models import Contact, Customer
from app.people.models import Person, Team, Unit
from tests.factories import people

_number = count(1)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
"""The smallest picture."""


def create_customer(
    name: str = "",
    *,
    holder: Person | None = None,
    team: Team | None = None,
    unit: Unit | int | None = None,
    number: str = "",
    kind: str = "person",
    tier: str = "gold",
    actor: Actor = SYSTEM,
    **more: Any,
) -> Customer:
    """A customer; without a holder it stands in the open pool of ``unit`` (the root)."""
    n = next(_number)
    place = unit if isinstance(unit, int) else unit.id if unit else None
    if place is None and team is None and holder is None:
        place = people.root().id
    elif place is None and team is None and holder is not None:
        place = people.actor(holder).home_unit_id
    return operations.create_customer(
        actor,
        name=name or f"客户{n}",
        number=number or f"C{n:06d}",
        kind=kind,
        tier=tier,
        holder_id=holder.id if holder else 0,
        team_id=team.id if team else None,
        unit_id=place,
        despite_duplicates=True,
        **more,
    )


def create_visit(person: Person, customer: Customer, **details: Any) -> Contact:
    """A visit of ``person`` to ``customer``."""
    details.setdefault("said", "谈了存款。")
    return operations.record_visit(people.actor(person), customer.id, **details)


def photo(content: bytes = PNG, name: str = "photo.png") -> tuple[BytesIO, str]:
    """A photo as it is uploaded."""
    return BytesIO(content), name
