"""A calendar's secret address: made, made anew, revoked; the secret itself is shown once and never kept."""

import secrets

from sqlalchemy import select, update

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.texts import _l
from app.people.models import Person
from app.work.models import CalendarFeed
from app.work.permissions import CALENDAR_VIEW
from app.work.queries.feeds import digest

MADE = audit.declare("work.calendar_feed_made", _l("Made a secret address of the calendar"))
REVOKED = audit.declare("work.calendar_feed_revoked", _l("Revoked the secret address of the calendar"))


def make_feed(actor: Actor) -> str:
    """A new secret address for the actor's calendar; the one before no longer opens it. Returns the secret."""
    actor.require(CALENDAR_VIEW)
    session.execute(select(Person.id).where(Person.id == actor.id).with_for_update())  # two at once make one
    _revoke(actor)
    secret = secrets.token_urlsafe(32)
    session.add(CalendarFeed(person_id=actor.id, digest=digest(secret), made_at=clock.now()))
    session.flush()
    audit.record(actor, MADE, target=("person", actor.id))
    return secret


def revoke_feed(actor: Actor) -> None:
    """The address opens nothing any more."""
    actor.require(CALENDAR_VIEW)
    if _revoke(actor):
        audit.record(actor, REVOKED, target=("person", actor.id))


def _revoke(actor: Actor) -> bool:
    done = session.execute(
        update(CalendarFeed)
        .where(CalendarFeed.person_id == actor.id, CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(CalendarFeed.id)
    )
    return bool(done.all())


def feed_read(feed_id: int) -> None:
    """Note that a program has read the feed (called after the answer, at most once an hour)."""
    session.execute(update(CalendarFeed).where(CalendarFeed.id == feed_id).values(read_at=clock.now()))
