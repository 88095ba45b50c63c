"""What a supervisor does to several turns at once: each on its own, and an account of what could not be done and why."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core import audit, outbox
from app.core.actor import Actor
from app.core.database import session, unit_of_work
from app.core.errors import DomainError, NotFound
from app.core.texts import _l
from app.people import queries as people
from app.work.following import Told
from app.work.permissions import DESK_VIEW
from app.work.queries.desk import NUDGES, Narrowed, late_elsewhere, overdue_turns
from app.workflow import operations as workflow

NUDGE = "work.nudge"
"""Kind of the outbox messages that carry what is too much for one request."""
AT_ONCE = 40
"""So many turns are nudged before the page answers, so that nobody waits for the database; the rest goes by the outbox."""
NUDGED = audit.declare("work.overdue_nudged", _l("Nudged everybody overdue"), ("count",))


@dataclass(frozen=True, slots=True)
class Refused:
    """A turn that could not be handled, and why."""

    turn_id: int
    why: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were done, which were refused, how many more are being done without us, and what other rooms did, by kind."""

    done: int
    refused: list[Refused]
    later: int = 0
    rooms: Sequence[tuple[Any, Told]] = ()


def reassign_many(actor: Actor, turns: Sequence[tuple[int, int]], to_person_id: int, reason: str) -> Outcome:
    """Give several turns, each ``(id, version seen)``, to one person."""
    return _each(turns, lambda turn, version: workflow.reassign(actor, turn, to_person_id, reason, version))


def extend_many(actor: Actor, turns: Sequence[tuple[int, int]], until: datetime, reason: str) -> Outcome:
    """Give several turns, each ``(id, version seen)``, time until ``until``."""
    return _each(turns, lambda turn, version: workflow.extend(actor, turn, until, reason, version))


def nudge_many(actor: Actor, turns: Sequence[tuple[int, int]], reason: str) -> Outcome:
    """Remind whoever has these turns, each ``(id, version seen)``; once a day each."""
    return _each(turns, lambda turn, version: workflow.nudge(actor, turn, reason, version))


def nudge_overdue(actor: Actor, by: Narrowed, person_ids: Collection[int] | None, reason: str) -> Outcome:
    """Remind everybody on the desk (or these of its people) of all that is overdue and was not nudged today, also of what is no
    step and whose room nudges about it."""
    actor.require(DESK_VIEW)
    turns = overdue_turns(actor, by, person_ids, NUDGES)
    elsewhere = late_elsewhere(actor, by, person_ids)
    now, rest = turns[:AT_ONCE], turns[AT_ONCE:]
    outcome = nudge_many(actor, now, reason)
    for start in range(0, len(rest), AT_ONCE):
        outbox.put(NUDGE, actor=actor.id, turns=rest[start : start + AT_ONCE], reason=reason)
    if turns:
        audit.record(actor, NUDGED, count=len(turns))
    rooms = [(source.title, source.nudge(actor, ids, reason)) for source, ids in elsewhere if source.nudge is not None]
    return Outcome(outcome.done, outcome.refused, len(rest), rooms)


def carry_nudges(body: Mapping[str, Any]) -> None:
    """Deliver a part of what :func:`nudge_overdue` left: with the rights that the person has now; what has changed is skipped."""
    with unit_of_work():
        try:
            actor = people.actor_for(body["actor"], channel="job")
        except NotFound:
            return
        if actor.may(DESK_VIEW):
            nudge_many(actor, [(turn, version) for turn, version in body["turns"]], body["reason"])


def _each(turns: Sequence[tuple[int, int]], act: Callable[[int, int], Any]) -> Outcome:
    done, refused = 0, []
    for turn_id, version in turns:
        try:
            with session.begin_nested():
                act(turn_id, version)
        except DomainError as error:
            refused.append(Refused(turn_id, error.message))
        else:
            done += 1
    return Outcome(done, refused)
