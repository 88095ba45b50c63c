"""Accompanied visits: lists within reach, one visit, and how somebody's skills were seen over time (D27)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, func, literal_column, or_, select, union_all
from sqlalchemy.orm import aliased

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import fetch, once_per_reading, session
from app.core.errors import NotFound
from app.core.paging import Key, Page, keyset
from app.core.texts import _
from app.core.types import UtcDateTime
from app.customers.models import Customer
from app.people.models import Person
from app.sales import permissions
from app.sales.models import AccompaniedScore, AccompaniedVisit, Opportunity
from app.sales.queries.filters import MAX_ID
from app.web.dates import DateEntry
from app.workflow.models import Run
from app.workflow.queries.subjects import titled

KIND = "accompanied_visit"
MOST_DATES = 1000
STATES = ("open", "success", "cancelled")
SIDES = ("trainee", "coach")
_coach, _trainee = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class Accompanied:
    """A line of the list, and the head of a page."""

    id: int
    run_id: int
    customer_id: int
    customer: str
    opportunity_id: int | None
    opportunity: str | None
    step: str
    digest: str
    coach_id: int
    coach: str
    trainee_id: int
    trainee: str
    day: date
    state: str
    stage: str
    end: str | None
    end_reason: str | None
    version: int


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            AccompaniedVisit.id,
            AccompaniedVisit.run_id,
            AccompaniedVisit.customer_id,
            Customer.name,
            AccompaniedVisit.opportunity_id,
            Opportunity.title,
            AccompaniedVisit.step,
            AccompaniedVisit.digest,
            AccompaniedVisit.coach_id,
            _coach.name.label("coach"),
            AccompaniedVisit.trainee_id,
            _trainee.name.label("trainee"),
            AccompaniedVisit.day,
            Run.state,
            Run.stage,
            Run.end,
            Run.end_reason,
            Run.version,
        )
        .join(Run, Run.id == AccompaniedVisit.run_id)
        .join(Customer, Customer.id == AccompaniedVisit.customer_id)
        .join(_coach, _coach.id == AccompaniedVisit.coach_id)
        .join(_trainee, _trainee.id == AccompaniedVisit.trainee_id)
        .outerjoin(Opportunity, Opportunity.id == AccompaniedVisit.opportunity_id)
    )


def accompanied_page(
    actor: Actor,
    *,
    person_id: int | None = None,
    side: str | None = None,
    state: str | None = None,
    since: date | None = None,
    until: date | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Accompanied]:
    """Accompanied visits within reach, latest day first. ``since`` and ``until``: days on which they ended.

    ``side``: only where ``person_id`` is the trainee, or the coach. One statement.
    """
    actor.require(permissions.ACCOMPANIED_VIEW)
    stmt = _lines().where(permissions.accompanied(actor))
    if person_id is not None:
        sides = {"trainee": AccompaniedVisit.trainee_id, "coach": AccompaniedVisit.coach_id}
        wanted = [sides[side]] if side else sides.values()
        stmt = stmt.where(or_(*(column == person_id for column in wanted)))
    if state is not None:
        stmt = stmt.where(Run.state == state)
    if since is not None:
        stmt = stmt.where(Run.closed_at >= calendar.start_of_day(since))
    if until is not None:
        stmt = stmt.where(Run.closed_at < calendar.end_of_day(until))
    keys = [Key(AccompaniedVisit.day, descending=True), Key(AccompaniedVisit.id, descending=True)]
    page = keyset(stmt, keys, cursor, limit)
    return Page([Accompanied(*row[:18]) for row in page.items], page.next)


def accompanied_for(actor: Actor, visit_id: int) -> Accompanied:
    """One accompanied visit within reach; raises ``NotFound``."""
    actor.require(permissions.ACCOMPANIED_VIEW)
    row = None
    if 0 < visit_id <= MAX_ID:
        stmt = _lines().where(AccompaniedVisit.id == visit_id, permissions.accompanied(actor))
        row = session.execute(stmt).one_or_none()
    if row is None:
        raise NotFound()
    return Accompanied(*row)


@dataclass(frozen=True, slots=True)
class SkillSeen:
    """How one skill of a person was seen: how often, on average, and the last time."""

    skill: str
    count: int
    average: Decimal
    last: int
    last_on: date


def skills_seen(actor: Actor, person_id: int) -> list[SkillSeen]:
    """Every skill of somebody that was scored in visits within the actor's reach, weakest first. One statement."""
    rows = session.execute(
        select(AccompaniedScore.skill, AccompaniedScore.score, AccompaniedVisit.day)
        .join(AccompaniedVisit, AccompaniedVisit.id == AccompaniedScore.visit_id)
        .join(Run, Run.id == AccompaniedVisit.run_id)
        .where(AccompaniedVisit.trainee_id == person_id, Run.state == "success", permissions.accompanied(actor))
        .order_by(AccompaniedVisit.day, AccompaniedVisit.id)
        .limit(5000)
    )
    found: dict[str, list[tuple[int, date]]] = {}
    for skill, score, day in rows:
        found.setdefault(skill, []).append((score, day))
    seen = [
        SkillSeen(
            skill,
            len(scores),
            (Decimal(sum(score for score, _day in scores)) / len(scores)).quantize(Decimal("0.1")),
            *scores[-1],
        )
        for skill, scores in found.items()
    ]
    return sorted(seen, key=lambda one: (one.average, one.skill))


def visit(visit_id: int) -> AccompaniedVisit | None:
    """The row itself, for what the process asks of it."""
    return session.get(AccompaniedVisit, visit_id)


def scores_of(visit_id: int) -> Sequence[AccompaniedScore]:
    """The scores of a visit in their order."""
    return session.scalars(
        select(AccompaniedScore).where(AccompaniedScore.visit_id == visit_id).order_by(AccompaniedScore.position)
    ).all()


def by_submission(actor: Actor, submission: str) -> AccompaniedVisit | None:
    """The visit that the actor's form with this mark has planned already."""
    if not submission:
        return None
    return session.scalar(
        select(AccompaniedVisit).where(
            AccompaniedVisit.created_by == actor.id, AccompaniedVisit.submission == submission[:64]
        )
    )


def open_of(person_id: int) -> Sequence[AccompaniedVisit]:
    """Visits that are under way and in which somebody is coach or trainee."""
    return session.scalars(
        select(AccompaniedVisit)
        .join(Run, Run.id == AccompaniedVisit.run_id)
        .where(
            Run.state == "open", or_(AccompaniedVisit.coach_id == person_id, AccompaniedVisit.trainee_id == person_id)
        )
        .order_by(AccompaniedVisit.id)
    ).all()


def address(visit_id: int) -> str:
    """The page of an accompanied visit, also outside of requests."""
    return f"/sales/accompanied/{visit_id}"


describe = titled(select(AccompaniedVisit.id, Run.subject_label).join(Run, Run.id == AccompaniedVisit.run_id), address)


def own_dates(actor: Actor, start: datetime, end: datetime) -> Sequence[DateEntry]:
    """The days of accompanied visits in which the actor (or whom they stand in for) takes part."""
    return dates_of_people(actor, actor.selves, start, end)


def dates_of_people(actor: Actor, ids: Collection[int], start: datetime, end: datetime) -> Sequence[DateEntry]:
    """The same of several people, as far as the actor reaches. One statement."""
    first, last = clock.local(start).date(), clock.local(end - timedelta(microseconds=1)).date()
    sides = AccompaniedVisit.coach_id.in_(sorted(ids)), AccompaniedVisit.trainee_id.in_(sorted(ids))
    stmt = _lines().where(
        AccompaniedVisit.day.between(first, last), Run.state != "cancelled", or_(*sides), permissions.accompanied(actor)
    )
    found = []
    for row in session.execute(stmt.order_by(AccompaniedVisit.day, AccompaniedVisit.id).limit(MOST_DATES)):
        line = Accompanied(*row)
        mine, other = (line.coach_id, line.trainee) if line.coach_id in ids else (line.trainee_id, line.coach)
        found.append(
            DateEntry(
                f"accompanied-{line.id}",
                calendar.start_of_day(line.day),
                _("%(customer)s: accompanied visit with %(name)s", customer=line.customer, name=other),
                address(line.id),
                calendar.end_of_day(line.day),
                all_day=True,
                icon="users",
                done=line.state != "open",
                person_id=mine,
                remind=True,
            )
        )
    return found


_OBSERVED: CompoundSelect[Any] = union_all(
    *(
        select(literal_column(f"'{side}'"), column, func.count())
        .join(Run, Run.id == AccompaniedVisit.run_id)
        .where(
            column.in_(bindparam("ids", expanding=True)),
            Run.state == "success",
            Run.closed_at >= bindparam("start", type_=UtcDateTime()),
            Run.closed_at < bindparam("end", type_=UtcDateTime()),
        )
        .group_by(column)
        for side, column in (("trainee", AccompaniedVisit.trainee_id), ("coach", AccompaniedVisit.coach_id))
    )
)
# built once: every day page asks for it


@once_per_reading
def observations(person_ids: tuple[int, ...], start: datetime, end: datetime) -> tuple[dict[int, int], dict[int, int]]:
    """How many accompanied visits of each person came to their end in the time: as trainee, and as coach. One statement."""
    found: dict[str, dict[int, int]] = {"trainee": {}, "coach": {}}
    for side, person, count in fetch(_OBSERVED, {"ids": person_ids, "start": start, "end": end}):
        found[side][person] = count
    return found["trainee"], found["coach"]
