"""When a person leaves: rights end on the day, what they held is handed over, nothing is orphaned."""

from datetime import date

from sqlalchemy import or_, select, update

from app.core import audit, clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.texts import _l
from app.people import audit as noted
from app.people import signals
from app.people.models import ApiToken, Grant, Person, Posting
from app.people.operations import absences, dated, grants, teams
from app.people.operations.persons import lock
from app.people.operations.sessions import end_sessions
from app.people.permissions import PERSON_LEAVE
from app.people.queries.persons import person_for
from app.people.rules import timeline


def leave_institution(
    actor: Actor,
    person_id: int,
    *,
    day: date | None = None,
    successor_id: int | None = None,
    version: int | None = None,
) -> None:
    """A person is gone from ``day`` (today) on: posting, teams, grants and absences end that day.

    On that day the account closes, and ``person_left`` is told with the successor, who takes over what was held.
    Not oneself, not the last administrator.
    """
    actor.require(PERSON_LEAVE)
    day = day or clock.today()
    if not actor.is_system:
        if person_id == actor.id:
            raise Forbidden(PERSON_LEAVE, _l("Somebody else has to do this for your own account."))
        person_for(actor, person_id, PERSON_LEAVE)
    grants.require_another_administrator(person_id, day)
    person = lock(person_id, version)
    if person.state == "left":
        raise Conflict(_l("This person has left."))
    if person.hired_on and day < person.hired_on:
        raise Invalid("day", "before", _l("Nobody leaves before they came."))
    if successor_id is not None:
        state = session.scalar(select(Person.state).where(Person.id == successor_id))
        if state != "active" or successor_id == person_id:
            raise Invalid("successor_id", "unknown", _l("Choose an active colleague."))
    person.left_on, person.successor_id = day, successor_id
    person.version += 1
    found = dated.spans(Posting, {"person_id": person_id})
    dated.write(Posting, {"person_id": person_id}, timeline.end(found, day), recorded_by=actor.id)
    for grant in session.scalars(
        select(Grant).where(
            Grant.person_id == person_id,
            Grant.superseded_at.is_(None),
            or_(Grant.valid_to.is_(None), Grant.valid_to > day),
        )
    ).all():
        grants.end_grant(actor, grant, day)
    teams.end_memberships(actor, person_id, day)
    absences.end_all(actor, person_id, day)
    audit.record(actor, noted.PERSON_LEFT, target=("person", person_id), day=day, successor_id=successor_id)
    if day <= clock.today():
        _close(actor, person)
    session.flush()


def _close(actor: Actor, person: Person) -> None:
    person.state = "left"
    session.flush()
    end_sessions(actor, person.id, why="left")
    session.execute(
        update(ApiToken)
        .where(ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    signals.person_left.send(person_id=person.id, successor_id=person.successor_id, actor=actor)


def close_leavers() -> int:
    """Job: close the accounts of those whose last day has passed, each in its own unit; returns how many."""
    with unit_of_work():
        due = session.scalars(
            select(Person.id).where(Person.left_on <= clock.today(), Person.state != "left").limit(100)
        ).all()
    for person_id in due:
        with unit_of_work():
            person = lock(person_id)
            if person.state != "left":
                _close(SYSTEM, person)
    return len(due)
