"""Reading absences: who stands in for whom on a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.actor import Actor, Scope
from app.core.database import fetch, session
from app.core.dated import DAY, in_force
from app.core.paging import Key, Page, keyset
from app.core.scopes import visible
from app.core.texts import _
from app.people.models import Absence, Membership, Person, Posting
from app.people.permissions import ABSENCE_VIEW
from app.web.filters import short_day


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """An absence; ``valid_to`` is the first day back."""

    id: int
    person_id: int
    name: str
    deputy_id: int
    deputy: str
    valid_from: date
    valid_to: date
    reason: str


@dataclass(frozen=True, slots=True)
class Away:
    """That somebody is away today: ``until`` is the first day back."""

    until: date | None
    deputy_id: int
    deputy: str


_deputy = aliased(Person)


_AWAY = (
    select(Absence.person_id, Absence.valid_to, Absence.deputy_id, _deputy.name)
    .join(_deputy, _deputy.id == Absence.deputy_id)
    .where(Absence.person_id.in_(bindparam("ids", expanding=True)), in_force(Absence, DAY))
)


def away_today(person_ids: Collection[int]) -> dict[int, Away]:
    """Those of the persons who are away today: until when, and who stands in. One statement."""
    if not person_ids:
        return {}
    rows = fetch(_AWAY, {"ids": sorted(set(person_ids)), "day": clock.today()}).all()
    return {row[0]: Away(*row[1:]) for row in rows}


def away_words(person_ids: Collection[int]) -> dict[int, str]:
    """Of those who are away today: until when and who stands in, in the reader's language. One statement."""
    return {person: away_said(away) for person, away in away_today(person_ids).items()}


def away_said(away: Away) -> str:
    """An absence of today in words."""
    return str(_("away until %(day)s, %(deputy)s stands in", day=short_day(away.until), deputy=away.deputy))


def deputy_of(person_id: int, day: date | None = None) -> int | None:
    """Who stands in for the person on ``day`` (today); None when the person is there."""
    return deputies_of([person_id], day).get(person_id)


def deputies_of(person_ids: Collection[int], day: date | None = None) -> dict[int, int]:
    """Deputies of those of the persons who are absent on ``day`` (today). One statement."""
    if not person_ids:
        return {}
    rows = session.execute(
        select(Absence.person_id, Absence.deputy_id).where(
            Absence.person_id.in_(sorted(set(person_ids))), in_force(Absence, day)
        )
    )
    return {person: deputy for person, deputy in rows}


_COLUMNS: tuple[Any, ...] = (
    Absence.id,
    Absence.person_id,
    Person.name,
    Absence.deputy_id,
    _deputy.name,
    Absence.valid_from,
    Absence.valid_to,
    Absence.reason,
)


def absences_page(
    actor: Actor, cursor: str | None = None, limit: int = 50, *, past: bool = False, permission: str = ABSENCE_VIEW
) -> Page[AbsenceView]:
    """Absences of persons within reach, the next ones first; past ones only when asked for."""
    stmt: Select[Any] = (
        select(*_COLUMNS)
        .join(Person, Person.id == Absence.person_id)
        .join(_deputy, _deputy.id == Absence.deputy_id)
        .where(Absence.superseded_at.is_(None), _reached(actor, permission))
    )
    if not past:
        stmt = stmt.where(Absence.valid_to > clock.today())
    page = keyset(stmt, [Key(Absence.valid_from, descending=past), Key(Absence.id)], cursor, limit)
    return Page([AbsenceView(*row[:8]) for row in page.items], page.next)


def absences_of(person_id: int) -> Sequence[AbsenceView]:
    """Absences of a person as known today, latest first."""
    rows: Any = session.execute(
        select(*_COLUMNS)
        .join(Person, Person.id == Absence.person_id)
        .join(_deputy, _deputy.id == Absence.deputy_id)
        .where(Absence.person_id == person_id, Absence.superseded_at.is_(None))
        .order_by(Absence.valid_from.desc())
        .limit(50)
    )
    return [AbsenceView(*row) for row in rows]


def _reached(actor: Actor, permission: str) -> ColumnElement[bool]:
    granted = actor.scope(permission)
    own = visible(actor, permission, person=Absence.person_id)
    if granted is None or granted.level in (Scope.SELF, Scope.ALL):
        return own
    clauses = [own]
    if granted.team_ids:
        in_team = select(Membership.person_id).where(
            in_force(Membership), visible(actor, permission, team=Membership.team_id)
        )
        clauses.append(Absence.person_id.in_(in_team))
    if granted.level is Scope.UNIT:
        in_units = select(Posting.person_id).where(in_force(Posting), visible(actor, permission, unit=Posting.unit_id))
        clauses.append(Absence.person_id.in_(in_units))
    return or_(*clauses)


def deputy_candidates(person_id: int) -> list[tuple[int, str]]:
    """Colleagues who may stand in for a person: active, of the same unit or a common team, by name."""
    day = clock.today()
    unit_of = select(Posting.unit_id).where(Posting.person_id == person_id, in_force(Posting, day))
    team_of = select(Membership.team_id).where(Membership.person_id == person_id, in_force(Membership, day))
    in_unit = select(Posting.person_id).where(Posting.unit_id.in_(unit_of), in_force(Posting, day))
    in_team = select(Membership.person_id).where(Membership.team_id.in_(team_of), in_force(Membership, day))
    rows = session.execute(
        select(Person.id, Person.name)
        .where(
            and_(Person.id != person_id, Person.state == "active"),
            or_(Person.id.in_(in_unit), Person.id.in_(in_team)),
        )
        .order_by(Person.pinyin, Person.id)
        .limit(500)
    )
    return [(i, name) for i, name in rows]
