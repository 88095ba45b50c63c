"""What somebody has done: the record that feeds their assessment (D33)."""

from datetime import date
from typing import Any

from flask import request, url_for

from app.core import calendar
from app.core.actor import Actor
from app.core.errors import NotFound
from app.people import queries as people
from app.web import filters as written
from app.web.access import access
from app.web.current import actor
from app.web.render import page
from app.work.permissions import ITEM_VIEW
from app.work.queries import done
from app.work.views import bp


@bp.get("/work/people/<int:person_id>/done")
@access(ITEM_VIEW)
def done_items(person_id: int) -> str:
    """A person's accepted items with result, time taken and returns; a period may be given."""
    me = actor()
    name = done.person_in_reach(me, person_id)
    first, last = _day("first"), _day("last")
    on_time = request.args.get("on_time") == "1"
    found = done.finished_page(
        me,
        person_id,
        start=calendar.start_of_day(first) if first else None,
        end=calendar.end_of_day(last) if last else None,
        on_time=on_time,
        cursor=request.args.get("cursor"),
    )
    kept: dict[str, Any] = {"first": first, "last": last, "on_time": 1 if on_time else None}
    return page(
        "work/items/done.html",
        person_id=person_id,
        name=name,
        rows=_rows(found.items),
        names=people.names({row.sender_id for row in found.items if row.seen}),
        first=first,
        last=last,
        on_time=on_time,
        next_url=url_for("work.done_items", person_id=person_id, cursor=found.next, **kept) if found.next else None,
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return None


def _rows(items: Any) -> list[tuple[Any, str]]:
    """Each item with the working days that it took from being assigned to being handed in."""
    return [
        (row, written.days(calendar.working_days_between(row.opened_at, row.handed_in_at or row.done_at)))
        for row in items
    ]


def panel(reader: Actor, *, person_id: int, **_more: object) -> str:
    """A person's latest accepted items, for the page of that person; nothing for whoever does not lead them."""
    try:
        done.person_in_reach(reader, person_id)
    except NotFound:
        return ""
    found = done.finished_page(reader, person_id, limit=5)
    return page("work/items/_done_panel.html", rows=_rows(found.items), person_id=person_id, more=bool(found.next))
