"""Contests: the list, opening one, how it stands, closing it with awards, and setting a line right."""

import secrets
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.texts import _
from app.people import queries as people
from app.people.queries.audiences import resolve
from app.people.rules.audiences import Rule
from app.web.access import access
from app.web.current import actor
from app.web.forms import apply
from app.web.panels import panel
from app.web.render import page
from app.work.forms.contests import ContestForm, CorrectionForm
from app.work.models.contests import Contest
from app.work.operations import contests as operations
from app.work.permissions import CONTEST_HOLD, CONTEST_VIEW
from app.work.queries import contests as queries
from app.work.queries.progress import measure_of
from app.work.rules.figures import plain
from app.work.views import bp
from app.work.views.goal_words import bounds_of, figure
from app.work.views.ways import ways

SHOWN = 200
A_WEEK = timedelta(days=7)


@bp.get("/work/contests")
@access(CONTEST_VIEW)
def contests() -> str:
    """Contests of my unit and those above it."""
    me = actor()
    found = queries.contests_page(me, request.args.get("cursor"))
    units = people.unit_names({row[0].unit_id for row in found.items})
    return page(
        "work/contests/contests.html",
        rows=[
            {"contest": row[0], "unit": units.get(row[0].unit_id, ""), "competitors": row[1], **_state(row[0])}
            for row in found.items
        ],
        next=url_for("work.contests", cursor=found.next) if found.next else None,
        may_hold=me.may(CONTEST_HOLD),
    )


def _state(contest: Contest) -> dict[str, str]:
    today = clock.today()
    if contest.closed_at is not None:
        return {"state": _("Result announced"), "tone": "good"}
    if contest.ends_on < today:
        return {"state": _("To be closed"), "tone": "warn"}
    if contest.starts_on > today:
        return {"state": _("Coming"), "tone": "mute"}
    return {"state": _("Running"), "tone": "info"}


@bp.get("/work/contests/new")
@access(CONTEST_HOLD)
def new_contest() -> str:
    """The form of a new contest."""
    form = _form(actor(), formdata=None)
    form.starts_on.data = clock.today()
    form.submission.data = secrets.token_urlsafe(16)
    return page("work/contests/new.html", form=form)


def _form(me: Actor, **given: Any) -> ContestForm:
    form = ContestForm(**given)
    form.offer(people.unit_choices(me, CONTEST_HOLD))
    form.offer_audience(me, CONTEST_HOLD)
    return form


@bp.post("/work/contests/new")
@access(CONTEST_HOLD)
def open_contest() -> Response | str | tuple[str, int]:
    """Open it for exactly those whom the form shows."""
    me = actor()
    form = _form(me)
    form.take_out(me.id)
    checking = bool(form.shown.data) and form.audience.looking
    if (form.audience.looking and not checking) or "change" in request.form:
        return page("work/contests/new.html", form=form)
    if form.validate():
        what: dict[str, Any] = {
            "unit_id": int(form.unit_id.data), "title": form.title.data or "", "rules": form.rules.data or "", "measure": form.measure.data,
            "starts_on": form.starts_on.data or clock.today(), "ends_on": form.ends_on.data or clock.today(), "rule": form.rule,
        }  # fmt: skip
        try:
            mark = _shown_mark(me, form.rule)
            if checking or form.shown.data != mark:
                operations.competitors_for(me, **what)
                form.shown.data = mark
                return _check_page(form)
            with session.begin_nested():
                contest = operations.open_contest(me, **what, submission=form.submission.data or None)
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("Contest opened."), "good")
            return redirect(url_for("work.contest", contest_id=contest.id), code=303)
    return page("work/contests/new.html", form=form), 422


def _check_page(form: ContestForm) -> str:
    """Exactly who would compete, before anything is opened or anybody told."""
    return page(
        "work/contests/check.html",
        form=form,
        typed=form.typed(),
        unit=_chosen(form.unit_id),
        measure=_chosen(form.measure),
    )


def _chosen(field: SelectField) -> str:
    return next((str(title) for _value, title, selected, _more in field.iter_choices() if selected), "")


def _shown_mark(me: Actor, rule: Rule) -> str:
    """Whom the page showed, in short: when others are meant by now they are shown first. Leaving out needs no second look."""
    found = resolve(me, replace(rule, without=()), CONTEST_HOLD)
    return sha256(
        ",".join(str(one.person_id) for one in sorted(found, key=lambda one: one.person_id)).encode()
    ).hexdigest()[:32]


@bp.get("/work/contests/<int:contest_id>")
@access(CONTEST_VIEW)
def contest(contest_id: int) -> str:
    """How it stands, or what came of it."""
    me = actor()
    found = queries.contest_for(me, contest_id)
    return page("work/contests/contest.html", **_shown(me, found))


def _shown(me: Actor, found: Contest) -> dict[str, Any]:
    measure = measure_of(found.measure)
    corrections: list[Any] = []
    rows: list[dict[str, Any]]
    if found.closed_at is not None:
        results = queries.result_rows([found.id])
        corrections = queries.corrections_of(found.id)
        names = people.names({*(r.person_id for r in results), *(c.recorded_by for c in corrections), found.closed_by})
        rows = [
            {
                "id": r.person_id,
                "place": r.place,
                "figure": figure(r.figure),
                "prize": r.prize,
                "citation": r.citation,
                "corrected": r.edition > 1,
            }
            for r in results
        ]
    else:
        places = queries.ranking(found)
        names = people.names({place.person_id for place in places})
        begun = any(p.figure for p in places)
        rows = [{"id": p.person_id, "place": p.place if begun else "–", "figure": figure(p.figure)} for p in places]
    first, last = bounds_of(found.starts_on, min(found.ends_on, clock.today()))
    urls = ways(me, measure, [row["id"] for row in rows[:SHOWN] if row["id"] in me.selves], first, last)
    for row in rows[:SHOWN]:
        mine = row["id"] in me.selves
        row["url"] = urls.get(row["id"])
        row["mine"] = mine
    holds = queries.holds(me, found)
    return {
        "contest": found,
        "unit": people.unit_names({found.unit_id}).get(found.unit_id, ""),
        "measure": measure,
        "rows": rows[:SHOWN],
        "more": max(len(rows) - SHOWN, 0),
        "competitors": len(rows),
        "awards": [row for row in rows if row.get("prize")],
        "corrections": corrections,
        "names": names,
        "figure": figure,
        "may_close": holds and found.closed_at is None and found.ends_on < clock.today(),
        "may_correct": holds and found.closed_at is not None,
        **_state(found),
    }


@bp.get("/work/contests/<int:contest_id>/close")
@access(CONTEST_HOLD)
def closing_contest(contest_id: int) -> str:
    """The final ranking, with room for prizes and citations."""
    return _close_page(_closable(contest_id), {}, {})


def _closable(contest_id: int) -> Contest:
    me = actor()
    found = queries.contest_for(me, contest_id)
    if not queries.holds(me, found):
        raise Forbidden(CONTEST_HOLD)
    if found.closed_at is not None or found.ends_on >= clock.today():
        raise Conflict(_("This contest cannot be closed now."))
    return found


def _close_page(found: Contest, typed: dict[int, tuple[str, str]], errors: dict[str, Any], version: str = "") -> str:
    places = queries.ranking(found)
    return page(
        "work/contests/close.html",
        contest=found,
        version=version or found.version,
        places=places[: queries.AWARDABLE],
        more=max(len(places) - queries.AWARDABLE, 0),
        names=people.names({place.person_id for place in places[: queries.AWARDABLE]}),
        figure=figure,
        typed=typed,
        errors=errors,
    )


@bp.post("/work/contests/<int:contest_id>/close")
@access(CONTEST_HOLD)
def close_contest(contest_id: int) -> Response | tuple[str, int]:
    """Freeze the ranking and give the awards."""
    found = _closable(contest_id)
    typed = {
        place.person_id: (
            request.form.get(f"prize-{place.person_id}", ""), request.form.get(f"citation-{place.person_id}", ""),
        )
        for place in queries.ranking(found)[:queries.AWARDABLE]
    }  # fmt: skip
    version = request.form.get("version", "")
    shown = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else -1
    try:
        with session.begin_nested():
            operations.close_contest(actor(), contest_id, shown, {p: t for p, t in typed.items() if any(t)})
    except Invalid as error:
        errors = {fault.field: fault.message for fault in error.errors}
        return _close_page(found, typed, errors, version), 422
    flash(_("Contest closed; the awards are public."), "good")
    return redirect(url_for("work.contest", contest_id=contest_id), code=303)


@bp.get("/work/contests/<int:contest_id>/correct/<int:person_id>")
@access(CONTEST_HOLD)
def correcting_result(contest_id: int, person_id: int) -> str:
    """A line of the result, to be set right by a further row."""
    found, row = _line(contest_id, person_id)
    form = CorrectionForm(formdata=None, obj=row)
    form.reason.data = ""
    form.figure.data, form.version.data = plain(row.figure), row.edition
    return page("work/contests/correct.html", contest=found, form=form, name=_name(person_id), person_id=person_id)


def _line(contest_id: int, person_id: int) -> tuple[Contest, Any]:
    me = actor()
    found = queries.contest_for(me, contest_id)
    if not queries.holds(me, found):
        raise Forbidden(CONTEST_HOLD)
    row = next((r for r in queries.result_rows([found.id]) if r.person_id == person_id), None)
    if row is None:
        raise NotFound()
    return found, row


def _name(person_id: int) -> str:
    return people.names({person_id}).get(person_id, "")


@bp.post("/work/contests/<int:contest_id>/correct/<int:person_id>")
@access(CONTEST_HOLD)
def correct_result(contest_id: int, person_id: int) -> Response | tuple[str, int]:
    """Write the correction."""
    found, _row = _line(contest_id, person_id)
    form = CorrectionForm()
    if form.validate():
        try:
            with session.begin_nested():
                operations.correct_result(
                    actor(), contest_id, person_id, place=form.place.data, figure=form.figure.data,
                    prize=form.prize.data or "", citation=form.citation.data or "", reason=form.reason.data or "",
                    edition=form.seen_version,
                )  # fmt: skip
        except Invalid as error:
            apply(form, error)
        else:
            flash(_("Corrected; the earlier line stays to be read."), "good")
            return redirect(url_for("work.contest", contest_id=contest_id), code=303)
    return page("work/contests/correct.html", contest=found, form=form, name=_name(person_id), person_id=person_id), 422


def register() -> None:
    """Awards stand on everybody's day page for a week."""
    panel("today.side", "work.awards", _awards, order=15, permission=CONTEST_VIEW)


def _awards(me: Actor) -> str:
    found = queries.awards_since(me, clock.now() - A_WEEK)
    return page("work/contests/_awards.html", found=found) if found else ""
