"""Granted roles: who holds what for which unit; granting on a person's page, withdrawing here or there."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.permissions import GRANTED_ROLES, permissions
from app.core.texts import _
from app.people import operations, queries
from app.people.forms.admin import GrantForm
from app.people.forms.fields import options
from app.people.permissions import GRANT_EDIT, GRANT_VIEW
from app.people.rules.roles import ROLE_TITLES
from app.people.views import bp
from app.people.views.parts import attempt, key_of, require_id, role_choices
from app.people.views.persons import show
from app.web.access import access, own_url
from app.web.current import actor
from app.web.render import page


@bp.get("/admin/grants")
@access(GRANT_VIEW)
def grants() -> str:
    """Roles in force (or ended ones too) for units within reach."""
    reader = actor()
    role = key_of("role", GRANTED_ROLES)
    ended = request.args.get("ended") == "1"
    found = queries.grants_page(reader, request.args.get("cursor"), 50, role=role, ended=ended)
    shown: dict[str, Any] = {key: value for key, value in request.args.items() if key in ("role", "ended") and value}
    return page(
        "people/grants/grants.html",
        grants=found.items,
        next_url=url_for("people.grants", **{**shown, "cursor": found.next}) if found.next else None,
        units=queries.unit_names([grant.unit_id for grant in found.items]),
        granters=queries.names([grant.granted_by for grant in found.items]),
        roles=ROLE_TITLES,
        role_choices=role_choices(team=False),
        shown=shown,
        today=clock.today(),
        may_edit=reader.may(GRANT_EDIT),
    )


@bp.get("/admin/grants/permissions")
@access(GRANT_VIEW)
def permission_table() -> str:
    """What each role may do, and how far: the list that ``flask permissions`` prints."""
    return page("people/grants/permissions.html", permissions=permissions(), roles=ROLE_TITLES)


@bp.post("/admin/people/<int:person_id>/grants")
@access(GRANT_EDIT)
def grant_role(person_id: int) -> Response | tuple[str, int]:
    """Give a person a role."""
    queries.person_for(actor(), person_id, GRANT_EDIT)
    form = GrantForm()
    form.unit_id.choices = options(queries.unit_choices(actor(), GRANT_EDIT))
    form.role.choices = options(role_choices(team=False))
    last = form.last.data
    done = attempt(
        form,
        lambda: operations.grant_role(
            actor(),
            person_id,
            role=form.role.data,
            unit_id=require_id(form.unit_id.data),
            day=form.day.data,
            until=last + timedelta(days=1) if last else None,
            reason=form.reason.data or "",
        ),
    )
    if not done:
        return show(person_id, 422, grant=form)
    flash(_("The role is given."), "good")
    return redirect(url_for("people.person", person_id=person_id), code=303)


@bp.post("/admin/grants/<int:grant_id>/revoke")
@access(GRANT_EDIT)
def revoke_role(grant_id: int) -> Response:
    """Withdraw a role from today on."""
    operations.revoke_role(actor(), grant_id)
    flash(_("The role is withdrawn; it is gone at the person's next click."), "good")
    return redirect(own_url(request.form.get("next"), url_for("people.grants")), code=303)
