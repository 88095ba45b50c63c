"""The supervisor's desk: who is behind, on what, since when; a constant number of statements for any number of people.

Whose desk it is: everybody whom the reader leads – posted to their units with all below, or in a team of theirs – with all that
waits for them, also on cases of other units; of such a case the desk tells that it waits, not what it is about, for sight of
cases goes by the case's own unit. Beside them whoever else holds a step of the reader's cases.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core import calendar, settings
from app.core.actor import Actor
from app.core.setting_fields import Whole
from app.core.texts import _l
from app.people import queries as people
from app.people.queries import Away
from app.work import following
from app.work.following import Behind, Source, Thing
from app.work.permissions import DESK_VIEW
from app.workflow import queries as workflow
from app.workflow.queries import following as waiting
from app.workflow.queries.following import Load, Whose

STALLED = settings.declare(
    "work.stalled_days",
    title=_l("Working days without movement after which a case counts as stalled"),
    about=_l("What stands still for so long shows as stalled on the desks of supervisors and leaders."),
    default=7,
    field=Whole(1, 250, unit=_l("working days"), one=_l("working day")),
)
PAGE = 30
"""Lines shown at a time; those most behind come first."""
FOR_ME = 8
"""Steps shown of those that wait for the reader; the rest is a page of its own."""
THINGS = 100
"""Things shown at a time; those most urgent come first."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the reader narrows the desk to: a team's people, a process, cases that they own or have started."""

    team: int | None = None
    process: str | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class DeskPerson:
    """One line of the desk; ``id`` None gathers what nobody has taken yet. ``oldest``: since when the longest is late."""

    id: int | None
    name: str
    post: str | None
    open: int
    overdue: int
    oldest: datetime | None
    stalled: int
    blocked: int
    for_me: int
    last: datetime | None
    away: Away | None


NUDGES = 5000
"""So many overdue steps are nudged at once at most."""


@dataclass(frozen=True, slots=True)
class Nudging:
    """Whom a nudge of everybody reaches and about how much (steps, and what other rooms nudge about, by kind), and what of the
    overdue is left out, by why."""

    people: int = 0
    steps: int = 0
    already: int = 0
    own: int = 0
    untaken: int = 0
    elsewhere: int = 0
    beyond: int = 0
    kinds: tuple[tuple[Any, int], ...] = ()

    @property
    def all(self) -> int:
        """About how much in all."""
        return self.steps + sum(number for _title, number in self.kinds)


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk: a page of its people, most behind first, and the numbers above them."""

    people: list[DeskPerson]
    total: int
    overdue: int
    late: int
    stalled: int
    for_me: list[workflow.Waiting]
    waiting: int
    busiest: int
    nudging: Nudging


def stalled_since() -> datetime:
    """Cases that have not moved since this moment are stalled (setting ``work.stalled_days``, working days)."""
    return calendar.working_days_ago(int(settings.get(STALLED)))


def whose(actor: Actor, by: Narrowed) -> Whose:
    """Whose turns the desk is about."""
    ids = people.ids_within(actor, DESK_VIEW, team_id=by.team)
    return Whose(actor, DESK_VIEW, frozenset(ids), by.process, by.mine, by.team)


def desk(actor: Actor, by: Narrowed, start: int = 0) -> Desk:
    """Everybody of the desk, also those for whom nothing waits; lines from ``start`` on."""
    who = whose(actor, by)
    turns = waiting.loads(who, stalled_since())
    rooms = _other_rooms(actor, by, who)
    loads = _together(turns, rooms)
    for_me, mine = workflow.waiting_by_owner(actor), workflow.waiting_for(actor, limit=FOR_ME)
    ids: list[int | None] = [*who.people, *(i for i in loads if i not in who.people)]
    empty = Load(None, 0, 0, 0, None)
    ids.sort(key=lambda i: _urgency(i, loads.get(i, empty)))
    shown = ids[start : start + PAGE]
    named = [i for i in shown if i is not None]
    known, away, last = people.mentionable(named), people.away_today(named), waiting.last_finished(named)
    lines = []
    for person in shown:
        load = loads.get(person, empty)
        name, post = known.get(person or 0, ("", None))
        lines.append(
            DeskPerson(
                person, name, post, load.open, load.overdue, load.oldest_due, load.stalled, load.blocked,
                for_me.get(person, 0) if person is not None else 0,
                last.get(person or 0), away.get(person or 0),
            )
        )  # fmt: skip
    late = [load for load in loads.values() if load.overdue]
    busiest = max((load.open for load in loads.values()), default=0)
    return Desk(
        lines,
        len(ids),
        sum(load.overdue for load in late),
        len(late),
        sum(load.stalled for load in loads.values()),
        mine,
        sum(for_me.values()),
        busiest,
        _nudging(actor, turns, rooms),
    )


def _nudging(
    actor: Actor,
    turns: Mapping[int | None, Load],
    rooms: Sequence[tuple[Source, Mapping[int, Behind]]],
) -> Nudging:
    """What :func:`overdue_turns` and :func:`late_elsewhere` would find for everybody, out of the numbers known already."""
    others = [load for person, load in turns.items() if person is not None and person != actor.id]
    steps = sum(load.overdue - load.nudged for load in others)
    alone, nobody = Load(actor.id, 0, 0, 0, None), Load(None, 0, 0, 0, None)
    reached = {load.person_id for load in others if load.overdue > load.nudged}
    already, own, elsewhere = sum(load.nudged for load in others), turns.get(actor.id, alone).overdue, 0
    kinds = []
    for source, counts in rooms:
        own += counts[actor.id].overdue if actor.id in counts else 0
        theirs = {person: behind for person, behind in counts.items() if person != actor.id}
        if source.nudge is None:
            elsewhere += sum(behind.overdue for behind in theirs.values())
            continue
        already += sum(behind.nudged for behind in theirs.values())
        reached |= (late := _late(theirs)).keys()
        if late:
            kinds.append((source.title, sum(late.values())))
    beyond = max(steps - NUDGES, 0)
    untaken = turns.get(None, nobody).overdue
    return Nudging(len(reached), min(steps, NUDGES), already, own, untaken, elsewhere, beyond, tuple(kinds))


def _late(counts: Mapping[int, Behind]) -> dict[int, int]:
    """How much each person is late with that they were not nudged about today."""
    return {person: late for person, behind in counts.items() if (late := behind.overdue - behind.nudged) > 0}


def _urgency(person: int | None, load: Load) -> tuple[Any, ...]:
    return (-load.overdue, -load.stalled, -load.open, person is None, person or 0)


def _other_rooms(
    actor: Actor, by: Narrowed, who: Whose, *, nudging: bool = False
) -> list[tuple[Source, dict[int, Behind]]]:
    """What other rooms (``nudging``: that nudge about it) know of the same people; narrowed to cases, only cases count."""
    if by.process is not None or by.mine:
        return []
    return [
        (source, {person: behind for person, behind in source.counts(actor).items() if person in who.people})
        for source in following.sources()
        if source.nudge is not None or not nudging
    ]


def _together(
    turns: Mapping[int | None, Load], rooms: Sequence[tuple[Source, Mapping[int, Behind]]]
) -> dict[int | None, Load]:
    """The loads with what other rooms know of the same people."""
    loads = dict(turns)
    for _source, counts in rooms:
        for person, behind in counts.items():
            have = loads.get(person, Load(person, 0, 0, 0, None))
            oldest = min(filter(None, (have.oldest_due, behind.since)), default=None)
            loads[person] = have._replace(
                open=have.open + behind.open, overdue=have.overdue + behind.overdue, oldest_due=oldest
            )
    return loads


def late_elsewhere(
    actor: Actor, by: Narrowed, person_ids: Collection[int] | None
) -> list[tuple[Source, Sequence[int]]]:
    """Who of the desk (or of these of its people) is late with what a room nudges about itself, and was not nudged today."""
    who = whose(actor, by)
    asked = set(who.people if person_ids is None else person_ids) - {actor.id}
    rooms = _other_rooms(actor, by, who, nudging=True)
    found = [(source, sorted(asked.intersection(_late(counts)))) for source, counts in rooms]
    return [(source, ids) for source, ids in found if ids]


def things(actor: Actor, by: Narrowed, show: str, person_id: int | None) -> list[workflow.Waiting]:
    """The turns behind a number of the desk: ``overdue``, ``stalled``, ``unclaimed``, or one person's (``person``)."""
    who = whose(actor, by)
    if show == "overdue":
        return waiting.things(who, overdue=True, limit=THINGS)
    if show == "stalled":
        return waiting.things(who, since=stalled_since(), limit=THINGS)
    if show == "unclaimed" or person_id is None:
        return waiting.things(who, untaken=True, limit=THINGS)
    return waiting.things(who, of=person_id, limit=THINGS)


def other_things(actor: Actor, by: Narrowed, person_id: int | None) -> list[tuple[Any, list[Thing]]]:
    """What one of the reader's people owes in other rooms, by kind; empty kinds left out."""
    if person_id is None or by.process is not None or by.mine or person_id not in whose(actor, by).people:
        return []
    found = [(source.title, list(source.things(actor, person_id))) for source in following.sources()]
    return [(title, things) for title, things in found if things]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be given a step: how much they have, where they belong, whether they are away."""

    id: int
    name: str
    post: str | None
    open: int
    teams: tuple[str, ...]
    away: Away | None


def candidates(actor: Actor, most: int = 300) -> list[Candidate]:
    """Whom the reader may give steps to, those with the least to do first."""
    who = whose(actor, Narrowed())
    loads = waiting.loads(who)
    ids = sorted(who.people, key=lambda i: (loads[i].open if i in loads else 0, i))[:most]
    known, away, teams = people.mentionable(ids), people.away_today(ids), people.team_names_of(ids)
    return [
        Candidate(i, *known[i], loads[i].open if i in loads else 0, tuple(teams.get(i, ())), away.get(i))
        for i in ids
        if i in known
    ]


def overdue_turns(actor: Actor, by: Narrowed, person_ids: Collection[int] | None, most: int) -> list[tuple[int, int]]:
    """Ids and versions of everything overdue on the desk (or of these of its people) that nobody was nudged about today."""
    who = whose(actor, by)
    if person_ids is None:
        return waiting.overdue_turns(who, most)
    return waiting.overdue_turns(who, most, of=person_ids)


def teams_and_processes(actor: Actor) -> tuple[list[tuple[int, str]], Mapping[str, Mapping[str, str]]]:
    """What the desk may be narrowed to: teams within reach, and every process."""
    teams = people.teams_page(actor, limit=200, permission=DESK_VIEW).items
    return [(team.id, team.name) for team in teams], workflow.process_titles()
