"""Reading the organisation tree: now, on another day, and as it was known at another time (D8)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import fetch, once_per_reading, session
from app.core.dated import DAY, in_force
from app.core.errors import NotFound
from app.core.scopes import visible
from app.people.models import Grant, Person, Placement, Posting, Unit
from app.people.permissions import UNIT_VIEW
from app.people.rules import tree


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit as it stands on a day: id, code, name, level key, parent, whether closed, and its version."""

    id: int
    code: str
    name: str
    level: str
    parent_id: int | None
    closed: bool
    version: int


def _below() -> Select[Any]:
    base = select(Unit.id.label("top"), Unit.id.label("unit_id")).where(Unit.id.in_(bindparam("tops", expanding=True)))
    tree = base.cte("tree", recursive=True)
    tree = tree.union(
        select(tree.c.top, Placement.unit_id).where(Placement.parent_id == tree.c.unit_id, in_force(Placement, DAY))
    )
    return select(tree.c.top, tree.c.unit_id)


def _above() -> Select[Any]:
    from_here = (
        select(Placement.unit_id, Placement.parent_id)
        .where(Placement.unit_id == bindparam("unit"), in_force(Placement, DAY))
        .cte("path", recursive=True)
    )
    path = from_here.union(
        select(Placement.unit_id, Placement.parent_id).where(
            Placement.unit_id == from_here.c.parent_id, in_force(Placement, DAY)
        )
    )
    return select(path.c.unit_id, path.c.parent_id)


_BELOW, _ABOVE = _below(), _above()
# built once: each request and each step that opens asks for them


def subtrees(unit_ids: Collection[int], day: date | None = None) -> dict[int, frozenset[int]]:
    """For each of ``unit_ids`` itself and all units below it on ``day``, closed ones included. One statement."""
    if not unit_ids:
        return {}
    found: dict[int, set[int]] = {}
    for top, unit_id in fetch(_BELOW, {"tops": sorted(set(unit_ids)), "day": day or clock.today()}):
        found.setdefault(top, set()).add(unit_id)
    return {top: frozenset(units) for top, units in found.items()}


def unit_subtree(unit_id: int, day: date | None = None) -> frozenset[int]:
    """``unit_id`` and all units below it on ``day`` (today), closed ones included."""
    return subtrees([unit_id], day).get(unit_id, frozenset())


@once_per_reading
def _parents_above(unit_id: int, day: date) -> dict[int, int | None]:
    return {unit: parent for unit, parent in fetch(_ABOVE, {"unit": unit_id, "day": day})}


def unit_path(unit_id: int, day: date | None = None) -> list[int]:
    """``unit_id`` and its ancestors on ``day`` (today), nearest first. One statement."""
    parents = _parents_above(unit_id, day or clock.today())
    found: list[int] = []
    here: int | None = unit_id
    while here is not None and here in parents and here not in found:
        found.append(here)
        here = parents[here]
    return found


def parents(day: date | None = None, known_at: datetime | None = None) -> dict[int, int | None]:
    """Parent of every unit on ``day``, as known at ``known_at``."""
    rows = session.execute(select(Placement.unit_id, Placement.parent_id).where(in_force(Placement, day, known_at)))
    return {unit: parent for unit, parent in rows}


_UNIT_NAMES = (
    select(Placement.unit_id, Placement.name)
    .where(Placement.unit_id.in_(bindparam("ids", expanding=True)), Placement.superseded_at.is_(None))
    .order_by(Placement.valid_from > DAY, Placement.valid_from.desc())
)


def unit_names(ids: Collection[int], day: date | None = None) -> dict[int, str]:
    """Names of units on ``day`` (today); the last known name of one that does not stand on that day."""
    wanted = sorted({i for i in ids if i})
    if not wanted:
        return {}
    rows = fetch(_UNIT_NAMES, {"ids": wanted, "day": day or clock.today()})
    found: dict[int, str] = {}
    for unit_id, name in rows:
        found.setdefault(unit_id, name)
    return found


_COLUMNS = (
    Unit.id,
    Unit.code,
    Placement.name,
    Placement.level,
    Placement.parent_id,
    Placement.closed,
    Unit.version,
)


def units(
    actor: Actor,
    day: date | None = None,
    known_at: datetime | None = None,
    *,
    permission: str = UNIT_VIEW,
    closed: bool = True,
) -> list[UnitView]:
    """The units that ``actor`` reaches with ``permission``, as they stand on ``day``, by code."""
    stmt = (
        select(*_COLUMNS)
        .join(Placement, Placement.unit_id == Unit.id)
        .where(in_force(Placement, day, known_at), visible(actor, permission, unit=Unit.id))
        .order_by(Unit.code)
    )
    if not closed:
        stmt = stmt.where(Placement.closed.is_(False))
    return [UnitView(*row) for row in session.execute(stmt)]


def unit_for(actor: Actor, unit_id: int, permission: str = UNIT_VIEW, day: date | None = None) -> UnitView:
    """One unit within the actor's reach, as it stands on ``day`` (else as it last stood); raises ``NotFound``."""
    day = day or clock.today()
    row = session.execute(
        select(*_COLUMNS)
        .join(Placement, Placement.unit_id == Unit.id)
        .where(Unit.id == unit_id, Placement.superseded_at.is_(None), visible(actor, permission, unit=Unit.id))
        .order_by(Placement.valid_from > day, Placement.valid_from.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return UnitView(*row)


@dataclass(frozen=True, slots=True)
class PlacementView:
    """One row of a unit's history: what was held true for which days, and from when to when it was known so."""

    name: str
    level: str
    parent_id: int | None
    closed: bool
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    recorded_by: int


def unit_history(unit_id: int) -> Sequence[PlacementView]:
    """Every placement ever recorded of a unit, latest days first, corrections included."""
    rows = session.execute(
        select(
            Placement.name,
            Placement.level,
            Placement.parent_id,
            Placement.closed,
            Placement.valid_from,
            Placement.valid_to,
            Placement.recorded_at,
            Placement.superseded_at,
            Placement.recorded_by,
        )
        .where(Placement.unit_id == unit_id)
        .order_by(Placement.valid_from.desc(), Placement.id.desc())
        .limit(200)
    )
    return [PlacementView(*row) for row in rows]


def unit_by_code(code: str) -> int | None:
    """Id of the unit with that code."""
    return session.scalar(select(Unit.id).where(Unit.code == code))


def root_unit() -> int | None:
    """The oldest root of the tree as it stands today; None in an empty institution."""
    return session.scalar(
        select(Placement.unit_id)
        .where(in_force(Placement), Placement.parent_id.is_(None))
        .order_by(Placement.unit_id)
        .limit(1)
    )


def unit_choices(actor: Actor, permission: str, day: date | None = None) -> list[tuple[int, str]]:
    """Units open on ``day`` within reach, in the order of the tree, names indented by depth, for a select box."""
    found = units(actor, day, permission=permission, closed=False)
    by_id: Mapping[int, Any] = {unit.id: unit for unit in found}
    order = tree.in_order({unit.id: unit.parent_id for unit in found}, [unit.id for unit in found])
    return [(node.unit_id, "\u3000" * node.depth + by_id[node.unit_id].name) for node in order]


def heads_by_unit(unit_ids: Collection[int], day: date | None = None) -> dict[int, list[tuple[int, str]]]:
    """Supervisors bound to each of the units themselves on ``day``: id and name. One statement."""
    if not unit_ids:
        return {}
    rows = session.execute(
        select(Grant.unit_id, Person.id, Person.name)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.role == "supervisor", in_force(Grant, day), Person.state != "left")
        .order_by(Grant.valid_from, Grant.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for unit_id, person_id, name in rows:
        if unit_id in unit_ids:
            found.setdefault(unit_id, []).append((person_id, name))
    return found


def posted_by_unit(unit_ids: Collection[int], day: date | None = None) -> dict[int, int]:
    """How many persons work in each of the units themselves on ``day``. One statement."""
    rows = session.execute(
        select(Posting.unit_id, func.count()).where(in_force(Posting, day)).group_by(Posting.unit_id)
    )
    return {unit_id: count for unit_id, count in rows if unit_id in unit_ids}
