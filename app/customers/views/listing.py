"""The list of customers: whom am I to look after, and who is due?"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock, paging
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.texts import _, text
from app.customers import permissions
from app.customers.operations import record_export
from app.customers.queries import choices
from app.customers.queries import customers as reading
from app.customers.queries.filters import DUE, SORTS, Filters
from app.customers.views import bp
from app.customers.views.words import lines, marks, title
from app.people import queries as people
from app.web import exports
from app.web.access import access
from app.web.current import actor
from app.web.render import page, part

ROWS = 50
"""Lines of a page."""
FIRST = 10
"""Lines of an answer to somebody who is still typing."""


def sort_titles() -> dict[str, str]:
    """What a list may be sorted by, in words."""
    return {
        "name": _("Customer name"),
        "due": _("Next contact"),
        "asset": _("Asset value"),
        "number": _("Number"),
        "newest": _("Newest"),
    }


def due_titles() -> list[tuple[str, str]]:
    """States of the next contact, in words."""
    known = {"overdue": _("Overdue"), "soon": _("Due within a week"), "fine": _("Later"), "none": _("No contact duty")}
    return [(key, known[key]) for key in DUE]


@bp.get("", endpoint="index")
@access(permissions.VIEW)
def index() -> str:
    """Customers in scope, narrowed and sorted; ``rows`` are appended by their own address too."""
    me = actor()
    industries = people.words("industry")
    problem: Any = None
    try:
        filters = Filters.parse(request.args, industries)
        found = reading.customers_page(
            me, filters, request.args.get("cursor"), paging.limit_of(request.args.get("limit"), ROWS)
        )
    except Invalid as error:
        problem, filters = error.message, Filters()
        found = reading.customers_page(me, filters, None, ROWS)
    holders = choices.holders(me, permissions.VIEW)
    return page(
        "customers/listing/index.html",
        **_listed(me, filters, found, industries, problem),
        may_export=me.may(permissions.EXPORT),
        overdue=reading.count_overdue(me),
        dues=due_titles(),
        tiers=marks(["tiers"]),
        kinds=marks(["kinds"]),
        industries=[(key, text(word.title)) for key, word in industries.items()],
        holders=[(0, _("Open pool")), *[(h.id, h.name) for h in holders if h.id != me.id]],
        may_import=me.may(permissions.IMPORT),
        may_see_looks=me.may(permissions.LOOKS),
        may_set_tiers=me.may(permissions.TIERS),
    )


@bp.get("/found", endpoint="found")
@access(permissions.VIEW)
def found_alone() -> Response:
    """The first of them alone, while somebody types into the search; the address of the page follows."""
    me = actor()
    industries = people.words("industry")
    filters = Filters.parse(request.args, industries)
    found, loose = reading.typed_page(me, filters, FIRST)
    context = _listed(me, filters, found, industries)
    if loose:  # their order is none: the whole list is one press away, narrowing it one more character
        context.update(loose=True, following=None)
    response = make_response(part("customers/listing/_found.html", **context))
    response.headers["HX-Replace-Url"] = context["here"]
    return response


def _listed(
    me: Actor, filters: Filters, found: paging.Page[Any], industries: Mapping[str, Any], problem: Any = None
) -> dict[str, Any]:
    """What the part of the page needs that follows what is typed."""
    kept, address = filters.as_args(), url_for("customers.index")
    given = urlencode({key: value for key, value in kept.items() if key != "sort"})
    return {
        "rows": lines(found.items, industries),
        "following": f"{address}?{urlencode({'cursor': found.next, **kept})}" if found.next else None,
        "here": f"{address}?{urlencode(kept)}" if kept else address,
        "filters": filters,
        "kept": kept,
        "narrowed": bool(filters.given()),
        "problem": problem,
        "sorts": {key: f"{address}?{given}&sort={key}" if given else f"{address}?sort={key}" for key in SORTS},
        "sort_titles": sort_titles(),
        "many_units": len({row.unit_id for row in found.items}) > 1,
        "may_create": me.may(permissions.CREATE),
        "may_assign": me.may(permissions.ASSIGN),
        "may_record": me.may(permissions.RECORD),
    }


@bp.post("/export", endpoint="export")
@access(permissions.EXPORT)
def export() -> Response:
    """The same list as a spreadsheet; noted, with every customer in it."""
    me = actor()
    industries = people.words("industry")
    filters = Filters.parse(request.form, industries)
    rows = reading.export_rows(me, filters)
    if not rows:
        flash(_("No customer fits these filters: there is nothing to export."), "warn")
        return redirect(url_for("customers.index", **filters.as_args()), code=303)
    if len(rows) > reading.EXPORT_LIMIT:
        raise Invalid(
            "q", "too_many", _("At most %(n)s customers in one export. Narrow the list.", n=reading.EXPORT_LIMIT)
        )
    record_export(me, [row.id for row in rows], filters.as_args())
    names = people.names({row.holder_id for row in rows})
    units = people.unit_names({row.unit_id for row in rows})
    columns = [
        _("Number"), _("Customer name"), _("Kind"), _("Tier"), _("Industry"), _("Asset value"), _("Phone"), _("Address"), _("Holder"),
        _("Unit"), _("With the holder since"), _("Last contact"), _("Next contact"),
    ]  # fmt: skip
    written = (
        [
            row.number, row.name, title("kinds", row.kind), title("tiers", row.tier),
            text(industries[row.industry].title) if row.industry in industries else row.industry, row.asset_value,
            row.phone_masked, row.address, names.get(row.holder_id, "") if row.holder_id else _("Open pool"),
            units.get(row.unit_id, ""), row.since, row.last_contact_at,
            row.contact_due_on if row.contact_due_on.year < 9999 else None,
        ]
        for row in rows
    )  # fmt: skip
    return exports.xlsx(f"{_('Customers')}-{clock.today():%Y%m%d}", columns, written)
