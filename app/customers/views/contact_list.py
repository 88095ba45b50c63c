"""Contacts behind a figure: who did what with which customer in a period."""

from datetime import datetime
from typing import Any

from flask import request, url_for

from app.core import calendar
from app.core.errors import Invalid
from app.core.texts import _
from app.customers import permissions
from app.customers.forms import titles
from app.customers.queries.contacts import ContactFilters, contacts_page
from app.customers.rules import values
from app.customers.views import bp
from app.customers.views.dates import day_of
from app.customers.views.numbers import id_of
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.render import page


@bp.get("/contacts", endpoint="contacts")
@access(permissions.VIEW)
def contacts() -> str:
    """Visits, calls and other contacts with customers in scope."""
    me = actor()
    problem = None
    try:
        filters = _filters()
        found = contacts_page(me, filters, request.args.get("cursor"))
    except Invalid as error:
        problem = error.message
        found = contacts_page(me, ContactFilters())
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key != "cursor" and value}
    names = people.names({row.person_id for row in found.items})
    return page(
        "customers/contacts/list.html",
        rows=[(row, names.get(row.person_id, "")) for row in found.items],
        following=url_for("customers.contacts", **{**kept, "cursor": found.next}) if found.next else None,
        kept=kept,
        problem=problem,
        kind_titles=dict(titles("contact_kinds")),
    )


def _filters() -> ContactFilters:
    kind = request.args.get("kind", "")
    if kind and kind not in values.CONTACT_KINDS:
        raise Invalid("kind", "unknown", _("Choose one of the list."))
    since, until = day_of(request.args.get("since")), day_of(request.args.get("until"))
    start: datetime | None = calendar.start_of_day(since) if since else None
    end: datetime | None = calendar.end_of_day(until) if until else None
    return ContactFilters(id_of(request.args.get("person")), kind, start, end)
