"""Reading contests: whose, how they stand, what came of them. A constant number of statements for any number of competitors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.actor import Actor, Scope
from app.core.database import fetch, session
from app.core.errors import NotFound
from app.core.paging import Key, Page, keyset
from app.core.scopes import SELVES, visible
from app.core.types import UtcDateTime
from app.people import queries as people
from app.people.models import Person
from app.work.models.contests import Competitor, Contest, ContestResult
from app.work.permissions import CONTEST_HOLD, CONTEST_VIEW
from app.work.queries.progress import count
from app.work.rules.contests import Place, ranked

MAX_ID = 2**63 - 1
AWARDABLE = 20
"""How many of the first lines may be given an award when a contest is closed."""


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Contests are public: of one's own unit and those above it, where one competes, and those one oversees."""
    own = visible(actor, CONTEST_VIEW, unit=Contest.unit_id)
    granted = actor.scope(CONTEST_VIEW)
    if granted is None or granted.level is Scope.ALL:
        return own
    above = people.unit_path(actor.home_unit_id) if actor.home_unit_id is not None else []
    selves = sorted(actor.selves)
    competing = select(Competitor.contest_id).where(Competitor.person_id.in_(selves))
    return or_(own, Contest.unit_id.in_(above), Contest.created_by.in_(selves), Contest.id.in_(competing))


def contests_page(actor: Actor, cursor: str | None = None, limit: int = 30) -> Page[Any]:
    """Contests the actor may see, the latest first, each with the number of competitors. Two statements."""
    number = select(func.count()).where(Competitor.contest_id == Contest.id).correlate(Contest).scalar_subquery()
    stmt = select(Contest, number.label("competitors")).where(seen_by(actor))
    return keyset(stmt, [Key(Contest.ends_on, descending=True), Key(Contest.id, descending=True)], cursor, limit)


def contest_for(actor: Actor, contest_id: int) -> Contest:
    """One contest that the actor may see; raises ``NotFound``."""
    found = None
    if 0 < contest_id <= MAX_ID:
        found = session.scalar(select(Contest).where(Contest.id == contest_id, seen_by(actor)))
    if found is None:
        raise NotFound()
    return found


def holds(actor: Actor, contest: Contest) -> bool:
    """Whether the actor may close the contest and correct its result."""
    granted = actor.scope(CONTEST_HOLD)
    return granted is not None and (granted.level is Scope.ALL or contest.unit_id in granted.unit_ids)


def competitors_of(contest_id: int) -> list[int]:
    """Who competes."""
    return list(
        session.scalars(
            select(Competitor.person_id).where(Competitor.contest_id == contest_id).order_by(Competitor.person_id)
        )
    )


def ranking(contest: Contest) -> list[Place]:
    """How it stands now, by its measure. Two statements."""
    ids = competitors_of(contest.id)
    figures = count(contest.measure, ids, contest.starts_on, min(contest.ends_on, clock.today()))
    return ranked({person: figures.get(person, Decimal(0)) for person in ids})


def result_rows(contest_ids: Sequence[int]) -> list[ContestResult]:
    """The result in force of contests: of each competitor the latest edition, best place first. One statement."""
    if not contest_ids:
        return []
    newest = select(ContestResult.contest_id, ContestResult.person_id, func.max(ContestResult.edition).label("edition"))
    latest = newest.where(ContestResult.contest_id.in_(sorted(contest_ids)))
    last = latest.group_by(ContestResult.contest_id, ContestResult.person_id).subquery()
    stmt = select(ContestResult).join(
        last,
        (last.c.contest_id == ContestResult.contest_id)
        & (last.c.person_id == ContestResult.person_id)
        & (last.c.edition == ContestResult.edition),
    )
    return list(session.scalars(stmt.order_by(ContestResult.place, ContestResult.person_id)))


def corrections_of(contest_id: int) -> list[ContestResult]:
    """Every correction of a result, the latest first."""
    return list(
        session.scalars(
            select(ContestResult)
            .where(ContestResult.contest_id == contest_id, ContestResult.edition > 1)
            .order_by(ContestResult.id.desc())
        )
    )


@dataclass(frozen=True, slots=True)
class Awarded:
    """A contest that has just been closed, with its awards: each with its person's id and name, prize and citation."""

    contest_id: int
    title: str
    rows: list[Any]


_CORRECTED = aliased(ContestResult)
_ALL_AWARDS = (
    select(Contest.id, Contest.title, ContestResult.person_id, Person.name, ContestResult.prize, ContestResult.citation)
    .join(ContestResult, ContestResult.contest_id == Contest.id)
    .join(Person, Person.id == ContestResult.person_id)
    .where(
        Contest.closed_at >= bindparam("since", type_=UtcDateTime()),
        ContestResult.prize != "",
        ~exists().where(
            _CORRECTED.contest_id == ContestResult.contest_id,
            _CORRECTED.person_id == ContestResult.person_id,
            _CORRECTED.edition > ContestResult.edition,
        ),
    )
    .order_by(Contest.closed_at.desc(), Contest.id, ContestResult.place, ContestResult.person_id)
    .limit(bindparam("most", type_=Integer))
)
_AWARDS = _ALL_AWARDS.where(
    or_(
        Contest.unit_id.in_(bindparam("units", expanding=True)),
        Contest.created_by.in_(SELVES),
        Contest.id.in_(select(Competitor.contest_id).where(Competitor.person_id.in_(SELVES))),
    )
)
# built once: every day page asks for them


def awards_since(actor: Actor, since: datetime, limit: int = 3) -> list[Awarded]:
    """Contests closed since then, with awards, that the actor may see, as :func:`seen_by` says. Two statements at most."""
    given: dict[str, Any] = {"since": since, "most": limit * AWARDABLE}
    granted = actor.scope(CONTEST_VIEW)
    if granted is None:
        return []
    if granted.level is Scope.ALL:
        rows = fetch(_ALL_AWARDS, given)
    else:
        above = people.unit_path(actor.home_unit_id) if actor.home_unit_id is not None else []
        overseen = granted.unit_ids if granted.level >= Scope.UNIT else ()
        rows = fetch(_AWARDS, {**given, "units": sorted({*above, *overseen}), "selves": sorted(actor.selves)})
    found: dict[int, Awarded] = {}
    for row in rows:
        found.setdefault(row.id, Awarded(row.id, row.title, [])).rows.append(row)
    return list(found.values())[:limit]
