"""What I have assigned: the list, and one assignment with how far everybody is and what to do about it."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid, NotFound
from app.core.texts import _, _l, ngettext, text
from app.people import queries as people
from app.people.forms.fields import options
from app.people.queries import audiences
from app.people.rules.audiences import Rule
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page
from app.work import operations
from app.work.forms.assign import LeadForm
from app.work.models import Assignment, Series
from app.work.operations.leading import Account, colleagues
from app.work.permissions import ASSIGN, ITEM_VIEW
from app.work.queries import assignments as reading
from app.work.rules import recurring
from app.work.views import bp
from app.workflow import queries as workflow
from app.workflow.rules.definition import Definition

SHOWS = {
    "all": _l("All"),
    "late": _l("Late"),
    "review": _l("To be reviewed"),
    "open": _l("Open"),
    "done": _l("Done"),
    "ended": _l("Ended otherwise"),
}
ACTS = ("nudge", "extend", "reassign", "recall", "close")


@bp.get("/work/assigned")
@access(ASSIGN)
def assigned() -> str:
    """What I and mine have assigned, newest first, each with how far it is."""
    state = request.args.get("state", "")
    me = actor()
    found = reading.assignments_page(
        me, state if state in ("draft", "open", "closed") else None, request.args.get("cursor")
    )
    return page(
        "work/assignments/assigned.html",
        rows=found.items,
        next_url=url_for("work.assigned", cursor=found.next, state=state or None) if found.next else None,
        names=people.names({row.sender_id for row in found.items}),
        state=state,
    )


def sent_page(me: Actor, known: Assignment, form: LeadForm | None = None) -> str:
    """An assignment that was sent: the roll-up, and its items by name."""
    show = request.args.get("show", "all")
    show = show if show in SHOWS else "all"
    found = reading.items_of(known.id, show, request.args.get("cursor"))
    definitions = workflow.parsed_all({row.digest for row in found.items})
    names = people.names(
        {known.sender_id, *(row.person_id for row in found.items), *(row.waits_for for row in found.items)}
    )
    form = form or LeadForm(formdata=None)
    form.to.choices = options([("", _("Choose a person")), *_takers(me)])
    series = session.get(Series, known.series_id) if known.series_id else None
    return page(
        "work/assignments/assignment.html",
        a=known,
        sent=reading.roll_up(known),
        counts=reading.counts(known.id),
        rule=audiences.describe(me, Rule.read(known.rule), ASSIGN),
        rows=[_row(row, definitions[row.digest], names) for row in found.items],
        next_url=url_for("work.assignment", assignment_id=known.id, show=show, cursor=found.next) if found.next else None,
        sender=names.get(known.sender_id, ""),
        show=show,
        shows=SHOWS,
        files=reading.files_of(known.id),
        form=form,
        series=series,
        days=next_days(series) if series is not None and series.ended_at is None else [],
    )  # fmt: skip


def next_days(series: Series) -> list[Any]:
    """The next five days of a series."""
    return recurring.next_days(series.rrule, series.starts_on, series.shift, calendar.is_working, clock.today())


def _row(row: reading.Listed, definition: Definition, names: dict[int, str]) -> dict[str, Any]:
    step = definition.steps.get(row.step or "")
    stage = next((stage for stage in definition.stages if step and stage.key == step.stage), None)
    end = definition.ends.get(row.end or "")
    return {
        "id": row.id,
        "name": names.get(row.person_id or 0, ""),
        "person_id": row.person_id,
        "state": row.state,
        "stage": text(end.title) if end else text(stage.title) if stage else "",
        "waits_for": names.get(row.waits_for or 0, "") if row.waits_for != row.person_id else "",
        "due_at": row.due_at,
        "handed_in_at": row.handed_in_at,
        "done_at": row.done_at,
        "late": row.late,
        "overdue": row.overdue,
        "returns": row.returns,
        "paused": row.paused,
    }


@bp.get("/work/assignments/<int:assignment_id>/progress")
@access(ASSIGN)
def assignment_progress(assignment_id: int) -> str:
    """How far the making and the doing is, alone, for the page that looks again."""
    known = reading.assignment_for(actor(), assignment_id)
    return page("work/assignments/_progress.html", a=known, sent=reading.roll_up(known))


@bp.get("/work/assignments/<int:assignment_id>/mine")
@access(ITEM_VIEW)
def own_item(assignment_id: int) -> Response:
    """To one's own item of an assignment."""
    item = reading.own_item(actor(), assignment_id)
    if item is None:
        raise NotFound()
    return redirect(url_for("work.item", item_id=item), code=303)


@bp.post("/work/assignments/<int:assignment_id>/items")
@access(ASSIGN)
def lead_items(assignment_id: int) -> Response | tuple[str, int]:
    """Remind, extend, reassign, take back or close the ticked items, each on its own; says what could not be done and why."""
    me = actor()
    known = reading.assignment_for(me, assignment_id)
    form = LeadForm()
    form.to.choices = options([("", ""), *_takers(me)])
    if form.act.data not in ACTS:
        form.form_errors.append(_("Choose what is to be done with the ticked items."))
    elif form.validate():
        try:
            with session.begin_nested():
                account = _do(me, known, form)
        except Invalid as error:
            apply(form, error)
        else:
            tell(account, nudged=form.act.data == "nudge")
            show = request.args.get("show", "all")
            return redirect(url_for("work.assignment", assignment_id=known.id, show=show), code=303)
    return sent_page(me, known, form), 422


def _do(me: Actor, known: Assignment, form: LeadForm) -> Account:
    ids, reason = form.item_ids(), form.reason.data or ""
    match form.act.data:
        case "nudge":
            return operations.nudge_items(me, known.id, ids, reason)
        case "extend" if form.until.data is not None:
            return operations.extend_items(me, known.id, ids, calendar.end_of_day(form.until.data), reason)
        case "reassign":
            return operations.reassign_items(me, known.id, ids, int(form.to.data), reason)
        case "recall":
            return operations.recall_items(me, known.id, ids, reason or str(_("Taken back")))
        case _:
            return operations.close_items(me, known.id, ids, reason)


def tell(account: Account, *, nudged: bool = False) -> None:
    """Say how many were done, and what could not be done and why."""
    if account.done and nudged:
        flash(ngettext("%(num)s person nudged.", "%(num)s people nudged.", account.done), "good")
    elif account.done:
        flash(ngettext("%(num)s item done.", "%(num)s items done.", account.done), "good")
    names = people.names({one.person_id for one in account.refused})
    for one in account.refused[:20]:
        flash(_("%(what)s: %(why)s", what=names.get(one.person_id or 0, one.item_id), why=one.why), "warn")
    if len(account.refused) > 20:
        more = len(account.refused) - 20
        flash(ngettext("%(num)s more could not be done.", "%(num)s more could not be done.", more), "warn")
    if account.left:
        flash(ngettext("%(num)s more: press again.", "%(num)s more: press again.", account.left), "warn")


@bp.post("/work/assignments/<int:assignment_id>/close")
@access(ASSIGN)
def close_assignment(assignment_id: int) -> Response:
    """Nobody more gets an item of it."""
    operations.close_assignment(actor(), assignment_id, LeadForm().seen_version)
    flash(_("Closed. What is open stays with those who have it."), "good")
    return redirect(url_for("work.assignment", assignment_id=assignment_id), code=303)


@bp.post("/work/assignments/<int:assignment_id>/end-series")
@access(ASSIGN)
def end_series(assignment_id: int) -> Response:
    """It is not assigned again."""
    operations.end_series(actor(), assignment_id)
    flash(_("It is not assigned again. What was assigned stays."), "good")
    return redirect(url_for("work.assignment", assignment_id=assignment_id), code=303)


def _takers(me: Actor) -> list[tuple[str, str]]:
    """Whom the ticked items may be given to: a few to choose from, and whoever was found by name."""
    found = dict(colleagues(me))
    found |= people.also_meant(me, ASSIGN, request.form.get("to"), found)
    return [(str(i), name) for i, name in found.items()]
