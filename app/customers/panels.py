"""Parts that this room adds to other pages."""

from app.core import clock
from app.core.actor import Actor
from app.core.texts import text
from app.customers import permissions
from app.customers.queries.customers import due_for
from app.customers.rules import lists
from app.customers.rules.contacts import state
from app.customers.views import date_pages
from app.customers.views.words import TONES, due_words
from app.web.panels import panel
from app.web.render import page


def register() -> None:
    """Contribute the panels of this room."""
    panel("customer.side", "customers.dates", date_pages.panel, order=20)
    panel("today.side", "customers.due", _to_contact, order=20, permission=permissions.RECORD)


def _to_contact(actor: Actor) -> str:
    """My customers whose next contact is due, each with a button to record it."""
    today = clock.today()
    titles = {entry.key: text(entry.title) for entry in lists.entries("tiers")}
    rows = [
        (
            row,
            titles.get(row.tier, row.tier),
            due_words(row.contact_due_on, today),
            TONES[state(row.contact_due_on, today)],
        )
        for row in due_for(actor.behalf or actor.id, 6)
    ]
    if not rows:
        return ""
    return page("customers/panels/_due.html", rows=rows)
