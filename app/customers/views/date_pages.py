"""Days that matter with a customer: added, changed, ticked off."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.texts import _
from app.customers import permissions
from app.customers.forms import BlankForm, DateForm, titles
from app.customers.models import Customer, CustomerDate
from app.customers.operations import dates as operations
from app.customers.queries import customers as reading
from app.customers.queries.dates import dates_of
from app.customers.views import bp
from app.customers.views.details import noted
from app.customers.views.marks import new_mark
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page


def panel(me: Actor, *, customer: Customer, **_more: object) -> str:
    """The days on the customer's page."""
    may = permissions.reaches(
        me, permissions.RECORD, person=customer.holder_id, team=customer.team_id, unit=customer.unit_id
    )
    return page(
        "customers/panels/_dates.html",
        dates=dates_of(customer.id),
        kinds=dict(titles("date_kinds")),
        customer=customer,
        may=may,
    )


@bp.route("/<int:customer_id>/dates", methods=["GET", "POST"], endpoint="add_date")
@access(permissions.RECORD)
def add_date(customer_id: int) -> Response | str | tuple[str, int]:
    """Write down a day."""
    me = actor()
    view = reading.customer_view(me, customer_id, permissions.RECORD)
    form = _chosen(DateForm())
    if request.method == "POST" and form.validate():
        try:
            operations.add_date(me, customer_id, **form.given(), submission=form.submission.data)
        except Invalid as error:
            apply(form, error)
        else:
            return _back(customer_id)
    elif request.method == "GET":
        form = _chosen(DateForm(formdata=None, submission=new_mark(), kind="maturity"))
    return _page(noted(view), form, None)


@bp.route("/dates/<int:date_id>", methods=["GET", "POST"], endpoint="change_date")
@access(permissions.RECORD)
def change_date(date_id: int) -> Response | str | tuple[str, int]:
    """Change a day."""
    me = actor()
    row, customer = operations.date_for(me, date_id)
    form = _chosen(DateForm())
    if request.method == "POST" and form.validate():
        try:
            operations.change_date(me, date_id, form.seen_version or -1, **form.given())
        except Invalid as error:
            apply(form, error)
        else:
            return _back(customer.id)
    elif request.method == "GET":
        amount = "" if row.amount is None else str(row.amount)
        form = _chosen(
            DateForm(formdata=None, kind=row.kind, day=row.day, text=row.text, amount=amount, version=row.version)
        )
    return _page(noted(reading.customer_view(me, customer.id)), form, row)


@bp.post("/dates/<int:date_id>/done", endpoint="finish_date")
@access(permissions.RECORD)
def finish_date(date_id: int) -> Response:
    """It has been dealt with."""
    row = operations.finish_date(actor(), date_id, BlankForm().seen_version or -1)
    flash(_("Done."), "good")
    return _back(row.customer_id)


@bp.post("/dates/<int:date_id>/remove", endpoint="remove_date")
@access(permissions.RECORD)
def remove_date(date_id: int) -> Response:
    """Take it off the list."""
    return _back(operations.remove_date(actor(), date_id, BlankForm().seen_version or -1).customer_id)


def _chosen(form: DateForm) -> DateForm:
    form.kind.choices = titles("date_kinds")
    return form


def _page(customer: Customer, form: DateForm, row: CustomerDate | None) -> str | tuple[str, int]:
    made = page("customers/people/date.html", customer=customer, form=form, row=row)
    return (made, 422) if request.method == "POST" else made


def _back(customer_id: int) -> Response:
    return redirect(url_for("customers.customer", customer_id=customer_id, _anchor="dates"), code=303)
