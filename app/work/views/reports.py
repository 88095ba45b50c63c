"""/work/reports: what I raised with its answers, what my unit received, raising something, and the shared library."""

import secrets
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import files
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, DomainError, Invalid, Missing, NotFound
from app.core.texts import _, text
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work.operations.raising import Proof, raise_report, withdraw
from app.work.permissions import RAISE, REPORT_READ
from app.work.queries import kinds, reports, units
from app.work.queries.items import KIND, address
from app.work.queries.kinds import Kind
from app.work.views import bp
from app.workflow import operations as workflow
from app.workflow.forms import Posted, number_in, posted
from app.workflow.queries.definitions import live, parsed
from app.workflow.queries.forms import column_json
from app.workflow.registry import SubjectRef
from app.workflow.rules.definition import Step


@bp.get("/work/reports")
@access(RAISE)
def reports_list() -> str:
    """What I raised and what came of it; or what was raised to my unit."""
    me = actor()
    show = reports.RECEIVED if request.args.get("show") == reports.RECEIVED else reports.MINE
    filters = reports.Filters(
        request.args.get("q", "")[:80].replace("\x00", ""),
        request.args.get("kind", "")[:60],
        request.args.get("state", "") if request.args.get("state") in (reports.OPEN, reports.CLOSED) else "",
    )
    found = reports.reports_page(me, show, filters, request.args.get("cursor"))
    chosen: dict[str, Any] = {
        "show": show,
        "q": filters.q or None,
        "kind": filters.kind or None,
        "state": filters.state or None,
    }
    return page(
        "work/reports/list.html",
        show=show,
        filters=filters,
        lines=found.items,
        address=address,
        kinds=[(kind.key, text(kind.title)) for kind in kinds.kinds_for(me, kinds.RAISED)],
        more=url_for("work.reports_list", cursor=found.next, **chosen) if found.next else None,
    )


@bp.get("/work/reports/library")
@access(REPORT_READ)
def shared_library() -> str:
    """Market and competitor information that may be shared, with search (D22)."""
    me = actor()
    q, kind = request.args.get("q", "")[:80].replace("\x00", ""), request.args.get("kind", "")[:60]
    found = reports.shared_page(me, q, kind, request.args.get("cursor"))
    return page(
        "work/reports/library.html",
        q=q,
        kind=kind,
        kinds=[(key, text(title)) for key, title in reports.shared_kinds()],
        pieces=found.items,
        address=address,
        more=url_for("work.shared_library", q=q or None, kind=kind or None, cursor=found.next) if found.next else None,
    )


@bp.get("/work/reports/new")
@access(RAISE)
def choose_report() -> str:
    """What may be raised, and what each kind is for."""
    return page("work/reports/choose.html", kinds=kinds.kinds_for(actor(), kinds.RAISED))


@bp.get("/work/reports/new/<key>")
@access(RAISE)
def new_report(key: str) -> str:
    """The kind's first step at once, with a title and the unit it goes to."""
    me = actor()
    kind = _kind(me, key)
    setting = kinds.setting_of(key)
    typed: dict[str, Any] = {
        "title": "",
        "unit_id": setting.unit_id or me.home_unit_id,
        "submission": secrets.token_urlsafe(16),
    }
    return _form(me, kind, typed, Posted())


@bp.post("/work/reports/new/<key>")
@access(RAISE)
def send_report(key: str) -> Response | tuple[str, int]:
    """Raise it; refused, the form comes back with what was typed."""
    me = actor()
    kind = _kind(me, key)
    step = _first(kind)
    given = posted(step, request.form, request.files)
    typed: dict[str, Any] = {
        "title": request.form.get("title", "")[:1000],
        "unit_id": number_in(request.form, "unit_id"),
        "submission": request.form.get("submission", "")[:64].replace("\x00", ""),
    }
    try:
        with session.begin_nested():
            item = raise_report(
                me,
                key,
                typed["title"],
                typed["unit_id"],
                fields=given.fields,
                checklist=given.checklist,
                evidence=_proofs(me, step, given),
                submission=typed["submission"] or None,
            )
    except (Invalid, Missing) as error:
        return _form(me, kind, typed, given, error), error.status
    flash(_("Raised. The answer comes back to you; you find it here."), "good")
    return redirect(address(item.id), code=303)


def _kind(me: Actor, key: str) -> Kind:
    found = next((kind for kind in kinds.kinds_for(me, kinds.RAISED) if kind.key == key), None)
    if found is None:
        raise NotFound()
    return found


def _first(kind: Kind) -> Step:
    definition = parsed(kind.digest)
    return live(definition, SubjectRef(KIND, 0, ""), {definition.start}).step(definition.start)


def _proofs(me: Actor, step: Step, given: Posted) -> list[Proof]:
    found: list[Proof] = []
    for kind in step.evidence:
        for upload in given.files.get(kind.kind, [])[: kind.max]:
            try:
                stored = files.store(upload.stream, upload.filename or "", me, workflow.PURPOSE)
            except Invalid as error:
                raise Invalid(kind.kind, error.code, error.message) from error
            found.append(Proof(kind.kind, file=stored))
        if given.texts.get(kind.kind, "").strip():
            found.append(Proof(kind.kind, text=given.texts[kind.kind]))
    return found


def _form(me: Actor, kind: Kind, typed: dict[str, Any], given: Posted, error: DomainError | None = None) -> str:
    step = _first(kind)
    return page(
        "work/reports/new.html",
        kind=kind,
        step=step,
        typed=typed,
        given=given,
        fields=[column_json(field) for field in step.fields],
        checklist=[
            {"key": c.key, "title": text(c.title), "required": c.required, "done": c.key in given.checklist}
            for c in step.checklist
        ],
        units=units.open_units(),
        errors=_errors(error),
        missing=error.items if isinstance(error, Missing) else None,
        people=_people(me) if any(field.type == "person" for field in step.fields) else [],
    )


def _people(me: Actor) -> list[dict[str, Any]]:
    return [{"id": p.id, "name": p.name, "note": ""} for p in people.people_page(me, limit=200).items]


def _errors(error: DomainError | None) -> dict[str, Any]:
    if isinstance(error, Missing):
        return {item.key: item.message for item in error.items if item.kind in ("field", "evidence")}
    return {fault.field: fault.message for fault in error.errors} if isinstance(error, Invalid) else {}


@bp.post("/work/reports/<int:item_id>/withdraw")
@access(RAISE)
def withdraw_report(item_id: int) -> Response:
    """Take back what one has raised, with a reason."""
    if not 0 < item_id < 2**63:
        raise NotFound()
    try:
        with session.begin_nested():
            withdraw(actor(), item_id, request.form.get("reason", ""))
    except (Invalid, Conflict) as error:
        flash(error.message, "warn")
        return redirect(address(item_id), code=303)
    flash(_("Taken back. Whoever worked on it is told."), "good")
    return redirect(address(item_id), code=303)
