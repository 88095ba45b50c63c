"""Changing the organisation tree. Every change has a day; what stood before that day stays as it was (D8)."""

from datetime import date
from typing import Any

from sqlalchemy import select, update

from app.core import audit, clock, typed
from app.core.actor import Actor, Scope
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.texts import _l
from app.people import audit as noted
from app.people import signals
from app.people.models import Placement, Posting, Team, Unit
from app.people.operations import dated
from app.people.permissions import UNIT_EDIT
from app.people.queries.institution import levels
from app.people.queries.units import parents, root_unit
from app.people.rules import names, timeline, tree, vocabulary


def place_unit(
    actor: Actor,
    *,
    code: str,
    name: str,
    level: str,
    parent_id: int | None = None,
    day: date | None = None,
) -> int:
    """Create a unit that stands under ``parent_id`` from ``day`` (today) on; returns its id.

    Raises ``Invalid`` for a code in use, an unknown level, or a level that cannot stand there; ``Forbidden`` beyond
    the actor's reach. Only the first unit of an institution, or the system, may stand without a parent.
    """
    day = day or clock.today()
    code, name = code.strip(), _named(name)
    if not names.is_number(code):
        raise Invalid("code", "invalid", _l("A code has up to 32 letters, digits or . _ / -"))
    if session.scalar(select(Unit.id).where(Unit.code == code)) is not None:
        raise Invalid("code", "taken", _l("Another unit has this code."))
    _require_reach(actor, parent_id)
    _lock_tree()
    if parent_id is None and not actor.is_system and root_unit() is not None:
        raise Invalid("parent_id", "required", _l("Choose the unit that it stands under."))
    _check_place(None, parent_id, level, day)
    unit = Unit(code=code)
    session.add(unit)
    session.flush()
    values = {"parent_id": parent_id, "name": name, "level": level, "closed": False}
    dated.write(
        Placement,
        {"unit_id": unit.id},
        timeline.change([], day, values),
        recorded_by=actor.id,
    )
    audit.record(
        actor,
        noted.UNIT_CREATED,
        target=("unit", unit.id),
        changes={"name": (None, name), "level": (None, level), "code": (None, code)},
        day=day,
        parent_id=parent_id,
    )
    return unit.id


def move_unit(
    actor: Actor, unit_id: int, *, parent_id: int, day: date | None = None, version: int | None = None
) -> None:
    """Place a unit, with all below it, under another one from ``day`` (today) on; reports of earlier days stay.

    Raises ``Invalid`` for a circle or a level that cannot stand there, ``Conflict`` for a stale version.
    """
    day = day or clock.today()
    _require_reach(actor, unit_id)
    _require_reach(actor, parent_id)
    unit = _locked(unit_id, version)
    if _change(actor, unit, day, noted.UNIT_MOVED, parent_id=parent_id):
        signals.unit_moved.send(unit_id=unit_id, day=day, actor=actor)


def rename_unit(
    actor: Actor,
    unit_id: int,
    *,
    name: str,
    level: str | None = None,
    day: date | None = None,
    version: int | None = None,
) -> None:
    """Give a unit another name (or level) from ``day`` (today) on."""
    _require_reach(actor, unit_id)
    changed: dict[str, Any] = {"name": _named(name)}
    if level:
        changed["level"] = level
    _change(actor, _locked(unit_id, version), day or clock.today(), noted.UNIT_RENAMED, **changed)


def close_unit(actor: Actor, unit_id: int, *, day: date | None = None, version: int | None = None) -> None:
    """Close a unit from ``day`` (today) on. It keeps its place, so that its records stay in reach of those above.

    Raises ``Conflict`` while open units, persons or teams still belong to it on that day.
    """
    day = day or clock.today()
    _require_reach(actor, unit_id)
    unit = _locked(unit_id, version)
    holding = {
        _l("units below it"): select(Placement.id).where(
            Placement.parent_id == unit_id,
            Placement.closed.is_(False),
            Placement.superseded_at.is_(None),
            (Placement.valid_to.is_(None)) | (Placement.valid_to > day),
        ),
        _l("persons"): select(Posting.id).where(
            Posting.unit_id == unit_id,
            Posting.superseded_at.is_(None),
            (Posting.valid_to.is_(None)) | (Posting.valid_to > day),
        ),
        _l("teams"): select(Team.id).where(Team.unit_id == unit_id, Team.closed_on.is_(None)),
    }
    still = [str(title) for title, stmt in holding.items() if session.scalar(stmt.limit(1)) is not None]
    if still:
        raise Conflict(_l("This unit still has %(things)s. Move or end them first.", things=", ".join(still)))
    _change(actor, unit, day, noted.UNIT_CLOSED, closed=True)


def reopen_unit(actor: Actor, unit_id: int, *, day: date | None = None, version: int | None = None) -> None:
    """Open a closed unit again from ``day`` (today) on."""
    _require_reach(actor, unit_id)
    _change(actor, _locked(unit_id, version), day or clock.today(), noted.UNIT_REOPENED, closed=False)


def _change(actor: Actor, unit: Unit, day: date, action: str, **changed: Any) -> bool:
    found = dated.spans(Placement, {"unit_id": unit.id})
    held = timeline.at(found, day)
    if held is None:
        raise Invalid("day", "too_early", _l("The unit does not exist on that day yet."))
    values = {**held.values, **changed}
    if not values["closed"]:
        _check_place(unit.id, values["parent_id"], values["level"], day)
    rewrite = timeline.change(found, day, values)
    if not rewrite.added:
        return False
    dated.write(Placement, {"unit_id": unit.id}, rewrite, recorded_by=actor.id)
    audit.record(
        actor,
        action,
        target=("unit", unit.id),
        changes={name: (held.values[name], value) for name, value in changed.items()},
        day=day,
    )
    return True


def _check_place(unit_id: int | None, parent_id: int | None, level: str, day: date) -> None:
    known = levels()
    if level not in known or known[level].retired:
        raise Invalid("level", "unknown", _l("Choose one of the levels."))
    if parent_id is None:
        return
    parent = session.execute(
        select(Placement.level, Placement.closed).where(
            Placement.unit_id == parent_id,
            Placement.superseded_at.is_(None),
            Placement.valid_from <= day,
            (Placement.valid_to.is_(None)) | (Placement.valid_to > day),
        )
    ).one_or_none()
    if parent is None or parent.closed:
        raise Invalid("parent_id", "not_open", _l("The unit above must be open on that day."))
    if not vocabulary.fits_under(level, parent.level, known):
        raise Invalid("parent_id", "level", _l("A unit stands under one of a higher level."))
    if unit_id is None:
        return
    later = session.scalars(
        select(Placement.valid_from)
        .where(Placement.superseded_at.is_(None), Placement.valid_from > day)
        .distinct()
        .limit(500)
    ).all()
    for each in [day, *later]:
        if tree.makes_circle(unit_id, parent_id, parents(each)):
            raise Invalid("parent_id", "circle", _l("A unit cannot stand below itself."))


def _lock_tree() -> None:
    """Whoever changes the tree waits for whoever is changing it: two moves at once cannot make a circle."""
    roots = select(Placement.unit_id).where(Placement.parent_id.is_(None), Placement.superseded_at.is_(None))
    session.execute(select(Unit.id).where(Unit.id.in_(roots)).order_by(Unit.id).with_for_update())


def _locked(unit_id: int, version: int | None) -> Unit:
    _lock_tree()
    unit = session.scalar(
        select(Unit).where(Unit.id == unit_id).with_for_update().execution_options(populate_existing=True)
    )
    if unit is None:
        raise NotFound()
    if version is not None and version != unit.version:
        raise Conflict()
    session.execute(update(Unit).where(Unit.id == unit_id).values(version=Unit.version + 1))
    return unit


def _require_reach(actor: Actor, unit_id: int | None) -> None:
    granted = actor.require(UNIT_EDIT)
    if granted.level is not Scope.ALL and unit_id not in granted.unit_ids:
        raise Forbidden(UNIT_EDIT, _l("This unit is outside the part of the tree you look after."))


def _named(name: str) -> str:
    name = typed.name(name)
    if not name or len(name) > 80 or "\x00" in name:
        raise Invalid("name", "length", _l("A name has 1 to 80 characters."))
    return name
