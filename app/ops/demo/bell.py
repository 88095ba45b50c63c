"""Notifications of the demonstration: what is older than a few days has been read, and no mail of it waits."""

from datetime import datetime, timedelta

from sqlalchemy import update

from app.core.database import session
from app.work.models import Notification

FRESH = timedelta(days=5)


def read_what_is_old(now: datetime) -> None:
    """Six months of work have told people much; what is left unread is of the last days."""
    session.execute(
        update(Notification)
        .where(Notification.at < now - FRESH)
        .values(read_at=Notification.at, mail="none", mail_at=None)
    )
