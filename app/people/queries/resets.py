"""Resets that wait for a second administrator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.dated import in_force
from app.people.models import Person, Posting, Reset
from app.people.permissions import PASSWORD_RESET
from app.people.queries.persons import within_reach


@dataclass(frozen=True, slots=True)
class WaitingReset:
    """A reset that was asked for, and is not older than it may be."""

    person_id: int
    name: str
    asked_by: int
    asked_at: datetime


def resets_waiting(actor: Actor, since: datetime, person_id: int | None = None) -> Sequence[WaitingReset]:
    """Resets within the actor's reach that were asked after ``since``, oldest first. One statement, none without the right."""
    if not actor.may(PASSWORD_RESET):
        return []
    stmt = (
        select(Person.id, Person.name, Reset.asked_by, Reset.asked_at)
        .join(Reset, Reset.person_id == Person.id)
        .outerjoin(Posting, and_(Posting.person_id == Person.id, in_force(Posting, clock.today())))
        .where(Reset.state == "asked", Reset.asked_at > since, within_reach(actor, PASSWORD_RESET))
        .order_by(Reset.asked_at)
        .limit(50)
    )
    if person_id is not None:
        stmt = stmt.where(Reset.person_id == person_id)
    return [WaitingReset(*row) for row in session.execute(stmt)]
