"""The checklists of posts: which hold where, and writing the next version (D31)."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Conflict, Invalid, NotFound
from app.core.texts import _, text
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work.forms.routines import rows_from, rows_of
from app.work.operations import routines as operations
from app.work.permissions import ROUTINE_EDIT
from app.work.queries import routines as queries
from app.work.rules.routines import LEADER, MOST, PARTS, TEXT, items, shipped
from app.work.views import bp
from app.work.views.routines import TITLES, saved, title_of


@bp.get("/work/routines/templates", endpoint="routine_templates")
@access(ROUTINE_EDIT)
def index() -> str:
    """Every post with the lists that hold in my units, and those without."""
    me = actor()
    posts = {key: text(word.title) for key, word in people.words("post").items() if not word.retired}
    posts[LEADER] = _("Team leader")
    found = {one.post: one.versions for one in queries.listed(me)}
    names = people.unit_names({v.unit_id for versions in found.values() for v in versions})
    writers = people.names({v.created_by for versions in found.values() for v in versions})
    order = sorted(posts, key=lambda post: not found.get(post))
    return page(
        "work/routines/templates.html",
        posts=[(post, posts[post], found.get(post, [])) for post in order],
        units=names,
        writers=writers,
        count=lambda version: len(items(version.sections)),
    )


@bp.route("/work/routines/templates/<post>", methods=["GET", "POST"], endpoint="routine_template")
@access(ROUTINE_EDIT)
def edit(post: str) -> Response | str | tuple[str, int]:
    """Write the next version of a post's checklist for one of my units."""
    me = actor()
    posts = {key: text(word.title) for key, word in people.words("post").items()}
    if post != LEADER and post not in posts:
        raise NotFound()
    units = people.unit_choices(me, ROUTINE_EDIT)
    if not units:
        raise NotFound()
    unit = request.args.get("unit", type=int) or request.form.get("unit", type=int) or units[0][0]
    queries.check_unit(me, unit)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        raw = request.form.get("seen", "")
        seen = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else -1
        try:
            typed = None if request.form.get("act") == "inherit" else rows_of(request.form)
            made = operations.write_template(me, post, unit, typed, seen=seen)
        except Invalid as error:
            for fault in error.errors:
                errors.setdefault(fault.field, fault.message)
            return _form(post, unit, units, posts, rows_of(request.form), seen, errors), error.status
        except Conflict as error:
            errors["form"] = error.message
            return _form(post, unit, units, posts, rows_of(request.form), seen, errors), error.status
        saved(made.valid_from)
        return redirect(url_for("work.routine_templates"), code=303)
    standing = queries.coming(post, unit)
    start = next((one for one in shipped() if one.key == request.args.get("from")), None)
    rows = rows_from(start.sections if start else standing.sections if standing else None)
    newest = next(iter(queries.history(post, unit, 1)), None)
    return _form(post, unit, units, posts, rows, newest.number if newest else 0, errors)


def _form(
    post: str,
    unit: int,
    units: list[tuple[int, str]],
    posts: dict[str, str],
    rows: dict[str, list[dict[str, str]]],
    seen: int,
    errors: dict[str, Any],
) -> str:
    versions = queries.history(post, unit)
    standing = queries.coming(post, unit)
    return page(
        "work/routines/template.html",
        post=post,
        title=title_of(post, posts),
        unit=unit,
        units=units,
        rows=rows,
        parts=[(part, TITLES[part]) for part in PARTS],
        seen=seen,
        errors=errors,
        longest=TEXT,
        most=MOST,
        versions=versions,
        writers=people.names({v.created_by for v in versions}),
        inherited=standing is not None and standing.unit_id != unit,
        inherited_from=people.unit_names({standing.unit_id}).get(standing.unit_id, "") if standing else "",
        own=bool(versions and versions[0].sections is not None),
        topmost=len(people.unit_path(unit)) == 1,
        shipped=[(one.key, text(one.title)) for one in shipped()],
        count=lambda version: len(items(version.sections)),
    )
