"""Absences of everybody within reach, and recording them for others (somebody falls ill)."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.actor import Scope
from app.core.texts import _
from app.people import operations, queries
from app.people.forms.fields import options, person_options
from app.people.forms.me import AbsenceForm
from app.people.permissions import ABSENCE_EDIT, ABSENCE_VIEW
from app.people.views import bp
from app.people.views.parts import attempt, number_of, require_id
from app.web.access import access
from app.web.current import actor
from app.web.render import page


@bp.get("/admin/absences")
@access(ABSENCE_VIEW)
def absences() -> str:
    """Who is away, from when to when, and who stands in; past ones on request."""
    reader = actor()
    past = request.args.get("past") == "1"
    found = queries.absences_page(reader, request.args.get("cursor"), 50, past=past)
    shown: dict[str, Any] = {"past": "1"} if past else {}
    granted = reader.scope(ABSENCE_EDIT)
    return page(
        "people/absences/absences.html",
        absences=found.items,
        next_url=url_for("people.absences", **{**shown, "cursor": found.next}) if found.next else None,
        past=past,
        today=clock.today(),
        for_others=granted is not None and granted.level >= Scope.UNIT,
    )


@bp.route("/admin/absences/new", methods=["GET", "POST"])
@access(ABSENCE_EDIT)
def record_absence() -> Response | str | tuple[str, int]:
    """Record an absence: first whose (``?person=``), then the days and the deputy."""
    reader = actor()
    person_id = number_of("person")
    if person_id is None:
        found = queries.people_page(
            reader, request.args.get("q", "")[:100], request.args.get("cursor"), 50, permission=ABSENCE_EDIT
        )
        next_url = url_for("people.record_absence", q=request.args.get("q"), cursor=found.next) if found.next else None
        return page("people/absences/choose.html", people=found.items, q=request.args.get("q", ""), next_url=next_url)
    person = queries.person_for(reader, person_id, ABSENCE_EDIT)
    form = AbsenceForm()
    others = [(i, name) for i, name in queries.deputy_candidates(person_id) if i != reader.id]
    notes = queries.notes_of([i for i, _name in others])
    form.deputy_id.choices = [*options([("", _("Choose a person"))]), *person_options(others, notes)]
    if not form.is_submitted():
        form.first.data = form.last.data = clock.today()
        return page("people/absences/new.html", form=form, person=person)
    done = attempt(
        form,
        lambda: operations.record_absence(
            reader,
            person_id,
            deputy_id=require_id(form.deputy_id.data),
            first=form.first.data,  # type: ignore[arg-type]
            last=form.last.data,  # type: ignore[arg-type]
            reason=form.reason.data or "",
        ),
    )
    if not done:
        return page("people/absences/new.html", form=form, person=person), 422
    flash(_("Recorded. The deputy acts on behalf of the person in these days; it ends by itself."), "good")
    return redirect(url_for("people.absences"), code=303)


@bp.post("/admin/absences/<int:absence_id>/end")
@access(ABSENCE_EDIT)
def end_absence(absence_id: int) -> Response:
    """The person is back today, or a planned absence is taken back."""
    operations.end_absence(actor(), absence_id)
    flash(_("The absence has ended."), "good")
    return redirect(url_for("people.absences"), code=303)
