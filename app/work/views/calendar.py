"""The calendar: month, week and day, one's own or one's people's."""

from datetime import date
from typing import Any

from flask import request, url_for

from app.core import calendar, clock
from app.core.errors import NotFound
from app.core.texts import _
from app.people import queries as people
from app.web import filters as written
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work.permissions import CALENDAR_VIEW
from app.work.queries.calendar import MOST_PEOPLE, days_of, overseen
from app.work.rules.spans import VIEWS, Span, span
from app.work.views import bp
from app.work.views.today import FEASTS

SHOWN = 4
"""Entries that a day of the month shows before it counts the rest."""
LISTED = {"month": 10, "week": 30, "day": 100}
"""The same where days are listed one below the other; a day by itself goes on from there."""


@bp.get("/work/calendar", endpoint="calendar")
@access(CALENDAR_VIEW)
def calendar_page() -> str:
    """What stands in my days, or in my people's."""
    me = actor()
    view = request.args.get("view", "month")
    shown = span(view if view in VIEWS else "month", _day(request.args.get("day", "")))
    others = overseen(me)
    who = request.args.get("person", "")
    whom = _whom(who, [person.id for person in others])
    days = days_of(me, shown, whom)
    names = people.names({entry.person_id for day in days for entry in day.entries}) if whom is not None else {}
    start, most = _start(shown, request.args.get("start", "")), LISTED[shown.view]
    return page(
        "work/calendar/calendar.html",
        span=shown,
        days=days,
        weeks=[days[n : n + 7] for n in range(0, len(days), 7)],
        feasts=FEASTS,
        title=_title(shown),
        others=others,
        too_many=len(others) >= MOST_PEOPLE - 1,
        who=who if whom is not None else "",
        names=names,
        most=SHOWN,
        start=start,
        end=start + most,
        further=url_for("work.calendar", view="day", day=shown.day, person=who or None, start=start + most)
        if shown.view == "day" and len(days[0].entries) > start + most
        else None,
        tabs=[_tab(view, title, shown, who) for view, title in _titles()],
        unpublished=sorted({day.day.year for day in days if day.provisional}),
        last_published=calendar.LAST_PUBLISHED_YEAR,
    )


def _titles() -> list[tuple[str, str]]:
    return [("month", _("Month")), ("week", _("Week")), ("day", _("One day"))]


def _tab(view: str, title: str, shown: Span, who: str) -> dict[str, Any]:
    href = url_for("work.calendar", view=view, day=shown.day, person=who or None)
    return {"title": title, "href": href, "active": view == shown.view}


def _title(shown: Span) -> str:
    if shown.view == "day":
        return written.day(shown.day)
    if shown.view == "week":
        return _("%(first)s to %(last)s", first=written.day(shown.first), last=written.day(shown.last))
    return written.month_of(shown.day)


def _start(shown: Span, raw: str) -> int:
    """From which entry on a day by itself is listed."""
    whole = shown.view == "day" and raw.isascii() and raw.isdigit() and len(raw) < 6
    return int(raw) if whole else 0


def _day(raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return clock.today()


def _whom(raw: str, reached: list[int]) -> list[int] | None:
    """Whose calendar: None for one's own; somebody whom the reader does not oversee is not there."""
    if not raw:
        return None
    if raw == "all":
        return reached
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0
    if number == actor().id:
        return None
    if number not in reached:
        raise NotFound()
    return [number]
