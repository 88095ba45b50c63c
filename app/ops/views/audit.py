"""The auditor's pages: what was done, one act in full, the export, and whether history holds."""

import json
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from app.core import audit, clock, seal
from app.core.errors import Invalid
from app.core.texts import _, _l
from app.ops.operations import verifications as writes
from app.ops.permissions import AUDIT_EXPORT, AUDIT_VIEW
from app.ops.queries import audit as reads
from app.ops.queries import verifications
from app.ops.rules import filters as rules
from app.ops.rules.filters import Filters
from app.ops.views import words
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.exports import xlsx
from app.web.render import page

bp = Blueprint("audit", __name__, url_prefix="/audit")
EXPORTED = audit.declare("ops.audit_exported", _l("Exported the audit"), ("rows", "filters"))
LIMIT = 50


@bp.get("")
@access(AUDIT_VIEW)
def index() -> str | tuple[str, int]:
    """The list by filters, and beside it whether history holds."""
    try:
        filters = _filters(request.args)
    except Invalid as error:
        return _list(Filters(), [], None, errors=[e.message for e in error.errors]), 422
    found = reads.audit_page(actor(), filters, request.args.get("cursor"), LIMIT)
    following = (
        f"{url_for('audit.index')}?{urlencode({**filters.as_args(), 'cursor': found.next})}" if found.next else None
    )
    return _list(filters, list(found.items), following)


@bp.get("/<int(max=9223372036854775807):audit_id>")
@access(AUDIT_VIEW)
def row(audit_id: int) -> str:
    """One act: who, when, from where, old and new."""
    line = reads.audit_row(actor(), audit_id)
    names = people.names(line.persons())
    keys = [(words.field(key), words.value(value)) for key, value in line.data.items() if key != "changes"]
    return page(
        "ops/audit/row.html",
        line=line,
        title=_title(line.action),
        who=words.who(line.actor_id, names),
        behalf=words.who(line.behalf_id, names),
        target=words.record(line, names),
        channel=words.channel(line.channel),
        keys=keys,
        changes=[
            (words.field(c.key), words.said(line, c.key, c.old), words.said(line, c.key, c.new), c.erased_at)
            for c in reads.changes_of([line.id]).get(line.id, [])
        ],
    )


@bp.post("/export")
@access(AUDIT_EXPORT)
def export() -> Response:
    """Everything within the filters as a spreadsheet; that it was taken is itself noted."""
    filters = _filters(request.form)
    if reads.export_size(actor(), filters) > reads.EXPORT_LIMIT:
        raise words.too_many(reads.EXPORT_LIMIT)
    columns = [
        _("Time"), _("Who"), _("On behalf of"), _("Action"), _("Record"), _("Address"), _("Channel"), _("Request"),
        _("Old and new"), _("Details"),
    ]  # fmt: skip
    rows = [
        (
            line.at, words.who(line.actor_id, names), words.who(line.behalf_id, names), _title(line.action),
            words.record(line, names), line.address, words.channel(line.channel), line.request_id,
            "\n".join(_("%(key)s: %(old)s → %(new)s", key=words.field(c.key), old=words.said(line, c.key, c.old), new=words.said(line, c.key, c.new)) for c in changes),
            words.value({key: value for key, value in line.data.items() if key != "changes"}),
        )
        for line, changes, names in reads.export_rows(actor(), filters)
    ]  # fmt: skip
    audit.record(actor(), EXPORTED, rows=len(rows), filters=filters.as_args())
    return xlsx(_("Audit %(day)s", day=clock.today().isoformat()), columns, rows)


@bp.post("/verify")
@access(AUDIT_VIEW)
def verify() -> Redirect:
    """Ask for the whole history to be verified."""
    writes.ask(actor())
    flash(_("The history is being verified; the result appears here within a few minutes."), "good")
    return redirect(url_for("audit.index"), code=303)


@bp.get("/head")
@access(AUDIT_VIEW)
def head() -> Response:
    """The last seal as a file, to be kept outside this machine: ``flask audit verify --head`` holds history against it."""
    found = seal.export_head()
    if found is None:
        raise Invalid("", "none", _l("Nothing is sealed yet. The job runner seals once a minute."))
    response = Response(json.dumps(found), mimetype="application/json")
    response.headers["Content-Disposition"] = f"attachment; filename=seal-{found['seal']}.json"
    return response


def next_url(endpoint: str, filters: Filters, cursor: str | None) -> str | None:
    """Where the next page of a list is."""
    return f"{url_for(endpoint)}?{urlencode({**filters.as_args(), 'cursor': cursor})}" if cursor else None


def standing(filters: Filters, errors: list[Any] | None) -> dict[str, Any]:
    """What both lists show: the filters, what was wrong with them, and whether history holds."""
    return {
        "filters": filters,
        "args": filters.as_args(),
        "errors": errors or [],
        "may_export": actor().may(AUDIT_EXPORT),
        "sealed": verifications.seal_state(),
        "verified": verifications.latest(),
        "asked": verifications.waiting(),
    }


def _filters(raw: Any) -> Filters:
    return rules.parse(raw, audit.actions())


def _title(action: str) -> str:
    declared = audit.actions().get(action)
    return str(declared.title) if declared else action


def _list(
    filters: Filters, lines: list[reads.AuditLine], following: str | None, errors: list[Any] | None = None
) -> str:
    names = people.names({person for line in lines for person in line.persons()})
    return page(
        "ops/audit/index.html",
        **standing(filters, errors),
        actions=sorted(((name, str(a.title)) for name, a in audit.actions().items()), key=lambda pair: pair[1]),
        kinds=sorted(words.KINDS.items(), key=lambda pair: str(pair[1])),
        lines=[
            {
                "id": line.id,
                "url": url_for("audit.row", audit_id=line.id),
                "at": line.at,
                "who": words.who(line.actor_id, names),
                "behalf": words.who(line.behalf_id, names),
                "title": _title(line.action),
                "target": words.record(line, names),
                "address": line.address or "",
                "channel": words.channel(line.channel),
            }
            for line in lines
        ],
        following=following,
    )
