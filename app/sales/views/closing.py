"""Closing an opportunity as lost or cancelled, with a reason of the tree."""

from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.core.texts import _, text
from app.sales import operations, permissions, queries
from app.sales.forms import CloseForm
from app.sales.queries import runs
from app.sales.views import bp
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page


@bp.get("/opportunities/<int:opportunity_id>/close", endpoint="close")
@access(permissions.CLOSE)
def ask(opportunity_id: int) -> str:
    """The question: how did it end, and why?"""
    view = queries.opportunity_view(actor(), opportunity_id, permissions.CLOSE)
    form = CloseForm(formdata=None)
    form.version.data = str(view.opportunity.version)
    return _page(view, form)


@bp.post("/opportunities/<int:opportunity_id>/close", endpoint="do_close")
@access(permissions.CLOSE)
def close(opportunity_id: int) -> Response | tuple[str, int]:
    """Close it."""
    me = actor()
    view = queries.opportunity_view(me, opportunity_id, permissions.CLOSE)
    form = CloseForm()
    if form.validate():
        result, _dot, key = (form.reason_key.data or "").partition(".")
        try:
            operations.close_opportunity(
                me,
                opportunity_id,
                result=result,
                reason_key=key,
                reason=form.reason.data or "",
                version=form.seen_version,
            )
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("Opportunity closed."), "good")
            return redirect(url_for("sales.opportunity", opportunity_id=opportunity_id), code=303)
    return _page(view, form), 422


def _page(view: queries.OpportunityView, form: CloseForm) -> str:
    definition = runs.definition_of(view.run)
    trees = [
        (end.key, text(end.title), [_branch(reason) for reason in end.reasons])
        for end in (definition.ends[key] for key in definition.close_from_anywhere)
    ]
    return page("sales/opportunity/close.html", view=view, form=form, trees=trees)


def _branch(reason: Any) -> tuple[str, str, list[tuple[str, str]]]:
    return reason.key, text(reason.title), [(leaf.key, text(leaf.title)) for leaf in reason.children]
