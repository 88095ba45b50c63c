"""The organisation tree: as it stands on a day, as it was known at another time, and its changes."""

from datetime import UTC, datetime, time

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.texts import _, text
from app.people import operations, queries
from app.people.forms.admin import DayForm, MoveForm, RenameForm, UnitForm
from app.people.forms.fields import options
from app.people.permissions import UNIT_EDIT, UNIT_VIEW
from app.people.rules import tree
from app.people.views import bp
from app.people.views.parts import apart, attempt, day_of, require_id, titles, word_choices
from app.web.access import access
from app.web.current import actor
from app.web.forms import BaseForm
from app.web.render import page


@bp.get("/admin/units")
@access(UNIT_VIEW)
def units() -> str:
    """The tree on ``?day=``, as known at the end of ``?known=``."""
    reader = actor()
    day, known = day_of("day", clock.today()), day_of("known")
    known_at = datetime.combine(known, time(23, 59, 59), clock.ZONE).astimezone(UTC) if known else None
    found = queries.units(reader, day, known_at)
    by_id = {unit.id: unit for unit in found}
    nodes = tree.in_order({unit.id: unit.parent_id for unit in found}, [unit.id for unit in found])
    return page(
        "people/units/units.html",
        nodes=[(node, by_id[node.unit_id]) for node in nodes],
        levels=titles(list(queries.levels().values())),
        heads=queries.heads_by_unit(by_id, day),
        counts=queries.posted_by_unit(by_id, day),
        day=day,
        known=known,
        is_today=day == clock.today() and known is None,
        may_edit=reader.may(UNIT_EDIT),
    )


def _unit_form(**given: object) -> UnitForm:
    form = UnitForm(**given)
    choices = queries.unit_choices(actor(), UNIT_EDIT)
    form.parent_id.choices = options(choices if choices else [("", _("Nothing: it is the root"))])
    form.level.choices = options(word_choices(list(queries.levels().values())))
    return form


@bp.get("/admin/units/new")
@access(UNIT_EDIT)
def new_unit() -> str:
    """The form for another unit, under ``?parent=`` when given."""
    raw = request.args.get("parent", "")
    parent = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None
    return page("people/units/new.html", form=_unit_form(parent_id=parent, day=clock.today()))


@bp.post("/admin/units/new")
@access(UNIT_EDIT)
def add_unit() -> Response | tuple[str, int]:
    """Create a unit."""
    form = _unit_form()
    made: list[int] = []
    done = attempt(
        form,
        lambda: made.append(
            operations.place_unit(
                actor(),
                code=form.code.data or "",
                name=form.name.data or "",
                level=form.level.data,
                parent_id=form.parent_id.data,
                day=form.day.data,
            )
        ),
    )
    if not done:
        return page("people/units/new.html", form=form), 422
    flash(_("The unit is there."), "good")
    return redirect(url_for("people.unit", unit_id=made[0]), code=303)


def _show(unit_id: int, status: int = 200, **forms: BaseForm) -> tuple[str, int]:
    reader = actor()
    unit = queries.unit_for(reader, unit_id)
    levels = queries.levels()
    history = queries.unit_history(unit_id)
    reached = queries.units(reader, closed=True)
    parents = {each.id: each.parent_id for each in reached}
    below = tree.below(unit_id, parents)
    context = {
        "unit": unit,
        "history": history,
        "level": text(levels[unit.level].title) if unit.level in levels else unit.level,
        "levels": titles(list(levels.values())),
        "names": queries.unit_names([*(row.parent_id or 0 for row in history), unit.parent_id or 0]),
        "recorders": queries.names([row.recorded_by for row in history]),
        "children": [each for each in reached if each.parent_id == unit_id],
        "path": [each for each in reversed(tree.above(unit_id, parents)) if each != unit_id],
        "path_names": {each.id: each.name for each in reached},
        "may_edit": reader.may(UNIT_EDIT),
    }
    if context["may_edit"]:
        stay = [(each, name) for each, name in queries.unit_choices(reader, UNIT_EDIT) if each not in below]
        move = forms.get("move") or MoveForm(
            formdata=None, parent_id=unit.parent_id, day=clock.today(), version=unit.version
        )
        move["parent_id"].choices = options(stay)
        rename = forms.get("rename") or RenameForm(
            formdata=None, name=unit.name, level=unit.level, day=clock.today(), version=unit.version
        )
        rename["level"].choices = options(word_choices(list(levels.values()), unit.level))
        close = forms.get("close") or DayForm(formdata=None, day=clock.today(), version=unit.version)
        context |= {
            "move": apart(move, "move"),
            "rename": apart(rename, "rename"),
            "close": apart(close, "close"),
        }
        context |= {"opened": next(iter(forms), None)}
    return page("people/units/unit.html", **context), status


@bp.get("/admin/units/<int:unit_id>")
@access(UNIT_VIEW)
def unit(unit_id: int) -> tuple[str, int]:
    """One unit: where it stands, what is below, its history with corrections, and its changes."""
    return _show(unit_id)


@bp.post("/admin/units/<int:unit_id>/move")
@access(UNIT_EDIT)
def move_unit(unit_id: int) -> Response | tuple[str, int]:
    """Place the unit under another one from a day on."""
    queries.unit_for(actor(), unit_id, UNIT_EDIT)
    form = MoveForm()
    form.parent_id.choices = options(queries.unit_choices(actor(), UNIT_EDIT))
    done = attempt(
        form,
        lambda: operations.move_unit(
            actor(), unit_id, parent_id=require_id(form.parent_id.data), day=form.day.data, version=form.seen_version
        ),
    )
    return _after(unit_id, done, "move", form)


@bp.post("/admin/units/<int:unit_id>/rename")
@access(UNIT_EDIT)
def rename_unit(unit_id: int) -> Response | tuple[str, int]:
    """Give the unit another name or level from a day on."""
    present = queries.unit_for(actor(), unit_id, UNIT_EDIT)
    form = RenameForm()
    form.level.choices = options(word_choices(list(queries.levels().values()), present.level))
    done = attempt(
        form,
        lambda: operations.rename_unit(
            actor(),
            unit_id,
            name=form.name.data or "",
            level=form.level.data,
            day=form.day.data,
            version=form.seen_version,
        ),
    )
    return _after(unit_id, done, "rename", form)


@bp.post("/admin/units/<int:unit_id>/close")
@access(UNIT_EDIT)
def close_unit(unit_id: int) -> Response | tuple[str, int]:
    """Close the unit from a day on, or open it again."""
    present = queries.unit_for(actor(), unit_id, UNIT_EDIT)
    form = DayForm()
    act = operations.reopen_unit if present.closed else operations.close_unit
    done = attempt(form, lambda: act(actor(), unit_id, day=form.day.data, version=form.seen_version))
    return _after(unit_id, done, "close", form)


def _after(unit_id: int, done: bool, name: str, form: BaseForm) -> Response | tuple[str, int]:
    if not done:
        return _show(unit_id, 422, **{name: form})
    flash(_("Saved. Reports of earlier days stay as they were."), "good")
    return redirect(url_for("people.unit", unit_id=unit_id), code=303)
