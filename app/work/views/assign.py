"""Assigning: the form, the draft with exactly who and why, and sending it."""

import secrets
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid
from app.core.texts import _, text
from app.people import queries as people
from app.people.queries import audiences
from app.people.rules.audiences import Rule
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page
from app.work import operations
from app.work.forms.assign import SHIFT, AssignForm, LeadForm
from app.work.models import Assignment, Series
from app.work.operations import files
from app.work.permissions import ASSIGN
from app.work.queries import assignments as reading
from app.work.queries.kinds import ASSIGNED, kinds_for
from app.work.views import bp
from app.work.views.assignments import next_days, sent_page
from app.workflow.rules.urgency import PRIORITIES

DEFAULT = "work_task"
AT_A_TIME = 50


def _form(me: Actor, rule: Rule | None = None, known: Assignment | None = None, **given: Any) -> AssignForm:
    form = AssignForm(**given)
    kinds = sorted(kinds_for(me, ASSIGNED), key=lambda kind: kind.key != DEFAULT)
    form.offer(
        me, ASSIGN, [(kind.key, text(kind.title)) for kind in kinds], rule, Rule.read(known.rule) if known else None
    )
    return form


@bp.get("/work/assign")
@access(ASSIGN)
def assign() -> str:
    """The form; ``person`` (repeated) and ``title`` may be given by the page one comes from."""
    me = actor()
    ids = tuple(
        int(raw) for raw in request.args.getlist("person")[:200] if raw.isascii() and raw.isdigit() and len(raw) < 19
    )
    form = _form(me, Rule(also=ids), submission=secrets.token_urlsafe(12), title=request.args.get("title", "")[:200])
    kind = request.args.get("kind", "")
    if any(kind == known.key for known in kinds_for(me, ASSIGNED)):
        form.kind.data = kind
    return page("work/assignments/assign.html", form=form, draft=None)  # fmt: skip


@bp.post("/work/assign")
@access(ASSIGN)
def draft() -> Response | tuple[str, int]:
    """Write it down and show exactly whom it reaches; nobody is told yet."""
    return _save(None)


@bp.get("/work/assignments/<int:assignment_id>/edit")
@access(ASSIGN)
def edit_assignment(assignment_id: int) -> str | Response:
    """Change a draft."""
    me = actor()
    known = reading.assignment_for(me, assignment_id)
    if known.state != "draft":
        return redirect(url_for("work.assignment", assignment_id=assignment_id), code=303)
    given: dict[str, Any] = {
        "title": known.title,
        "text": known.text,
        "kind": known.process,
        "mode": known.mode,
        "due_on": known.due_on,
        "priority": PRIORITIES[known.priority],
        "standing": known.standing,
        "version": known.version,
    }
    series = session.get(Series, known.series_id) if known.series_id else None
    if series is not None:
        given |= {**_series_fields(series), "due_on": None}
    form = _form(me, Rule.read(known.rule), known, **given)
    return page("work/assignments/assign.html", form=form, draft=known)


def _series_fields(series: Series) -> dict[str, Any]:
    parts = dict(part.split("=", 1) for part in series.rrule.split(";"))
    until = parts.get("UNTIL", "")[:8]
    return {
        "repeat": parts["FREQ"],
        "interval": int(parts.get("INTERVAL", "1")),
        "weekdays": parts.get("BYDAY", "").split(",") if "BYDAY" in parts else [],
        "monthday": int(parts.get("BYMONTHDAY", "1")),
        "until": date.fromisoformat(until) if until else None,
        "starts_on": max(series.starts_on, clock.today()),
        "shift": series.shift,
        "due_days": series.due_days,
    }


@bp.post("/work/assignments/<int:assignment_id>/edit")
@access(ASSIGN)
def change_assignment(assignment_id: int) -> Response | tuple[str, int]:
    """Write the changed draft down."""
    return _save(reading.assignment_for(actor(), assignment_id))


def _save(known: Assignment | None) -> Response | tuple[str, int]:
    me = actor()
    form = _form(me, known=known)
    if form.audience.looking:
        return page("work/assignments/assign.html", form=form, draft=known), 200
    if form.validate():
        try:
            with session.begin_nested():
                made = _write(me, form, known)
        except Invalid as error:
            for fault in error.errors:
                if fault.field in ("people", "rule"):
                    form.audience.errors = [*form.audience.errors, fault.message]
                elif fault.field == "file":
                    form.files.errors = [*form.files.errors, fault.message]
            apply(form, error)
        else:
            return redirect(url_for("work.assignment", assignment_id=made.id), code=303)
    return page("work/assignments/assign.html", form=form, draft=known), 422


def _write(me: Actor, form: AssignForm, known: Assignment | None) -> Assignment:
    what: dict[str, Any] = {
        "rule": form.whole_rule,
        "mode": form.mode.data,
        "text": form.text.data or "",
        "due_on": None if form.repeat.data else form.due_on.data,
        "priority": form.priority.data,
        "standing": bool(form.standing.data) and not form.repeat.data,
    }
    if known is None:
        made = operations.draft(
            me, form.kind.data, form.title.data or "", submission=form.submission.data or None, **what
        )
    else:
        made = known
        operations.redraft(me, made, form.seen_version, form.kind.data, form.title.data or "", **what)
    if made.state == "draft":
        pattern = form.pattern
        if pattern is not None:
            operations.plan(
                me, made, pattern, starts_on=form.starts_on.data or clock.today(), shift=form.shift.data,
                due_days=form.due_days.data or 0,
            )  # fmt: skip
        elif made.series_id is not None:
            operations.unplan(made)
        for upload in form.files.data or ():
            if getattr(upload, "filename", ""):
                files.add_file(me, made, upload.stream, upload.filename)
    return made


@bp.get("/work/assignments/<int:assignment_id>")
@access(ASSIGN)
def assignment(assignment_id: int) -> str:
    """A draft with exactly whom it reaches, or what was sent with how far everybody is."""
    me = actor()
    known = reading.assignment_for(me, assignment_id)
    return _draft_page(me, known) if known.state == "draft" else sent_page(me, known)


def _draft_page(me: Actor, known: Assignment, changes: operations.Changes | None = None) -> str:
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    units = reading.members_by_unit(known.id)
    members = reading.members_page(known.id, number, AT_A_TIME)
    total = sum(count for _unit, count in units)
    series = session.get(Series, known.series_id) if known.series_id else None
    names = people.unit_names([unit or 0 for unit, _count in units] + [one.unit_id or 0 for one in members])
    return page(
        "work/assignments/draft.html",
        draft=known,
        kind=reading.kind_titles({known.process})[known.process],
        rule=audiences.describe(me, Rule.read(known.rule), ASSIGN),
        members=list(zip(members, audiences.wordings([one.why for one in members]), strict=True)),
        units=[(names.get(unit or 0, ""), count) for unit, count in units],
        unit_names=names,
        away=people.away_words([one.person_id for one in members]),
        total=total,
        number=number,
        pages=(total + AT_A_TIME - 1) // AT_A_TIME,
        files=reading.files_of(known.id),
        changes=changes,
        left=people.names(changes.left) if changes else {},
        series=series,
        planned=series is not None and series.next_on is not None,
        shift=SHIFT,
        days=next_days(series) if series else [],
    )


@bp.post("/work/assignments/<int:assignment_id>/send")
@access(ASSIGN)
def send_assignment(assignment_id: int) -> Response | str:
    """Send it; when other people are meant by now, show who has come and who has gone first."""
    me = actor()
    known = reading.assignment_for(me, assignment_id)
    version = LeadForm().seen_version
    changes = operations.send_planned(me, known, version) if known.series_id else operations.send(me, known, version)
    if changes:
        return _draft_page(me, known, changes)
    flash(_("Assigned.") if known.state == "open" else _("Planned. It is sent on its day."), "good")
    return redirect(url_for("work.assignment", assignment_id=assignment_id), code=303)


@bp.post("/work/assignments/<int:assignment_id>/discard")
@access(ASSIGN)
def discard_assignment(assignment_id: int) -> Response:
    """Throw a draft away."""
    known = reading.assignment_for(actor(), assignment_id)
    if known.series_id:
        operations.unplan(known)
    operations.discard(known, LeadForm().seen_version)
    flash(_("Thrown away; nobody was told."), "good")
    return redirect(url_for("work.assigned"), code=303)


@bp.post("/work/assignments/<int:assignment_id>/files/<int:file_id>/remove")
@access(ASSIGN)
def remove_assignment_file(assignment_id: int, file_id: int) -> Response:
    """Take a file off a draft."""
    files.remove_file(actor(), reading.assignment_for(actor(), assignment_id), file_id)
    return redirect(url_for("work.assignment", assignment_id=assignment_id), code=303)
