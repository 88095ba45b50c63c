"""What of people's affairs waits for somebody on their day page."""

from flask import url_for

from app.core import clock
from app.core.actor import Actor
from app.core.texts import _
from app.people import queries
from app.people.operations.resets import WAITS
from app.web.agenda import AgendaItem


def resets(actor: Actor) -> list[AgendaItem]:
    """Resets of administrators' accounts that another administrator asked for."""
    return [
        AgendaItem(
            reset.asked_at,
            _("Confirm the reset of %(name)s's account", name=reset.name),
            url_for("people.person", person_id=reset.person_id),
            icon="key",
        )
        for reset in queries.resets_waiting(actor, clock.now() - WAITS)
        if actor.id not in (reset.asked_by, reset.person_id)
    ]
