"""The day page: what do I do now?"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import calendar, clock
from app.core.texts import _, _l
from app.web import filters as written
from app.web.access import access, signed_in
from app.web.current import actor
from app.web.panels import panels
from app.web.render import page
from app.work import queries
from app.work.permissions import TODAY_VIEW
from app.work.queries.today import ALL, LIST
from app.work.views import bp
from app.work.views.rows import Writer

WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))
FEASTS = {
    "New Year's Day": _l("New Year's Day"),
    "Spring Festival": _l("Spring Festival"),
    "Tomb-sweeping Day": _l("Tomb-sweeping Day"),
    "Labour Day": _l("Labour Day"),
    "Dragon Boat Festival": _l("Dragon Boat Festival"),
    "National Day": _l("National Day"),
    "Mid-autumn Festival": _l("Mid-autumn Festival"),
}
"""Public holidays by the names under which the calendar publishes them."""


@bp.get("/")
@signed_in
def home() -> Response:
    """The front door leads to the day."""
    return redirect(url_for("work.today"), code=303)


@bp.get("/today")
@access(TODAY_VIEW)
def today() -> str:
    """My day: waiting turns by urgency, what I may take, whom I wait for, visits, and my week."""
    me = actor()
    day = queries.day_of(me)
    writer = Writer(me, day.names)
    return page(
        "work/today/today.html",
        lead=_lead(clock.today()),
        day=day,
        now=writer.mine(day.now),
        fresh=writer.mine(day.fresh[:LIST]),
        later=writer.mine(day.later),
        offered=writer.mine(day.offered[:LIST], offered=True),
        escalated=writer.others(day.escalated[:LIST]),
        others=writer.others(day.others[:LIST]),
        many={name: _many(getattr(day, name)) for name in ("fresh", "offered", "escalated", "others")},
        panels=panels("today.side", me),
    )


@bp.get("/today/all")
@access(TODAY_VIEW)
def turns() -> str:
    """One of the day's lists to its end: all that waits for me, what is new, what I may take, or whom I wait for."""
    me, which = actor(), request.args.get("of", "mine")
    which = which if which in ALL else "mine"
    found, names = queries.turns_page(me, which, request.args.get("after"))
    writer, back = Writer(me, names), url_for("work.turns", of=which)
    return page(
        "work/today/turns.html",
        which=which,
        rows=writer.others(found.items) if which == "others" else writer.mine(
            found.items, offered=which == "offered", back=back
        ),
        more=url_for("work.turns", of=which, after=found.next) if found.next else None,
    )  # fmt: skip


def _many(turns: Sequence[Any]) -> str:
    """How many there are, as far as the day shows them."""
    return str(len(turns)) if len(turns) <= LIST else f"{LIST}+"


def _lead(day: date) -> str:
    """The day in words: its date, weekday, feast, and whether people work."""
    own = calendar.current()
    parts = [written.day(day), str(WEEKDAYS[day.weekday()])]
    feast = own.holiday(day)
    if feast in FEASTS:
        parts.append(str(FEASTS[feast]))
    if not own.is_working(day):
        parts.append(_("not a working day"))
    elif day.weekday() > 4:
        parts.append(_("make-up working day"))
    if own.is_provisional(day):
        parts.append(_("calendar not published yet"))
    return " · ".join(parts)
