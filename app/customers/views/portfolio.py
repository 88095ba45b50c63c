"""Deciding who serves a customer, one or several at once."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import Invalid
from app.core.texts import _, ngettext
from app.customers import operations, permissions
from app.customers.forms import BlankForm, HolderForm, number_or_none
from app.customers.queries import choices
from app.customers.queries import customers as reading
from app.customers.queries.portfolio import portfolio_of
from app.customers.views import bp
from app.customers.views.details import noted
from app.people import queries as people
from app.web.access import access, own_url
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page

MOST = 200


@bp.route("/<int:customer_id>/holder", methods=["GET", "POST"], endpoint="holder")
@access(permissions.ASSIGN)
def holder(customer_id: int) -> Response | str | tuple[str, int]:
    """Give a customer to somebody from a day on; below, who served them so far."""
    me = actor()
    view = reading.customer_view(me, customer_id, permissions.ASSIGN)
    form = HolderForm()
    if request.method == "POST" and form.validate():
        try:
            operations.assign_holder(
                me, customer_id, form.holder_id.data, team_id=form.team_id.data, from_day=form.from_day.data,
                reason=form.reason.data or "", version=form.seen_version or -1,
            )  # fmt: skip
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("The holder is decided."), "good")
            # who has given a customer away may no longer see it
            still = customer_id in reading.visible_ids(me, [customer_id])
            where = url_for("customers.customer", customer_id=customer_id) if still else url_for("customers.index")
            return redirect(where, code=303)
    elif request.method == "GET":
        form = HolderForm(
            formdata=None, holder_id=view.customer.holder_id or 0, version=view.customer.version, from_day=clock.today()
        )
    known = [(h.id, f"{h.name} · {h.note}" if h.note else h.name) for h in choices.holders(me, permissions.ASSIGN)]
    form.holder_id.choices = [(0, _("Nobody: open pool")), *known]
    chosen = form.holder_id.data
    teams = [(team.id, team.name) for team, _roles in people.teams_of(chosen)] if chosen and chosen > 0 else []
    form.team_id.choices = [("", _("As now, or the only one")), *teams]
    history = portfolio_of(customer_id)
    names = people.names({i for row in history for i in (row.holder_id, row.recorded_by)})
    made = page(
        "customers/portfolio/holder.html",
        customer=noted(view),
        form=form,
        history=[(row, names.get(row.holder_id or 0, ""), names.get(row.recorded_by or 0, "")) for row in history],
        needs_team=bool(form.team_id.errors) or len(teams) > 1,
    )
    return (made, 422) if request.method == "POST" else made


@bp.post("/assign", endpoint="assign")
@access(permissions.ASSIGN)
def assign() -> Response:
    """Give the ticked customers of a list to one holder."""
    form = BlankForm()
    ids = [i for raw in request.form.getlist("ids") if (i := number_or_none(raw)) not in (None, -1)]
    holder_id = number_or_none(request.form.get("holder_id"))
    back = own_url(request.form.get("next"), url_for("customers.index"))
    if not form.validate() or not ids or holder_id in (None, -1) or len(ids) > MOST:
        flash(_("Tick up to %(n)s customers and choose a holder.", n=MOST), "bad")
        return redirect(back, code=303)
    given, refused = operations.assign_many(actor(), [i for i in ids if i], holder_id)
    if given:
        flash(ngettext("%(num)s customer is given.", "%(num)s customers are given.", given), "good")
    if refused:
        names = reading.names([customer_id for customer_id, _error in refused[:5]])
        told = "; ".join(f"{names.get(customer_id, '')} – {error}" for customer_id, error in refused[:5])
        flash(_("Not done for %(n)s: %(what)s", n=len(refused), what=told), "bad")
    return redirect(back, code=303)
