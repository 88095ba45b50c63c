"""Notifications are read: one by opening it, all by saying so."""

from sqlalchemy import update

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.work.models import Notification


def read_one(actor: Actor, notification_id: int) -> None:
    """The actor has opened one of theirs."""
    session.execute(
        update(Notification)
        .where(Notification.id == notification_id, Notification.person_id == actor.id, Notification.read_at.is_(None))
        .values(read_at=clock.now())
    )


def read_all(actor: Actor, upto: int) -> int:
    """The actor has read everything up to the newest that the page showed them; what came since stays. Returns how many."""
    done = session.execute(
        update(Notification)
        .where(Notification.person_id == actor.id, Notification.read_at.is_(None), Notification.id <= upto)
        .values(read_at=clock.now())
        .returning(Notification.id)
    )
    return len(done.all())
