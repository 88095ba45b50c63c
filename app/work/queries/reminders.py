"""What the day page shows of the calendar: that of which one was reminded, that is still to come and waits as no turn."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import bindparam, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import Id, fetch
from app.core.texts import _, text
from app.core.types import UtcDateTime
from app.web import filters
from app.web.agenda import AgendaItem
from app.work.models import Notification

REMINDED = "work.reminded"
FURTHEST = timedelta(days=31)
"""Longest time between a reminder and its day."""
MOST = 8
_REMINDERS = (
    select(Notification.args, Notification.url)
    .where(
        Notification.person_id == bindparam("me", type_=Id),
        Notification.at >= bindparam("since", type_=UtcDateTime),
        Notification.kind == REMINDED,
        Notification.once.not_like("remind/turn-%"),  # what waits for one stands above, with its button
    )
    .order_by(Notification.at, Notification.id)
)
# built once: every day page asks


def agenda(actor: Actor) -> Sequence[AgendaItem]:
    """The next dates of the actor. One statement, whatever the rooms that have dates."""
    today = clock.today()
    rows = fetch(_REMINDERS, {"me": actor.id, "since": clock.now() - FURTHEST}).all()
    found = sorted(
        ((day, row) for row in rows if (day := date.fromisoformat(row.args["day"]["day"])) >= today), key=lambda e: e[0]
    )
    return [
        AgendaItem(
            None,
            text(row.args["what"]),
            row.url,
            icon=row.args.get("icon", "calendar"),
            note=_("Today") if day == today else filters.short_day(day),
        )
        for day, row in found[:MOST]
    ]
