"""The picker's live parts: whom one may mean who types a name, and exactly who is meant by what is ticked."""

from flask import jsonify, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.core.errors import NotFound
from app.people import queries
from app.people.audiences import may_choose_under
from app.people.forms.audiences import PREFIX, AudienceForm
from app.people.views import bp
from app.web.access import signed_in
from app.web.current import actor
from app.web.forms import BaseForm
from app.web.render import page
from app.web.transaction import only_asks

LONGEST = 80
"""So much of what is typed is looked for."""


class _Form(AudienceForm, BaseForm):
    pass


def _purpose(permission: str) -> str:
    """The permission under which persons are chosen; raises ``NotFound`` for any other, ``Forbidden`` without it."""
    if not may_choose_under(permission):
        raise NotFound()
    actor().require(permission)
    return permission


def _form() -> FlaskForm:
    permission = _purpose(request.form.get(PREFIX + "permission", ""))
    form = _Form()
    form.offer_audience(actor(), permission)
    return form


@bp.get("/audiences/suggestions")
@signed_in
def suggest() -> Response:
    """A few persons within reach of ``?under=`` whom ``?q=`` fits, with what tells them apart."""
    permission = _purpose(request.args.get("under", ""))
    found, more = queries.suggestions(actor(), request.args.get("q", "")[:LONGEST], permission)
    return jsonify(people=[{"id": one.id, "name": one.name, "note": one.note} for one in found], more=more)


@bp.post("/audiences/preview")
@signed_in
@only_asks
def audience_preview() -> str:
    """Exactly who is meant by what is ticked, and why; by POST, for what is ticked may be long."""
    return page("people/audiences/_preview.html", audience=_form()["audience"])
