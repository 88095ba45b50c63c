"""Opening an opportunity: for which customer, and what is it about?"""

import secrets

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.texts import _
from app.customers.queries import customers
from app.people import queries as people
from app.sales import operations, permissions, queries
from app.sales.forms import OpportunityForm
from app.sales.queries.filters import MAX_ID
from app.sales.rules.proposal import ACCOUNTABLE
from app.sales.views import bp, finding
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page


@bp.get("/opportunities/new", endpoint="new")
@access(permissions.CREATE)
def new() -> str:
    """The form for a customer, or first the search for one."""
    me = actor()
    customer_id = finding.chosen()
    if customer_id is None:
        return finding.search_page(me, "sales/create/customer.html", "sales.new", own_first=True)
    form = _form(me, formdata=None)
    form.submission.data = secrets.token_urlsafe(16)
    return _page(me, customer_id, form)


@bp.post("/opportunities/new", endpoint="create")
@access(permissions.CREATE)
def create() -> Response | tuple[str, int]:
    """Open it; another open one of the same customer is shown first, and opened all the same when confirmed."""
    me = actor()
    customer_id = request.form.get("customer_id", type=int) or 0
    form = _form(me)
    if form.validate():
        elsewhere = queries.open_for_customer(me, customer_id) if 0 < customer_id <= MAX_ID else None
        if elsewhere and not request.form.get("despite") and not _sent_before(me, form.submission.data):
            return _page(me, customer_id, form, warn=True), 422
        try:
            opportunity = operations.open_opportunity(
                me,
                customer_id=customer_id,
                title=form.title.data or "",
                amount=form.amount.data or None,
                expected_on=form.expected_on.data,
                source=form.source.data or None,
                team_id=form.number("team_id"),
                owner_id=form.number("owner_id"),
                submission=form.submission.data or None,
            )
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("Opportunity opened. The first step waits for you."), "good")
            return redirect(url_for("sales.opportunity", opportunity_id=opportunity.id), code=303)
    return _page(me, customer_id, form), 422


def _sent_before(me: Actor, submission: str | None) -> bool:
    return queries.by_submission(me, submission or "") is not None


def _form(me: Actor, **given: object) -> OpportunityForm:
    form = OpportunityForm(**given)
    mine = [(team, roles) for team, roles in people.teams_of(me.behalf or me.id) if set(roles) & set(ACCOUNTABLE)]
    members = people.members_of([team.id for team, _roles in mine])
    owners = {
        member.person_id: member.name
        for team_members in members.values()
        for member in team_members
        if member.role in ACCOUNTABLE
    }
    first = {me.behalf or me.id: owners.pop(me.behalf or me.id, me.name)}
    form.offer(
        [(team.id, team.name) for team, _roles in mine], [*first.items(), *sorted(owners.items(), key=lambda o: o[1])]
    )
    return form


def _page(me: Actor, customer_id: int, form: OpportunityForm, warn: bool = False) -> str:
    customer = customers.customer_for(me, customer_id) if 0 < customer_id <= MAX_ID else None
    if customer is None:
        raise NotFound()
    return page(
        "sales/create/form.html",
        customer=customer,
        form=form,
        elsewhere=queries.open_for_customer(me, customer.id),
        warn=warn,
    )
