"""The auditor's second list: every act in every tracked workflow, with the same filters, and its export."""

from typing import Any

from flask import Response, request, url_for

from app.core import audit, calendar, clock
from app.core.errors import Invalid
from app.core.texts import _, text
from app.ops.permissions import AUDIT_EXPORT, AUDIT_VIEW
from app.ops.queries import audit as reads
from app.ops.rules import filters as rules
from app.ops.rules.filters import Filters
from app.ops.views import words
from app.ops.views.audit import EXPORTED, LIMIT, bp, next_url, standing
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.exports import xlsx
from app.web.render import page
from app.workflow.queries import log
from app.workflow.queries.log import Act, Wanted


@bp.get("/steps")
@access(AUDIT_VIEW)
def steps() -> str | tuple[str, int]:
    """Steps taken, returned, handed on, closed: by whom, when, from where."""
    try:
        filters = _filters(request.args)
    except Invalid as error:
        return _list(Filters(), [], None, [e.message for e in error.errors]), 422
    found = log.acts_page(actor(), AUDIT_VIEW, _wanted(filters), request.args.get("cursor"), LIMIT)
    return _list(filters, list(found.items), next_url("audit.steps", filters, found.next))


@bp.post("/steps/export")
@access(AUDIT_EXPORT)
def export_steps() -> Response:
    """Every act within the filters as a spreadsheet; that it was taken is itself noted."""
    filters = _filters(request.form)
    found: list[Act] = []
    for act in log.acts(actor(), AUDIT_EXPORT, _wanted(filters)):
        found.append(act)
        if len(found) > reads.EXPORT_LIMIT:
            raise words.too_many(reads.EXPORT_LIMIT)
    names = people.names({i for act in found for i in (act.actor_id, act.behalf_id)})
    columns = [
        _("Time"), _("Who"), _("On behalf of"), _("Action"), _("Step"), _("Outcome"), _("Process"), _("Workflow"), _("Record"),
        _("Address"), _("Channel"),
    ]  # fmt: skip
    rows = [
        (
            act.at, words.who(act.actor_id, names), words.who(act.behalf_id, names), words.event(act.kind), text(act.step),
            text(act.outcome), text(act.title), act.run_id, words.target(act.subject_kind, act.subject_id, {}), act.address,
            words.channel(act.channel),
        )
        for act in found
    ]  # fmt: skip
    audit.record(actor(), EXPORTED, rows=len(rows), filters={**filters.as_args(), "list": "steps"})
    return xlsx(_("Audit of steps %(day)s", day=clock.today().isoformat()), columns, rows)


def _filters(raw: Any) -> Filters:
    return rules.parse(raw, log.ACTS)


def _wanted(filters: Filters) -> Wanted:
    return Wanted(
        actor_ids=reads.actors(actor(), filters.actor) if filters.actor else None,
        kind=filters.action or None,
        run_id=filters.target,
        since=calendar.start_of_day(filters.since) if filters.since else None,
        until=calendar.end_of_day(filters.until) if filters.until else None,
        address=filters.address or None,
    )


def _list(filters: Filters, found: list[Act], following: str | None, errors: list[Any] | None = None) -> str:
    names = people.names({i for act in found for i in (act.actor_id, act.behalf_id)})
    return page(
        "ops/audit/steps.html",
        **standing(filters, errors),
        actions=sorted(((kind, words.event(kind)) for kind in log.ACTS), key=lambda pair: pair[1]),
        lines=[
            {
                "at": act.at,
                "who": words.who(act.actor_id, names) or _("hidden"),
                "behalf": words.who(act.behalf_id, names) if act.behalf_id != act.actor_id else "",
                "title": words.event(act.kind),
                "step": text(act.step),
                "outcome": text(act.outcome),
                "process": text(act.title),
                "run_id": act.run_id,
                "run_url": url_for("audit.steps", target=act.run_id),
                "address": act.address or "",
            }
            for act in found
        ],
        following=following,
    )
