"""One person's day, in a constant number of statements."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.core import calendar, clock, measures
from app.core.actor import Actor
from app.core.paging import Page
from app.people import queries as people
from app.web import agenda
from app.web.agenda import AgendaItem
from app.workflow.queries import desk
from app.workflow.queries.desk import Waiting

NOW = 5
"""How many turns the day page puts before everything else."""
LIST = 10
"""How many of a list it shows at all: what a screen holds; the rest stands on a page of its own."""
PAGE = 50
"""How many turns that page shows at a time."""
FRESH = 2
"""For so many working days, what somebody has newly given stands by itself, however urgent the rest is."""
ALL = ("mine", "fresh", "offered", "others")
"""The lists that can be read to their end."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of my week, and where its records are."""

    title: Any
    value: int | Decimal
    url: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """What the day page shows: my turns, what I may take, what the ladder brought me, whom I wait for, my agenda and week.

    ``fresh``: newly given, beside what stands in ``now`` already; ``total``: how many turns wait for me in all. Of the other
    lists there is one more than :data:`LIST` where there are more.
    """

    now: list[Waiting]
    later: list[Waiting]
    fresh: list[Waiting]
    total: int
    offered: list[Waiting]
    escalated: list[Waiting]
    others: list[Waiting]
    agenda: list[AgendaItem]
    week: list[Figure]
    names: dict[int, str]


def day_of(actor: Actor) -> Day:
    """The day of ``actor`` and of those they stand in for."""
    found = desk.lists_for(actor, LIST + 1, since=fresh_since())
    people_named = {t.assignee_id for t in [*found.mine, *found.fresh, *found.escalated, *found.others]}
    first = {t.id for t in found.mine[:NOW]}
    fresh = [t for t in found.fresh if t.id not in first]
    aside = {t.id for t in fresh[:LIST]}
    return Day(
        found.mine[:NOW],
        [t for t in found.mine[NOW:LIST] if t.id not in aside],
        fresh,
        found.total,
        found.offered,
        [turn for turn in found.escalated if turn.due_at is None or turn.due_at < clock.now()],
        found.others,
        agenda.for_actor(actor),
        week_of(actor),
        people.names(people_named),
    )


def fresh_since() -> datetime:
    """From when on what was given is new."""
    return calendar.working_days_ago(FRESH)


def turns_page(actor: Actor, which: str, cursor: str | None) -> tuple[Page[Waiting], dict[int, str]]:
    """One of the lists of the day to its end, a page at a time, and the names in it. Three statements."""
    found = desk.list_page(actor, which, cursor, PAGE, fresh_since())
    return found, people.names({turn.assignee_id for turn in found.items})


def week_of(actor: Actor) -> list[Figure]:
    """My figures since Monday, one statement a measure or fewer."""
    start, end = week_start(), calendar.end_of_day(clock.today())  # as goals count their week, so that both ask once
    return [
        Figure(m.title, numbers.get(actor.id, 0), m.url(actor.id, start, end) if actor.may(m.permission) else None)
        for m in measures.measures()
        if (numbers := m.count([actor.id], start, end)) or not m.average
    ]


def week_start() -> datetime:
    """Midnight of this week's Monday on the institution's clock."""
    today = clock.today()
    return calendar.start_of_day(today - timedelta(days=today.weekday()))
