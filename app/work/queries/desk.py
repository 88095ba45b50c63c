"""The supervisor's desk: who is behind, on what, since when; a constant number of statements for any number of people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core import calendar, clock, settings
from app.core.actor import Actor
from app.core.texts import _l
from app.people import queries as people
from app.work.permissions import DESK_VIEW
from app.workflow.queries import desk as waiting
from app.workflow.queries.desk import Load, Waiting

STALLED = settings.declare(
    "work.stalled_days",
    title=_l("Working days without movement after which a case counts as stalled"),
    default=7,
    check=int,
)


@dataclass(frozen=True, slots=True)
class DeskPerson:
    """One line of the desk; ``id`` None gathers what nobody has taken yet."""

    id: int | None
    name: str
    post: str | None
    open: int
    overdue: int
    stalled: int
    blocked: int
    last_finished: datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk: its people, most behind first, and the numbers above them."""

    people: list[DeskPerson]
    overdue: int
    stalled: int
    for_me: list[Waiting]
    busiest: int


def stalled_since() -> datetime:
    """Cases that have not moved since this moment are stalled (setting ``work.stalled_days``, working days)."""
    left, day = int(settings.get(STALLED)), clock.today()
    while left > 0:
        day -= timedelta(days=1)
        left -= calendar.is_working(day)
    return calendar.start_of_day(day)


def desk(actor: Actor) -> Desk:
    """Everybody within the actor's desk, also those for whom nothing waits."""
    loads = waiting.load_per_person(actor, DESK_VIEW)
    stalled = waiting.stalled_per_person(actor, stalled_since(), DESK_VIEW)
    own = people.people_page(actor, limit=200, permission=DESK_VIEW).items
    known: dict[int | None, tuple[str, str | None]] = {line.id: (line.name, line.post) for line in own}
    known.update(people.mentionable([i for i in loads if i is not None and i not in known]).items())
    if None in loads:
        known[None] = ("", None)
    last = waiting.last_finished([i for i in known if i is not None])
    lines = [
        _line(person, name, post, loads.get(person), stalled.get(person, 0), last.get(person) if person else None)
        for person, (name, post) in known.items()
    ]
    lines.sort(key=lambda p: (-p.overdue, -p.stalled, -p.open, p.id is None, p.name))
    return Desk(
        lines,
        sum(p.overdue for p in lines),
        sum(stalled.values()),
        waiting.waiting_for(actor, limit=8),
        max((p.open for p in lines), default=0),
    )


def _line(
    person: int | None, name: str, post: str | None, load: Load | None, stalled: int, last: datetime | None
) -> DeskPerson:
    if load is None:
        return DeskPerson(person, name, post, 0, 0, stalled, 0, last)
    return DeskPerson(person, name, post, load.open, load.overdue, stalled, load.blocked, last)


def things(actor: Actor, show: str, person_id: int | None) -> list[Waiting]:
    """The turns behind a number of the desk: ``overdue``, ``stalled``, ``unclaimed``, or one person's (``person``)."""
    if show == "overdue":
        return waiting.overdue_in_reach(actor, DESK_VIEW, limit=200)
    if show == "stalled":
        return waiting.stalled_in_reach(actor, stalled_since(), DESK_VIEW, limit=200)
    return waiting.things_of(actor, None if show == "unclaimed" else person_id, DESK_VIEW, limit=200)
