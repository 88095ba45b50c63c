"""Meetings: which are ahead, calling one, changing and cancelling it."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.errors import Conflict, DomainError, Invalid
from app.core.texts import _, text
from app.people import queries as people
from app.people.rules.audiences import Rule
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page
from app.work.forms.meetings import CancelForm, MeetingForm
from app.work.models import Meeting
from app.work.operations import meetings
from app.work.permissions import MEETING_PLAN, MEETING_VIEW
from app.work.queries import meetings as reading
from app.work.rules.meetings import KINDS
from app.work.views import bp
from app.workflow.rules.definition import Definition

Answer = Response | str | tuple[str, int]


@bp.get("/work/meetings")
@access(MEETING_VIEW)
def meetings_list() -> str:
    """Meetings ahead, and those that were."""
    me = actor()
    show = "past" if request.args.get("show") == "past" else "upcoming"
    kind = request.args.get("kind", "")
    found = reading.meetings_page(me, show, kind, request.args.get("cursor"))
    return page(
        "work/meetings/list.html",
        show=show,
        kind=kind,
        kinds=KINDS,
        found=found,
        counts=reading.counts_of([row.id for row in found.items]),
        names=people.names({row.chair_id for row in found.items}),
        today=clock.today(),
        may_plan=me.may(MEETING_PLAN),
    )


@bp.get("/work/meetings/new")
@access(MEETING_PLAN)
def new_meeting() -> str:
    """The form; after ``from`` everything is copied from that meeting, and what is open there is listed."""
    me = actor()
    number = request.args.get("from", type=int)
    last = reading.meeting_for(me, number) if number is not None else None
    form = _form(me, last, last=last, formdata=None)
    if last is not None:
        form.fill(last, [point.title for point in reading.points_of(last.id)])
        form.version.data = ""
        form.previous.data = str(last.id)
        form.day.data = _next_day(last)
    else:
        form.day.data = clock.today() + timedelta(days=1)
        form.chair.data = form.taker.data = str(me.id)
    form.submission.data = secrets.token_urlsafe(16)
    return _form_page(me, form, None, last)


@bp.post("/work/meetings/new")
@access(MEETING_PLAN)
def plan_meeting() -> Answer:
    """Call it."""
    me = actor()
    previous_id = MeetingForm().previous_id
    last = reading.meeting_for(me, previous_id) if previous_id else None
    form = _form(me, None, last=last)
    if form.audience.looking:
        return _form_page(me, form, None, last)
    if form.validate():
        try:
            made = meetings.plan_meeting(
                me,
                **form.values(),
                **form.series(),
                previous_id=form.previous_id,
                submission=form.submission.data or None,
            )
        except (Invalid, Conflict) as error:
            _apply(form, error)
        else:
            flash(_("Meeting called. Everybody has been told."), "good")
            return redirect(url_for("work.meeting", meeting_id=made.id), code=303)
    return _form_page(me, form, None, last), 422


@bp.get("/work/meetings/<int:meeting_id>/edit")
@access(MEETING_VIEW)
def edit_meeting(meeting_id: int) -> str:
    """The form of a meeting that has not been held."""
    me = actor()
    meeting = meetings.for_planning(me, meeting_id)
    form = _form(me, meeting, change=True, formdata=None)
    form.fill(meeting, [point.title for point in reading.points_of(meeting.id)])
    return _form_page(me, form, meeting, None)


@bp.post("/work/meetings/<int:meeting_id>/edit")
@access(MEETING_VIEW)
def change_meeting(meeting_id: int) -> Answer:
    """Change it."""
    me = actor()
    meeting = meetings.for_planning(me, meeting_id)
    form = _form(me, meeting, change=True)
    if form.audience is not None and form.audience.looking:
        return _form_page(me, form, meeting, None)
    if form.validate():
        try:
            meetings.change_meeting(me, meeting_id, form.seen_version or -1, **form.values())
        except (Invalid, Conflict) as error:
            _apply(form, error)
            return _form_page(me, form, meeting, None), error.status
        flash(_("Meeting changed. Whoever it concerns has been told."), "good")
        return redirect(url_for("work.meeting", meeting_id=meeting_id), code=303)
    return _form_page(me, form, meeting, None), 422


@bp.post("/work/meetings/<int:meeting_id>/cancel")
@access(MEETING_VIEW)
def cancel_meeting(meeting_id: int) -> Answer:
    """Call it off."""
    form = CancelForm()
    if not form.validate():
        flash(_("Say why."), "warn")
        return redirect(url_for("work.meeting", meeting_id=meeting_id), code=303)
    try:
        meetings.cancel_meeting(actor(), meeting_id, form.reason_key.data or "", form.reason.data or "")
    except Invalid as error:
        flash(error.message, "warn")
    else:
        flash(_("Meeting cancelled. Everybody has been told."), "good")
    return redirect(url_for("work.meeting", meeting_id=meeting_id), code=303)


@bp.post("/work/meetings/<int:meeting_id>/stop")
@access(MEETING_VIEW)
def stop_series(meeting_id: int) -> Answer:
    """Make no further meetings of this series."""
    meetings.stop_series(actor(), meeting_id)
    flash(_("No further meetings of this series are made."), "good")
    return redirect(url_for("work.meeting", meeting_id=meeting_id), code=303)


def cancel_reasons(definition: Definition) -> list[tuple[str, str]]:
    """Why a meeting may be called off, as its process says."""
    return [(reason.key, text(reason.title)) for reason in definition.ends["cancelled"].reasons]


def _next_day(last: Meeting) -> Any:
    """A week after the last one, on the next working day from there, and not in the past."""
    day = max(
        clock.local(last.starts_at).date() + timedelta(days=1 if last.kind in ("morning", "evening") else 7),
        clock.today(),
    )
    for _n in range(30):
        if calendar.is_working(day):
            break
        day += timedelta(days=1)
    return day


def _form(
    me: Actor, meeting: Meeting | None, *, change: bool = False, last: Meeting | None = None, **given: Any
) -> MeetingForm:
    form = MeetingForm(**given)
    may_choose = me.may(MEETING_PLAN)
    if may_choose:
        rule = Rule.read(meeting.rule) if meeting else None
        form.offer_audience(me, MEETING_PLAN, rule, stands=change, stood=_told(last))
    known = {me.id: me.name}
    if meeting is not None:
        known |= people.names({meeting.chair_id, meeting.taker_id})
    if may_choose:
        known |= {p.id: p.name for p in people.people_page(me, limit=1000, permission=MEETING_PLAN).items}
        for typed in ("chair", "taker"):
            known |= people.also_meant(me, MEETING_PLAN, request.form.get(typed), known)
    form.offer_people(known)
    if meeting is not None and change:
        form.offer_change(Rule.read(meeting.rule), audience=may_choose)
    return form


def _told(last: Meeting | None) -> Rule | None:
    """What the page of the meeting before has named already: for whom it was, but not whom it left out."""
    return replace(Rule.read(last.rule), without=()) if last else None


def _form_page(me: Actor, form: MeetingForm, meeting: Meeting | None, last: Meeting | None) -> str:
    before = reading.decisions_of([last.id], only_open=True) + reading.open_from_before(last) if last else []
    return page(
        "work/meetings/form.html", form=form, under=MEETING_PLAN if me.may(MEETING_PLAN) else None, meeting=meeting, last=last, before=before,
        names=people.names({decision.owner_id for decision in before}),
    )  # fmt: skip


def _apply(form: MeetingForm, error: DomainError) -> None:
    if not apply(form, error):
        form.form_errors.append(error.message)
