"""The generic page of a run: where it stands, whom it waits for, what happened, and what those who lead it may do."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, Missing
from app.core.texts import _, text
from app.people import queries as people
from app.web.access import access, own_url
from app.web.current import actor
from app.web.render import page
from app.workflow import operations, queries, registry
from app.workflow.forms import number_in, version_of
from app.workflow.permissions import RUN_CLOSE, RUN_VIEW, TURN_REASSIGN, reaches
from app.workflow.queries import Opened
from app.workflow.queries.subjects import described
from app.workflow.rules.definition import Reason
from app.workflow.views import bp
from app.workflow.views.history import timeline_of
from app.workflow.views.turns import stage_track


@bp.get("/runs/<int:run_id>")
@access(RUN_VIEW)
def run(run_id: int) -> str:
    """One tracked workflow."""
    html, _status = _page(run_id)
    return html


def _page(run_id: int, error: Any = None, status: int = 200) -> tuple[str, int]:
    opened = queries.open_run(actor(), run_id)
    row = opened.run
    subject = described([row])[row.subject_kind, row.subject_id]
    turns = queries.turns_of(opened)
    names = people.names({turn.assignee_id for turn in turns if turn.assignee_id})
    return page(
        "workflow/runs/run.html",
        run=row,
        title=text(opened.definition.title),
        subject=subject,
        state=opened.state,
        version=queries.version_numbers([row.digest])[row.digest],
        stages=stage_track(opened),
        turns=[_turn(opened, turn, names) for turn in turns],
        rounds=_rounds(opened, names),
        ends=_ends(opened),
        end=_end(opened),
        may_close=opened.state.is_open and not _owed_by(opened.actor, row) and reaches(opened.actor, RUN_CLOSE, row),
        oversees=opened.state.is_open and reaches(opened.actor, TURN_REASSIGN, row),
        team=people.team_members(row.team_id) if row.team_id else [],
        events=timeline_of(opened.actor, run_id),
        error=error,
    ), status


def _turn(opened: Opened, turn: Any, names: dict[int, str]) -> dict[str, Any]:
    step = opened.definition.steps.get(turn.step)
    outcome = step.outcome(turn.outcome) if step and turn.outcome else None
    return {
        "href": url_for("workflow.turn", turn_id=turn.id),
        "title": text(step.title) if step else turn.step,
        "state": turn.state,
        "voided": turn.voided,
        "who": names.get(turn.assignee_id or 0, ""),
        "seed": turn.assignee_id,
        "way": text(outcome.title) if outcome else "",
        "due_at": turn.due_at,
        "closed_at": turn.closed_at,
    }


def _rounds(opened: Opened, names: dict[int, str]) -> list[dict[str, Any]]:
    """Open rounds with several answers, for those who may change whom they ask."""
    found = []
    for item in opened.state.rounds.values():
        if item.need is None or item.state != "open":
            continue
        step = opened.definition.steps.get(item.step)
        hidden = (
            step is not None
            and step.anonymous is not None
            and not opened.viewer().lanes.intersection(step.anonymous.seen_by)
        )
        asked = [turn for turn in opened.state.turns_in(item.number) if turn.state != "cancelled"]
        found.append(
            {
                "number": item.number,
                "title": text(step.title) if step else item.step,
                "asked": len(asked),
                "done": sum(turn.state == "done" for turn in asked),
                "members": []
                if hidden
                else [
                    {"id": turn.member, "name": names.get(turn.member or 0, ""), "note": ""}
                    for turn in asked
                    if turn.waiting
                ],
            }
        )
    return found


def _owed_by(reader: Actor, run: Any) -> bool:
    """Whether the reader owes this run to somebody: then it is not theirs to end."""
    kind = registry.subject(run.subject_kind)
    return kind is not None and kind.owed and run.owner_id in reader.selves


def _ends(opened: Opened) -> list[dict[str, Any]]:
    ends = [opened.definition.ends[key] for key in opened.definition.close_from_anywhere]
    return [{"key": end.key, "title": text(end.title), "reasons": list(_flat(end.reasons))} for end in ends]


def _flat(reasons: tuple[Reason, ...], above: str = "") -> Any:
    for reason in reasons:
        title = f"{above} › {text(reason.title)}" if above else text(reason.title)
        if reason.children:
            yield from _flat(reason.children, title)
        else:
            yield reason.key, title


def _end(opened: Opened) -> str:
    end = opened.definition.ends.get(opened.state.end or "")
    return text(end.title) if end else ""


def _act(run_id: int, act: Callable[[Actor], Any], done: Any) -> Response | tuple[str, int]:
    try:
        with session.begin_nested():
            act(actor())
    except (Invalid, Missing, Conflict) as error:
        words = [item.message for item in error.items] if isinstance(error, Missing) else [error.message]
        return _page(run_id, error=words[0], status=error.status)
    flash(done, "good")
    return redirect(own_url(request.form.get("next"), url_for("workflow.run", run_id=run_id)), code=303)


@bp.post("/runs/<int:run_id>/close")
@access(RUN_CLOSE)
def close_run(run_id: int) -> Response | tuple[str, int]:
    """End the run from wherever it stands; not by whoever owes it."""

    def act(reader: Actor) -> None:
        if _owed_by(reader, queries.open_run(reader, run_id).run):
            raise Forbidden(RUN_CLOSE)
        end, _slash, key = request.form.get("end", "")[:130].partition("/")
        operations.close(
            reader,
            run_id,
            end=end,
            reason_key=key or None,
            reason=request.form.get("reason", ""),
            version=version_of(request.form),
        )

    return _act(run_id, act, _("Closed."))


@bp.post("/runs/<int:run_id>/pause")
@access(TURN_REASSIGN)
def pause_run(run_id: int) -> Response | tuple[str, int]:
    """Stop the clocks."""
    return _act(run_id, lambda reader: operations.pause(reader, run_id, request.form.get("reason", "")), _("Paused."))


@bp.post("/runs/<int:run_id>/resume")
@access(TURN_REASSIGN)
def resume_run(run_id: int) -> Response | tuple[str, int]:
    """Let the clocks go on."""
    return _act(run_id, lambda reader: operations.resume(reader, run_id), _("Resumed."))


@bp.post("/runs/<int:run_id>/rounds/<int:number>/add")
@access(TURN_REASSIGN)
def add_member(run_id: int, number: int) -> Response | tuple[str, int]:
    """Ask one more person."""
    person = number_in(request.form, "person")
    return _act(
        run_id, lambda reader: operations.add_member(reader, run_id, number, person), _("One more person is asked.")
    )


@bp.post("/runs/<int:run_id>/rounds/<int:number>/remove")
@access(TURN_REASSIGN)
def remove_member(run_id: int, number: int) -> Response | tuple[str, int]:
    """Ask one person less."""
    person, reason = number_in(request.form, "person"), request.form.get("reason", "")
    return _act(
        run_id,
        lambda reader: operations.remove_member(reader, run_id, number, person, reason),
        _("One person less is asked."),
    )


@bp.post("/runs/<int:run_id>/rounds/<int:number>/close")
@access(TURN_REASSIGN)
def close_round(run_id: int, number: int) -> Response | tuple[str, int]:
    """Take the answers as they are."""
    reason = request.form.get("reason", "")
    return _act(
        run_id,
        lambda reader: operations.close_early(reader, run_id, number, reason),
        _("No more answers are waited for."),
    )
