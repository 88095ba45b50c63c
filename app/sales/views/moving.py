"""Moving a card by menu and keyboard: the same rule as the step's form, which opens when something is missing."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.actor import Actor
from app.core.errors import Invalid, Missing
from app.core.texts import _, text
from app.sales import operations, permissions, queries
from app.sales.queries import runs
from app.sales.views import bp
from app.sales.views.opportunity import show_refusal
from app.web.access import access, own_url
from app.web.current import actor
from app.web.render import page
from app.workflow import queries as workflow
from app.workflow.rules.going_back import returnable


@bp.get("/opportunities/<int:opportunity_id>/move", endpoint="move")
@access(permissions.VIEW)
def ask(opportunity_id: int) -> str:
    """The ways on and back from where the sale stands: a page, or alone for a card's menu."""
    me = actor()
    view = queries.opportunity_view(me, opportunity_id)
    alone = bool(request.headers.get("HX-Request"))
    back = own_url(_referrer(), url_for("sales.index")) if alone else url_for("sales.index")
    return page(
        "sales/board/_move.html" if alone else "sales/board/move.html",
        view=view,
        ways=ways(me, view),
        back=back,
    )


def _referrer() -> str | None:
    current = request.headers.get("HX-Current-URL", "")
    return current[len(request.host_url) - 1 :] if current.startswith(request.host_url) else None


def ways(me: Actor, view: queries.OpportunityView) -> dict[str, Any] | None:
    """The step that waits for the reader with its ways on and back; None when nothing waits for them."""
    turn = workflow.open_waiting(me, view.run.id)
    if turn is None:
        return None
    if not workflow.may_act(turn):
        return {"mine": False, "title": text(turn.step.title), "who": runs.holder(turn)}
    return {
        "mine": True,
        "turn_id": turn.turn_id,
        "version": turn.turn.version,
        "title": text(turn.step.title),
        "outcomes": [(o.key, text(o.title), o.needs_reason) for o in turn.step.outcomes],
        "returns": [
            (key, text(turn.definition.step(key).title)) for key in returnable(turn.definition, turn.state, turn.number)
        ],
    }


@bp.post("/opportunities/<int:opportunity_id>/move", endpoint="do_move")
@access(permissions.VIEW)
def move(opportunity_id: int) -> Response | tuple[str, int]:
    """Move it. What lacks something opens the form with exactly what is missing."""
    me = actor()
    back = own_url(request.form.get("next"), url_for("sales.index"))
    turn_id = request.form.get("turn", type=int) or 0
    reason = request.form.get("reason", "")[:4000]
    raw = request.form.get("version", "")
    version = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None
    outcome, to = request.form.get("outcome", ""), request.form.get("to", "")
    try:
        if to:
            operations.move_back(me, opportunity_id, turn_id, to=to, reason=reason, version=version)
        else:
            operations.move_on(me, opportunity_id, turn_id, outcome=outcome, reason=reason, version=version)
    except (Missing, Invalid) as error:
        return show_refusal(opportunity_id, turn_id, error, outcome), 422
    flash(_("Moved: %(title)s.", title=queries.labels([opportunity_id])[opportunity_id]), "good")
    return redirect(back, code=303)
