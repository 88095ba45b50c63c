"""Daily routines: what belongs to my day, how my people's day goes (D31)."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.texts import _, _l, ngettext, text
from app.people import queries as people
from app.web import filters as written
from app.web.access import access, own_url
from app.web.current import actor
from app.web.panels import panel
from app.web.render import page
from app.work.operations import routines as operations
from app.work.permissions import ROUTINE_EDIT, ROUTINE_TEAM, ROUTINE_VIEW
from app.work.queries import routines as queries
from app.work.queries.routines import Day
from app.work.rules.routines import LEADER, PARTS
from app.work.views import bp
from app.work.views.today import WEEKDAYS

TITLES = {
    "before": _l("Before opening hours"),
    "during": _l("During opening hours"),
    "after": _l("After opening hours"),
}
PANEL = 4
"""How many open items the day page shows."""


@bp.get("/work/routines", endpoint="routines")
@access(ROUTINE_VIEW)
def mine() -> str:
    """My day's checklist, and my week."""
    return _mine()


def _mine(errors: dict[str, Any] | None = None, typed: str = "") -> str:
    me, today = actor(), clock.today()
    day = _day_asked(today)
    week = queries.my_week(me, day)
    shown = next(one for one in week if one.day == day)
    return page(
        "work/routines/mine.html",
        day=shown,
        lead=_lead(shown),
        parts=_parts(shown),
        week=week,
        weekdays=WEEKDAYS,
        today=today,
        errors=errors or {},
        typed=typed,
        may_edit=me.may(ROUTINE_EDIT),
    )


@bp.post("/work/routines/marks", endpoint="mark_routine")
@access(ROUTINE_VIEW)
def mark() -> Response | str | tuple[str, int]:
    """One tap: done, skipped with a reason, or neither after all."""
    me = actor()
    item, state, reason = (request.form.get(name, "")[:2000] for name in ("item", "state", "reason"))
    try:
        if state == "none":
            operations.unmark(me, item)
        else:
            operations.mark(me, item, skipped=state == "skipped", reason=reason)
    except Invalid as error:
        return _mine({item: error.message}, reason), error.status
    onward = own_url(request.form.get("next"), "")
    if request.headers.get("HX-Request"):
        if onward == "/today":
            return _panel(me)
        day = queries.my_day(me, clock.today())
        shown = next((one for one in day.items if one.key == item), None)
        return page("work/routines/_item.html", day=day, item=shown, today=day.day, errors={}, typed="", progress=True)
    return redirect(onward or url_for("work.routines", _anchor=f"item-{item}"), code=303)


@bp.get("/work/routines/team", endpoint="team_routines")
@access(ROUTINE_TEAM)
def team() -> str:
    """The day of my people: who has done how much, who skipped what and why."""
    today = clock.today()
    day = _day_asked(today)
    found = queries.team_day(actor(), day, request.args.get("cursor"))
    posts = people.words("post")
    return page(
        "work/routines/team.html",
        lines=found.items,
        posts={key: text(word.title) for key, word in posts.items()},
        day=day,
        lead=" · ".join(_named(day)),
        working=calendar.is_working(day),
        today=today,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today else None,
        next_url=url_for("work.team_routines", day=day.isoformat(), cursor=found.next) if found.next else None,
    )


def title_of(post: str, posts: dict[str, str]) -> str:
    """The name of a post, or of the lead of a team."""
    return _("Team leader") if post == LEADER else posts.get(post, post)


def _day_asked(today: date) -> date:
    """The day in the address; today when there is none, it cannot be read, or it is more than a year away."""
    try:
        asked = date.fromisoformat(request.args.get("day", "")[:10])
    except ValueError:
        return today
    return asked if abs((asked - today).days) <= 366 else today


def _lead(day: Day) -> str:
    parts = _named(day.day)
    if not day.working:
        parts.append(_("not a working day"))
    elif day.items and day.day > clock.today():
        parts.append(ngettext("%(num)s item", "%(num)s items", len(day.items)))
    elif day.items:
        parts.append(_("%(done)s of %(total)s ticked", done=day.done, total=len(day.items)))
    if day.away:
        parts.append(_("away"))
    return " · ".join(parts)


def _named(day: date) -> list[str]:
    """A day in words, and that its calendar is not published when that is so."""
    parts = [written.day(day), str(WEEKDAYS[day.weekday()])]
    return [*parts, _("calendar not published yet")] if calendar.current().is_provisional(day) else parts


def _parts(day: Day) -> list[tuple[str, Any, list[Any]]]:
    found = [(part, TITLES[part], [item for item in day.items if item.part == part]) for part in PARTS]
    return [one for one in found if one[2]]


def register() -> None:
    """The part on the day page."""
    panel("today.side", "work.routine", _panel, order=10, permission=ROUTINE_VIEW)


def _panel(me: Actor) -> str:
    """Progress of my day and what comes next, each with one tap."""
    today = clock.today()
    if not calendar.is_working(today):
        return ""
    day = queries.my_day(me, today)
    if not day.items or day.away:
        return ""
    return page("work/routines/_panel.html", day=day, upcoming=day.open[:PANEL])


def saved(begins: date) -> None:
    """Say from when a new version holds."""
    flash(_("Saved. The new list holds from %(day)s; today keeps its own.", day=written.day(begins)), "good")
