"""Importing a spreadsheet of customers: upload, look at what would come of it, confirm, watch it."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.core.texts import _, text
from app.customers import permissions
from app.customers.forms import ImportForm
from app.customers.messages import MESSAGES
from app.customers.operations import imports as operations
from app.customers.queries import sheets
from app.customers.queries.imports import faults_of, imports_of
from app.customers.views import bp
from app.web import exports
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page


@bp.route("/import", methods=["GET", "POST"], endpoint="imports")
@access(permissions.IMPORT)
def imports() -> Response | str | tuple[str, int]:
    """Upload a list; below, one's earlier ones."""
    me = actor()
    form = ImportForm()
    if request.method == "POST" and form.validate():
        upload = form.file.data
        try:
            if not isinstance(upload, FileStorage):
                raise Invalid("file", "required", _("Choose a file."))
            job = operations.begin_import(me, upload.stream, upload.filename or "")
        except Invalid as error:
            apply(form, error)
        else:
            return redirect(url_for("customers.import_job", import_id=job.id), code=303)
    made = page(
        "customers/imports/index.html",
        form=form,
        jobs=imports_of(me.id),
        columns=[(text(c.title), c.more["required"]) for c in sheets.columns()],
        states=state_titles(),
        most=sheets.MOST_ROWS,
    )
    return (made, 422) if request.method == "POST" else made


def state_titles() -> dict[str, str]:
    """States of an import, in words."""
    return {
        "checking": _("Being checked"), "ready": _("Ready to import"), "running": _("Importing"), "done": _("Imported"),
        "cancelled": _("Cancelled"), "failed": _("Failed"),
    }  # fmt: skip


@bp.get("/import/template", endpoint="import_template")
@access(permissions.IMPORT)
def import_template() -> Response:
    """An empty list with the headings that are understood."""
    return exports.xlsx(_("Customers to import"), [text(c.title) for c in sheets.columns()], [])


@bp.get("/import/<int:import_id>", endpoint="import_job")
@access(permissions.IMPORT)
def import_job(import_id: int) -> str:
    """One import: what would come of it, how far it is, what is wrong with which row."""
    job = operations.import_for(actor(), import_id)
    headings: dict[str, Any] = {c.key: text(c.title) for c in sheets.columns()}
    return page(
        "customers/imports/job.html",
        job=job,
        headings=headings,
        used=[key for key in job.columns if key],
        preview_columns=[{"title": headings[key]} for key in job.columns if key],
        unused=sum(key is None for key in job.columns),
        faults=[
            (
                fault.line,
                headings.get(fault.field.removesuffix("_id"), fault.field),
                MESSAGES.get(fault.code, fault.code),
            )
            for fault in faults_of(job.id)
        ],
        states=state_titles(),
        failure=MESSAGES.get(job.failure, job.failure),
        moving=job.state in ("checking", "running"),
    )


@bp.post("/import/<int:import_id>/confirm", endpoint="import_confirm")
@access(permissions.IMPORT)
def import_confirm(import_id: int) -> Response:
    """Add the good rows."""
    operations.confirm_import(actor(), import_id)
    return redirect(url_for("customers.import_job", import_id=import_id), code=303)


@bp.post("/import/<int:import_id>/cancel", endpoint="import_cancel")
@access(permissions.IMPORT)
def import_cancel(import_id: int) -> Response:
    """Stop, or leave it."""
    operations.cancel_import(actor(), import_id)
    return redirect(url_for("customers.import_job", import_id=import_id), code=303)
