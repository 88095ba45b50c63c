"""The units that something may be raised to, and who receives it there."""

from collections.abc import Mapping

from sqlalchemy import select

from app.core.database import session
from app.core.dated import in_force
from app.people import queries as people
from app.people.models import Person, Placement, Posting
from app.people.rules import tree

HEADS, PEOPLE, ROLE = "heads", "people", "role_"


def open_units() -> list[tuple[int, str]]:
    """Every unit that stands today in the order of the tree, names indented by depth: whom one may ask is no secret."""
    rows = session.execute(
        select(Placement.unit_id, Placement.parent_id, Placement.name)
        .where(in_force(Placement), Placement.closed.is_(False))
        .order_by(Placement.unit_id)
    ).all()
    names = {unit: name for unit, _parent, name in rows}
    order = tree.in_order({unit: parent for unit, parent, _name in rows}, list(names))
    return [(node.unit_id, "\u3000" * node.depth + names[node.unit_id]) for node in order]


def is_open(unit_id: int) -> bool:
    """Whether the unit stands today."""
    return (
        session.scalar(
            select(Placement.unit_id).where(
                Placement.unit_id == unit_id, in_force(Placement), Placement.closed.is_(False)
            )
        )
        is not None
    )


def nearest_heads(unit_id: int) -> list[int]:
    """Whoever heads the unit or, when it has no head, the nearest one above it."""
    path = people.unit_path(unit_id)
    heads: Mapping[int, list[tuple[int, str]]] = people.heads_by_unit(path)
    return next(([person for person, _name in heads[unit]] for unit in path if heads.get(unit)), [])


def receivers(unit_id: int, who: str) -> list[int]:
    """Whoever receives what is raised to a unit: its head, its people but the head, or holders of a role; never nobody
    while there is a head above."""
    heads = nearest_heads(unit_id)
    if who.startswith(ROLE):
        return people.role_holders(who.removeprefix(ROLE), unit_id) or heads
    if who == PEOPLE:
        there = session.scalars(
            select(Posting.person_id)
            .join(Person, Person.id == Posting.person_id)
            .where(Posting.unit_id == unit_id, in_force(Posting), Person.state != "left")
            .order_by(Posting.person_id)
            .limit(50)
        )
        return [person for person in there if person not in heads] or heads
    return heads
