"""One meeting, on a phone first: who is there, what was said, what is to be done, confirmed."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.actor import SYSTEM, Actor
from app.core.errors import DomainError, Invalid, Missing
from app.core.texts import _, text
from app.people import queries as people
from app.people.rules.audiences import Rule
from app.web import filters as written
from app.web.access import access, own_url
from app.web.current import actor
from app.web.render import page
from app.work.forms.meetings import CorrectionForm, DecisionForm, points, seen, touched
from app.work.models import Meeting
from app.work.operations import minutes
from app.work.operations.meetings import KIND, stage_of
from app.work.permissions import MEETING_PLAN, MEETING_VIEW
from app.work.queries import meetings as reading
from app.work.rules import meetings as rules
from app.work.views import bp
from app.work.views.meetings import cancel_reasons
from app.workflow import queries as workflow
from app.workflow.queries.opened import Opened
from app.workflow.rules.definition import Definition
from app.workflow.views import step_form

DECISION = "text"
"""The field that is refused when a decision was typed and not recorded."""
Answer = Response | str | tuple[str, int]


@bp.get("/work/meetings/<int:meeting_id>")
@access(MEETING_VIEW)
def meeting(meeting_id: int) -> str:
    """Everything of one meeting."""
    me = actor()
    return show(me, reading.meeting_for(me, meeting_id))


@bp.post("/work/meetings/<int:meeting_id>/corrections")
@access(MEETING_VIEW)
def correct(meeting_id: int) -> Answer:
    """Add a correction to confirmed minutes."""
    me = actor()
    form = CorrectionForm()
    if form.validate():
        minutes.correct(me, meeting_id, form.text.data or "", form.submission.data or "")
        flash(_("Correction added."), "good")
        return redirect(url_for("work.meeting", meeting_id=meeting_id, _anchor="corrections"), code=303)
    return show(me, reading.meeting_for(me, meeting_id), correction=form), 422


def show_step(turn: Opened, sf: dict[str, Any]) -> str | None:
    """The meeting with a step form that was sent and refused."""
    me = actor()
    if not me.may(MEETING_VIEW):
        return None
    found = reading.meeting_for(me, turn.run.subject_id)
    if "beside" not in request.form:
        return show(me, found, sf=sf)
    decision = DecisionForm()
    decision.offer_people(reading.around(found))
    decision.text.errors = [sf["errors"][DECISION]] if DECISION in sf["errors"] else []
    typed = points()
    return show(me, found, sf=sf, typed=typed if touched("points", typed) else None, decision=decision)


def show(
    me: Actor,
    found: Meeting,
    *,
    error: DomainError | None = None,
    marked: dict[int, tuple[str, str]] | None = None,
    typed: list[tuple[str, str]] | None = None,
    decision: DecisionForm | None = None,
    correction: CorrectionForm | None = None,
    sf: dict[str, Any] | None = None,
) -> str:
    """The page of a meeting, with what was typed into it and why that was refused."""
    # who sees the meeting sees how far it is; a later one of a series has no run yet
    run = workflow.open_run(SYSTEM, found.run_id) if found.run_id else None
    turn = workflow.open_waiting(me, found.run_id) if found.run_id else None
    definition = run.definition if run else workflow.latest(KIND)
    mine = turn is not None and workflow.may_act(turn)
    step = turn.turn.step if turn else ""
    if turn is not None and mine and step == "confirm" and sf is None:
        here = url_for("work.meeting", meeting_id=found.id)
        sf = step_form.context(turn, next_url=own_url(request.args.get("next"), here))
    places, decided = reading.people_of(found.id), reading.decisions_of([found.id])
    before, corrections = reading.open_from_before(found), reading.corrections_of(found.id)
    named = {found.chair_id, found.taker_id, found.confirmed_by, *(d.owner_id for d in [*decided, *before])}
    names = people.names({*named, *(c.person_id for c in corrections)})
    stage = stage_of(found)
    keeps = reading.may_keep(me, found) and found.confirmed_at is None and stage not in ("cancelled", "closed")
    over = found.starts_at <= clock.now()
    offered = {place.person_id: _offered(place, over) for place in places}
    written = [(p.title, p.minutes) for p in reading.points_of(found.id)]
    return page(
        "work/meetings/meeting.html",
        meeting=found,
        kind=rules.KINDS[found.kind],
        stage=stage,
        stages=_stages(definition, run),
        step=step or ("hold" if run is None else ""),
        mine=mine or (run is None and found.taker_id in me.selves),
        version=turn.turn.version if turn else 0,
        keeps=keeps,
        may_plan=reading.may_plan(me, found),
        places=places,
        states=rules.ATTENDANCE,
        marked=marked or offered,
        seen={"marks": seen(offered), "points": seen(written)},
        rate=rules.rate(place.state for place in places),
        counts=_counts(places),
        points=typed if typed is not None else written,
        standing=written,
        decided=decided,
        before=before,
        corrections=corrections,
        names=names,
        error=error.message if error is not None and not isinstance(error, Missing) else None,
        lacking=[item.message for item in error.items] if isinstance(error, Missing) else [],
        errors={fault.field: fault.message for fault in error.errors}
        if isinstance(error, Invalid)
        else (sf or {}).get("errors", {}),
        decision=decision or (_decision(found) if keeps else None),
        correction=correction or (_correction() if found.confirmed_at and reading.may_keep(me, found) else None),
        series=reading.series_of(found),
        reasons=cancel_reasons(definition),
        audience=_audience(me, found, places),
        ends=f"{clock.local(found.starts_at + timedelta(minutes=found.minutes)):%H:%M}",
        today_or_past=clock.local(found.starts_at).date() <= clock.today(),
        sf=sf,
    )


def _audience(me: Actor, found: Meeting, places: Sequence[reading.Place]) -> list[str]:
    """For whom it was called: who is invited stands on the page, units and teams were named to all of them."""
    rule = Rule.read(found.rule)
    return people.describe(me, rule, MEETING_PLAN, Rule(rule.parts, tuple(place.person_id for place in places)))


def _offered(place: reading.Place, over: bool) -> tuple[str, str]:
    """What the form has ticked already: once the meeting has begun, whoever is not marked is taken to be there."""
    state = place.state if place.state != rules.INVITED else "present" if over else ""
    return state, place.reason


def _decision(found: Meeting) -> DecisionForm:
    form = DecisionForm(formdata=None)
    form.offer_people(reading.around(found))
    form.submission.data = secrets.token_urlsafe(12)
    return form


def _correction() -> CorrectionForm:
    form = CorrectionForm(formdata=None)
    form.submission.data = secrets.token_urlsafe(12)
    return form


def _counts(places: list[reading.Place]) -> list[tuple[Any, int]]:
    return [(title, n) for key, title in rules.ATTENDANCE.items() if (n := sum(p.state == key for p in places))]


def _stages(definition: Definition, run: Opened | None) -> list[dict[str, Any]]:
    spent = {item.stage: item for item in workflow.times_in(run)} if run else {}
    order = [stage.key for stage in definition.stages]
    here = order.index(run.run.stage) if run and run.run.stage in order else 0
    state_here = "now" if run is None or run.run.state == "open" else "done" if run.run.state == "success" else "ended"
    found = []
    for n, stage in enumerate(definition.stages):
        time = spent.get(stage.key)
        state = state_here if n == here else "done" if n < here else "ahead"
        days = written.days(time.working_days) if time and n <= here else ""
        found.append({"key": stage.key, "title": text(stage.title), "state": state, "days": days})
    return found
