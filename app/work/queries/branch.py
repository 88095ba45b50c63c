"""The branch manager's figures (D40): everything one page needs, read in a constant number of statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.core import clock, settings
from app.core.actor import Actor
from app.core.database import session
from app.core.setting_fields import Posts, Whole
from app.core.texts import _l
from app.people import queries as people
from app.work.models.figures import Cost, FigurePlan
from app.work.permissions import FIGURES_VIEW
from app.work.queries.progress import count
from app.work.queries.staffing import last_days, spells_touching
from app.work.rules import branch as rules
from app.work.rules.branch import Ratio
from app.work.rules.goals import period_of, previous_period
from app.work.rules.staffing import Spell, headcount, last_spells, of_units, person_days

AMOUNT, VISITS = "sales.amount_won", "customers.visits_made"


ACTIVE = settings.declare(
    "work.activity_visits",
    title=_l("Visits a month from which a customer manager counts as active"),
    about=_l("The activity ratio of all units is counted with it, past periods included."),
    default=8,
    field=Whole(1, 500, unit=_l("visits a month"), one=_l("visit a month")),
)
POSTS = settings.declare(
    "work.manager_posts",
    title=_l("Posts that count as customer managers in the figures"),
    about=_l("Headcount, activity, productivity and retention are counted over the people of these posts."),
    default=["customer_manager"],
    field=Posts(),
)


@dataclass(frozen=True, slots=True)
class Span:
    """A period as far as it has gone: its kind, days, and the last day that counts (today while it runs)."""

    kind: str
    first: date
    last: date
    until: date

    @property
    def key(self) -> str:
        """The period as plans are stored under it."""
        return rules.key_of(self.kind, self.first)

    @property
    def begun(self) -> bool:
        """Whether anything can have happened yet."""
        return self.until >= self.first


def span_of(kind: str, day: date) -> Span:
    """The period that ``day`` is in."""
    first, last = period_of(kind, day)
    return Span(kind, first, last, min(last, clock.today()))


@dataclass(frozen=True, slots=True)
class Book:
    """All records of a unit with everything below, for one period and the one before it."""

    unit_id: int
    children: Sequence[int]
    below: Mapping[int, frozenset[int]]
    names: Mapping[int, str]
    now: Span
    before: Span
    spells: Sequence[Spell]
    left_on: Mapping[int, date]
    visits: Mapping[str, Mapping[int, Decimal]]
    amounts: Mapping[str, Mapping[int, Decimal]]
    costs: Sequence[Any]
    plans: Mapping[tuple[int, str, str], Decimal]
    wanted: int
    posts: frozenset[str]


def book(actor: Actor, unit_id: int, kind: str, day: date) -> Book:
    """Read the records of a unit within reach; raises ``NotFound``. The same number of statements for any size."""
    people.unit_for(actor, unit_id, FIGURES_VIEW)
    parents = people.parents()
    below = {unit: _below(unit, parents) for unit in [unit_id, *(u for u, p in parents.items() if p == unit_id)]}
    now = span_of(kind, day)
    before = span_of(kind, previous_period(kind, now.first, now.last)[0])
    spells = spells_touching(below[unit_id], before.first, now.until)
    persons = {spell.person_id for spell in spells}
    children = sorted(unit for unit in below if unit != unit_id)
    return Book(
        unit_id,
        children,
        below,
        people.unit_names([unit_id, *children]),
        now,
        before,
        spells,
        last_days(persons),
        {span.key: count(VISITS, persons, span.first, span.until) for span in (now, before)},
        {span.key: count(AMOUNT, persons, span.first, span.until) for span in (now, before)},
        _costs(below[unit_id], before.first, now.last),
        _plans([unit_id, *children], now),
        rules.visits_wanted(int(settings.get(ACTIVE)), kind),
        frozenset(settings.get(POSTS)),
    )


def _below(unit_id: int, parents: Mapping[int, int | None]) -> frozenset[int]:
    found = {unit_id}
    waiting = [unit_id]
    while waiting:
        top = waiting.pop()
        fresh = [unit for unit, parent in parents.items() if parent == top and unit not in found]
        found.update(fresh)
        waiting += fresh
    return frozenset(found)


def _costs(unit_ids: Collection[int], first: date, last: date) -> Sequence[Any]:
    return session.execute(
        select(Cost.unit_id, Cost.month, Cost.amount, Cost.note)
        .where(Cost.unit_id.in_(sorted(unit_ids)), Cost.month >= first, Cost.month <= last)
        .order_by(Cost.month, Cost.unit_id)
    ).all()


def _plans(unit_ids: Collection[int], span: Span) -> dict[tuple[int, str, str], Decimal]:
    keys = {span.key, *(rules.key_of("month", month) for month in rules.months_of(span.kind, span.first))}
    rows = session.execute(
        select(FigurePlan.unit_id, FigurePlan.metric, FigurePlan.period, FigurePlan.target).where(
            FigurePlan.unit_id.in_(sorted(unit_ids)), FigurePlan.period.in_(sorted(keys))
        )
    )
    return {(unit, metric, period): target for unit, metric, period, target in rows}


@dataclass(frozen=True, slots=True)
class Records:
    """The records behind the figures of some units in a period: who was on duty, who was active, the cohort and its fates."""

    on_duty: Sequence[int]
    visits: Mapping[int, Decimal]
    active: Sequence[int]
    days: Mapping[int, int]
    amounts: Mapping[int, Decimal]
    fates: Mapping[int, str]
    costs: Sequence[Any]


def records_of(book: Book, unit_ids: Collection[int], span: Span) -> Records:
    """Who and what stands behind the figures of these units."""
    if not span.begun:
        return Records((), {}, (), {}, {}, {}, [c for c in book.costs if _costs_of(c, unit_ids, span)])

    def managers(day: date) -> list[int]:
        return sorted(
            {s.person_id for s in book.spells if s.unit_id in unit_ids and s.post in book.posts and s.holds(day)}
        )

    on_duty = managers(span.until)
    visits = book.visits[span.key]
    amounts = book.amounts[span.key]
    everybody = of_units(last_spells(book.spells, span.first, span.until), unit_ids)
    return Records(
        on_duty,
        {person: visits.get(person, Decimal(0)) for person in on_duty},
        [person for person in on_duty if visits.get(person, 0) >= book.wanted],
        person_days(book.spells, unit_ids, book.posts, span.first, span.until),
        {person: amounts[person] for person in everybody if person in amounts},
        rules.fates(managers(span.first), book.left_on, on_duty, span.until),
        [cost for cost in book.costs if _costs_of(cost, unit_ids, span)],
    )


def _costs_of(cost: Any, unit_ids: Collection[int], span: Span) -> bool:
    return cost.unit_id in unit_ids and span.first <= cost.month <= span.last


def figures_of(found: Records, span: Span) -> dict[str, Ratio]:
    """Every metric of :data:`rules.METRICS` from its records."""
    won = sum(found.amounts.values(), Decimal(0))
    average = headcount(found.days.values(), span.first, span.until) if span.begun else Decimal(0)
    gone = sum(fate == rules.LEFT for fate in found.fates.values())
    retention, attrition = rules.shares(len(found.fates) - gone, gone)
    spent = sum((cost.amount for cost in found.costs), Decimal(0))
    cost = rules.amount(spent) if found.costs else Ratio(Decimal(0), None, None)
    return {
        "amount_won": rules.amount(won),
        "activity": rules.ratio(len(found.active), len(found.on_duty), percent=True),
        "productivity": rules.ratio(won, average, percent=False),
        "headcount": Ratio(Decimal(sum(found.days.values())), Decimal((span.until - span.first).days + 1), average)
        if span.begun
        else Ratio(Decimal(0), Decimal(0), None),
        "retention": retention,
        "attrition": attrition,
        "cost": cost,
        "cost_ratio": rules.ratio(spent, won, percent=True) if found.costs else Ratio(Decimal(0), won, None),
    }


def target_of(book: Book, unit_id: int, metric: str) -> tuple[Decimal | None, int]:
    """The plan of a unit for the book's period, and of how many months it was added up (0: its own)."""
    own = {(m, p): target for (u, m, p), target in book.plans.items() if u == unit_id}
    return rules.target_of(metric, book.now.kind, book.now.first, own)


def cost_of(unit_id: int, month: date) -> Cost | None:
    """What was entered for a unit and month."""
    return session.scalar(select(Cost).where(Cost.unit_id == unit_id, Cost.month == month.replace(day=1)))


def recent(kind: str, number: int) -> list[Span]:
    """The latest periods of a kind, the coming one first."""
    found = [span_of(kind, period_of(kind, clock.today())[1] + timedelta(days=1))]
    while len(found) < number:
        found.append(span_of(kind, found[-1].first - timedelta(days=1)))
    return found
