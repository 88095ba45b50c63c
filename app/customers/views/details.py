"""One customer: who they are, what happened, what is due – and the look at them is noted."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.calendar import start_of_day
from app.core.errors import Invalid
from app.core.texts import _, text
from app.customers import operations, permissions
from app.customers.forms import NoteForm, RevealForm, first_error, number_or_none, titles
from app.customers.models import Customer
from app.customers.operations.contacts import CORRECTION_DAYS
from app.customers.queries import contacts as contact_reading
from app.customers.queries import customers as reading
from app.customers.queries.customers import CustomerView
from app.customers.queries.tiers import frequencies
from app.customers.rules import contacts as rules
from app.customers.views import bp
from app.customers.views.marks import new_mark
from app.customers.views.words import TONES, due_words, title
from app.people import queries as people
from app.web.access import access
from app.web.afterwards import afterwards
from app.web.current import actor
from app.web.panels import panels
from app.web.render import page

LINES = 15


def noted(view: CustomerView) -> Customer:
    """The customer of a page; that the reader looked is written once the page stands."""
    me, customer_id = actor(), view.customer.id
    afterwards(lambda: operations.note_look(me, customer_id))
    return view.customer


@bp.get("/<int:customer_id>", endpoint="customer")
@access(permissions.VIEW)
def customer(customer_id: int) -> str:
    """The page of a customer."""
    return show(reading.customer_view(actor(), customer_id))


def show(view: CustomerView, note_form: NoteForm | None = None) -> str:
    """The customer's page, with a note that could not be taken when there is one."""
    me, customer = actor(), noted(view)
    today = clock.today()
    known = frequencies().get(customer.tier)
    names = people.names([customer.holder_id, customer.created_by])
    teams = {team.id: team.name for team, _roles in people.teams_of(customer.holder_id)} if customer.holder_id else {}
    industry = people.words("industry").get(customer.industry or "")
    done = 0
    if known and known.interval:
        done = contact_reading.contacts_since(customer.id, start_of_day(today) - timedelta(days=known.days))
    state = rules.state(customer.contact_due_on, today)
    return page(
        "customers/details/customer.html",
        customer=customer,
        may=view.may,
        can={
            "edit": permissions.EDIT in view.may,
            "assign": permissions.ASSIGN in view.may,
            "reveal": permissions.REVEAL in view.may,
            "record": permissions.RECORD in view.may,
            "looks": permissions.LOOKS in view.may,
        },
        kind=title("kinds", customer.kind),
        tier=title("tiers", customer.tier),
        industry=text(industry.title) if industry else "",
        holder=names.get(customer.holder_id or 0, ""),
        team=teams.get(customer.team_id or 0, ""),
        unit=people.unit_names([customer.unit_id]).get(customer.unit_id, ""),
        frequency=known if known and known.interval else None,
        done=done,
        due=due_words(customer.contact_due_on, today),
        due_tone=TONES[state],
        due_state=state,
        key_persons=reading.key_persons(customer.id),
        related=[(r, title("relations", r.relation), title("tiers", r.tier)) for r in reading.related(me, customer.id)],
        main_panels=panels("customer.main", me, customer=customer),
        side_panels=panels("customer.side", me, customer=customer),
        note_form=note_form or NoteForm(formdata=None, submission=new_mark()),
        reveal_reasons=titles("reveal_reasons"),
        **timeline_parts(customer.id, None),
    )


def timeline_parts(customer_id: int, cursor: str | None) -> dict[str, Any]:
    """The timeline as its partial prints it."""
    me = actor()
    found = contact_reading.timeline_page(me, customer_id, cursor, LINES)
    recent = clock.now() - timedelta(days=CORRECTION_DAYS)
    return {
        "events": found.items,
        "customer_id": customer_id,
        "selves": me.selves,
        "recent": recent,
        "kind_titles": dict(titles("contact_kinds")),
        "earlier": url_for("customers.timeline", customer_id=customer_id, cursor=found.next) if found.next else None,
    }


@bp.get("/<int:customer_id>/timeline", endpoint="timeline")
@access(permissions.VIEW)
def timeline(customer_id: int) -> str:
    """Earlier happenings, on a page of their own or appended."""
    customer = noted(reading.customer_view(actor(), customer_id))

    return page(
        "customers/details/timeline.html",
        customer=customer,
        **timeline_parts(customer.id, request.args.get("cursor")),
    )


@bp.post("/<int:customer_id>/notes", endpoint="add_note")
@access(permissions.RECORD)
def add_note(customer_id: int) -> Response | tuple[str, int]:
    """Add a remark."""
    form = NoteForm()
    if form.validate():
        operations.add_note(actor(), customer_id, form.text.data or "", form.submission.data)
        return redirect(url_for("customers.customer", customer_id=customer_id, _anchor="timeline"), code=303)
    return show(reading.customer_view(actor(), customer_id), form), 422


@bp.post("/notes/<int:note_id>/withdraw", endpoint="withdraw_note")
@access(permissions.RECORD)
def withdraw_note(note_id: int) -> Response:
    """Take one's own remark back."""
    note = operations.withdraw_note(actor(), note_id)
    flash(_("The note is withdrawn."), "good")
    return redirect(url_for("customers.customer", customer_id=note.customer_id, _anchor="timeline"), code=303)


@bp.post("/<int:customer_id>/reveal", endpoint="reveal")
@access(permissions.REVEAL)
def reveal(customer_id: int) -> Response | str | tuple[str, int]:
    """Show a hidden number once, for a reason."""
    form = RevealForm()
    me = actor()
    customer = reading.customer_for(me, customer_id, permissions.REVEAL)
    key_person = number_or_none(form.key_person_id.data)
    field = form.field.data or ""
    shown = None
    if form.validate():
        try:
            shown = operations.reveal(
                me, customer_id, field, reason=form.reason.data or "", details=form.details.data or "",
                key_person_id=key_person,
            )  # fmt: skip
        except Invalid as error:
            flash(error.message, "bad")
    else:
        flash(first_error(form), "bad")
    person = next((p for p in reading.key_persons(customer.id) if p.id == key_person), None)
    made = page(
        "customers/details/reveal.html",
        customer=customer,
        field=field if field in ("phone", "identity") else "phone",
        person=person,
        shown=shown,
        reveal_reasons=titles("reveal_reasons"),
        chosen=form.reason.data,
        details=form.details.data or "",
    )
    return made if shown is not None else (made, 422)
