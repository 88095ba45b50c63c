"""One work item: what is asked, the step that waits, what was handed in, and everything that happened."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import calendar
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Invalid, Missing
from app.core.texts import _, text
from app.people import queries as people
from app.web import filters as written
from app.web.access import access, own_url
from app.web.current import actor
from app.web.render import page
from app.work.operations import items
from app.work.operations.following_runs import SENDER, resolver_of
from app.work.operations.leading import colleagues
from app.work.permissions import ITEM_VIEW
from app.work.queries import assignments, item_pages, reports
from app.work.queries.item_pages import ItemView
from app.work.views import bp
from app.workflow import queries as workflow
from app.workflow.forms import number_in
from app.workflow.permissions import TURN_REASSIGN, reaches
from app.workflow.queries import Opened
from app.workflow.queries.known import known
from app.workflow.views import step_form, unheard
from app.workflow.views.history import timeline_of
from app.workflow.views.known import people_in, shown_values
from app.workflow.views.turns import stage_track


@bp.get("/work/items/<int:item_id>")
@access(ITEM_VIEW)
def item(item_id: int) -> str:
    """The item with the step that waits; ``turn`` names one of its steps."""
    me = actor()
    view = item_pages.item_for(me, item_id)
    return _page(me, view, _turn(me, view))


def show_step(turn: Opened, sf: dict[str, Any]) -> str | None:
    """The page with a step form as it was sent and refused."""
    me = actor()
    if not me.may(ITEM_VIEW):
        return None
    return _page(me, item_pages.item_for(me, turn.run.subject_id), turn, sf)


def _turn(me: Actor, view: ItemView) -> Opened | None:
    if view.run.run.state != "open":
        return None
    asked = request.args.get("turn", type=int)
    if asked is not None and 0 < asked < 2**63:
        turn = workflow.open_turn(me, asked)
        if turn.run.id == view.run.run.id and turn.turn.waiting:
            return turn
    return workflow.open_waiting(me, view.run.run.id)


def _page(me: Actor, view: ItemView, turn: Opened | None, sf: dict[str, Any] | None = None, error: Any = None) -> str:
    here = url_for("work.item", item_id=view.item.id)
    if turn and sf is None:
        sf = step_form.context(turn, next_url=own_url(request.args.get("next"), here))
    run = turn or view.run
    done = known(run)
    said = item_pages.comments(run.run.id)
    around = item_pages.around(view)
    names = {**around, **people.names(people_in(done) | {one.person_id for one in said})}
    is_open = run.run.state == "open"
    leads = view.leads and is_open
    raised = reports.raised_view(me, view.item.id, view.assignment.sender_id, is_open)
    if sf and raised and turn and resolver_of(turn.definition, turn.turn.step) != SENDER:
        sf["waits_for"] = raised.unit
    return page(
        "work/items/item.html",
        view=view,
        a=view.assignment,
        sf=sf,
        stages=stage_track(run),
        kind=text(run.definition.title),
        raised=raised,
        done=shown_values([one for one in done if one.values or one.evidence], names, reports.listed(done)),
        events=timeline_of(me, run.run.id),
        said=said,
        names=names,
        around=sorted(name for person, name in around.items() if person != me.id),
        files=assignments.files_of(view.assignment.id),
        ended=_ended(view, run),
        paused=run.state.paused,
        leads=leads,
        may_pause=is_open and (view.leads or reaches(me, TURN_REASSIGN, run.run)),
        colleagues=[{"id": i, "name": name} for i, name in colleagues(me) if i != view.item.person_id] if leads else [],
        error=error,
        to_hand_out=turn.turn_id if turn and _unclaimed(turn) else None,
        card=turn.step.card if turn else None,
    )


def _unclaimed(turn: Opened) -> bool:
    """Whether nobody has taken it yet and the reader, who heads it, may say who does."""
    return turn.turn.waiting and turn.turn.assignee is None and turn.oversees


def _ended(view: ItemView, run: Opened) -> dict[str, Any] | None:
    """How it ended, and how long it took."""
    row = run.run
    if row.state == "open":
        return None
    end = run.definition.ends.get(row.end or "")
    took = calendar.working_days_between(row.opened_at, row.closed_at) if row.closed_at else 0.0
    return {
        "state": row.state,
        "title": text(end.title) if end else row.end,
        "at": row.closed_at,
        "took": written.days(took),
        "returns": view.item.returns,
        "late": view.item.late,
    }


def _act(item_id: int, act: Any, done: Any) -> Response | tuple[str, int]:
    me = actor()
    try:
        with session.begin_nested():
            act(me)
    except (Invalid, Missing, Conflict) as error:
        words = error.items[0].message if isinstance(error, Missing) else error.message
        view = item_pages.item_for(me, item_id)
        return _page(me, view, _turn(me, view), error=words), error.status
    flash(done, "good")
    return redirect(url_for("work.item", item_id=item_id), code=303)


@bp.post("/work/items/<int:item_id>/comment")
@access(ITEM_VIEW)
def comment_item(item_id: int) -> Response | tuple[str, int]:
    """Remark on the item; whoever is named with an @ is told."""

    def act(me: Actor) -> None:
        said = request.form.get("comment", "")
        items.comment_item(me, item_id, said)
        unheard.warn(said, item_pages.item_for(me, item_id).run)

    return _act(item_id, act, _("Comment added."))


@bp.post("/work/items/<int:item_id>/hand")
@access(ITEM_VIEW)
def hand_item(item_id: int) -> Response | tuple[str, int]:
    """Give it to somebody else."""

    def act(me: Actor) -> None:
        to = number_in(request.form, "to")
        if not to:
            raise Invalid("to", "required", _("Choose a person."))
        items.hand_item(me, item_id, to, request.form.get("reason", ""))

    return _act(item_id, act, _("Handed over."))


@bp.post("/work/items/<int:item_id>/pause")
@access(ITEM_VIEW)
def pause_item(item_id: int) -> Response | tuple[str, int]:
    """Stop the clock."""
    return _act(item_id, lambda me: items.pause_item(me, item_id, request.form.get("reason", "")), _("Paused."))


@bp.post("/work/items/<int:item_id>/resume")
@access(ITEM_VIEW)
def resume_item(item_id: int) -> Response | tuple[str, int]:
    """Let the clock go on."""
    return _act(item_id, lambda me: items.resume_item(me, item_id), _("Resumed."))
