"""The record of a meeting – who was there, what came of each point, what is to be done – is one form with several buttons.

Whichever is pressed, all that was typed is kept: marks and minutes are saved with it, and a decision that is not recorded
yet stays in its fields.
"""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, DomainError, Invalid, Missing
from app.core.texts import _
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.transaction import keep_writes
from app.work.forms.meetings import DecisionForm, marks, points, touched
from app.work.operations import minutes
from app.work.permissions import MEETING_VIEW
from app.work.queries import meetings as reading
from app.work.views import bp
from app.work.views.meeting import DECISION, show
from app.workflow import queries as workflow
from app.workflow.queries.opened import Opened
from app.workflow.views import turns

Answer = Response | str | tuple[str, int]
ONWARD = {"held": "hold", "done": "write"}
"""Buttons that leave a step, by the step; the button's name is the outcome."""
PLACES = {"attendance": "attendance", "decide": "decisions"}


@bp.post("/work/meetings/<int:meeting_id>/record")
@access(MEETING_VIEW)
def record(meeting_id: int) -> Answer:
    """Save what was typed, then do what the button says: ``do`` is attendance, held, minutes, done or decide."""
    me, do = actor(), request.form.get("do", "")
    decision = DecisionForm()
    meeting = minutes.for_keeping(me, meeting_id)
    decision.offer_people(reading.around(meeting))
    turn = workflow.open_waiting(me, meeting.run_id or 0) if "whole" in request.form else None
    if turn is not None:
        turns.keep_draft(me, turn.turn_id)  # what stands in the step's own fields of the same form
    refused = _keep(me, meeting_id, do, decision)
    if refused is not None:
        return refused
    if do == "decide":
        if not _decide(me, meeting_id, decision):
            return _again(me, meeting_id, decision, 422)
        flash(_("Recorded, and given to its owner as a work item."), "good")
        return redirect(url_for("work.meeting", meeting_id=meeting_id, _anchor="decisions"), code=303)
    pending = _is_pending()
    if do == "done" and pending:
        decision.text.errors = [_("Record this decision first, or empty the line: then hand the minutes to the chair.")]
        return _again(me, meeting_id, decision, 422)
    finished = False
    if do in ONWARD:
        try:
            with session.begin_nested():
                minutes.move_on(me, meeting_id, ONWARD[do], do)
                finished = do == "done" and minutes.finish(me, meeting_id)
        except (Invalid, Missing, Conflict) as error:
            return _again(me, meeting_id, decision, error.status, error)
    flash(_("Minutes confirmed.") if finished else _said(do), "good")
    if pending:
        decision.text.errors = [_("The rest is saved. This decision is not recorded yet.")]
        return _again(me, meeting_id, decision, 200)
    return redirect(url_for("work.meeting", meeting_id=meeting_id, _anchor=PLACES.get(do, "minutes")), code=303)


def _keep(me: Actor, meeting_id: int, do: str, decision: DecisionForm) -> Answer | None:
    """Save marks and minutes as far as somebody has typed into them; the page again when that is refused."""
    marked, typed = marks(), points()
    offered = decision if decision.submission.data else None
    try:
        with session.begin_nested():
            if do in ("attendance", "held") or touched("marks", marked):
                minutes.mark_attendance(me, meeting_id, marked)
            if touched("points", typed):
                minutes.write_minutes(me, meeting_id, _seen_version(), typed)
    except (Invalid, Missing, Conflict) as error:
        found = reading.meeting_for(me, meeting_id)
        html = show(me, found, error=error, marked=marked, typed=typed or None, decision=offered)
        return html, error.status
    return None


def keep_beside(turn: Opened) -> bool:
    """Save the minutes that came with the form of a step; a decision that is not recorded yet refuses the step.

    Minutes that others have changed meanwhile have raised the step's version, so it is not left on an older sight of them.
    """
    typed, seen, changed = points(), _seen_version(), False
    if touched("points", typed):
        changed = minutes.write_minutes(actor(), turn.run.subject_id, seen, typed).version != seen
    if _is_pending():
        raise Invalid(DECISION, "pending", _("Record this decision first, or empty the line: then leave this step."))
    return changed


def _seen_version() -> int:
    raw = request.form.get("seen.version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1


def _is_pending() -> bool:
    """Whether a decision was typed that has not been recorded."""
    return any(request.form.get(name, "").strip() for name in ("text", "due_on"))


def _decide(me: Actor, meeting_id: int, form: DecisionForm) -> bool:
    if not form.validate() or form.due_on.data is None:
        return False
    try:
        with session.begin_nested():
            minutes.decide(
                me, meeting_id, text=form.text.data or "", owner_id=int(form.owner.data or 0), due_on=form.due_on.data,
                submission=form.submission.data or "",
            )  # fmt: skip
    except Invalid as error:
        if not apply(form, error):
            form.form_errors.append(error.message)
        return False
    return True


def _again(
    me: Actor, meeting_id: int, decision: DecisionForm, status: int, error: DomainError | None = None
) -> tuple[str, int]:
    """The page with the decision as it was typed; marks and minutes have been saved."""
    keep_writes()
    return show(
        me, reading.meeting_for(me, meeting_id), error=error, decision=decision if decision.submission.data else None
    ), status


def _said(do: str) -> str:
    if do == "done":
        return _("Handed to the chair.")
    return {"attendance": _("Attendance noted."), "held": _("Attendance noted."), "": _("Saved.")}.get(
        do, _("Minutes saved.")
    )
