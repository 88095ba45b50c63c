"""The list: find, sort, tick, take away."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import Invalid
from app.core.paging import limit_of
from app.core.texts import _, _l, ngettext, text
from app.sales import operations, permissions, queries
from app.sales.queries.filters import SORTS, Filters
from app.sales.rules import lists
from app.sales.views import bp
from app.sales.views.cards import Writer, age_words, base_url
from app.web import filters as written
from app.web import periods
from app.web.access import access, own_url
from app.web.current import actor
from app.web.exports import xlsx
from app.web.render import page
from app.workflow.rules.definition import Definition

FORECAST = {
    "past": _l("Expected before today"),
    "month": _l("Expected this month"),
    "next": _l("Expected next month"),
    "later": _l("Expected later"),
    "none": _l("No day given"),
}


@bp.get("/list", endpoint="listing")
@access(permissions.VIEW)
def show() -> str:
    """Opportunities as lines; also what ``/sales?view=list`` shows."""
    me = actor()
    raw = {key: value for key, value in request.args.items() if key != "view"}
    fits = True
    try:
        filters = Filters.parse(raw)
    except Invalid:
        filters, fits = Filters(), False
    definition = queries.process()
    found = queries.opportunities_page(me, filters, request.args.get("cursor"), limit_of(request.args.get("limit")))
    number, total = queries.count(me, filters)
    owners, teams = queries.choices(me, filters.owner)
    kept = filters.as_args()
    here = {key: url_for("sales.listing", **{**kept, "sort": key}) for key in SORTS}
    buckets = queries.forecast(me, filters) if filters.state == "open" else []
    return page(
        "sales/listing/index.html",
        forecast=[
            {
                "title": FORECAST[expected.bucket],
                "count": expected.count,
                "total": written.wan(expected.total),
                "full": written.money(expected.total),
                "url": url_for("sales.listing", **{**kept, "expected": expected.bucket, "sort": "expected"}),
                "here": filters.expected == expected.bucket,
            }
            for expected in buckets
            if expected.count
        ],
        rows=lines(definition, found.items),
        next=url_for("sales.listing", cursor=found.next, **kept) if found.next else None,
        number=number,
        total=written.wan(total or 0),
        base=base_url(),
        ages=age_words(),
        filters=filters,
        fits=fits,
        times=times(filters, "sales.listing"),
        sort_urls=here,
        owners=owners,
        teams=teams,
        stages=[(stage.key, text(stage.title)) for stage in definition.stages],
        sources=[(entry.key, text(entry.title)) for entry in lists.by_key("sources").values()],
        may_export=me.may(permissions.EXPORT),
        may_create=me.may(permissions.CREATE),
        back=request.full_path.rstrip("?"),
    )


HAPPENED = {"opened": _l("Opened"), "closed": _l("Closed")}


def times(filters: Filters, endpoint: str) -> list[dict[str, Any]]:
    """The times that a list is narrowed to, in words, each with the address without it."""
    found: list[dict[str, Any]] = []
    for happened, title in HAPPENED.items():
        first, last = (getattr(filters, f"{happened}_{side}") for side in ("from", "until"))
        found += periods.chosen(title, first, last, url_for(endpoint, **filters.without(happened).as_args()))
    return found


def lines(definition: Definition, rows: Any) -> list[dict[str, Any]]:
    """Rows of the list with everything written out."""
    writer = Writer(definition)
    stages = {stage.key: text(stage.title) for stage in definition.stages}
    ends = {end.key: text(end.title) for end in definition.ends.values()}
    found = []
    for row in rows:
        is_open = row.state == "open"
        count, old = writer.rested(row) if is_open else (0, 0)
        found.append(
            {
                "id": row.id,
                "customer": row.customer,
                "title": row.title,
                "stage": stages.get(row.stage, row.stage) if is_open else ends.get(row.end, row.end),
                "state": row.state,
                "amount": written.wan(row.amount),
                "full": written.money(row.amount),
                "expected": written.short_day(row.expected_on),
                "days": writer.days(count) if is_open else "",
                "age": old,
                "due": writer.due(row.due_at) if is_open else "",
                "overdue": is_open and written.is_overdue(row.due_at),
                "missing": row.missing_count if is_open else 0,
                "owner": row.owner,
                "owner_id": row.owner_id,
            }
        )
    return found


@bp.post("/export", endpoint="export")
@access(permissions.EXPORT)
def export() -> Response:
    """The list as a spreadsheet: formulas made inert, and the taking away noted in the same transaction."""
    me = actor()
    filters = Filters.parse(request.form)
    rows = queries.export_rows(me, filters)
    more = len(rows) > queries.EXPORT_LIMIT
    rows = rows[: queries.EXPORT_LIMIT]
    operations.record_export(me, filters.as_args(), len(rows))
    definition = queries.process()
    stages = {stage.key: text(stage.title) for stage in definition.stages}
    ends = {end.key: text(end.title) for end in definition.ends.values()}
    sources = {entry.key: text(entry.title) for entry in lists.by_key("sources").values()}
    columns = [
        _("Number"), _("Customer"), _("Customer number"), _("Opportunity"), _("Amount (yuan)"), _("Expected on"),
        _("Source"), _("Stage"), _("In this stage since"), _("Due"), _("Accountable"), _("Team"), _("Opened"), _("Closed"),
    ]  # fmt: skip
    cells = (
        (
            row.id, row.customer, row.customer_number, row.title, row.amount, row.expected_on,
            sources.get(row.source, ""), stages.get(row.stage, row.stage) if row.state == "open" else ends.get(row.end, ""),
            row.stage_entered_at if row.state == "open" else None, row.due_at if row.state == "open" else None, row.owner,
            row.team, row.created_at, row.closed_at,
        )
        for row in rows
    )  # fmt: skip
    name = _("Opportunities %(day)s", day=f"{clock.today():%Y-%m-%d}")
    response = xlsx(name, columns, cells)
    if more:
        response.headers["X-Truncated"] = str(queries.EXPORT_LIMIT)
    return response


@bp.post("/bulk", endpoint="bulk")
@access(permissions.VIEW)
def bulk() -> Response:
    """Move several on by their ordinary way, each on its own; says what could not be done and why."""
    back = own_url(request.form.get("next"), url_for("sales.listing"))
    ids = [int(raw) for raw in request.form.getlist("id") if raw.isascii() and raw.isdigit() and len(raw) < 19][:200]
    if not ids:
        flash(_("Tick what you want to move on."), "warn")
        return redirect(back, code=303)
    done = operations.move_many(actor(), ids)
    if done.moved:
        flash(ngettext("%(num)s opportunity moved on.", "%(num)s opportunities moved on.", len(done.moved)), "good")
    for refused in done.refused[:20]:
        flash(_("%(what)s: %(why)s", what=refused.label, why=refused.why), "warn")
    return redirect(back, code=303)
