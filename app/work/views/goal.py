"""One goal: how far it is, the step that waits, its parts, who brought what, and what was said in the end."""

import secrets
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Invalid, NotFound
from app.core.texts import _
from app.people import queries as people
from app.web import filters as written
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page
from app.work.forms.goals import EntryForm
from app.work.models.goals import Goal
from app.work.operations import goal_entries
from app.work.operations import goals as operations
from app.work.permissions import GOAL_SET, GOAL_VIEW
from app.work.queries import goals as queries
from app.work.queries.progress import Progress, measure_of, progress_of
from app.work.rules.goals import add_up
from app.work.subjects.goal_parties import owners_of
from app.work.views import bp, goal_words
from app.work.views.goal_known import evaluations
from app.work.views.ways import ways
from app.workflow import queries as workflow
from app.workflow.queries.opened import Opened
from app.workflow.views import step_form
from app.workflow.views.history import timeline_of
from app.workflow.views.turns import stage_track

LISTED = 30
"""How many people one goal's page names; the rest is summed up."""


@bp.get("/work/goals/<int:goal_id>")
@access(GOAL_VIEW)
def goal(goal_id: int) -> str:
    """The goal's page."""
    me = actor()
    row = queries.goal_row(me, goal_id)
    return _page(me, row, _turn(me, row))


def show_step(turn: Opened, sf: dict[str, Any]) -> str | None:
    """The page with a step form as it was sent and refused."""
    me = actor()
    return _page(me, queries.goal_row(me, turn.run.subject_id), turn, sf)


def _turn(me: Actor, row: queries.GoalRow) -> Opened | None:
    if row.state != "open" or row.goal.run_id is None:
        return None
    turn = workflow.open_waiting(me, row.goal.run_id)
    # who only looks on is not shown somebody else's empty form
    return turn if turn is not None and (workflow.may_act(turn) or turn.oversees) else None


def _page(
    me: Actor,
    row: queries.GoalRow,
    turn: Opened | None,
    sf: dict[str, Any] | None = None,
    entry_form: EntryForm | None = None,
) -> str:
    goal = row.goal
    parts = queries.parts_of(goal.id)
    listed = [goal, *(part.goal for part in parts)]
    next_id = queries.next_of(goal.id)
    beside = {goal.parent_id, goal.previous_id, next_id} - {None}
    may_open = queries.open_among(me, {*(part.goal.id for part in parts), *(i for i in beside if i)})
    progress = progress_of(listed)
    owners = owners_of(goal)
    if turn is not None and sf is None:
        sf = step_form.context(turn, next_url=url_for("work.goal", goal_id=goal.id))
    run = _run(me, goal) if turn is None else turn
    own = not me.selves.isdisjoint(owners)
    by_hand = goal.measure is None
    return page(
        "work/goals/goal.html",
        row=row,
        goal=goal,
        line=goal_words.lines([row], progress, queries.owners_named([goal]))[0],
        how=progress[goal.id],
        figure=goal_words.figure,
        short=goal_words.short,
        turn=turn,
        sf=sf,
        stages=_stages(run) if run is not None else [],
        proposal=goal_words.figure(goal.proposed) if row.step == "decide" else "",
        at_work=turn is not None and turn.turn.step == "underway" and sf is not None and not sf["refused"],
        parts=_parts(parts, goal_words.lines(parts, progress, queries.owners_named(listed)), may_open),
        parts_sum=add_up(goal.target, [part.goal.target for part in parts]) if parts else None,
        brought=_brought(me, goal, progress[goal.id]) if not by_hand else [],
        entries=queries.entries_of(goal.id) if by_hand else [],
        entry_form=(entry_form or _entry_form())
        if by_hand and own and row.state == "open" and goal.final is None
        else None,
        known=evaluations(run) if run is not None else [],
        facts=_facts(goal, owners),
        events=timeline_of(me, goal.run_id) if run is not None and goal.run_id else [],
        may_set=row.state == "open" and queries.may_set(me, goal, owners),
        may_divide=row.state == "open" and goal.level != "person" and (own or queries.may_set(me, goal, owners)),
        next_id=next_id,
        may_open=may_open,
        may_go_on=row.state in ("success", "failure") and me.may(GOAL_SET),
    )


def _run(me: Actor, goal: Goal) -> Opened | None:
    """The goal's workflow; None for a reader who may see the goal's figures but not its history."""
    try:
        return workflow.open_run(me, goal.run_id or 0)
    except NotFound:
        return None


def _stages(run: Opened) -> list[dict[str, Any]]:
    """The stages; one that ended well is done, not broken off."""
    found = stage_track(run)
    for stage in found:
        if stage["state"] == "ended" and run.run.state == "success":
            stage["state"] = "done"
    return found


def _parts(
    parts: Sequence[queries.GoalRow], lines: Sequence[goal_words.Line], may_open: Collection[int]
) -> list[dict[str, Any]]:
    """Each part with whether the reader may open it, and whether it is somebody's own and closed to them (decision 0018)."""
    return [
        {
            "line": line,
            "opens": part.goal.id in may_open,
            "closed": part.goal.level == "person" and part.goal.id not in may_open,
        }
        for part, line in zip(parts, lines, strict=True)
    ]


def _brought(me: Actor, goal: Goal, how: Progress) -> list[dict[str, Any]]:
    """Who brought what, most first, each with the way to the records where the reader may open them."""
    measure = measure_of(goal.measure)
    ordered: Sequence[tuple[int, Decimal]] = sorted(how.by_person.items(), key=lambda pair: (-pair[1], pair[0]))
    names = people.names({person for person, _n in ordered[:LISTED]})
    urls = ways(me, measure, [person for person, _n in ordered[:LISTED]], *goal_words.bounds(goal))
    found = [
        {
            "id": person,
            "name": names.get(person, ""),
            "figure": goal_words.figure(number),
            "url": urls.get(person),
        }
        for person, number in ordered[:LISTED]
    ]
    rest = sum((number for _p, number in ordered[LISTED:]), Decimal(0))
    if rest:
        more = _("%(n)s more", n=len(ordered) - LISTED)
        found.append({"id": None, "name": more, "figure": goal_words.figure(rest), "url": None})
    return found


def _facts(goal: Goal, owners: Sequence[int]) -> list[tuple[str, Any]]:
    names = people.names({*owners, goal.created_by})
    measure = measure_of(goal.measure)
    return [
        (_("Answers for it"), ", ".join(names[p] for p in owners if p in names)),
        (_("Set by"), names.get(goal.created_by or 0, "")),
        (_("Period"), f"{written.day(goal.starts_on)} – {written.day(goal.ends_on)}"),
        (_("What counts"), goal.counts),
        (_("Counted by"), str(measure.title) if measure else _("By hand, with evidence")),
        (_("Authority and means"), goal.authority),
        (_("Reward or penalty"), goal.benefit),
    ]


def _entry_form() -> EntryForm:
    form = EntryForm(formdata=None)
    form.day.data = clock.today()
    form.submission.data = secrets.token_urlsafe(16)
    return form


def _back(goal_id: int, part: str = "") -> Response:
    return redirect(url_for("work.goal", goal_id=goal_id, _anchor=part or None), code=303)


@bp.post("/work/goals/<int:goal_id>/entries")
@access(GOAL_VIEW)
def enter_progress(goal_id: int) -> Response | tuple[str, int]:
    """Enter what was reached by hand."""
    me = actor()
    row = queries.goal_row(me, goal_id)
    form = EntryForm()
    if form.validate():
        chosen = request.files.get("file")
        upload = (chosen.stream, chosen.filename or "") if chosen and chosen.filename else None
        try:
            with session.begin_nested():
                goal_entries.enter_progress(
                    me, goal_id, day=form.day.data or clock.today(), amount=form.amount.data, note=form.note.data or "", upload=upload,
                    submission=form.submission.data or None,
                )  # fmt: skip
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("Entered."), "good")
            return _back(goal_id, "entries")
    return _page(me, row, _turn(me, row), entry_form=form), 422


@bp.post("/work/goals/entries/<int:entry_id>/withdraw")
@access(GOAL_VIEW)
def withdraw_entry(entry_id: int) -> Response:
    """Withdraw an entry of one's own."""
    entry = goal_entries.withdraw_entry(actor(), entry_id)
    flash(_("Withdrawn."), "good")
    return _back(entry.goal_id, "entries")


@bp.post("/work/goals/<int:goal_id>/next")
@access(GOAL_SET)
def next_cycle(goal_id: int) -> Response:
    """Open the same goal for the next period, with the adjusted figure."""
    try:
        with session.begin_nested():
            made = operations.next_cycle(actor(), goal_id)
    except Invalid as error:
        raise Conflict(error.message) from error
    flash(_("The next cycle begins with its agreement."), "good")
    return _back(made.id)


@bp.post("/work/goals/<int:goal_id>/drop")
@access(GOAL_SET)
def drop_goal(goal_id: int) -> Response:
    """End a goal that is not pursued any more."""
    reason = request.form.get("reason", "").strip()[:500]
    operations.drop_goal(actor(), goal_id, reason)
    flash(_("Goal dropped."), "good")
    return _back(goal_id)
