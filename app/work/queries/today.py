"""One person's day, in a constant number of statements."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.core import calendar, clock, measures
from app.core.actor import Actor
from app.people import queries as people
from app.web import agenda
from app.web.agenda import AgendaItem
from app.workflow.queries import desk
from app.workflow.queries.desk import Waiting

NOW = 5
"""How many turns the day page puts before everything else."""
LIST = 20
"""How many it shows at all: nobody does more in a day, and what is done makes room."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of my week, and where its records are."""

    title: Any
    value: int | Decimal
    url: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """What the day page shows: my turns, what I may take, what the ladder brought me, whom I wait for, my agenda and week."""

    now: list[Waiting]
    later: list[Waiting]
    offered: list[Waiting]
    escalated: list[Waiting]
    others: list[Waiting]
    agenda: list[AgendaItem]
    week: list[Figure]
    names: dict[int, str]

    @property
    def overdue(self) -> int:
        """How many of my turns are past their time."""
        return sum(1 for turn in [*self.now, *self.later] if turn.due_at is not None and turn.due_at < clock.now())


def day_of(actor: Actor) -> Day:
    """The day of ``actor`` and of those they stand in for."""
    found = desk.lists_for(actor, LIST)
    people_named = {t.assignee_id for t in [*found.mine, *found.escalated, *found.others]}
    return Day(
        found.mine[:NOW],
        found.mine[NOW:],
        found.offered,
        [turn for turn in found.escalated if turn.due_at is None or turn.due_at < clock.now()],
        found.others,
        agenda.for_actor(actor),
        week_of(actor),
        people.names(people_named),
    )


def week_of(actor: Actor) -> list[Figure]:
    """My figures since Monday, one statement a measure."""
    start = week_start()
    end = clock.now() + timedelta(seconds=1)
    return [
        Figure(m.title, numbers.get(actor.id, 0), m.url(actor.id, start, end))
        for m in measures.measures()
        if (numbers := m.count([actor.id], start, end)) or not m.average
    ]


def week_start() -> datetime:
    """Midnight of this week's Monday on the institution's clock."""
    today = clock.today()
    return calendar.start_of_day(today - timedelta(days=today.weekday()))
