"""/work/kinds: the kinds of work, what each asks, its versions and drafts; publishing, retiring, receiving units."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from app.core.texts import _, text
from app.people import queries as people
from app.web.access import access
from app.web.agenda import AgendaItem
from app.web.current import actor
from app.web.render import page
from app.work.forms.kinds import words as typed_words
from app.work.operations import kinds as keeping
from app.work.permissions import KIND_KEEP
from app.work.queries import kinds, units
from app.work.rules import kinds as k
from app.work.rules.kind_bodies import ROLES, kind_of
from app.work.rules.kind_keys import key_for
from app.work.views import bp, kind_words
from app.workflow import operations as workflow
from app.workflow import queries as processes
from app.workflow.forms import number_in, version_of
from app.workflow.permissions import PROCESS_EDIT, PROCESS_PUBLISH, PROCESS_VIEW
from app.workflow.rules.changes import changes
from app.workflow.views.processes import publishers

Answer = Response | str | tuple[str, int]
SAME = frozenset({"stages", "lanes", "ends", "start", "close_from_anywhere", "subject"})
"""Parts of a body that follow from its steps: their differences would be told twice."""


@bp.get("/work/kinds")
@access(PROCESS_VIEW)
def kinds_list() -> str:
    """Every kind: shipped, own, drafts, retired."""
    me = actor()
    found = kinds.overview()
    return page(
        "work/kinds/list.html",
        used=[line for line in found if line.number and not line.retired],
        drafts=[line for line in found if not line.number],
        retired=[line for line in found if line.number and line.retired],
        may_edit=me.may(PROCESS_EDIT),
        may_keep=me.may(KIND_KEEP),
    )


def drafts_waiting(me: Actor) -> list[AgendaItem]:
    """Versions that others have written and the reader may publish, for the day page. Two statements."""
    if not me.may(PROCESS_PUBLISH):
        return []
    drafts = processes.drafts_of_others(me)
    names = people.names({writer for draft in drafts for writer in draft.edited_by}) if drafts else {}
    return [
        AgendaItem(
            None,
            _("Publish: %(title)s", title=text(draft.body.get("title")) or draft.process),
            url_for("work.kind_page", key=draft.process)
            if draft.body.get("subject") == kinds.SUBJECT
            else url_for("workflow.process", key=draft.process),
            icon="list",
            note=_("written by %(names)s", names=_(", ").join(names.get(writer, "") for writer in draft.edited_by)),
        )
        for draft in drafts
    ]


@bp.get("/work/kinds/new")
@access(PROCESS_EDIT)
def new_kind() -> str:
    """A new kind: its title, which way it goes, and whether it begins as a copy of another."""
    return _new({"from": request.args.get("from", "")[:60], "direction": k.ASSIGNED}, {})


def _new(typed: dict[str, Any], errors: dict[str, Any]) -> str:
    return page("work/kinds/new.html", typed=typed, errors=errors, models=_models())


def _models() -> list[tuple[str, str]]:
    """The kinds that the builder can copy."""
    published = kinds.published()
    bodies = kinds.bodies([kind.digest for kind in published])
    return [(kind.key, text(kind.title)) for kind in published if kind_of(bodies[kind.digest]) is not None]


@bp.post("/work/kinds/new")
@access(PROCESS_EDIT)
def begin_kind() -> Answer:
    """Begin the draft; its key is made from the title."""
    title = typed_words(request.form, "title")
    direction = request.form.get("direction", "")
    source = request.form.get("from", "")[:60]
    typed = {"title": title, "direction": direction, "from": source}
    if not title or len(title.zh) > 60 or len(title.en) > 120:
        return _new(typed, {"title": _("Say in a few words what kind of work this is.")}), 422
    key = "kind_" + key_for(title, (), "kind")[:40].strip("_")
    if source:
        model = kind_of(processes.body_of(processes.latest_digest(source)))
        if model is None:
            raise NotFound()
        made = k.copied(model, key, title)
    elif direction in k.DIRECTIONS:
        made = k.new_kind(key, title, direction)
    else:
        return _new(typed, {"direction": _("Choose which way it goes.")}), 422
    try:
        with session.begin_nested():
            keeping.begin_kind(actor(), made)
    except Conflict as error:
        return _new(typed, {"title": error.message}), 409
    return redirect(url_for("work.edit_kind", key=key), code=303)


@bp.get("/work/kinds/<key>")
@access(PROCESS_VIEW)
def kind_page(key: str) -> str:
    """One kind: its steps, its draft with what is wrong and what differs, its versions."""
    html, _status = _page(key)
    return html


def _page(key: str, status: int = 200, error: Any = None) -> tuple[str, int]:
    me = actor()
    draft = processes.draft_of(key)
    versions = kinds.versions_of(key)
    body = processes.body_of(versions[0].digest) if versions else None
    if body is None and draft is None:
        raise NotFound()
    shown = body if body is not None else draft.body if draft else {}
    if shown.get("subject") != kinds.SUBJECT:
        raise NotFound()
    kind = kind_of(shown)
    drafted = kind_of(draft.body) if draft else None
    faults = workflow.faults_of(draft.body) if draft else []
    wrong = keeping.direction_fault(draft.body) if draft else None
    ids = {i for version in versions for i in (*version.edited_by, version.published_by_id) if i}
    return page(
        "work/kinds/kind.html",
        key=key,
        title=text(shown.get("title")) or key,
        summary=text(shown.get("summary")),
        kind=kind,
        words=kind_words,
        definition=processes.parsed(versions[0].digest) if versions and kind is None else None,
        versions=versions,
        setting=kinds.setting_of(key) if versions else None,
        draft=draft,
        drafted=drafted,
        faults=kind_words.placed(drafted, faults) if drafted else faults,
        wrong=wrong,
        changes=changes(body, draft.body, SAME if drafted and kind else frozenset()) if draft and body else [],
        names=people.names(ids | set(draft.edited_by if draft else ())),
        wrote=bool(draft and me.id in draft.edited_by),
        may_edit=me.may(PROCESS_EDIT),
        may_publish=me.may(PROCESS_PUBLISH),
        may_keep=me.may(KIND_KEEP),
        publishers=publishers(),
        error=error,
    ), status


@bp.post("/work/kinds/<key>/publish")
@access(PROCESS_PUBLISH)
def publish_kind(key: str) -> Answer:
    """Publish what somebody else has written."""
    try:
        with session.begin_nested():
            row = keeping.publish_kind(actor(), key, version_of(request.form))
    except (Invalid, Conflict, Forbidden) as error:
        return _page(key, error.status, error.message)
    flash(_("Version %(number)s is published. New work starts on it.", number=row.number), "good")
    return redirect(url_for("work.kind_page", key=key), code=303)


@bp.post("/work/kinds/<key>/discard")
@access(PROCESS_EDIT)
def discard_kind(key: str) -> Response:
    """Throw the draft away."""
    _page(key)
    workflow.discard_definition(actor(), key)
    flash(_("Discarded."), "good")
    there = bool(kinds.versions_of(key))
    return redirect(url_for("work.kind_page", key=key) if there else url_for("work.kinds_list"), code=303)


@bp.post("/work/kinds/<key>/retire")
@access(KIND_KEEP)
def retire_kind(key: str) -> Response:
    """Offer it no more, or again."""
    _page(key)
    again = "again" in request.form
    (keeping.restore_kind if again else keeping.retire_kind)(actor(), key)
    flash(_("It is offered again.") if again else _("Retired. What runs goes on to its end."), "good")
    return redirect(url_for("work.kind_page", key=key), code=303)


@bp.get("/work/kinds/routes")
@access(KIND_KEEP)
def kind_routes() -> str:
    """To which unit each kind is raised unless another is chosen, and who receives it there."""
    return _routes({})


def _routes(errors: dict[str, Any]) -> str:
    settings = kinds.settings()
    raised = [kind for kind in kinds.published() if kind.direction == kinds.RAISED]
    return page(
        "work/kinds/routes.html",
        rows=[(kind, settings.get(kind.key) or kinds.setting_of(kind.key)) for kind in raised],
        units=units.open_units(),
        receivers=[("heads", _("Its head")), ("people", _("Its people"))]
        + [(k.ROLE + role, kind_words.words(title)) for role, title in ROLES.items()],
        errors=errors,
    )


@bp.post("/work/kinds/routes")
@access(KIND_KEEP)
def save_routes() -> Answer:
    """Keep the routes that were changed; one that somebody else has changed meanwhile is refused with its name."""
    me, errors = actor(), {}
    settings = kinds.settings()
    for kind in [kind for kind in kinds.published() if kind.direction == kinds.RAISED]:
        if f"receivers.{kind.key}" not in request.form:
            continue
        known = settings.get(kind.key) or kinds.setting_of(kind.key)
        unit_id = number_in(request.form, f"unit.{kind.key}") or None
        receivers = request.form[f"receivers.{kind.key}"][:20]
        if (known.unit_id, known.receivers) == (unit_id, receivers):
            continue
        seen = number_in(request.form, f"version.{kind.key}")
        try:
            with session.begin_nested():
                keeping.set_route(me, kind.key, seen, unit_id=unit_id, receivers=receivers)
        except DomainError as error:
            errors[kind.key] = error.message
    if errors:
        return _routes(errors), 409
    flash(_("Saved."), "good")
    return redirect(url_for("work.kind_routes"), code=303)
