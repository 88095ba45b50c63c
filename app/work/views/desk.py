"""The supervisor's desk: who needs me?"""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import calendar
from app.core.texts import _, ngettext
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work import operations, queries
from app.work.forms import DeskForm
from app.work.permissions import DESK_VIEW
from app.work.views import bp

SHOWS = ("overdue", "stalled", "unclaimed", "person")


@bp.get("/team")
@access(DESK_VIEW)
def desk() -> str:
    """People by how far they are behind; a number or a row opens to the things behind it."""
    show = request.args.get("show", "")
    person = request.args.get("person", type=int)
    opened = _opened(show, person, DeskForm(formdata=None)) if show in SHOWS and _fits(person) else None
    return page("work/desk/desk.html", desk=queries.desk(actor()), opened=opened)


@bp.get("/team/things")
@access(DESK_VIEW)
def things() -> str:
    """The things behind one number, alone, for opening a row in place."""
    show, person = request.args.get("show", "person"), request.args.get("person", type=int)
    if show not in SHOWS or not _fits(person):
        show, person = "unclaimed", None
    return page("work/desk/_things.html", **_opened(show, person, DeskForm(formdata=None)))


@bp.post("/team/things")
@access(DESK_VIEW)
def handle() -> Response | tuple[str, int]:
    """Give or extend the ticked turns, each on its own; says what could not be done and why."""
    show, person = request.args.get("show", "overdue"), request.args.get("person", type=int)
    if show not in SHOWS or not _fits(person):
        show, person = "overdue", None
    form = DeskForm()
    opened = _opened(show, person, form)
    if not form.validate():
        return page("work/desk/desk.html", desk=queries.desk(actor()), opened=opened), 422
    pairs, reason = form.pairs(), form.reason.data or ""
    if form.act.data == "extend" and form.until.data is not None:
        done = operations.extend_many(actor(), pairs, calendar.end_of_day(form.until.data), reason)
    else:
        done = operations.reassign_many(actor(), pairs, int(form.to.data), reason)
    if done.done:
        flash(ngettext("%(num)s step done.", "%(num)s steps done.", done.done), "good")
    named = {t.id: t for t in opened["things"]}
    for refused in done.refused:
        thing = named.get(refused.turn_id)
        flash(_("%(what)s: %(why)s", what=thing.subject if thing else refused.turn_id, why=refused.why), "warn")
    return redirect(url_for("work.desk", show=show, person=person), code=303)


def _opened(show: str, person: int | None, form: DeskForm) -> dict[str, Any]:
    found = queries.things(actor(), show, person)
    choices = people.people_page(actor(), limit=200, permission=DESK_VIEW).items
    form.to.choices = [("", _("Choose a person")), *((str(p.id), p.name) for p in choices)]
    names = people.names({t.assignee_id for t in found} | {t.owner_id for t in found} | {person})
    return {"things": found, "names": names, "form": form, "show": show, "person": person}


def _fits(person: int | None) -> bool:
    return person is None or 0 < person < 2**63
