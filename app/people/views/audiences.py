"""The picker's live parts: persons found by name, and exactly who is meant. By POST, for what is ticked may be long."""

from flask import request
from flask_wtf import FlaskForm

from app.core.errors import NotFound
from app.people.audiences import may_choose_under
from app.people.forms.audiences import PREFIX, AudienceForm
from app.people.views import bp
from app.web.access import signed_in
from app.web.current import actor
from app.web.forms import BaseForm
from app.web.render import page
from app.web.transaction import only_asks


class _Form(AudienceForm, BaseForm):
    pass


def _form() -> FlaskForm:
    permission = request.form.get(PREFIX + "permission", "")
    if not may_choose_under(permission):
        raise NotFound()
    actor().require(permission)
    form = _Form()
    form.offer_audience(actor(), permission)
    return form


@bp.post("/audiences/persons")
@signed_in
@only_asks
def audience_persons() -> str:
    """Persons chosen so far and those whom the search finds."""
    return page("people/audiences/_persons.html", audience=_form()["audience"])


@bp.post("/audiences/preview")
@signed_in
@only_asks
def audience_preview() -> str:
    """Exactly who is meant by what is ticked, and why."""
    return page("people/audiences/_preview.html", audience=_form()["audience"])
