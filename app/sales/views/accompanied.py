"""Accompanied visits: the list and somebody's skills, planning one, and one with its step, reports and scores (D27)."""

import secrets
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.texts import _, text
from app.customers.queries import customers
from app.people import queries as people
from app.sales import operations, permissions, queries
from app.sales.forms import AccompaniedForm, DropForm
from app.sales.queries import accompanied as reading
from app.sales.queries import runs
from app.sales.queries.filters import MAX_ID
from app.sales.rules import skills
from app.sales.views import bp, finding
from app.sales.views.opportunity import stages
from app.web import periods
from app.web.access import access, own_url
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page
from app.workflow import queries as workflow
from app.workflow.permissions import RUN_CLOSE, reaches
from app.workflow.queries.definitions import live, parsed
from app.workflow.queries.known import known
from app.workflow.queries.opened import Opened
from app.workflow.queries.subjects import subject_of
from app.workflow.rules.definition import Definition
from app.workflow.views import step_form
from app.workflow.views.known import people_in, shown_values

KIND = reading.KIND
REPORT = "report"
MOST_PEOPLE = 200


@bp.get("/accompanied", endpoint="accompanied")
@access(permissions.ACCOMPANIED_VIEW)
def listing() -> str:
    """Accompanied visits within reach; of one person also how each skill was seen."""
    me = actor()
    person = request.args.get("person", type=int)
    person = person if person is not None and 0 < person <= MAX_ID else None
    state = request.args.get("state", "")
    state = state if state in reading.STATES else ""
    side = request.args.get("side", "")
    side = side if side in reading.SIDES and person else ""
    since, until = (_day(request.args.get(name, "")) for name in ("since", "until"))
    found = reading.accompanied_page(
        me, person_id=person, side=side or None, state=state or None, since=since, until=until,
        cursor=request.args.get("cursor"),
    )  # fmt: skip
    kept: dict[str, Any] = {
        name: str(value)
        for name, value in (("person", person), ("side", side), ("state", state), ("since", since), ("until", until))
        if value
    }
    seen = reading.skills_seen(me, person or me.id)
    definition = runs.process()
    return page(
        "sales/accompanied/index.html",
        rows=found.items,
        steps=_step_titles(definition),
        next_url=url_for("sales.accompanied", **{**kept, "cursor": found.next}) if found.next else None,
        kept=kept,
        people_choices=_choices(me),
        times=periods.chosen(
            _("Ended"), since, until, url_for("sales.accompanied", **{**kept, "since": None, "until": None})
        ),
        whose=people.names([person]).get(person or 0, "") if person else me.name,
        seen=seen,
        skill_titles=_skill_titles(definition),
        may_plan=me.may(permissions.ACCOMPANIED_PLAN),
        today=clock.today(),
    )


def _day(raw: str) -> date | None:
    try:
        found = date.fromisoformat(raw)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _choices(me: Actor) -> list[tuple[int, str]]:
    """Whose visits may be asked for: one's own, and those of everybody one may accompany."""
    found = {me.id: _("Mine")}
    if me.may(permissions.ACCOMPANIED_PLAN):
        reached = people.people_page(me, limit=MOST_PEOPLE, permission=permissions.ACCOMPANIED_PLAN).items
        found |= {line.id: line.name for line in reached if line.id != me.id}
    return list(found.items())


def _step_titles(definition: Definition) -> dict[str, str]:
    return {step.key: text(step.title) for step in definition.steps.values()}


def _skill_titles(definition: Definition) -> dict[str, str]:
    return {
        option.key: text(option.title)
        for step in skills.coachable(definition)
        for option in skills.skills_of(definition, step.key)
    }


@bp.get("/accompanied/new", endpoint="accompanied_new")
@access(permissions.ACCOMPANIED_PLAN)
def new() -> str:
    """For which customer, then the form."""
    me = actor()
    customer_id = finding.chosen()
    if customer_id is None:
        return finding.search_page(me, "sales/accompanied/customer.html", "sales.accompanied_new")
    form = AccompaniedForm(formdata=None)
    opportunity_id = request.args.get("opportunity", type=int)
    _offer(me, form, customer_id)
    if any(str(opportunity_id) == choice[0] for choice in form.opportunity_id.choices or ()):
        form.opportunity_id.data = str(opportunity_id)
    form.submission.data = secrets.token_urlsafe(16)
    form.day.data = clock.today()
    return _new_page(me, customer_id, form)


@bp.post("/accompanied/new", endpoint="accompanied_plan")
@access(permissions.ACCOMPANIED_PLAN)
def plan() -> Response | tuple[str, int]:
    """Plan it; the trainee is asked for a plan."""
    me = actor()
    customer_id = request.form.get("customer_id", type=int) or 0
    form = AccompaniedForm()
    _offer(me, form, customer_id)
    if form.validate():
        try:
            visit = operations.plan_accompanied(
                me,
                customer_id=customer_id,
                trainee_id=form.number("trainee_id") or 0,
                coach_id=form.number("coach_id"),
                opportunity_id=form.number("opportunity_id"),
                step=form.step.data,
                day=form.day.data,
                submission=form.submission.data or None,
            )
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("Planned. It begins with the plan of whom you accompany."), "good")
            return redirect(url_for("sales.accompanied_visit", visit_id=visit.id), code=303)
    return _new_page(me, customer_id, form), 422


def _offer(me: Actor, form: AccompaniedForm, customer_id: int) -> None:
    definition = runs.process()
    reached = people.people_page(me, limit=MOST_PEOPLE, permission=permissions.ACCOMPANIED_PLAN).items
    mine = me.behalf or me.id
    form.trainee_id.choices = [
        ("", _("Choose a person")), *((str(line.id), line.name) for line in reached if line.id != mine)
    ]  # fmt: skip
    form.coach_id.choices = [("", _("I myself")), *((str(line.id), line.name) for line in reached if line.id != mine)]
    titles = {stage.key: text(stage.title) for stage in definition.stages}
    form.step.choices = [
        ("", _("Choose")),
        *((step.key, f"{titles[step.stage]} · {text(step.title)}") for step in skills.coachable(definition)),
    ]
    open_ones = (
        queries.of_customer(me, customer_id, 20) if me.may(permissions.VIEW) and 0 < customer_id <= MAX_ID else []
    )
    form.opportunity_id.choices = [
        ("", _("None")), *((str(row.id), row.title) for row in open_ones if row.state == "open")
    ]  # fmt: skip


def _new_page(me: Actor, customer_id: int, form: AccompaniedForm) -> str:
    customer = customers.customer_for(me, customer_id) if 0 < customer_id <= MAX_ID else None
    if customer is None:
        raise NotFound()
    return page("sales/accompanied/new.html", customer=customer, form=form)


@bp.get("/accompanied/<int:visit_id>", endpoint="accompanied_visit")
@access(permissions.ACCOMPANIED_VIEW)
def show(visit_id: int) -> str:
    """Where it stands, the step that waits, both reports once both are in, scores and note."""
    me = actor()
    visit = reading.accompanied_for(me, visit_id)
    turn = workflow.open_waiting(me, visit.run_id) if visit.state == "open" else None
    return _page(me, visit, turn)


def show_step(turn: Opened, sf: dict[str, Any]) -> str | None:
    """The page with a step form as it was sent and refused."""
    me = actor()
    return _page(me, reading.accompanied_for(me, turn.run.subject_id), turn, sf)


@bp.post("/accompanied/<int:visit_id>/drop", endpoint="accompanied_drop")
@access(permissions.ACCOMPANIED_VIEW)
def drop(visit_id: int) -> Response:
    """It does not take place."""
    me = actor()
    reading.accompanied_for(me, visit_id)
    form = DropForm()
    operations.drop_accompanied(me, visit_id, reason_key=form.reason_key.data or "", version=form.seen_version)
    flash(_("Dropped. It counts for nobody."), "good")
    return redirect(url_for("sales.accompanied_visit", visit_id=visit_id), code=303)


def _page(me: Actor, visit: reading.Accompanied, turn: Opened | None, sf: dict[str, Any] | None = None) -> str:
    here = url_for("sales.accompanied_visit", visit_id=visit.id)
    if turn and sf is None:
        sf = step_form.context(turn, next_url=own_url(request.args.get("next"), here))
    run = workflow.open_run(me, visit.run_id)
    run.definition = live(run.definition, subject_of(run.run), set(run.definition.steps))
    done = known(run)
    names = people.names(people_in(done))
    sale = parsed(visit.digest)
    step = sale.steps.get(visit.step)
    shown = shown_values(done, names)
    end = run.definition.ends.get(visit.end or "")
    leaf = end.reason(visit.end_reason) if end and visit.end_reason else None
    return page(
        "sales/accompanied/show.html",
        visit=visit,
        turn=turn,
        sf=sf,
        stages=stages(run, sf),
        step_title=text(step.title) if step else visit.step,
        card=step.card if step else None,
        reports=[item for item in reversed(shown) if item["key"] == REPORT],
        sealed=_sealed(run),
        done=[item for item in shown if item["key"] != REPORT],
        ended={"state": visit.state, "title": text(end.title), "reason": text(leaf.title) if leaf else ""}
        if end
        else None,
        reasons=_reasons(run),
        may_drop=visit.state == "open" and reaches(me, RUN_CLOSE, run.run),
    )


def _sealed(run: Opened) -> list[dict[str, Any]]:
    """Who has handed in a report and who has not, as long as they are sealed."""
    rounds = [item for item in run.state.rounds.values() if item.step == REPORT]
    if not rounds or rounds[-1].state == "done":
        return []
    turns = [turn for turn in run.state.turns_in(rounds[-1].number) if turn.state in ("waiting", "done")]
    names = people.names({turn.member for turn in turns})
    return [{"name": names.get(turn.member or 0, ""), "id": turn.member, "in": turn.state == "done"} for turn in turns]


def _reasons(run: Opened) -> list[tuple[str, str]]:
    end = run.definition.ends.get("dropped")
    return [(reason.key, text(reason.title)) for reason in end.reasons] if end else []
