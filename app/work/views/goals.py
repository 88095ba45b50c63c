"""Goals: the list, setting one, changing one."""

import secrets
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, Missing
from app.core.texts import _
from app.people import queries as people
from app.web import filters as written
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page
from app.work.forms.goals import PERIODS, GoalChangeForm, GoalForm
from app.work.models.goals import Goal
from app.work.operations import goals as operations
from app.work.permissions import GOAL_SET, GOAL_VIEW
from app.work.queries import goals as queries
from app.work.queries.progress import progress_of
from app.work.rules import goals as rules
from app.work.subjects.goal_parties import owners_of
from app.work.views import bp
from app.work.views.goal_words import counted_in, lines, period, typed


@bp.get("/work/goals")
@access(GOAL_VIEW)
def goals() -> str:
    """Goals within my reach with how far they are: mine, my team's, my unit's."""
    chosen = _chosen()
    found = queries.goals_page(actor(), chosen, request.args.get("cursor"))
    listed = [row.goal for row in found.items]
    return page(
        "work/goals/goals.html",
        chosen=chosen,
        rows=lines(found.items, progress_of(listed), queries.owners_named(listed)) if listed else [],
        next=url_for("work.goals", **_args(chosen), cursor=found.next) if found.next else None,
    )


def _chosen() -> queries.GoalFilter:
    show, level = request.args.get("show") or "running", request.args.get("level", "")
    return queries.GoalFilter(
        show if show in queries.SHOWS else "running",
        level if level in ("unit", "team", "person") else "",
        request.args.get("mine") == "1",
    )


def _args(chosen: queries.GoalFilter) -> dict[str, Any]:
    return {"show": chosen.show, "level": chosen.level or None, "mine": "1" if chosen.mine else None}


@bp.get("/work/goals/new")
@access(GOAL_SET)
def new_goal() -> str:
    """The form of a new goal."""
    form = _form(actor(), formdata=None)
    form.submission.data = secrets.token_urlsafe(16)
    form.period.data = "quarter"
    form.starts_on.data = clock.today()
    return _new_page(form)


def _new_page(form: GoalForm) -> str:
    day = form.starts_on.data or clock.today()
    days = [
        _("%(period)s from %(day)s", period=PERIODS[kind], day=written.short_day(rules.period_of(kind, day)[0]))
        for kind in rules.MONTHS
    ]
    return page("work/goals/new.html", form=form, days=days)


@bp.post("/work/goals/new")
@access(GOAL_SET)
def set_goal() -> Response | tuple[str, int]:
    """Set it, and ask for its agreement."""
    me = actor()
    form = _form(me)
    if form.validate():
        level, owner_id = form.chosen_owner()
        try:
            with session.begin_nested():
                goal = operations.set_goal(
                    me,
                    title=form.title.data or "",
                    target=form.target.data,
                    period=form.period.data,
                    level=level,
                    owner_id=owner_id,
                    starts_on=form.starts_on.data,
                    ends_on=form.ends_on.data,
                    measure=form.measure.data or None,
                    counted_in=form.counted_in.data or "",
                    counts=form.counts.data or "",
                    authority=form.authority.data or "",
                    benefit=form.benefit.data or "",
                    parent_id=int(form.parent.data) if form.parent.data else None,
                    submission=form.submission.data or None,
                )
        except Invalid as error:
            apply(form, error)
        except Missing as error:
            form.owner.errors = [*form.owner.errors, *(item.message for item in error.items)]
        else:
            flash(_("Goal set. Now it is to be agreed."), "good")
            return redirect(url_for("work.goal", goal_id=goal.id), code=303)
    return _new_page(form), 422


def _form(me: Actor, **given: Any) -> GoalForm:
    form = GoalForm(**given)
    mine = [(f"person-{me.behalf or me.id}", _("Myself: %(name)s", name=me.name))]
    others = people.people_page(me, limit=200, permission=GOAL_SET).items
    mine += [(f"person-{p.id}", p.name) for p in others if p.id != (me.behalf or me.id)]
    form.offer(
        {
            _("People"): mine,
            _("Teams"): [(f"team-{t.id}", t.name) for t in people.teams_page(me, limit=200, permission=GOAL_SET).items],
            _("Units"): [(f"unit-{i}", name) for i, name in people.unit_choices(me, GOAL_SET)],
        },
        _parents(me),
    )
    return form


def _parents(me: Actor) -> list[tuple[str, str]]:
    """Goals of units and teams that run or are coming, which a new one may be a part of."""
    rows = session.scalars(
        select(Goal)
        .where(Goal.level != "person", Goal.ends_on >= clock.today(), queries.reached(me))
        .order_by(Goal.ends_on, Goal.id)
        .limit(100)
    ).all()
    owners = queries.owners_named(rows)
    return [(str(goal.id), f"{goal.title} · {owners.of(goal)} · {period(goal)}") for goal in rows]


@bp.get("/work/goals/<int:goal_id>/edit")
@access(GOAL_SET)
def edit_goal(goal_id: int) -> str:
    """What the goal says, to be changed by whoever set it or stands above its owner."""
    goal = _changeable(goal_id)
    form = GoalChangeForm(formdata=None, obj=goal)
    form.target.data = typed(goal.target)
    return page("work/goals/edit.html", form=form, goal=goal, unit=counted_in(goal))


@bp.post("/work/goals/<int:goal_id>/edit")
@access(GOAL_SET)
def change_goal(goal_id: int) -> Response | tuple[str, int]:
    """Change it; a new figure is agreed anew."""
    goal = _changeable(goal_id)
    form, status = GoalChangeForm(), 422
    if form.validate():
        try:
            with session.begin_nested():
                operations.change_goal(
                    actor(),
                    goal_id,
                    form.seen_version or 0,
                    title=form.title.data or "",
                    target=form.target.data,
                    counts=form.counts.data or "",
                    authority=form.authority.data or "",
                    benefit=form.benefit.data or "",
                    reason=form.reason.data or "",
                )
        except Invalid as error:
            apply(form, error)
        except Conflict as error:
            form.form_errors.append(error.message)
            status = 409
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("work.goal", goal_id=goal_id), code=303)
    return page("work/goals/edit.html", form=form, goal=goal, unit=counted_in(goal)), status


def _changeable(goal_id: int) -> Goal:
    row = queries.goal_row(actor(), goal_id)
    if not queries.may_set(actor(), row.goal, owners_of(row.goal)):
        raise Forbidden(GOAL_SET)
    if row.state != "open":
        raise Conflict(_("This has ended; nothing can be changed any more."))
    return row.goal
