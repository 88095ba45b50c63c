"""Adding and changing a customer."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.core.texts import _
from app.customers import operations, permissions
from app.customers.forms import CustomerForm
from app.customers.models import Customer
from app.customers.queries import choices
from app.customers.queries import customers as reading
from app.customers.views import bp
from app.customers.views.details import noted
from app.customers.views.words import lines
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page


@bp.route("/new", methods=["GET", "POST"], endpoint="create")
@access(permissions.CREATE)
def create() -> Response | str | tuple[str, int]:
    """Add a customer; warns of one that may be the same."""
    me = actor()
    form = CustomerForm()
    _choose_owners(form)
    if request.method == "POST" and form.validate():
        try:
            made = operations.create_customer(
                me, **{"phone": "", "identity": "", **form.given()}, unit_id=form.unit_id.data, team_id=form.team_id.data,
                holder_id=form.holder_id.data, despite_duplicates=bool(form.despite_duplicates.data),
            )  # fmt: skip
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("%(name)s is added.", name=made.name), "good")
            return redirect(url_for("customers.customer", customer_id=made.id), code=303)
    if request.method == "GET":
        form.tier.data = "basic"
        form.name.data = (request.args.get("name") or "")[:100].replace("\x00", "")
    return _page(form, None)


def _choose_owners(form: CustomerForm) -> None:
    me = actor()
    teams = choices.teams(me)
    units = choices.units(me, permissions.CREATE)
    holders = [(h.id, f"{h.name} · {h.note}" if h.note else h.name) for h in choices.holders(me, permissions.CREATE)]
    others = [h for h in holders if h[0] != me.id]
    mine: list[tuple[Any, Any]] = [(me.id, _("Myself"))] if teams else []
    form.choose(
        industries=choices.industries(),
        units=[("", _("As the team or my own")), *units] if units else [],
        teams=[("", _("Choose")), *teams] if len(teams) > 1 else [],
        holders=[*mine, (0, _("Nobody yet: open pool")), *others] if others or units else [],
    )


@bp.route("/<int:customer_id>/edit", methods=["GET", "POST"], endpoint="edit")
@access(permissions.EDIT)
def edit(customer_id: int) -> Response | str | tuple[str, int]:
    """Change a customer."""
    me = actor()
    customer = noted(reading.customer_view(me, customer_id, permissions.EDIT))
    form = CustomerForm()
    units = choices.units(me, permissions.EDIT)
    form.choose(industries=choices.industries(customer.industry), units=units)
    if request.method == "POST" and form.validate():
        try:
            operations.update_customer(
                me, customer_id, form.seen_version or -1, **form.given(), unit_id=form.unit_id.data if units else None
            )
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("customers.customer", customer_id=customer_id), code=303)
    elif request.method == "GET":
        shown = {
            name: getattr(customer, name)
            for name in ("name", "kind", "tier", "number", "address", "about", "unit_id", "version")
        }
        form = CustomerForm(
            formdata=None, **shown, industry=customer.industry or "", asset_value=f"{customer.asset_value:f}"
        )
        form.choose(industries=choices.industries(customer.industry), units=units)
    return _page(form, customer)


def _page(form: CustomerForm, customer: Customer | None) -> str | tuple[str, int]:
    twins = None
    if request.method == "POST" and form.name.data and customer is None:
        twins = reading.duplicates(actor(), form.name.data)
    made = page(
        "customers/edit/form.html",
        form=form,
        customer=customer,
        twins=lines(twins.seen, people.words("industry")) if twins else [],
        hidden=twins.hidden if twins else 0,
    )
    return (made, 422) if request.method == "POST" else made


@bp.get("/duplicates", endpoint="duplicates")
@access(permissions.CREATE)
def duplicates() -> str:
    """Who may be the same customer, while the name is being typed."""
    name = (request.args.get("name") or "")[:120]
    twins = reading.duplicates(actor(), name)
    return page("customers/edit/_twins.html", twins=lines(twins.seen, people.words("industry")), hidden=twins.hidden)
