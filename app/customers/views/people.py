"""The people at a customer, and customers that belong together."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.core.texts import _
from app.customers import operations, permissions
from app.customers.forms import BlankForm, KeyPersonForm, RelationForm, titles
from app.customers.models import Customer, KeyPerson
from app.customers.operations.key_persons import key_person_for
from app.customers.queries import customers as reading
from app.customers.views import bp
from app.customers.views.details import noted
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page


def _back(customer_id: int, anchor: str) -> Response:
    return redirect(url_for("customers.customer", customer_id=customer_id, _anchor=anchor), code=303)


@bp.route("/<int:customer_id>/key-persons", methods=["GET", "POST"], endpoint="add_key_person")
@access(permissions.EDIT)
def add_key_person(customer_id: int) -> Response | str | tuple[str, int]:
    """Add somebody at the customer."""
    me = actor()
    view = reading.customer_view(me, customer_id, permissions.EDIT)
    form = KeyPersonForm()
    if request.method == "POST" and form.validate():
        try:
            operations.add_key_person(me, customer_id, **_typed(form), phone=form.phone.data or "")
        except Invalid as error:
            apply(form, error)
        else:
            return _back(customer_id, "key-persons")
    return _key_person_page(noted(view), form, None)


@bp.route("/key-persons/<int:key_person_id>", methods=["GET", "POST"], endpoint="key_person")
@access(permissions.EDIT)
def key_person(key_person_id: int) -> Response | str | tuple[str, int]:
    """Change somebody at the customer."""
    me = actor()
    person = key_person_for(me, key_person_id)
    view = reading.customer_view(me, person.customer_id)
    form = KeyPersonForm()
    if request.method == "POST" and form.validate():
        phone = "" if form.forget_phone.data else form.phone.data or None
        try:
            operations.update_key_person(me, key_person_id, form.seen_version or -1, phone=phone, **_typed(form))
        except Invalid as error:
            apply(form, error)
        else:
            return _back(person.customer_id, "key-persons")
    elif request.method == "GET":
        shown = {key: getattr(person, key) for key in ("name", "post", "decides", "birthday", "about", "version")}
        form = KeyPersonForm(formdata=None, **shown)
    return _key_person_page(noted(view), form, person)


def _typed(form: KeyPersonForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "", "post": form.post.data or "", "decides": bool(form.decides.data),
        "birthday": form.birthday.data, "about": form.about.data or "",
    }  # fmt: skip


def _key_person_page(customer: Customer, form: KeyPersonForm, person: KeyPerson | None) -> str | tuple[str, int]:
    made = page("customers/people/key_person.html", customer=customer, form=form, person=person)
    return (made, 422) if request.method == "POST" else made


@bp.post("/key-persons/<int:key_person_id>/remove", endpoint="remove_key_person")
@access(permissions.EDIT)
def remove_key_person(key_person_id: int) -> Response:
    """Take somebody off the list."""
    me = actor()
    customer_id = key_person_for(me, key_person_id).customer_id
    operations.remove_key_person(me, key_person_id, BlankForm().seen_version or -1)
    return _back(customer_id, "key-persons")


@bp.route("/<int:customer_id>/related", methods=["GET", "POST"], endpoint="relate")
@access(permissions.EDIT)
def relate(customer_id: int) -> Response | str | tuple[str, int]:
    """Find another customer and say what it is to this one."""
    me = actor()
    view = reading.customer_view(me, customer_id, permissions.EDIT)
    form = RelationForm()
    q = (request.values.get("q") or "").strip()[:80].replace("\x00", "")
    if request.method == "POST" and form.validate():
        try:
            operations.relate(me, customer_id, form.other_id.data or 0, form.relation.data or "")
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("The two customers are linked."), "good")
            return _back(customer_id, "related")
    found = [row for row in reading.search_customers(me, q, 20) if row.id != customer_id]
    form.other_id.choices = [(row.id, f"{row.name} · {row.number}") for row in found]
    form.relation.choices = titles("relations")
    made = page("customers/people/relate.html", customer=noted(view), form=form, q=q, found=found)
    return (made, 422) if request.method == "POST" else made


@bp.post("/<int:customer_id>/related/<int:link_id>/remove", endpoint="unrelate")
@access(permissions.EDIT)
def unrelate(customer_id: int, link_id: int) -> Response:
    """Take a link away."""
    operations.unrelate(actor(), customer_id, link_id)
    return _back(customer_id, "related")
