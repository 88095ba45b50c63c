"""The form builder: a kind's own page with its steps in order, and a page for each step with the form as it will be seen.

Every button saves the draft first, so nothing typed is lost and everything works without script; with script the form
beside it follows while one types.
"""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.database import session
from app.core.errors import Conflict, Invalid, NotFound
from app.core.texts import _
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work.forms import kinds as forms
from app.work.operations import kinds as keeping
from app.work.queries import kinds
from app.work.rules import kinds as k
from app.work.rules.kind_bodies import kind_of
from app.work.rules.kind_keys import keyed
from app.work.views import bp, kind_words
from app.workflow import operations as workflow
from app.workflow import queries as processes
from app.workflow.forms import version_of
from app.workflow.permissions import PROCESS_EDIT

Answer = Response | str | tuple[str, int]


def _open(key: str) -> tuple[k.Kind, int]:
    """The kind as it is being written, and the draft's version (0: not begun); NotFound for what the builder cannot show."""
    draft = processes.draft_of(key)
    body: Any = draft.body if draft else processes.body_of(processes.latest_digest(key))
    kind = kind_of(body) if body.get("subject") == kinds.SUBJECT else None
    if kind is None:
        raise NotFound(_("This kind says more than the form builder can show. Edit it as text."))
    return kind, draft.version if draft else 0


def _faults(key: str, kind: k.Kind) -> list[kind_words.Placed]:
    draft = processes.draft_of(key)
    return kind_words.placed(kind, workflow.faults_of(draft.body)) if draft else []


def _save(kind: k.Kind, version: int) -> None:
    with session.begin_nested():
        keeping.save_kind(actor(), keyed(kind), version or None)


@bp.get("/work/kinds/<key>/edit")
@access(PROCESS_EDIT)
def edit_kind(key: str) -> str:
    """Title, what it is for, accept first, approval, and the steps in order."""
    kind, version = _open(key)
    return _edit(kind, version)


def _edit(kind: k.Kind, version: int, error: Any = None) -> str:
    approval = next((step.who for step in kind.steps if step.sort == k.APPROVE), "")
    draft = processes.draft_of(kind.key)
    return page(
        "work/kinds/edit.html",
        kind=kind,
        version=version,
        words=kind_words,
        accept_first=any(step.sort == k.ACCEPT for step in kind.steps),
        approval=approval,
        approvers=[(name, kind_words.who(kind, name)) for name in forms.approvers()],
        faults=_faults(kind.key, kind),
        wrong=keeping.direction_fault(draft.body) if draft else None,
        error=error,
    )


@bp.post("/work/kinds/<key>/edit")
@access(PROCESS_EDIT)
def save_kind(key: str) -> Answer:
    """Keep what was typed, then do what the button says: add, move or take out a step, or go to one."""
    kind, _version = _open(key)
    seen = version_of(request.form) or 0
    name, _dot, what = request.form.get("act", "")[:40].partition(".")
    place = int(name) - 1 if name.isascii() and name.isdigit() and len(name) < 3 else -1
    made, chosen = _arranged(forms.read_kind(request.form, kind), name, place, what)
    made = forms.read_switches(request.form, made)
    onward = url_for("work.kind_page" if name == "done" else "work.edit_kind", key=key)
    if chosen is not None:
        at = next(n for n, step in enumerate(made.steps, 1) if step is chosen)
        onward = url_for("work.edit_kind_step", key=key, number=at)
    try:
        _save(made, seen)
    except (Conflict, Invalid) as error:
        return _edit(made, seen, error.message), error.status
    if name in ("save", "done"):
        flash(_("Draft saved."), "good")
    return redirect(onward, code=303)


def _arranged(kind: k.Kind, name: str, place: int, what: str) -> tuple[k.Kind, k.Step | None]:
    """The kind after a button of its steps, and the step to go to, if the button was for one."""
    if name == "add" and len(kind.steps) < forms.MOST_STEPS:
        blank = k.Step(who=k.DOERS, due=3)
        at = next((n for n, step in enumerate(kind.steps) if n and step.sort == k.CONFIRM), len(kind.steps))
        return replace(kind, steps=(*kind.steps[:at], blank, *kind.steps[at:])), blank
    if not 0 <= place < len(kind.steps):
        return kind, None
    here = kind.steps[place]
    if what == "open":
        return kind, here
    if what == "remove":
        return k.without_steps(kind, lambda step: step is here), None
    return replace(kind, steps=forms.changed(kind.steps, place, what)), None


def _step_at(kind: k.Kind, number: int) -> k.Step:
    if not 0 < number <= len(kind.steps):
        raise NotFound()
    return kind.steps[number - 1]


@bp.get("/work/kinds/<key>/steps/<int:number>")
@access(PROCESS_EDIT)
def edit_kind_step(key: str, number: int) -> str:
    """One step: instruction, who, due, fields, checklist, evidence, and the form as it will be seen."""
    kind, version = _open(key)
    return _step(kind, version, number)


def _step(kind: k.Kind, version: int, number: int, errors: dict[str, Any] | None = None, error: Any = None) -> str:
    step = _step_at(kind, number)
    earlier = [other for other in kind.steps[: number - 1] if other.key]
    faults = [fault for fault in _faults(kind.key, kind) if fault.step == number - 1] if not errors else []
    return page(
        "work/kinds/step.html",
        kind=kind,
        step=step,
        number=number,
        version=version,
        words=kind_words,
        doers=[(name, kind_words.who(kind, name)) for name in forms.doers(kind)],
        earlier=[(other.key, kind_words.words(other.title)) for other in earlier],
        column_types=[(name, kind_words.TYPES[name]) for name in forms.COLUMN_TYPES],
        faults=[fault for fault in faults if fault.row is None],
        row_faults={(fault.part, fault.row): fault.message for fault in faults if fault.row is not None},
        opened=request.args.get("open", ""),
        preview=kind_words.preview(step),
        errors=errors or {},
        error=error,
    )


def _typed(kind: k.Kind, number: int) -> tuple[k.Kind, forms.Typed]:
    """The kind with the step as it stands in the form that was sent."""
    _step_at(kind, number)
    typed = forms.read_step(request.form, kind, number - 1)
    steps = (*kind.steps[: number - 1], typed.value, *kind.steps[number:])
    return replace(kind, steps=steps), typed


@bp.post("/work/kinds/<key>/steps/<int:number>")
@access(PROCESS_EDIT)
def save_kind_step(key: str, number: int) -> Answer:
    """Keep the step, then do what the button says."""
    kind, _version = _open(key)
    seen = version_of(request.form) or 0
    made, typed = _typed(kind, number)
    if typed.errors:
        return _step(made, seen, number, typed.errors), 422
    act = request.form.get("act", "")[:60]
    step = forms.acted(typed.value, act)
    made = replace(made, steps=(*made.steps[: number - 1], step, *made.steps[number:]))
    try:
        _save(made, seen)
    except (Conflict, Invalid) as error:
        return _step(made, seen, number, error=error.message), error.status
    if act == "done":
        return redirect(url_for("work.edit_kind", key=key), code=303)
    if act in ("", "save"):
        flash(_("Draft saved."), "good")
        return redirect(url_for("work.edit_kind_step", key=key, number=number), code=303)
    part, row = _touched(step, act)
    there = url_for("work.edit_kind_step", key=key, number=number, open=f"{part}-{row}", _anchor=f"{part}-{row}")
    return redirect(there, code=303)


def _touched(step: k.Step, act: str) -> tuple[str, int]:
    """The row that a button was about, as it stands now."""
    part, _dot, rest = act.partition(".")
    part = part if part in ("fields", "checklist", "evidence") else "fields"
    raw, _dot, what = rest.partition(".")
    place = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 4 else len(getattr(step, part)) - 1
    return part, max(0, place + {"up": -1, "down": 1}.get(what, 0))


@bp.post("/work/kinds/<key>/steps/<int:number>/preview")
@access(PROCESS_EDIT)
def preview_kind_step(key: str, number: int) -> str:
    """The form as it will be seen, from what is being typed; nothing is kept."""
    kind, _version = _open(key)
    _made, typed = _typed(kind, number)
    return page("work/kinds/_preview.html", preview=kind_words.preview(typed.value), words=kind_words)
