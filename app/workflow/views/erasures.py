"""/admin/erasures: texts that the law wants erased: asked for by one person, confirmed by another."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.database import session
from app.core.errors import Invalid
from app.core.texts import _, _l, ngettext, text
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.workflow import operations, queries
from app.workflow.forms import number_in
from app.workflow.permissions import ERASURE_CONFIRM, VALUE_ERASE
from app.workflow.views import bp

GROUNDS = {
    "request": _l("The person or customer asks for it"),
    "retention": _l("The time for which it may be kept is over"),
    "mistake": _l("It was entered by mistake"),
}


@bp.get("/admin/erasures")
@access(ERASURE_CONFIRM)
def erasures() -> str:
    """What was asked for, newest first; what waits can be confirmed or refused by somebody else."""
    found = queries.erasures_page(actor(), request.args.get("cursor"))
    ids = {i for row in found.items for i in (row.person_id, row.asked_by_id, row.decided_by_id) if i}
    return page(
        "workflow/erasures/erasures.html",
        erasures=found.items,
        runs=queries.erasure_runs([row.id for row in found.items]),
        names=people.names(ids),
        grounds=GROUNDS,
        may_ask=actor().may(VALUE_ERASE),
        next_url=url_for("workflow.erasures", cursor=found.next) if found.next else None,
    )


@bp.route("/admin/erasures/new", methods=["GET", "POST"])
@access(VALUE_ERASE)
def ask_erasure() -> Response | tuple[str, int]:
    """Find the cases by a customer's or subject's name, or by who typed in them; then say which, on what ground and why."""
    if request.method == "GET":
        return _form({}, 200)
    runs = [int(raw) for raw in request.form.getlist("runs")[:200] if raw.isascii() and raw.isdigit() and len(raw) < 16]
    try:
        with session.begin_nested():
            operations.ask_erasure(
                actor(),
                runs,
                person_id=number_in(request.form, "person") or None,
                ground=request.form.get("ground", ""),
                reason=request.form.get("reason", ""),
            )
    except Invalid as error:
        return _form({fault.field: fault.message for fault in error.errors}, 422)
    flash(_("Asked for. Somebody else has to confirm it."), "good")
    return redirect(url_for("workflow.erasures"), code=303)


def _form(errors: dict[str, Any], status: int) -> tuple[str, int]:
    q, username = request.values.get("q", "")[:100], request.values.get("username", "")[:64].strip().lower()
    person = people.person_by_username(username) if username else None
    found = queries.erasable(actor(), q, person) if q.strip() or person else []
    titles = queries.process_titles()
    html = page(
        "workflow/erasures/new.html",
        q=q,
        username=username,
        person=person,
        unknown=bool(username and person is None),
        searched=bool(q.strip() or username),
        found=found,
        titles={key: text(title) for key, title in titles.items()},
        grounds=GROUNDS,
        errors=errors,
        typed=request.form,
        ticked=request.form.getlist("runs"),
    )
    return (html, status)


@bp.post("/admin/erasures/<int:erasure_id>/confirm")
@access(ERASURE_CONFIRM)
def confirm_erasure(erasure_id: int) -> Response:
    """Erase them, as the second person."""
    count = operations.confirm_erasure(actor(), erasure_id)
    flash(ngettext("%(num)s text erased.", "%(num)s texts erased.", count), "good")
    return redirect(url_for("workflow.erasures"), code=303)


@bp.post("/admin/erasures/<int:erasure_id>/refuse")
@access(ERASURE_CONFIRM)
def refuse_erasure(erasure_id: int) -> Response:
    """Leave everything as it is, or take one's own wish back."""
    operations.refuse_erasure(actor(), erasure_id)
    flash(_("Nothing was erased."), "good")
    return redirect(url_for("workflow.erasures"), code=303)
