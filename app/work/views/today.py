"""The day page: what do I do now?"""

from datetime import date

from flask import redirect, url_for
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
        later=writer.mine(day.later),
        offered=writer.mine(day.offered, offered=True),
        escalated=writer.others(day.escalated),
        others=writer.others(day.others),
        panels=panels("today.side", me),
    )


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
