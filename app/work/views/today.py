"""The day page: what do I do now?"""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from app.core import calendar, clock
from app.web.access import access, signed_in
from app.web.current import actor
from app.web.panels import panels
from app.web.render import page
from app.work import queries
from app.work.permissions import TODAY_VIEW
from app.work.views import bp


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
    day = clock.today()
    own = calendar.current()
    return page(
        "work/today/today.html",
        day=queries.day_of(me),
        today=day,
        working=own.is_working(day),
        holiday=own.holiday(day),
        provisional=own.is_provisional(day),
        panels=panels("today.side", me),
    )
