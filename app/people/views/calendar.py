"""The working-day calendar of a year: what is published, and what the institution sets over it."""

import calendar as months
from datetime import date

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.core import calendar, clock
from app.core.texts import _
from app.people import operations, queries
from app.people.forms.admin import CalendarForm
from app.people.permissions import CALENDAR_EDIT, CALENDAR_VIEW
from app.people.views import bp
from app.people.views.parts import attempt, number_of
from app.web.access import access
from app.web.current import actor
from app.web.render import page


def _show(year: int, form: CalendarForm | None = None, status: int = 200) -> tuple[str, int]:
    known = calendar.current()
    own = queries.own_days(year)
    set_days = {row.day for row in own}
    walk = months.Calendar(firstweekday=0)
    grid = [
        {
            "first": date(year, month, 1),
            "weeks": [
                [
                    {
                        "day": day,
                        "inside": day.month == month,
                        "working": known.is_working(day),
                        "weekend": day.weekday() >= 5,
                        "own": day in set_days,
                    }
                    for day in week
                ]
                for week in walk.monthdatescalendar(year, month)
                if all(1950 < day.year < 2200 for day in week)
            ],
        }
        for month in range(1, 13)
    ]
    return (
        page(
            "people/calendar/calendar.html",
            year=year,
            grid=grid,
            own=own,
            provisional=known.is_provisional(date(year, 6, 1)),
            last_published=calendar.LAST_PUBLISHED_YEAR,
            form=form or CalendarForm(formdata=None, day=clock.today()),
            may_edit=actor().may(CALENDAR_EDIT),
            today=clock.today(),
            years=range(clock.today().year - 2, clock.today().year + 4),
        ),
        status,
    )


@bp.get("/admin/calendar", endpoint="calendar")
@access(CALENDAR_VIEW)
def calendar_year() -> tuple[str, int]:
    """The calendar of ``?year=``."""
    year = number_of("year") or clock.today().year
    return _show(min(max(year, 2004), clock.today().year + 10))


@bp.post("/admin/calendar")
@access(CALENDAR_EDIT)
def set_day() -> Response | tuple[str, int]:
    """Declare a day working or free, or take that back; every open deadline is counted anew."""
    form = CalendarForm()
    working = {"1": True, "0": False}.get(form.working.data or "")
    done = attempt(
        form,
        lambda: operations.set_calendar_day(actor(), form.day.data, working, form.note.data or ""),  # type: ignore[arg-type]
    )
    if not done:
        return _show(clock.today().year, form, 422)
    assert form.day.data is not None
    flash(_("The day is set; open deadlines are counted anew."), "good")
    return redirect(url_for("people.calendar", year=form.day.data.year), code=303)
