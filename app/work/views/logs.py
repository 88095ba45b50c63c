"""Work logs: mine to write, my people's to follow (D32, D34)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import settings
from app.core.actor import Actor
from app.core.measures import days_of, measure
from app.core.texts import _, _l, text
from app.people import queries as people
from app.web import filters as written
from app.web import periods
from app.web.access import access, own_url
from app.web.current import actor
from app.web.render import page
from app.work.permissions import LOG_TEAM, LOG_VIEW
from app.work.queries import logs as queries
from app.work.queries.logs import LogLine
from app.work.rules.logs import DAILY
from app.work.views import bp
from app.work.views.today import WEEKDAYS
from app.workflow import queries as workflow
from app.workflow.queries.opened import Opened
from app.workflow.views import step_form
from app.workflow.views.history import timeline_of
from app.workflow.views.subject_pages import subject_page

STATES = {
    "writing": (_l("To be written"), "info"),
    "late": (_l("Not handed in"), "bad"),
    "waiting": (_l("Waits for review"), "info"),
    "returned": (_l("Returned"), "warn"),
    "accepted": (_l("Reviewed"), "good"),
    "dropped": (_l("Not needed"), "mute"),
}
"""A log's states in words and tone."""
SHOWS = (("missing", _l("Not handed in")), ("waiting", _l("Waits for review")), ("all", _l("All logs")))


def day_of(line: LogLine) -> str:
    """Which day or week a log is of, in words."""
    if line.period == DAILY:
        return f"{written.day(line.day)} {WEEKDAYS[line.day.weekday()]}"
    return _("Week of %(first)s to %(last)s", first=written.short_day(line.day), last=written.short_day(line.last_day))


@bp.get("/work/log", endpoint="logs")
@access(LOG_VIEW)
def mine() -> str:
    """My logs: the one to write first, then those of before with what was said of them."""
    me = actor()
    figure, kept = _figure()
    found = queries.my_logs(me, request.args.get("cursor"), figure=figure)
    owed = [line for line in found.items if line.state in ("writing", "late", "returned")]
    return page(
        "work/logs/mine.html",
        logs=found.items,
        owed=owed if not request.args.get("cursor") and not kept else [],
        times=_times(figure, "work.logs"),
        kept=kept,
        states=STATES,
        day_of=day_of,
        hour=settings.get(queries.DUE),
        queue=len(queries.review_queue(me)),
        next_url=url_for("work.logs", cursor=found.next, **kept) if found.next else None,
    )


def _figure() -> tuple[queries.Figure, dict[str, Any]]:
    """What of the logs the link of a figure asks for, and how an address says it; what it cannot mean is left out."""
    days = {name: _day(name) for name in ("first", "last")}
    counted = request.args.get("counted", "")
    counted = counted if counted in queries.COUNTED and any(days.values()) else ""
    kept = {name: value for name, value in (*days.items(), ("counted", counted)) if value}
    return queries.Figure(days["first"], days["last"], counted), kept


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


COUNTED = {"": _l("Due"), "in_time": _l("Handed in in time, due"), "scored": _l("Scored, due")}


def _times(figure: queries.Figure, endpoint: str, **kept: Any) -> list[dict[str, Any]]:
    """The same in words, with the address without it."""
    return periods.chosen(COUNTED[figure.counted], figure.first, figure.last, url_for(endpoint, **kept))


@bp.get("/work/log/<int:log_id>", endpoint="log")
@access(LOG_VIEW)
def show(log_id: int) -> Response | str:
    """One log: what the records say, what was written, what the review said; the form while it is to be written."""
    me = actor()
    line, run = queries.log_for(me, log_id)
    turn = workflow.open_waiting(me, line.run_id) if line.run_state == "open" else None
    acting = turn is not None and workflow.may_act(turn)
    if turn is None or not acting:
        return _page(me, line, run)
    if turn.turn.step == "review":
        if "turn" in request.args:  # from the day page or the desk: straight to the decision
            return redirect(url_for("work.review_logs", log=log_id), code=303)
        return _page(me, line, run, reviewing=True)
    here = url_for("work.log", log_id=log_id)
    return _page(me, line, turn, step_form.context(turn, next_url=own_url(request.args.get("next"), here)))


def show_step(turn: Opened, sf: dict[str, Any]) -> str | None:
    """The log's page with what was written as it was sent and refused."""
    if turn.turn.step != "write":
        return None
    return _page(actor(), queries.line_for(turn.run.subject_id), turn, sf)


def _page(me: Actor, line: LogLine, run: Opened, sf: dict[str, Any] | None = None, *, reviewing: bool = False) -> str:
    return page(
        "work/logs/show.html",
        line=line,
        name=people.names({line.person_id}).get(line.person_id, ""),
        title=day_of(line),
        mine=line.person_id in me.selves,
        states=STATES,
        chapters=queries.facts(line),
        said=[] if sf else shown(run, queries.written(run)),
        review=queries.reviewed(run),
        sf=sf,
        card=run.definition.step("write").card if sf else None,
        reviewing=reviewing,
        events=timeline_of(me, line.run_id),
    )


def shown(run: Opened, values: dict[str, Any]) -> list[tuple[str, str]]:
    """What was written, under the titles of its fields; empty ones left out."""
    return [
        (text(field.title), str(values[field.key]))
        for field in run.definition.step("write").fields
        if values.get(field.key)
    ]


@bp.get("/work/log/team", endpoint="team_logs")
@access(LOG_TEAM)
def team() -> str:
    """The logs of my people: who has not written, what waits for review, everything."""
    me = actor()
    counts = queries.team_counts(me)
    show, person = request.args.get("show", ""), request.args.get("person", type=int)
    if show not in queries.SHOWS:
        show = "all" if person else "missing"
    person = person if person and 0 < person < 2**63 else None
    figure, kept = _figure()
    found = queries.team_logs(me, show, person, request.args.get("cursor"), figure=figure)
    names = queries.names_in(found.items)
    return page(
        "work/logs/team.html",
        logs=found.items,
        names=names,
        who=names.get(person) or people.names({person}).get(person, "") if person else "",
        person=person,
        times=_times(figure, "work.team_logs", show=show, person=person),
        counts=counts,
        show=show,
        shows=[
            {"title": title, "href": url_for("work.team_logs", show=key), "active": key == show} for key, title in SHOWS
        ],
        states=STATES,
        day_of=day_of,
        hour=settings.get(queries.DUE),
        next_url=url_for("work.team_logs", show=show, person=person, cursor=found.next, **kept) if found.next else None,
    )


def register() -> None:
    """The page that shows a log's step, and what is counted per person (D34, D37)."""
    subject_page(queries.KIND, show_step)
    measure(
        "work.logs_on_time",
        title=_l("Work logs in time"),
        unit=_l("logs"),
        count=queries.on_time,
        url=_records("in_time"),
        permission=LOG_VIEW,
    )
    measure(
        "work.log_score",
        title=_l("Average score of work logs"),
        unit=_l("points"),
        count=queries.average_score,
        url=_records("scored"),
        permission=LOG_VIEW,
        average=True,
    )


def _records(counted: str) -> Callable[[int, datetime, datetime], str | None]:
    def url(person_id: int, start: datetime, end: datetime) -> str | None:
        me, (first, last) = actor(), days_of(start, end)
        if person_id == me.id:
            return url_for("work.logs", first=first, last=last, counted=counted)
        if not me.may(LOG_TEAM):
            return None
        return url_for("work.team_logs", show="all", person=person_id, first=first, last=last, counted=counted)

    return url
