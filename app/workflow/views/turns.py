"""The page of a turn and what people do on it. Every action is a plain POST answered by 303; refusals keep what was typed."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import files
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, DomainError, Forbidden, Invalid, Missing, NotFound
from app.core.texts import _, text
from app.web.access import access, own_url
from app.web.current import actor
from app.web.render import page
from app.web.transaction import afterwards, keep_writes
from app.workflow import operations, queries
from app.workflow.forms import Posted, number_in, posted, until_in, version_of
from app.workflow.permissions import TURN_ACT, TURN_VIEW
from app.workflow.queries import Opened
from app.workflow.views import bp, step_form, subject_pages, unheard
from app.workflow.views.history import timeline_of

Answer = Response | str | tuple[str, int]


@bp.get("/turns/<int:turn_id>")
@access(TURN_VIEW)
def turn(turn_id: int) -> Answer:
    """One step that waits, or has waited, for somebody."""
    opened = queries.open_turn(actor(), turn_id)
    return _page(opened, step_form.context(opened, next_url=own_url(request.args.get("next"), "")))


def _page(opened: Opened, sf: dict[str, Any], status: int = 200) -> Answer:
    html = page(
        "workflow/turns/turn.html",
        sf=sf,
        run=opened.run,
        stages=stage_track(opened),
        events=timeline_of(opened.actor, opened.run.id),
    )
    return html if status == 200 else (html, status)


def stage_track(opened: Opened) -> list[dict[str, Any]]:
    """The stages of a run as the track shows them."""
    times = {item.stage: item for item in queries.stage_times(opened.run.id)}
    passed = True
    found = []
    for stage in opened.definition.stages:
        here = stage.key == opened.state.stage
        time = times.get(stage.key)
        passed = passed and not here
        state = (
            "now"
            if here and opened.state.is_open
            else "ended"
            if here and opened.state.state != "success"
            else "done"
            if time and (passed or here)
            else "returned"
            if time
            else "ahead"
        )
        days = _("%(days)s working days", days=f"{time.working_days:.1f}") if time else None
        found.append({"key": stage.key, "title": text(stage.title), "state": state, "days": days})
    return found


def _act(turn_id: int, act: Callable[[Actor, int | None], Any], done: Any, *, stay: bool = True) -> Answer:
    """Do something small on a turn, keep what stands in the form as a draft, and show the step again (or go on).

    ``act`` takes the reader and the version of the turn that they have seen.
    """
    reader = actor()
    try:
        with session.begin_nested():
            act(reader, _keep_beside(reader, turn_id))
    except (Invalid, Missing, Conflict) as error:
        return _refused(turn_id, error)
    keep_draft(reader, turn_id)
    flash(done, "good")
    return redirect(_here(turn_id) if stay else own_url(request.form.get("next"), "") or _onward(reader), code=303)


def _keep_beside(reader: Actor, turn_id: int) -> int | None:
    """Save what the subject's page has put beside the step's own fields; gives the version of the turn that was seen.

    Where saving has raised it, whoever had seen the one before has seen this one too: it is their own.
    """
    seen = version_of(request.form)
    raised = "beside" in request.form and subject_pages.keep(queries.open_turn(reader, turn_id))
    return seen + 1 if raised and seen is not None else seen


def _here(turn_id: int) -> str:
    """The page that showed the form (another room's perhaps), still knowing where to go once the step is done."""
    onward = own_url(request.form.get("next"), "") or None
    return own_url(request.form.get("here"), url_for("workflow.turn", turn_id=turn_id, next=onward))


def _onward(reader: Actor) -> str:
    turn_id = queries.next_for(reader)
    return url_for("workflow.turn", turn_id=turn_id) if turn_id else "/today"


def keep_draft(reader: Actor, turn_id: int, given: Posted | None = None) -> None:
    """Save what was typed beside another action; quietly, for the action itself has been done."""
    if given is None and "whole" not in request.form:
        return
    try:
        with session.begin_nested():
            if given is None:
                opened = queries.open_turn(reader, turn_id)
                given = posted(opened.step, request.form)
            operations.save_draft(reader, turn_id, given.fields, given.checklist, given.reason)
    except DomainError:
        return


def _refused(turn_id: int, error: DomainError, given: Posted | None = None, outcome: str | None = None) -> Answer:
    """The page again with what was typed and why it was refused; what was typed is kept as a draft too."""
    reader = actor()
    opened = queries.open_turn(reader, turn_id)
    step = opened.definition.steps.get(opened.turn.step)
    given = given or (posted(step, request.form) if step else Posted())
    typed = given.fields if given.fields or "whole" in request.form else None
    sf = step_form.context(
        opened,
        next_url=own_url(request.form.get("next"), ""),
        error=error,
        fields=typed,
        checklist=given.checklist,
        reason=given.reason,
        outcome=outcome,
    )
    if typed is not None:
        afterwards(lambda: keep_draft(reader, turn_id, given))
    elsewhere = not request.form.get("here", "").startswith(url_for("workflow.turn", turn_id=turn_id))
    shown = subject_pages.show(opened, sf) if elsewhere and "here" in request.form else None
    return _page(opened, sf, error.status) if shown is None else (shown, error.status)


@bp.get("/turns/<int:turn_id>/complete")
@access(TURN_VIEW)
def completing(turn_id: int) -> Answer:
    """Where a refused form stands in the browser: asked for again, the step's page, which holds what was typed."""
    queries.open_turn(actor(), turn_id)
    return redirect(url_for("workflow.turn", turn_id=turn_id), code=303)


@bp.post("/turns/<int:turn_id>/complete")
@access(TURN_ACT)
def complete(turn_id: int) -> Answer:
    """Leave the step by the outcome whose button was pressed; evidence chosen and not yet added is added first."""
    reader = actor()
    step = queries.step_of(turn_id)
    if step is None:
        raise NotFound()
    given = posted(step, request.form, request.files)
    outcome = request.form.get("outcome", "")[:60]
    if _has_evidence(given):
        try:
            with session.begin_nested():
                _add_evidence(reader, queries.open_turn(reader, turn_id), given)
        except (Invalid, Conflict) as error:
            return _refused(turn_id, error, given, outcome)
    try:
        with session.begin_nested():
            seen = _keep_beside(reader, turn_id)
            run = operations.complete(
                reader,
                turn_id,
                outcome=outcome,
                fields=given.fields,
                checklist=given.checklist,
                reason=given.reason,
                version=seen if not _has_evidence(given) else None,
            )
    except (Missing, Invalid, Conflict) as error:
        if _has_evidence(given):
            keep_writes()  # what was handed in has been handed in
        return _refused(turn_id, error, given, outcome)
    chosen = step.outcome(outcome)
    flash(_("Done: %(step)s – %(way)s", step=text(step.title), way=text(chosen.title) if chosen else ""), "good")
    return redirect(own_url(request.form.get("next"), "") or _next_of(reader, run.id), code=303)


def _next_of(reader: Actor, run_id: int) -> str:
    """The next step of the same run that waits for the reader, else the next of all that waits, else the day page."""
    turn_id = queries.mine_in(reader, run_id)
    return url_for("workflow.turn", turn_id=turn_id) if turn_id else _onward(reader)


def _has_evidence(given: Posted) -> bool:
    return bool(given.files) or any(words.strip() for words in given.texts.values())


def _add_evidence(reader: Actor, opened: Opened, given: Posted, only: str | None = None) -> int:
    """Store and hand in what was chosen or written, of one kind or of all; returns how many pieces."""
    if not (queries.may_act(opened) or opened.oversees):
        raise Forbidden(TURN_ACT)
    count = 0
    for kind in opened.step.evidence:
        if only is not None and kind.kind != only:
            continue
        for upload in given.files.get(kind.kind, [])[: kind.max]:
            try:
                stored = files.store(upload.stream, upload.filename or "", reader, operations.PURPOSE)
            except Invalid as error:
                raise Invalid(kind.kind, error.code, error.message) from error
            operations.add_evidence(reader, opened.turn_id, kind=kind.kind, file=stored)
            count += 1
        words = given.texts.get(kind.kind, "")
        if words.strip():
            try:
                operations.add_evidence(reader, opened.turn_id, kind=kind.kind, text=words)
            except Invalid as error:
                raise Invalid(kind.kind, error.code, error.message) from error
            count += 1
    return count


@bp.post("/turns/<int:turn_id>/evidence")
@access(TURN_ACT)
def add_evidence(turn_id: int) -> Answer:
    """Add evidence of the kind whose button was pressed; the rest of the form is kept as a draft."""
    again = number_in(request.form, "again")
    if again:
        return _act(turn_id, lambda who, _seen: operations.use_again(who, turn_id, again), _("Added."))
    reader = actor()
    opened = queries.open_turn(reader, turn_id)
    given = posted(opened.step, request.form, request.files)
    kind = request.form.get("kind", "")[:60]

    def act(_reader: Actor, _seen: int | None) -> None:
        if opened.step.evidence_kind(kind) is None:
            raise Invalid("kind", "unknown", _("This step takes no such evidence."))
        if not _add_evidence(reader, opened, given, kind):
            raise Invalid(kind, "required", _("Choose a file or write a text."))

    return _act(turn_id, act, _("Added."))


@bp.post("/turns/<int:turn_id>/evidence/<int:evidence_id>/remove")
@access(TURN_ACT)
def remove_evidence(turn_id: int, evidence_id: int) -> Answer:
    """Take a piece of evidence back."""
    return _act(turn_id, lambda reader, _seen: operations.remove_evidence(reader, turn_id, evidence_id), _("Removed."))


@bp.post("/turns/<int:turn_id>/draft")
@access(TURN_ACT)
def save_draft(turn_id: int) -> Answer:
    """Keep what has been typed so far; a script asks for no page in return."""
    reader = actor()
    opened = queries.open_turn(reader, turn_id)
    given = posted(opened.step, request.form)
    operations.save_draft(reader, turn_id, given.fields, given.checklist, given.reason)
    if request.headers.get("X-Requested-With"):
        return Response(status=204)
    try:
        with session.begin_nested():
            _keep_beside(reader, turn_id)
    except (Invalid, Conflict) as error:
        keep_writes()  # the draft of the step itself
        return _refused(turn_id, error, given)
    flash(_("Draft saved."), "good")
    return redirect(_here(turn_id), code=303)


@bp.post("/turns/<int:turn_id>/claim")
@access(TURN_ACT)
def claim(turn_id: int) -> Answer:
    """Take the turn out of its lane."""
    return _act(
        turn_id,
        lambda reader, seen: operations.claim(reader, turn_id, seen),
        _("This step is yours now."),
    )


@bp.post("/turns/<int:turn_id>/give-back")
@access(TURN_ACT)
def give_back(turn_id: int) -> Answer:
    """Put the turn back into its lane."""
    return _act(
        turn_id,
        lambda reader, seen: operations.give_back(reader, turn_id, seen),
        _("Given back."),
        stay=False,
    )


@bp.post("/turns/<int:turn_id>/reassign")
@access(TURN_ACT)
def reassign(turn_id: int) -> Answer:
    """Hand the turn to somebody else."""

    def act(reader: Actor, seen: int | None) -> None:
        to = number_in(request.form, "to")
        if not to:
            raise Invalid("to", "required", _("Choose a person."))
        operations.reassign(reader, turn_id, to, request.form.get("why", ""), seen)

    return _act(turn_id, act, _("Handed over."), stay=False)


@bp.post("/turns/<int:turn_id>/return")
@access(TURN_ACT)
def return_to(turn_id: int) -> Answer:
    """Go back to an earlier step, with a reason."""

    def act(reader: Actor, seen: int | None) -> None:
        to, why = request.form.get("return_to", "")[:60], request.form.get("why", "")
        try:
            operations.return_to(reader, turn_id, to=to, reason=why, version=seen)
        except Invalid as error:
            if error.errors[0].field == "reason":
                raise Invalid("why", error.errors[0].code, error.message) from error
            raise

    return _act(turn_id, act, _("Returned."), stay=False)


@bp.post("/turns/<int:turn_id>/comment")
@access(TURN_VIEW)
def comment(turn_id: int) -> Answer:
    """Remark on the turn; whoever is named in vain is said to the writer."""

    def act(reader: Actor, _seen: int | None) -> None:
        said = request.form.get("comment", "")
        operations.comment(reader, turn_id, said)
        unheard.warn(said, queries.open_turn(reader, turn_id))

    return _act(turn_id, act, _("Comment added."))


@bp.post("/turns/<int:turn_id>/ask-for-time")
@access(TURN_ACT)
def ask_for_time(turn_id: int) -> Answer:
    """Ask for more time."""

    def act(reader: Actor, _seen: int | None) -> None:
        operations.ask_for_time(reader, turn_id, until_in(request.form), request.form.get("why", ""))

    return _act(turn_id, act, _("Your supervisor sees that you ask for more time."))


@bp.post("/turns/<int:turn_id>/extend")
@access(TURN_ACT)
def extend(turn_id: int) -> Answer:
    """Give the turn more time."""

    def act(reader: Actor, seen: int | None) -> None:
        operations.extend(reader, turn_id, until_in(request.form), request.form.get("why", ""), seen)

    return _act(turn_id, act, _("New deadline set."))


@bp.post("/turns/<int:turn_id>/blocked")
@access(TURN_ACT)
def report_blocked(turn_id: int) -> Answer:
    """Say that one cannot go on."""
    return _act(
        turn_id,
        lambda reader, _seen: operations.report_blocked(reader, turn_id, request.form.get("why", "")),
        _("Your supervisor sees that you are blocked."),
    )


def may_read_evidence(reader: Actor, file_id: int) -> bool:
    """Whether an evidence file may be downloaded: its turn is within view and not sealed from the reader."""
    turn_id = queries.turn_of_file(file_id)
    if turn_id is None:
        return False
    try:
        return queries.open_turn(reader, turn_id).sight().content
    except NotFound:
        return False
