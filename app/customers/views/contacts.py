"""Recording a visit or call: on a phone a photo and one more tap are enough."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import Invalid
from app.core.texts import _
from app.customers import links, operations, permissions
from app.customers.forms import ContactForm
from app.customers.models import Contact, Customer
from app.customers.queries import contacts as contact_reading
from app.customers.queries import customers as reading
from app.customers.views import bp
from app.customers.views.details import noted
from app.customers.views.marks import new_mark
from app.web.access import access, own_url
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page

EARLIEST, LATEST = 2000, 2100


def moment_of(form: ContactForm) -> datetime | None:
    """The typed time on the institution's clock; raises ``Invalid`` for one outside any sense."""
    typed = form.at.data
    if typed is None:
        return None
    if not EARLIEST <= typed.year < LATEST:
        raise Invalid("at", "out_of_range", _("This is not a time that can be meant."))
    return typed.replace(tzinfo=clock.ZONE)


def uploads(form: ContactForm) -> list[tuple[Any, str]]:
    """The photos that were really chosen: browsers send an empty one when none was."""
    return [(f.stream, f.filename) for f in form.photos.data or () if isinstance(f, FileStorage) and f.filename]


@bp.route("/<int:customer_id>/<any(visit, call):kind>", methods=["GET", "POST"], endpoint="record")
@access(permissions.RECORD)
def record(customer_id: int, kind: str) -> Response | str | tuple[str, int]:
    """Record a visit or call with this customer."""
    me = actor()
    view = reading.customer_view(me, customer_id, permissions.RECORD)
    form = ContactForm()
    if request.method == "POST" and form.validate():
        try:
            operations.record_contact(
                me, customer_id, kind, said=form.said.data or "", place=form.place.data or "",
                people=form.people.data or "", at=moment_of(form), photos=uploads(form),
                opportunity_id=form.opportunity_id.data, submission=form.submission.data or None,
            )  # fmt: skip
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("The visit is recorded.") if kind == "visit" else _("The call is recorded."), "good")
            default = url_for("customers.customer", customer_id=customer_id)
            return redirect(own_url(request.args.get("next"), default), code=303)
    return _show(noted(view), kind, form, None)


def _show(customer: Customer, kind: str, form: ContactForm, contact: Contact | None) -> str | tuple[str, int]:
    me = actor()
    opportunities = links.open_opportunities(me, customer.id) if contact is None else []
    form.opportunity_id.choices = [("", _("Not tied to one")), *[(link.id, link.label) for link in opportunities]]
    if request.method == "GET":
        form.submission.data = new_mark()
        wanted = request.args.get("opportunity", "")
        if any(str(link.id) == wanted for link in opportunities):
            form.opportunity_id.data = int(wanted)
        elif len(opportunities) == 1 and contact is None:
            form.opportunity_id.data = opportunities[0].id
    made = page(
        "customers/contacts/record.html",
        customer=customer,
        kind=kind,
        form=form,
        contact=contact,
        has_opportunities=bool(opportunities),
        key_persons=reading.key_persons(customer.id),
        photos=contact_reading.photos_of([contact.id]).get(contact.id, []) if contact else [],
        details_open=bool(form.errors) or contact is not None,
        may_reveal=permissions.REVEAL in reading.customer_view(me, customer.id).may and bool(customer.phone_masked),
    )
    return (made, 422) if request.method == "POST" else made


@bp.route("/contacts/<int:contact_id>", methods=["GET", "POST"], endpoint="contact")
@access(permissions.RECORD)
def contact(contact_id: int) -> Response | str | tuple[str, int]:
    """Complete or correct one's own record of the last days."""
    me = actor()
    kept = contact_reading.contact_for(me, contact_id)
    view = reading.customer_view(me, kept.customer_id)
    form = ContactForm()
    if request.method == "POST" and form.validate():
        try:
            operations.correct_contact(
                me, contact_id, form.seen_version or -1, said=form.said.data or "", place=form.place.data or "",
                people=form.people.data or "", at=moment_of(form), photos=uploads(form),
            )  # fmt: skip
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("The record is completed."), "good")
            return redirect(url_for("customers.customer", customer_id=kept.customer_id, _anchor="timeline"), code=303)
    elif request.method == "GET":
        form = ContactForm(
            formdata=None, said=kept.said, place=kept.place, people=kept.people, version=kept.version,
            at=clock.local(kept.at).replace(tzinfo=None),
        )  # fmt: skip
    return _show(noted(view), kept.kind, form, kept)
