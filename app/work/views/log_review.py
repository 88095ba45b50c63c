"""Reviewing work logs one after the other, by mouse or keyboard: twenty in five minutes (D34)."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, Missing, NotFound
from app.core.texts import _
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work.forms.log_review import Review, review_of
from app.work.permissions import LOG_VIEW
from app.work.queries import logs as queries
from app.work.queries.logs import Queued
from app.work.rules.logs import SCORES
from app.work.views import bp
from app.work.views.logs import day_of, shown
from app.workflow import operations as workflow_operations
from app.workflow import queries as workflow

Answer = Response | str | tuple[str, int]


@bp.get("/work/log/review", endpoint="review_logs")
@access(LOG_VIEW)
def review() -> Answer:
    """The log that is looked at now, its facts and its form; ``part``: that alone, for showing the next without waiting."""
    me = actor()
    queue = queries.review_queue(me)
    place = _place(queue, request.args.get("log", type=int))
    if request.args.get("part"):
        return _part(me, queue, place)
    if place is None and queue and not request.args.get("done"):
        place = 0
    current = _context(me, queue, place) if place is not None else None
    return page("work/logs/review.html", current=current, left=len(queue))


@bp.post("/work/log/<int:log_id>/review", endpoint="review_log")
@access(LOG_VIEW)
def decide(log_id: int) -> Answer:
    """Accept the log or return it; the next one is there at once. A script says which it shows already (``showing``)."""
    me = actor()
    given = review_of(request.form)
    scripted = bool(request.headers.get("X-Requested-With"))
    before = queries.review_queue(me)
    place = _place(before, log_id)
    if place is None:
        queries.log_for(me, log_id)
        raise Conflict(_("This log has been reviewed already, or it waits for somebody else."))
    try:
        with session.begin_nested():
            workflow_operations.complete(
                me,
                before[place].turn_id,
                outcome=given.outcome,
                fields={"score": given.score, "remark": given.remark},
                reason=given.remark if given.outcome == "return" else "",
                version=given.version,
            )
    except (Missing, Invalid, Conflict) as error:
        current = {
            **_context(me, before, place),
            "given": given,
            "error": _words(error, given),
            "at": _at(error, given),
        }
        if scripted:
            return page("work/logs/_review.html", current=current), error.status
        return page("work/logs/review.html", current=current, left=len(before)), error.status
    queue = [one for one in before if one.log_id != log_id]
    if scripted:
        showing = _place(queue, given.showing)
        following = showing + 1 if showing is not None else 0
        return _part(me, queue, following if following < len(queue) and following != showing else None)
    flash(_("Accepted.") if given.outcome == "accept" else _("Returned."), "good")
    after = queue[min(place, len(queue) - 1)].log_id if queue else None
    return redirect(url_for("work.review_logs", log=after, done=None if after else 1), code=303)


def _words(error: Missing | Invalid | Conflict, given: Review) -> Any:
    if given.outcome == "return" and not given.remark:
        return _("Say in the remark what is to be mended, then return it.")
    if given.outcome == "accept" and given.score is None:
        return _("Give a score from 1 to 5, then accept it.")
    if isinstance(error, Missing):
        return error.items[0].message
    return error.message


def _at(error: Missing | Invalid | Conflict, given: Review) -> str:
    """At which field the words stand: the score, else the remark."""
    names = [item.key for item in error.items] if isinstance(error, Missing) else []
    return "score" if given.outcome != "return" and "score" in names else ""


def _place(queue: list[Queued], log_id: int | None) -> int | None:
    return next((n for n, one in enumerate(queue) if one.log_id == log_id), None)


def _part(me: Actor, queue: list[Queued], place: int | None) -> Answer:
    if place is None:
        return Response(status=204)
    return page("work/logs/_review.html", current=_context(me, queue, place))


def _context(me: Actor, queue: list[Queued], place: int) -> dict[str, Any]:
    """Everything that the part shows of one log."""
    one = queue[place]
    turn = workflow.open_turn(me, one.turn_id)
    if not workflow.may_act(turn):
        raise Forbidden()
    line = queries.line_for(one.log_id)
    if line.run_id != turn.run.id:
        raise NotFound()
    values = queries.written(turn)
    return {
        "line": line,
        "version": turn.turn.version,
        "name": people.names({line.person_id}).get(line.person_id, ""),
        "title": day_of(line),
        "chapters": queries.facts(line),
        "said": shown(turn, values),
        "left": len(queue),
        "before": queue[place - 1].log_id if place else None,
        "after": queue[place + 1].log_id if place + 1 < len(queue) else None,
        "scores": SCORES,
        "given": Review("", None, "", None, None),
        "error": None,
        "at": "",
        "again": any(item.step == "review" and item.by is not None for item in turn.state.turns.values()),
    }
