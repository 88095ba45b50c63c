"""/admin/processes: what is published, what somebody is writing, what a seed offers, and moving open runs."""

from typing import Any

import yaml
from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.database import session
from app.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from app.core.permissions import permissions
from app.core.texts import _, text
from app.people import queries as people
from app.people.rules.roles import ROLE_TITLES
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.workflow import operations, queries
from app.workflow.forms import version_of
from app.workflow.permissions import PROCESS_EDIT, PROCESS_PUBLISH, PROCESS_VIEW, RUN_MOVE
from app.workflow.queries.seeds import parse, readable
from app.workflow.rules.changes import changes
from app.workflow.rules.versions import step_map
from app.workflow.views import bp

Answer = Response | str | tuple[str, int]
LONGEST = 400_000


@bp.get("/admin/processes")
@access(PROCESS_VIEW)
def processes() -> str:
    """Every process with its version in force, its open runs, and what is waiting to be published."""
    offers = queries.offers()
    return page("workflow/processes/processes.html", processes=queries.processes(), offers=offers)


@bp.get("/admin/processes/<key>")
@access(PROCESS_VIEW)
def process(key: str) -> str:
    """One process: its steps, its versions, the draft with its faults, the offered seed."""
    html, _status = _page(key)
    return html


def publishers() -> str:
    """The roles whose holders publish what somebody else has written, in words."""
    right = next(one for one in permissions() if one.name == PROCESS_PUBLISH)
    return _(" or ").join(str(ROLE_TITLES[role]) for role in right.roles)


def _page(key: str, status: int = 200, **more: Any) -> tuple[str, int]:
    versions = queries.versions(key)
    reader = actor()
    draft = queries.draft_of(key)
    newest = versions[0]
    body = queries.body_of(newest.digest)
    ids = {i for version in versions for i in (*version.edited_by, version.published_by_id) if i}
    offer = queries.offers().get(key)
    return page(
        "workflow/processes/process.html",
        key=key,
        title=text(newest.title),
        versions=versions,
        definition=queries.parsed(newest.digest),
        names=people.names(ids | set(draft.edited_by if draft else ())),
        draft=draft,
        faults=operations.faults_of(draft.body) if draft else [],
        draft_difference=queries.difference(body, draft.body) if draft else [],
        draft_changes=changes(body, draft.body) if draft else [],
        offer=offer,
        offer_changes=changes(body, offer.body) if offer else [],
        offer_difference=queries.difference(body, offer.body) if offer else [],
        may_edit=reader.may(PROCESS_EDIT),
        may_publish=reader.may(PROCESS_PUBLISH),
        publishers=publishers(),
        wrote=bool(draft and reader.id in draft.edited_by),
        may_move=reader.may(RUN_MOVE),
        **more,
    ), status


@bp.get("/admin/processes/<key>/versions/<int:number>")
@access(PROCESS_VIEW)
def version(key: str, number: int) -> str:
    """One published version as text, and how it differs from the one before."""
    versions = {item.number: item for item in queries.versions(key)}
    found = versions.get(number)
    if found is None:
        raise NotFound()
    body = queries.body_of(found.digest)
    before = versions.get(number - 1)
    old = queries.body_of(before.digest) if before else None
    return page(
        "workflow/processes/version.html",
        key=key,
        title=text(found.title),
        version=found,
        source="\n".join(readable(body)),
        difference=queries.difference(old, body) if old else [],
        changes=changes(old, body) if old else [],
    )


@bp.get("/admin/processes/<key>/edit")
@access(PROCESS_EDIT)
def edit_process(key: str) -> str:
    """The next version of a process as text, begun from the draft or from the version in force."""
    versions = queries.versions(key)
    draft = queries.draft_of(key)
    body = draft.body if draft else queries.body_of(versions[0].digest)
    return _editor(key, text(versions[0].title), "\n".join(readable(body)), draft.version if draft else 0)


def _editor(key: str, title: str, source: str, seen: int, error: Any = None, faults: Any = ()) -> str:
    return page(
        "workflow/processes/edit.html", key=key, title=title, source=source, version=seen, error=error, faults=faults
    )


@bp.post("/admin/processes/<key>/edit")
@access(PROCESS_EDIT)
def save_process(key: str) -> Answer:
    """Keep what was written as the draft of the next version; faults are shown, not refused."""
    versions = queries.versions(key)
    source = request.form.get("source", "")
    try:
        body = _read(source)
        with session.begin_nested():
            operations.save_definition(actor(), key, body, version_of(request.form) or None)
    except (Invalid, Conflict) as error:
        shown = _editor(key, text(versions[0].title), source[:LONGEST], version_of(request.form) or 0, error.message)
        return shown, error.status
    flash(_("Saved as the next version."), "good")
    return redirect(url_for("workflow.process", key=key), code=303)


def _read(source: str) -> dict[str, Any]:
    if len(source) > LONGEST or "\x00" in source:
        raise Invalid("source", "too_long", _("This text is too long or has characters that cannot be stored."))
    try:
        body = parse(source)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        where = str(getattr(error, "problem_mark", "") or "").strip()
        raise Invalid("source", "yaml", _("This cannot be read as YAML. %(where)s", where=where)) from error
    if not isinstance(body, dict):
        raise Invalid("source", "yaml", _("A process is a mapping with a key."))
    return body


@bp.post("/admin/processes/<key>/discard")
@access(PROCESS_EDIT)
def discard_process(key: str) -> Answer:
    """Throw the draft away."""
    operations.discard_definition(actor(), key)
    flash(_("Discarded."), "good")
    return redirect(url_for("workflow.process", key=key), code=303)


@bp.post("/admin/processes/<key>/take-seed")
@access(PROCESS_EDIT)
def take_seed(key: str) -> Answer:
    """Put the offered seed up as the next version."""
    operations.take_seed(actor(), key)
    flash(_("The offered version stands as the next version; somebody else publishes it."), "good")
    return redirect(url_for("workflow.process", key=key), code=303)


@bp.post("/admin/processes/<key>/publish")
@access(PROCESS_PUBLISH)
def publish_process(key: str) -> Answer:
    """Publish what somebody else has written."""
    try:
        with session.begin_nested():
            row = operations.publish_draft(actor(), key, version_of(request.form))
    except (Invalid, Conflict, Forbidden) as error:
        return _page(key, error.status, error=error.message)
    flash(_("Version %(number)s is published. New workflows start on it.", number=row.number), "good")
    return redirect(url_for("workflow.process", key=key), code=303)


@bp.get("/admin/processes/<key>/move/<int:number>")
@access(RUN_MOVE)
def move_page(key: str, number: int) -> str:
    """Open runs of a version, which steps answer to which in the newest, and what a dry run says."""
    html, _status = _move_page(key, number)
    return html


def _move_page(key: str, number: int, status: int = 200, **more: Any) -> tuple[str, int]:
    versions = queries.versions(key)
    found = next((item for item in versions if item.number == number), None)
    if found is None or found.digest == versions[0].digest:
        raise NotFound()
    old, new = queries.parsed(found.digest), queries.parsed(versions[0].digest)
    chosen = _steps(old.steps)
    mapping = {step: chosen.get(step) or target or "" for step, target in step_map(old, new).items()}
    context: dict[str, Any] = {
        "key": key,
        "title": text(found.title),
        "old": found,
        "new": versions[0],
        "steps": [(step, text(old.steps[step].title), target) for step, target in mapping.items()],
        "targets": [(step.key, text(step.title)) for step in new.steps.values()],
        "results": None,
    }
    return page("workflow/processes/move.html", **{**context, **more}), status


def _steps(known: Any) -> dict[str, str]:
    return {step: request.form.get(f"step.{step}", "")[:60] for step in known if request.form.get(f"step.{step}")}


@bp.post("/admin/processes/<key>/move/<int:number>")
@access(RUN_MOVE)
def move_runs(key: str, number: int) -> Answer:
    """Try the move, or do it; each run moves or is left alone with its reasons."""
    versions = queries.versions(key)
    found = next((item for item in versions if item.number == number), None)
    if found is None:
        raise NotFound()
    old = queries.parsed(found.digest)
    steps = {step: target for step, target in _steps(old.steps).items() if step != target}
    trying = "move" not in request.form
    try:
        results = operations.move_runs(
            actor(), operations.runs_on(found.digest), versions[0].digest, steps, dry_run=trying
        )
    except DomainError as error:
        return _move_page(key, number, error.status, error=error.message)
    if trying:
        return _move_page(key, number, results=results)
    moved = sum(not result.refusals for result in results)
    flash(_("%(moved)s of %(all)s moved.", moved=moved, all=len(results)), "good")
    return redirect(url_for("workflow.process", key=key), code=303)
