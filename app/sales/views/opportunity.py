"""The opportunity: what is missing to move on?"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request, url_for

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.errors import DomainError
from app.core.texts import _, text
from app.people import queries as people
from app.sales import permissions, queries
from app.sales.forms import list_choices
from app.sales.queries import details, products, runs
from app.sales.queries.timeline import people_in, timeline
from app.sales.rules import lists
from app.sales.views import approval, bp, happenings, values
from app.web import filters as written
from app.web.access import access, own_url
from app.web.current import actor
from app.web.panels import panels
from app.web.render import page
from app.workflow import queries as workflow
from app.workflow.queries.known import known
from app.workflow.queries.opened import Opened
from app.workflow.views import step_form

ROLES = ("leader", "relationship", "business", "support")


@bp.get("/opportunities/<int:opportunity_id>", endpoint="opportunity")
@access(permissions.VIEW)
def show(opportunity_id: int) -> str:
    """Where the sale stands, the step that waits, what is known, who is in it, and everything that happened."""
    me = actor()
    view = queries.opportunity_view(me, opportunity_id)
    return _page(me, view, _turn(me, view))


def show_refusal(opportunity_id: int, turn_id: int, error: DomainError, outcome: str) -> str:
    """The page with exactly what is missing for the way that was tried, or what could not be taken at its fields."""
    me = actor()
    view = queries.opportunity_view(me, opportunity_id)
    turn = workflow.open_turn(me, turn_id)
    onward = url_for("sales.opportunity", opportunity_id=opportunity_id)
    return _page(me, view, turn, step_form.context(turn, next_url=onward, error=error, outcome=outcome))


def show_step(turn: Opened, sf: dict[str, Any]) -> str | None:
    """The page with a step form as it was sent and refused; None for somebody who takes part but may not see sales."""
    me = actor()
    if not me.may(permissions.VIEW):
        return None
    return _page(me, queries.opportunity_view(me, turn.run.subject_id), turn, sf)


def _turn(me: Actor, view: queries.OpportunityView) -> Opened | None:
    """The waiting turn the reader is most concerned with, or the one the address names."""
    if view.run.state != "open":
        return None
    asked = request.args.get("turn", type=int)
    if asked is not None and 0 < asked < 2**63:
        turn = workflow.open_turn(me, asked)
        if turn.run.id == view.run.id and turn.turn.waiting:
            return turn
    return workflow.open_waiting(me, view.run.id)


def _page(me: Actor, view: queries.OpportunityView, turn: Opened | None, sf: dict[str, Any] | None = None) -> str:
    if turn and sf is None:
        here = url_for("sales.opportunity", opportunity_id=view.opportunity.id)
        sf = step_form.context(turn, next_url=own_url(request.args.get("next"), here))
    if sf:
        sf["brief"] = False  # whoever sells together follows what is still missing
    run = turn or workflow.open_run(me, view.run.id)
    done = known(run)
    opportunity = view.opportunity
    happened = timeline(opportunity, run)
    plan = queries.plan(opportunity.id)
    names = people.names(values.people_in(done) | people_in(happened.items))
    decision = approval.facts(view, turn, done, names, plan) if turn and runs.is_decision(turn.step) else None
    return page(
        "sales/opportunity/show.html",
        view=view,
        turn=turn,
        sf=sf,
        decision=decision,
        approving=decision is not None and turn is not None and workflow.may_act(turn),
        card=turn.step.card if turn else None,
        stages=stages(run, sf),
        waiting=_others(run, turn),
        facts=_facts(view),
        plan=plan,
        shown_name=products.shown_name,
        done=values.shown_values(done, names, plan),
        team=_team(view, turn),
        contacts=details.key_persons(opportunity.id, opportunity.customer_id),
        contact_roles=list_choices("contact_roles"),
        files=details.attachments(opportunity.id),
        events=happenings.describe(happened.items, run.definition, names, plan),
        older=_older(opportunity.id, happened.before),
        may_change=permissions.CHANGE in view.may and view.run.state == "open",
        may_note=permissions.CHANGE in view.may,
        may_accompany=me.may(permissions.ACCOMPANIED_PLAN) and view.run.state == "open",
        may_close=permissions.CLOSE in view.may and view.run.state == "open",
        submission=secrets.token_urlsafe(12),
        ended=_ended(view, run),
        panels=panels("opportunity.side", me, opportunity_id=opportunity.id),
    )


def _older(opportunity_id: int, before: datetime | None) -> str | None:
    if before is None:
        return None
    return url_for("sales.timeline", opportunity_id=opportunity_id, before=before.isoformat())


@bp.get("/opportunities/<int:opportunity_id>/timeline", endpoint="timeline")
@access(permissions.VIEW)
def older(opportunity_id: int) -> str:
    """More of the timeline: a page, or alone for the one that is open."""
    me = actor()
    view = queries.opportunity_view(me, opportunity_id)
    try:
        given = datetime.fromisoformat(request.args.get("before", "")[:40])
        before = given if given.tzinfo else None
    except ValueError:
        before = None
    happened = timeline(view.opportunity, workflow.open_run(me, view.run.id), before, 30)
    template = (
        "sales/opportunity/_timeline.html" if request.headers.get("HX-Request") else "sales/opportunity/timeline.html"
    )
    return page(
        template,
        view=view,
        events=happenings.describe(
            happened.items, runs.definition_of(view.run), people.names(people_in(happened.items))
        ),
        older=_older(opportunity_id, happened.before),
    )


def stages(run: Opened, sf: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The stage track: each stage with its state, the working days spent in it, and who is at work."""
    spent = {item.stage: item for item in workflow.times_in(run)}
    order = [stage.key for stage in run.definition.stages]
    here = order.index(run.run.stage) if run.run.stage in order else -1
    is_open = run.run.state == "open"
    assignee = sf["turn"]["assignee"] if sf else None
    who = assignee["name"] if assignee else ""
    found = []
    for number, stage in enumerate(run.definition.stages):
        time = spent.get(stage.key)
        if number == here:
            state = "now" if is_open else ("done" if run.run.state == "success" else "ended")
        elif number < here:
            state = "done" if time else "ahead"
        else:
            state = "returned" if time else "ahead"
        found.append(
            {
                "key": stage.key,
                "title": text(stage.title),
                "state": state,
                "days": written.days(time.working_days) if time else "",
                "who": who if number == here and is_open else "",
            }
        )
    return found


def _others(run: Opened, turn: Opened | None) -> list[dict[str, Any]]:
    """Other steps that wait at the same time (branches of a fork)."""
    waiting = [item for item in run.state.waiting() if turn is None or item.number != turn.number]
    ids = runs.turn_ids(run.run.id, [item.number for item in waiting]) if waiting else {}
    return [{"id": ids[item.number], "title": text(run.definition.step(item.step).title)} for item in waiting]


def _facts(view: queries.OpportunityView) -> list[tuple[str, Any]]:
    opportunity = view.opportunity
    source = lists.by_key("sources").get(opportunity.source or "")
    return [
        (
            _("Amount"),
            _("%(amount)s yuan", amount=written.money(opportunity.amount)) if opportunity.amount is not None else "–",
        ),
        (_("Expected on"), written.day(opportunity.expected_on) or "–"),
        (_("Source"), text(source.title) if source else None),
        (_("Opened"), written.day(opportunity.created_at)),
    ]


def _team(view: queries.OpportunityView, turn: Opened | None) -> list[dict[str, Any]]:
    """The team by role: who is in it, who is accountable, at whom the step is."""
    members = people.team_members(view.opportunity.team_id)
    at = turn.turn.assignee if turn and turn.sight().person else None
    titles = {
        "leader": _("Leader"),
        "relationship": _("Relationship manager"),
        "business": _("Business manager"),
        "support": _("Support"),
    }
    found: list[dict[str, Any]] = []
    for role in ROLES:
        of_role: list[dict[str, Any]] = [
            {
                "id": member.person_id,
                "name": member.name,
                "accountable": member.person_id == view.opportunity.owner_id,
                "busy": member.person_id == at,
            }
            for member in members
            if member.role == role
        ]
        found.append({"role": titles[role], "people": of_role})
    if not any(person["accountable"] for lane in found for person in lane["people"]):
        owner = {"id": view.opportunity.owner_id, "name": view.owner, "accountable": True, "busy": False}
        found.insert(0, {"role": _("Accountable"), "people": [owner]})
    return found


def _ended(view: queries.OpportunityView, run: Opened) -> dict[str, Any] | None:
    """How it ended, why, and how long it took."""
    if view.run.state == "open":
        return None
    end = run.definition.ends.get(view.run.end or "")
    leaf = end.reason(view.run.end_reason) if end and view.run.end_reason else None
    took = calendar.working_days_between(view.run.opened_at, view.run.closed_at or clock.now())
    return {
        "state": view.run.state,
        "title": text(end.title) if end else view.run.end,
        "reason": text(leaf.title) if leaf else "",
        "closed_at": view.run.closed_at,
        "took": written.days(took),
    }
