"""Who looked at whom: for supervisors and auditors."""

from typing import Any

from flask import request, url_for

from app.core.errors import Invalid
from app.core.texts import _
from app.customers import permissions
from app.customers.forms import titles
from app.customers.queries.looks import KINDS, LookFilters, busiest_lookers, looks_page
from app.customers.views import bp
from app.customers.views.dates import day_of
from app.customers.views.numbers import id_of
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.render import page


@bp.get("/looks", endpoint="looks")
@access(permissions.LOOKS)
def looks() -> str:
    """Every look at a customer within the reader's right, newest first."""
    me = actor()
    problem = None
    try:
        filters = _filters()
        found = looks_page(me, filters, request.args.get("cursor"))
    except Invalid as error:
        problem, filters = error.message, LookFilters()
        found = looks_page(me, filters)
    busiest = busiest_lookers(me)
    names = people.names(
        {i for row in found.items for i in (row.person_id, row.behalf_id)} | {b.person_id for b in busiest}
    )
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key != "cursor" and value}
    reasons = dict(titles("reveal_reasons"))
    return page(
        "customers/looks/index.html",
        rows=[
            (row, names.get(row.person_id, ""), names.get(row.behalf_id or 0, ""), _reason(row.reason, reasons))
            for row in found.items
        ],
        following=url_for("customers.looks", **{**kept, "cursor": found.next}) if found.next else None,
        busiest=[(names.get(b.person_id, ""), b.person_id, b.customers) for b in busiest],
        kept=kept,
        filters=filters,
        person_name=people.names([filters.person]).get(filters.person or 0) if filters.person else None,
        problem=problem,
        kinds=kind_titles(),
        kind_words=dict(kind_titles()),
    )


def kind_titles() -> list[tuple[str, str]]:
    """Kinds of looks, in words."""
    known = {"view": _("Page opened"), "reveal": _("Number revealed"), "export": _("Exported")}
    return [(key, known[key]) for key in KINDS]


def _reason(kept: str | None, reasons: dict[str, str]) -> str:
    key, _colon, details = (kept or "").partition(": ")
    return " · ".join(part for part in (reasons.get(key, key), details) if part)


def _filters() -> LookFilters:
    kind = request.args.get("kind", "")
    if kind and kind not in KINDS:
        raise Invalid("kind", "unknown", _("Choose one of the list."))
    return LookFilters(
        customer=id_of(request.args.get("customer")),
        person=id_of(request.args.get("person")),
        kind=kind,
        since=day_of(request.args.get("since")),
        until=day_of(request.args.get("until")),
    )
