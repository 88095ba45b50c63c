"""The institution's kind and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from app.core.calendar import CalendarDay
from app.core.database import fetch, session
from app.people.models import Institution, Term
from app.people.rules import vocabulary as shipped
from app.people.rules.vocabulary import DEFAULT_KIND, KINDS, Word


@dataclass(frozen=True, slots=True)
class InstitutionView:
    """Kind of institution, version, and whether it has been initialised."""

    kind: str
    version: int
    initialised: bool


def institution() -> InstitutionView:
    """The institution of this database; a bank that is not initialised yet, when nothing is stored."""
    row = session.execute(select(Institution.kind, Institution.version)).one_or_none()
    return InstitutionView(DEFAULT_KIND, 0, False) if row is None else InstitutionView(row.kind, row.version, True)


_TERMS = (
    select(Institution.kind.label("institution"), Term.kind, Term.key, Term.zh, Term.en, Term.position, Term.retired)
    .select_from(Institution)
    .outerjoin(Term, Term.id.is_not(None))
)
_TERMS_OF = (
    select(Institution.kind.label("institution"), Term.kind, Term.key, Term.zh, Term.en, Term.position, Term.retired)
    .select_from(Institution)
    .outerjoin(Term, Term.kind == bindparam("kind"))
)
# built once: every list that shows an industry or a post asks for its words


def vocabulary() -> dict[str, list[Word]]:
    """Every kind of word, in order, retired ones last: the shipped ones as the institution has changed them.

    One statement: the institution's kind comes along with its terms.
    """
    rows = fetch(_TERMS).all()
    return {kind: _in_order(kind, rows) for kind in KINDS}


def words(kind: str) -> dict[str, Word]:
    """The words of one kind by key, retired ones included (old records still need their titles). One statement."""
    return {word.key: word for word in _in_order(kind, fetch(_TERMS_OF, {"kind": kind}).all())}


def _in_order(kind: str, rows: Sequence[Any]) -> list[Word]:
    institution = rows[0].institution if rows else DEFAULT_KIND
    found = {word.key: word for word in shipped.shipped(institution, kind)}
    for row in rows:
        if row.kind == kind:
            known = found.get(row.key)
            anywhere = bool(known and known.anywhere)
            found[row.key] = Word(row.key, {"zh": row.zh, "en": row.en}, row.position, anywhere, row.retired)
    return sorted(found.values(), key=lambda w: (w.retired, w.position))


def levels() -> dict[str, Word]:
    """The levels of the organisation tree, by key, highest first."""
    return words("level")


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day that the institution has declared itself."""

    day: date
    working: bool
    note: str


def own_days(year: int) -> Sequence[OwnDay]:
    """The days of a year that the institution has declared working or free, in order."""
    rows = session.execute(
        select(CalendarDay.day, CalendarDay.working, CalendarDay.note)
        .where(CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
        .order_by(CalendarDay.day)
    )
    return [OwnDay(*row) for row in rows]
