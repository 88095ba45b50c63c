"""/admin/settings: what an institution may set itself, in the words of whoever reads it; one is changed at a time."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import settings
from app.core.errors import Conflict, NotFound
from app.core.setting_fields import Whole
from app.core.settings import Declared
from app.core.texts import _, text
from app.people import operations, queries
from app.people.forms.settings import setting_form, value_of
from app.people.operations.settings import may_change
from app.people.permissions import SETTING_VIEW
from app.people.views import bp
from app.people.views.parts import attempt, titles
from app.web import filters as written
from app.web.access import access
from app.web.current import actor
from app.web.forms import BaseForm
from app.web.render import page

ATTRIBUTES: dict[str, dict[str, Any]] = {
    "whole": {"inputmode": "numeric", "autocomplete": "off", "size": 8},
    "money": {"inputmode": "decimal", "autocomplete": "off", "size": 18},
    "time": {"type": "time"},
}


@bp.get("/admin/settings", endpoint="settings")
@access(SETTING_VIEW)
def overview() -> str:
    """All settings by room: what each does, what holds, what was shipped."""
    return _page(None, None)


@bp.route("/admin/settings/<key>", methods=["GET", "POST"])
@access(SETTING_VIEW)
def setting(key: str) -> Response | str | tuple[str, int]:
    """The same page with one setting open to be changed; without the right to, it is only read."""
    known = settings.find(key)
    if known is None:
        raise NotFound()
    form = _form(known, sent=request.method == "POST")
    if request.method == "GET":
        return _page(known, form)
    try:
        if "default" in request.form:
            operations.reset_setting(actor(), key, form.version.data or "")
            done = True
        else:
            done = attempt(
                form, lambda: operations.change_setting(actor(), key, value_of(known, form), form.version.data or "")
            )
    except Conflict:
        return _page(known, form, stale=True), 409
    if not done:
        return _page(known, form), 422
    flash(
        _("“%(title)s”: the default holds again.", title=known.title)
        if "default" in request.form
        else _("“%(title)s” is saved.", title=known.title),
        "good",
    )
    return redirect(url_for("people.settings"), code=303)


def _anchor(known: Declared) -> str:
    return known.key.replace(".", "-")


def _form(known: Declared, *, sent: bool) -> BaseForm:
    row = settings.own().get(known.key)
    in_force = known.default if row is None else row.value
    chosen = in_force if known.field is not None and known.field.kind == "posts" else []
    posts = [(w.key, text(w.title)) for w in queries.vocabulary()["post"] if not w.retired or w.key in chosen]
    return setting_form(known, in_force, posts, sent=sent)


def _page(opened: Declared | None, form: BaseForm | None, *, stale: bool = False) -> str:
    own = settings.own()
    posts = titles(queries.vocabulary()["post"])
    names = queries.names({row.changed_by for row in own.values()})
    reader = actor()
    rooms = []
    for title, declared in settings.grouped():
        lines = []
        for known in declared:
            row = own.get(known.key)
            value = known.default if row is None else row.value
            lines.append(
                {
                    "setting": known,
                    "anchor": _anchor(known),
                    "value": in_words(known, value, posts),
                    "default": in_words(known, known.default, posts),
                    "own": row is not None,
                    "who": names.get(row.changed_by, "") if row is not None else "",
                    "may": may_change(reader, known),
                    "open": opened is not None and known.key == opened.key,
                    "mark": settings.mark(value),
                    "bounds": _bounds(known),
                    "attrs": ATTRIBUTES.get(known.field.kind, {}) if known.field else {},
                }
            )
        rooms.append((title, lines))
    return page("people/settings/settings.html", rooms=rooms, form=form, stale=stale)


def _bounds(known: Declared) -> str | None:
    """What a number may be, said before somebody errs."""
    if not isinstance(known.field, Whole):
        return None
    return _("From %(low)s to %(high)s %(unit)s.", low=known.field.low, high=known.field.high, unit=known.field.unit)


def in_words(known: Declared, value: Any, posts: dict[str, str]) -> str:
    """A value as a reader says it, with its unit."""
    kind = known.field.kind if known.field else ""
    if kind == "yes_no":
        return _("Yes") if value else _("No")
    if kind == "posts" and known.field is not None:
        keys = known.field.clean(value)
        return _(", ").join(posts.get(key, key) for key in keys) if keys else _("No post")
    if kind == "money":
        value = written.money(Decimal(value))
    unit = known.field.unit if known.field else ""
    if isinstance(known.field, Whole) and value == 1 and known.field.one:
        unit = known.field.one
    return f"{value} {unit}" if str(unit) else str(value)
