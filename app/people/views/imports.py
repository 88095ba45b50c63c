"""Importing units or persons: the table is looked at first, row by row; then what is right is taken."""

from flask import Response, make_response, request

from app.core import files
from app.core.database import begin_writing, session
from app.core.errors import Invalid, NotFound
from app.core.texts import _, text
from app.people import operations, sheets
from app.people.forms.admin import ImportForm
from app.people.permissions import IMPORT_RUN
from app.people.queries.imports import known, owns_upload
from app.people.rules import imports as rules
from app.people.views import bp
from app.web.access import access
from app.web.current import actor
from app.web.exports import xlsx
from app.web.forms import apply
from app.web.render import page

PURPOSE = "people.import"
SHOWN = 100
files.reader(PURPOSE, lambda reader, file_id: owns_upload(reader.id, file_id))


@bp.get("/admin/import")
@access(IMPORT_RUN)
def import_table() -> str:
    """Choose a table."""
    return page("people/imports/import.html", form=ImportForm(), columns=_columns(), rows=None)


@bp.get("/admin/import/template/<kind>")
@access(IMPORT_RUN)
def import_template(kind: str) -> Response:
    """An empty table with the right headings."""
    if kind not in rules.REQUIRED:
        raise NotFound()
    return xlsx(kind, list(_columns()[kind]), [])


@bp.post("/admin/import")
@access(IMPORT_RUN)
def preview_import() -> tuple[str, int] | str:
    """Read the table and show what would happen, row by row; nothing is created yet."""
    form = ImportForm()
    context = {"form": form, "columns": _columns(), "rows": None}
    if not form.validate():
        return page("people/imports/import.html", **context), 422
    try:
        upload = form.file.data
        stored = files.store(sheets.as_utf8(upload.stream), upload.filename, actor(), PURPOSE, only=sheets.TAKEN)
        rows = _read(stored.id, form.kind.data)
    except Invalid as error:
        apply(form, error)
        return page("people/imports/import.html", **context), 422
    bad = [row for row in rows if row.faults]
    good = [row for row in rows if not row.faults]
    context |= {
        "rows": (bad + good)[:SHOWN],
        "bad": len(bad),
        "good": len(good),
        "more": max(0, len(rows) - SHOWN),
        "file_id": stored.id,
        "kind": form.kind.data,
        "shown_columns": [key for key in rules.columns(form.kind.data) if any(key in row.values for row in rows)],
    }
    return page("people/imports/import.html", **context)


@bp.post("/admin/import/run")
@access(IMPORT_RUN)
def run_import() -> Response:
    """Create what the good rows say; persons get one-time passwords, shown on this one answer."""
    kind, raw = request.form.get("kind", ""), request.form.get("file_id", "")
    if kind not in rules.REQUIRED or not (raw.isascii() and raw.isdigit() and len(raw) < 19):
        raise NotFound()
    begin_writing(False)
    rows = _read(int(raw), kind)
    session.rollback()
    outcome = operations.run_import(actor(), kind, rows)
    begin_writing(False)
    response = make_response(page("people/imports/done.html", outcome=outcome, kind=kind))
    response.headers["Cache-Control"] = "no-store"
    return response


def _read(file_id: int, kind: str) -> list[rules.Row]:
    stored, path = files.open_for(actor(), file_id)
    if stored.content_type not in sheets.TAKEN or stored.purpose != PURPOSE:
        raise NotFound()
    table = sheets.rows(path, stored.content_type, rules.MOST_ROWS)
    lacking = rules.missing(kind, rules.headings(kind, table[0]))
    if lacking:
        raise Invalid(
            "file",
            "columns",
            _("These columns are missing: %(columns)s.", columns=", ".join(text(column) for column in lacking)),
        )
    return rules.read(kind, table, known())


def _columns() -> dict[str, list[str]]:
    return {kind: [text(column) for column in rules.columns(kind).values()] for kind in rules.REQUIRED}
