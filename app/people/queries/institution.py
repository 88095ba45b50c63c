"""The institution's kind and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core.calendar import CalendarDay
from app.core.database import session
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


def vocabulary() -> dict[str, list[Word]]:
    """Every kind of word, in order, retired ones last: the shipped ones as the institution has changed them.

    One statement: the institution's kind comes along with its terms.
    """
    rows = session.execute(
        select(
            Institution.kind.label("institution"), Term.kind, Term.key, Term.zh, Term.en, Term.position, Term.retired
        )
        .select_from(Institution)
        .outerjoin(Term, Term.id.is_not(None))
    ).all()
    kind = rows[0].institution if rows else DEFAULT_KIND
    found = {each: {word.key: word for word in shipped.shipped(kind, each)} for each in KINDS}
    for row in rows:
        if row.kind in found:
            known = found[row.kind].get(row.key)
            found[row.kind][row.key] = Word(
                row.key,
                {"zh": row.zh, "en": row.en},
                row.position,
                bool(known and known.anywhere),
                row.retired,
            )
    return {each: sorted(words.values(), key=lambda w: (w.retired, w.position)) for each, words in found.items()}


def words(kind: str) -> dict[str, Word]:
    """The words of one kind by key, retired ones included (old records still need their titles)."""
    return {word.key: word for word in vocabulary()[kind]}


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
