"""Dividing a goal in one table: type the parts, see what is missing, split evenly or as last period went."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.database import session
from app.core.errors import Forbidden, Invalid
from app.core.texts import _
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work.operations.goal_parts import hand_out
from app.work.permissions import GOAL_SET, GOAL_VIEW
from app.work.queries import goals as queries
from app.work.queries.goal_parts import Candidate, candidates
from app.work.rules.figures import figure_of, plain
from app.work.rules.goals import Sum, add_up, faults_of, split
from app.work.subjects.goal_parties import owners_of
from app.work.views import bp
from app.work.views.goal_words import LEVELS, counted_in, figure, period, short

Figures = dict[str, Decimal | None]


@bp.get("/work/goals/<int:goal_id>/parts")
@access(GOAL_VIEW)
def goal_parts(goal_id: int) -> str:
    """The table with the parts as they are."""
    row = _divisible(goal_id)
    rows = candidates(row.goal)
    return _page(row, rows, {r.key: plain(r.figure) for r in rows}, {})


@bp.post("/work/goals/<int:goal_id>/parts")
@access(GOAL_VIEW)
def divide_goal(goal_id: int) -> Response | str | tuple[str, int]:
    """Add up, split, or hand out; nothing is written before it is handed out."""
    row = _divisible(goal_id)
    rows = candidates(row.goal)
    act = request.form.get("act", "check")
    if act in ("evenly", "last"):
        divided = _divided(row.goal.target, rows, by_last=act == "last")
        return _page(row, rows, {key: plain(value) for key, value in divided.items()}, {})
    typed = {r.key: request.form.get(r.key, "").strip()[:40] for r in rows}
    figures, errors = _read(typed)
    if not errors and act == "hand_out":
        try:
            with session.begin_nested():
                reason = request.form.get("reason", "").strip()[:500]
                done = hand_out(actor(), goal_id, figures, reason, seen=_seen(rows))
        except Invalid as error:
            for fault in error.errors:
                errors.setdefault(fault.field if fault.field in typed else "", []).append(fault.message)
        else:
            flash(_("%(made)s goals set, %(changed)s changed.", made=done.made, changed=done.changed), "good")
            for message in _messages(row.goal.target, rows, figures):
                flash(message, "warn")
            return redirect(url_for("work.goal", goal_id=goal_id, _anchor="parts"), code=303)
    html = _page(row, rows, typed, errors)
    return (html, 422) if errors else html


def _divisible(goal_id: int) -> queries.GoalRow:
    me = actor()
    row = queries.goal_row(me, goal_id)
    owners = owners_of(row.goal)
    if me.selves.isdisjoint(owners) and not queries.may_set(me, row.goal, owners):
        raise Forbidden(GOAL_SET)
    return row


def _read(typed: Mapping[str, str]) -> tuple[Figures, dict[str, list[Any]]]:
    figures: Figures = {}
    errors: dict[str, list[Any]] = {}
    for key, words in typed.items():
        found = figure_of(words) if words else None
        figures[key] = found
        if words and (found is None or found <= 0):
            figures[key] = None
            errors[key] = [_("Write a figure above zero with at most two decimals.")]
    return figures, errors


def _seen(rows: Sequence[Candidate]) -> dict[str, Decimal]:
    """What handed-out rows said when the reader opened the table."""
    shown = {row.key: figure_of(request.form.get(f"seen.{row.key}", "")[:40]) for row in rows}
    return {key: value for key, value in shown.items() if value is not None}


def _divided(whole: Decimal, rows: Sequence[Candidate], *, by_last: bool) -> Figures:
    """The whole split over the table: over its rows first, then each row over its own people."""

    def weight(row: Candidate) -> Decimal | int:
        return (row.last or Decimal(0)) if by_last else row.heads

    top = [row for row in rows if not row.above]
    found: Figures = {}
    for row, part in zip(top, split(whole, [weight(r) for r in top]), strict=True):
        found[row.key] = part or None
        below = [r for r in rows if r.above == row.key]
        if below and part:
            for person, own in zip(below, split(part, [weight(r) for r in below]), strict=True):
                found[person.key] = own or None
    return found


def _messages(whole: Decimal, rows: Sequence[Candidate], figures: Figures) -> list[str]:
    """What is missing or too much, row by row; nothing while nothing has been typed."""
    if not any(figures.values()):
        return []
    groups = {
        row.key: (figures.get(row.key), [figures.get(r.key) for r in rows if r.above == row.key])
        for row in rows
        if not row.above
    }
    names = {row.key: row.name for row in rows}
    return [_message(names.get(key, _("The whole")), found) for key, found in faults_of(whole, groups).items()]


def _message(name: str, found: Sum) -> str:
    if found.missing > 0:
        return _("%(name)s: the parts add up to %(sum)s of %(whole)s, %(missing)s missing.",
                 name=name, sum=figure(found.parts), whole=figure(found.whole), missing=figure(found.missing))  # fmt: skip
    return _("%(name)s: the parts add up to %(sum)s of %(whole)s, %(more)s too much.",
             name=name, sum=figure(found.parts), whole=figure(found.whole), more=figure(-found.missing))  # fmt: skip


def _page(
    row: queries.GoalRow, rows: Sequence[Candidate], typed: Mapping[str, str], errors: Mapping[str, list[Any]]
) -> str:
    goal = row.goal
    figures, _wrong = _read(typed)
    may_open = queries.open_among(actor(), {r.goal.id for r in rows if r.goal})
    return page(
        "work/goals/parts.html",
        goal=goal,
        owner=queries.owners_named([goal]).of(goal),
        period=period(goal),
        unit=counted_in(goal),
        short=short,
        sum=add_up(goal.target, [figures.get(r.key) for r in rows if not r.above]),
        messages=_messages(goal.target, rows, figures),
        errors=errors,
        has_last=any(r.last for r in rows),
        changed=any(r.goal is not None for r in rows),
        reason=request.form.get("reason", ""),
        rows=[
            {
                "key": r.key,
                "name": r.name,
                "level": str(LEVELS[r.level]),
                "above": r.above,
                "heads": r.heads,
                "last": figure(r.last) or "–",
                "value": typed.get(r.key) or "",
                "seen": request.form.get(f"seen.{r.key}", "")[:40] or (plain(r.figure) if r.figure is not None else ""),
                "url": url_for("work.goal", goal_id=r.goal.id) if r.goal and r.goal.id in may_open else None,
                "own": _own(r, rows, figures),
            }
            for r in rows
        ],
    )


def _own(row: Candidate, rows: Sequence[Candidate], figures: Figures) -> str:
    """The sum of the rows below this one, beside its own figure."""
    below = [figures.get(r.key) for r in rows if r.above == row.key]
    found = add_up(figures.get(row.key) or Decimal(0), below)
    if not found.count:
        return ""
    if found.adds_up:
        return _("adds up")
    if found.missing > 0:
        return _("%(missing)s missing", missing=figure(found.missing))
    return _("%(more)s too much", more=figure(-found.missing))
