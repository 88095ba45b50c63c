"""The supervisor's desk: who needs me?"""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import calendar, clock
from app.core.search import reading_words
from app.core.texts import _, ngettext, text
from app.people import queries as people
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work import operations, queries
from app.work.forms import DeskForm, NudgeForm
from app.work.forms.desk import usual
from app.work.operations import Outcome
from app.work.permissions import DESK_VIEW
from app.work.queries import Narrowed
from app.work.queries.desk import PAGE, THINGS, Candidate
from app.work.views import bp
from app.work.views.desk_rows import desk_rows
from app.work.views.rows import stage_and_step
from app.workflow import queries as workflow

SHOWS = ("overdue", "stalled", "unclaimed", "person")
TOLD = 15
"""So many refusals are told one by one."""


@bp.get("/team")
@access(DESK_VIEW)
def desk() -> str:
    """People by how far they are behind; a number or a row opens to the things behind it."""
    html, _status = _desk()
    return html


def _desk(form: DeskForm | None = None, nudge: NudgeForm | None = None, status: int = 200) -> tuple[str, int]:
    by, (show, person) = _narrowed(), _opened_at()
    start = request.args.get("start", 0, type=int)
    start = start if 0 < start < 10_000 else 0
    found = queries.desk(actor(), by, start)
    teams, processes = queries.teams_and_processes(actor())
    opened = _opened(show, person, by, form or DeskForm(formdata=None)) if show else None
    rest = found.total - start - len(found.people)
    return page(
        "work/desk/desk.html",
        desk=found,
        rows=desk_rows(found.people, found.busiest, _kept(by)),
        opened=opened,
        kept=_kept(by),
        by=by,
        teams=[(str(number), name) for number, name in teams],
        processes=[(key, text(title)) for key, title in processes.items()],
        nudge=nudge or NudgeForm(formdata=None),
        usual=usual(),
        stage_and_step=stage_and_step,
        more=url_for("work.desk", start=start + PAGE, **_kept(by)) if rest > 0 else None,
    ), status


@bp.get("/team/things")
@access(DESK_VIEW)
def things() -> str:
    """The things behind one number, alone, for opening a row in place."""
    show, person = _opened_at()
    opened = _opened(show or "unclaimed", person, _narrowed(), DeskForm(formdata=None))
    return page("work/desk/_things.html", stage_and_step=stage_and_step, **opened)


@bp.post("/team/things")
@access(DESK_VIEW)
def handle() -> Response | tuple[str, int]:
    """Nudge, give or extend the ticked turns, each on its own; says what could not be done and why."""
    show, person = _opened_at()
    show, by, form = show or "overdue", _narrowed(), DeskForm()
    form.to.choices = [("", ""), *((str(c.id), c.name) for c in queries.candidates(actor()))]
    if not form.validate():
        return _desk(form, status=422)
    pairs, reason = form.pairs(), form.reason.data or ""
    shown = {t.id: t.subject for t in queries.things(actor(), by, show, person)}
    if form.act.data == "nudge":
        done = operations.nudge_many(actor(), pairs, reason or usual())
    elif form.act.data == "extend" and form.until.data is not None:
        done = operations.extend_many(actor(), pairs, calendar.end_of_day(form.until.data), reason)
    else:
        done = operations.reassign_many(actor(), pairs, int(form.to.data), reason)
    _tell(done, shown, nudged=form.act.data == "nudge")
    return redirect(url_for("work.desk", show=show, person=person, **_kept(by)), code=303)


@bp.post("/team/nudge")
@access(DESK_VIEW)
def nudge() -> Response | tuple[str, int]:
    """Nudge the ticked people, or everybody, about all that is overdue with them."""
    form, by = NudgeForm(), _narrowed()
    if not form.validate():
        return _desk(nudge=form, status=422)
    done = operations.nudge_overdue(actor(), by, None if form.everybody.data else form.ids(), form.said)
    if not (done.done or done.later or done.refused or done.rooms):
        flash(
            _("Nobody was nudged: what is overdue there was nudged today already, is your own, or is taken by nobody."),
            "info",
        )
    _tell(done, {}, nudged=True)
    return redirect(url_for("work.desk", **_kept(by)), code=303)


def _tell(done: Outcome, shown: dict[int, str], *, nudged: bool) -> None:
    """How it went: what was done, what goes on without us, and what could not be done and why."""
    if done.done and nudged:
        flash(ngettext("%(num)s step nudged.", "%(num)s steps nudged.", done.done), "good")
    elif done.done:
        flash(ngettext("%(num)s step done.", "%(num)s steps done.", done.done), "good")
    if done.later:
        flash(_("%(n)s more are being nudged in the background.", n=done.later), "info")
    for refused in done.refused[:TOLD]:
        what = shown.get(refused.turn_id) or _("A step that has changed")
        flash(_("%(what)s: %(why)s", what=what, why=refused.why), "warn")
    for title, told in done.rooms:
        if told.people:
            about = ngettext("%(num)s person nudged", "%(num)s people nudged", told.people)
            flash(_("%(what)s: %(why)s", what=title, why=about), "good")
        if told.later:
            more = _("%(n)s more are being nudged in the background.", n=told.later)
            flash(_("%(what)s: %(why)s", what=title, why=more), "info")
        for who, why in told.refused[:TOLD]:
            flash(_("%(what)s: %(why)s", what=f"{title} · {who}", why=why), "warn")
        if len(told.refused) > TOLD:
            flash(_("%(n)s more could not be done.", n=len(told.refused) - TOLD), "warn")
    if len(done.refused) > TOLD:
        flash(_("%(n)s more could not be done.", n=len(done.refused) - TOLD), "warn")


def _narrowed() -> Narrowed:
    team = request.args.get("team", type=int)
    process = request.args.get("process", "")[:60]
    return Narrowed(team if _fits(team) else None, process or None, request.args.get("mine") == "1")


def _kept(by: Narrowed) -> dict[str, Any]:
    """What the addresses of the page keep of how it is narrowed."""
    return {"team": by.team, "process": by.process, "mine": 1 if by.mine else None}


def _opened_at() -> tuple[str, int | None]:
    """Which number or row is open; "" for none."""
    show, person = request.args.get("show", ""), request.args.get("person", type=int)
    return (show, person) if show in SHOWS and _fits(person) else ("", None)


def _opened(show: str, person: int | None, by: Narrowed, form: DeskForm) -> dict[str, Any]:
    found = queries.things(actor(), by, show, person)
    form.to.choices = [
        ("", _("Choose a person")),
        *((str(c.id), _said(c), {"data-words": reading_words(c.name)}) for c in queries.candidates(actor())),
    ]
    names = people.names({t.assignee_id for t in found} | {t.owner_id for t in found} | {person})
    return {
        "things": found,
        "beside": queries.other_things(actor(), by, person if show == "person" else None),
        "names": names,
        "form": form,
        "show": show,
        "person": person,
        "kept": _kept(by),
        "usual": usual(),
        "kinds": workflow.process_titles(),
        "today": clock.today(),
        "nudged": {t.id for t in found if t.nudged_at and clock.local(t.nudged_at).date() == clock.today()},
        "most": THINGS,
    }


def _said(candidate: Candidate) -> str:
    """A candidate in one line: name, what they have, where they belong, whether they are away."""
    parts = [candidate.name, _("has %(n)s", n=candidate.open), *candidate.teams[:2]]
    if candidate.away is not None:
        parts.append(people.away_said(candidate.away))
    return " · ".join(parts)


def _fits(person: int | None) -> bool:
    return person is None or 0 < person < 2**63
