"""Reading granted roles: who holds what for which unit, and who heads a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import fetch, once_per_reading, session
from app.core.dated import DAY, in_force
from app.core.paging import Key, Page, keyset
from app.core.scopes import visible
from app.people.models import ADMINISTRATORS, Grant, Membership, Person
from app.people.permissions import GRANT_VIEW
from app.people.queries.units import unit_path


@dataclass(frozen=True, slots=True)
class GrantView:
    """A granted role as known today."""

    id: int
    person_id: int
    name: str
    role: str
    unit_id: int
    valid_from: date
    valid_to: date | None
    reason: str
    granted_by: int
    recorded_at: datetime


_COLUMNS: tuple[Any, ...] = (
    Grant.id,
    Grant.person_id,
    Person.name,
    Grant.role,
    Grant.unit_id,
    Grant.valid_from,
    Grant.valid_to,
    Grant.reason,
    Grant.granted_by,
    Grant.recorded_at,
)


def grants_page(
    actor: Actor, cursor: str | None = None, limit: int = 50, *, role: str | None = None, ended: bool = False
) -> Page[GrantView]:
    """Grants for units within reach, by name of the person; those that have ended only when asked for."""
    stmt: Select[Any] = (
        select(*_COLUMNS)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.superseded_at.is_(None), visible(actor, GRANT_VIEW, unit=Grant.unit_id))
    )
    if role:
        stmt = stmt.where(Grant.role == role)
    if not ended:
        stmt = stmt.where(or_(Grant.valid_to.is_(None), Grant.valid_to > clock.today()))
    page = keyset(stmt, [Key(Person.pinyin), Key(Grant.id)], cursor, limit)
    return Page([GrantView(*row[:10]) for row in page.items], page.next)


def grants_of(person_id: int) -> Sequence[GrantView]:
    """All grants of a person as known today, latest first."""
    rows: Any = session.execute(
        select(*_COLUMNS)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.person_id == person_id, Grant.superseded_at.is_(None))
        .order_by(Grant.valid_from.desc(), Grant.id.desc())
        .limit(200)
    )
    return [GrantView(*row) for row in rows]


def roles_held(person_id: int, day: date | None = None, until: date | None = None) -> frozenset[str]:
    """Granted and team roles of a person on ``day`` (today), or on any day from ``day`` until before ``until``."""
    day = day or clock.today()
    found = []
    for model in (Grant, Membership):
        stmt = select(model.role).where(model.person_id == person_id, model.superseded_at.is_(None))
        if until is None:
            stmt = stmt.where(in_force(model, day))
        else:
            stmt = stmt.where(model.valid_from < until, or_(model.valid_to.is_(None), model.valid_to > day))
        found.append(stmt)
    return frozenset(session.scalars(found[0].union(found[1])))


def heads_of_unit(unit_id: int, day: date | None = None) -> list[int]:
    """Active supervisors whose grant covers the unit, those of the nearest unit first."""
    return role_holders("supervisor", unit_id, day)


_HOLDERS = (
    select(Grant.person_id, Grant.unit_id)
    .join(Person, Person.id == Grant.person_id)
    .where(
        Grant.role == bindparam("role"),
        Grant.unit_id.in_(bindparam("path", expanding=True)),
        in_force(Grant, DAY),
        Person.state != "left",
    )
    .order_by(Grant.valid_from, Grant.id)
)
# built once: every step that opens asks for it


@once_per_reading
def role_holders(role: str, unit_id: int, day: date | None = None) -> list[int]:
    """Active persons who hold the granted ``role`` for ``unit_id`` or a unit above it, nearest first."""
    path = unit_path(unit_id, day)
    if not path:
        return []
    rows = fetch(_HOLDERS, {"role": role, "path": path, "day": day or clock.today()}).all()
    nearest = sorted(rows, key=lambda row: path.index(row.unit_id))
    return list(dict.fromkeys(row.person_id for row in nearest))


def administrators(role: str, day: date | None = None) -> list[int]:
    """Active holders of an administrator's role, for any unit."""
    assert role in ADMINISTRATORS
    return list(
        session.scalars(
            select(Grant.person_id)
            .join(Person, Person.id == Grant.person_id)
            .where(Grant.role == role, in_force(Grant, day), Person.state == "active")
            .order_by(Grant.person_id)
            .distinct()
        )
    )
