"""Notes, files, contacts and the facts of an opportunity."""

import re
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Invalid, Missing
from app.core.texts import _
from app.people import queries as people
from app.sales import operations, permissions, queries
from app.sales.forms import ChangeForm, ContactForm, NoteForm
from app.sales.operations import plan
from app.sales.queries import products as product_reading
from app.sales.queries import runs
from app.sales.rules import limits
from app.sales.rules.proposal import ACCOUNTABLE, DECIDED, may_change
from app.sales.views import bp
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page

_CELL = re.compile(r"products\.(\d{1,3})\.(product|amount|price|need)")


def _here(opportunity_id: int, part: str = "") -> Response:
    return redirect(url_for("sales.opportunity", opportunity_id=opportunity_id, _anchor=part or None), code=303)


@bp.get("/opportunities/<int:opportunity_id>/edit", endpoint="edit")
@access(permissions.CHANGE)
def edit(opportunity_id: int) -> str:
    """The facts of the sale, to be changed."""
    view = queries.opportunity_view(actor(), opportunity_id, permissions.CHANGE)
    form = _form(view, formdata=None, obj=view.opportunity)
    form.amount.data = "" if view.opportunity.amount is None else format(view.opportunity.amount, "f")
    if "owner_id" in form:
        form.owner_id.data = str(view.opportunity.owner_id)
    return _edit_page(view, form, plan.plain(queries.plan(opportunity_id)), {})


@bp.post("/opportunities/<int:opportunity_id>/edit", endpoint="change")
@access(permissions.CHANGE)
def change(opportunity_id: int) -> Response | tuple[str, int]:
    """Change them; a decision that rested on them is void, and the page says so."""
    me = actor()
    view = queries.opportunity_view(me, opportunity_id, permissions.CHANGE)
    form = _form(view)
    rows = _typed_rows()
    errors: dict[str, Any] = {}
    if form.validate():
        given: dict[str, Any] = {
            "title": form.title.data,
            "expected_on": form.expected_on.data,
            "source": form.source.data or None,
            "owner_id": form.number("owner_id"),
        }
        if not _is_proposed(view):
            given |= {"amount": form.amount.data or None, "terms": form.terms.data or "", "products": rows}
        try:
            before = view.run.step
            operations.change_opportunity(me, opportunity_id, form.seen_version or 0, **given)
        except Missing as error:
            form.form_errors.extend(item.message for item in error.items)
        except Invalid as error:
            errors = {e.field: e.message for e in error.errors if e.field.startswith("products")}
            apply(form, error)
        else:
            after = queries.opportunity_view(me, opportunity_id).run.step
            flash(
                _("Changed. The approval no longer holds and is asked for again.")
                if after != before
                else _("Changed."),
                "good",
            )
            return _here(opportunity_id)
    return _edit_page(view, form, rows, errors), 422


def _typed_rows() -> list[dict[str, str]]:
    """The lines of the plan as typed; empty ones do not count."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in request.form.items():
        cell = _CELL.fullmatch(name)
        if cell and value.strip():
            rows.setdefault(int(cell[1]), {})[cell[2]] = value.strip()
    return [rows[number] for number in sorted(rows)]


def _is_proposed(view: queries.OpportunityView) -> bool:
    """Whether what is decided on stands proposed by somebody else."""
    me = actor()
    return not may_change(DECIDED, {me.id, me.behalf or me.id}, runs.proposers(view.run))


def _form(view: queries.OpportunityView, **given: Any) -> ChangeForm:
    form = ChangeForm(**given)
    owners = {
        member.person_id: member.name
        for member in people.team_members(view.opportunity.team_id)
        if member.role in ACCOUNTABLE
    }
    owners.setdefault(view.opportunity.owner_id, view.owner)
    form.offer([], sorted(owners.items(), key=lambda owner: owner[1]))
    return form


def _edit_page(
    view: queries.OpportunityView, form: ChangeForm, rows: list[dict[str, str]], errors: dict[str, Any]
) -> str:
    offered = product_reading.offered()
    known = {option["key"] for option in offered}
    for row in queries.plan(view.opportunity.id):
        if row.code not in known:
            offered.append({"key": row.code, "title": {"zh": row.name, "en": row.name_en or row.name}})
    table = {
        "key": "products",
        "type": "table",
        "title": {"zh": _("Products"), "en": _("Products")},
        "max": limits.PRODUCTS,
        "columns": [
            {"key": "product", "type": "choice", "title": _both(_("Product")), "required": True, "options": offered},
            {"key": "amount", "type": "money", "title": _both(_("Amount")), "required": True},
            {"key": "price", "type": "text", "title": _both(_("Price and term")), "max_length": limits.PRICE},
            {"key": "need", "type": "text", "title": _both(_("Need it answers")), "max_length": limits.NEED},
        ],
    }
    return page(
        "sales/opportunity/edit.html",
        view=view,
        form=form,
        table=table,
        rows=rows,
        errors=errors,
        proposed=_is_proposed(view),
    )


def _both(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


@bp.post("/opportunities/<int:opportunity_id>/notes", endpoint="add_note")
@access(permissions.CHANGE)
def add_note(opportunity_id: int) -> Response:
    """Add a remark."""
    form = NoteForm()
    text = (form.text.data or "") if form.validate() else ""
    try:
        operations.add_note(actor(), opportunity_id, text, form.submission.data or None)
    except Invalid:
        flash(_("The note was not kept: write something of at most %(n)s characters.", n=limits.NOTE), "warn")
    return _here(opportunity_id, "timeline")


@bp.post("/notes/<int:note_id>/withdraw", endpoint="withdraw_note")
@access(permissions.CHANGE)
def withdraw_note(note_id: int) -> Response:
    """Take back one's own remark."""
    return _here(operations.withdraw_note(actor(), note_id).opportunity_id, "timeline")


@bp.post("/opportunities/<int:opportunity_id>/files", endpoint="add_file")
@access(permissions.CHANGE)
def add_file(opportunity_id: int) -> Response:
    """Add files."""
    given = [upload for upload in request.files.getlist("file") if upload.filename]
    if not given:
        queries.opportunity_for(actor(), opportunity_id, permissions.CHANGE)
        flash(_("Choose a file first."), "warn")
    for upload in given[:10]:
        operations.add_file(actor(), opportunity_id, upload.stream, upload.filename or "")
    return _here(opportunity_id, "files")


@bp.post("/opportunities/<int:opportunity_id>/files/<int:file_id>/remove", endpoint="remove_file")
@access(permissions.CHANGE)
def remove_file(opportunity_id: int, file_id: int) -> Response:
    """Take a file off the page."""
    operations.remove_file(actor(), opportunity_id, file_id)
    return _here(opportunity_id, "files")


@bp.post("/opportunities/<int:opportunity_id>/contacts", endpoint="set_contact")
@access(permissions.CHANGE)
def set_contact(opportunity_id: int) -> Response:
    """Say what a key person of the customer is in this sale."""
    form = ContactForm()
    raw = form.key_person_id.data or ""
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0
    if form.validate() and number:
        operations.set_contact(actor(), opportunity_id, number, form.role.data or "")
    else:
        queries.opportunity_for(actor(), opportunity_id, permissions.CHANGE)
        flash(_("Choose a person of the customer and their part."), "warn")
    return _here(opportunity_id, "contacts")


@bp.post("/opportunities/<int:opportunity_id>/contacts/<int:key_person_id>/remove", endpoint="remove_contact")
@access(permissions.CHANGE)
def remove_contact(opportunity_id: int, key_person_id: int) -> Response:
    """Take a person out of this sale."""
    operations.remove_contact(actor(), opportunity_id, key_person_id)
    return _here(opportunity_id, "contacts")
