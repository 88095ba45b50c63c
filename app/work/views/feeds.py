"""The calendar for programs: a secret address that needs no sign-in, made and revoked on one's own page."""

import time
from datetime import timedelta

from flask import Response, abort, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from app.core import clock
from app.core.actor import Actor
from app.core.texts import _, in_language
from app.people import queries as people
from app.web.access import access, public
from app.web.afterwards import afterwards
from app.web.current import actor
from app.web.render import page
from app.work.operations import feeds as operations
from app.work.permissions import CALENDAR_VIEW
from app.work.queries import feeds
from app.work.rules.pace import Pace
from app.work.views import bp

NOTED = timedelta(hours=1)
reading = Pace(30, 60)
"""Calendar programs look every quarter of an hour; thirty times a minute is a program gone wild."""
guessing = Pace(30, 60)
"""Addresses that open nothing, by where they are asked for."""


def panel(me: Actor) -> str:
    """The part of one's own page: whether there is an address, and the buttons."""
    return page("work/calendar/_feed.html", feed=feeds.feed_of(me.id))


@bp.post("/work/calendar/feed")
@access(CALENDAR_VIEW)
def make_feed() -> str:
    """Make a new address, and show it this once."""
    secret = operations.make_feed(actor())
    address = current_app.config["ADDRESS"] + url_for("work.feed", secret=secret)
    return page("work/calendar/made.html", address=address)


@bp.post("/work/calendar/feed/revoke")
@access(CALENDAR_VIEW)
def revoke_feed() -> Answer:
    """The address opens nothing any more."""
    operations.revoke_feed(actor())
    flash(_("The address is revoked: programs that use it see nothing any more."), "good")
    return redirect(url_for("people.me", _anchor="feed"), code=303)


@bp.get("/calendar/<secret>.ics")
@public
def feed(secret: str) -> Response:
    """Somebody's calendar, for whoever knows the secret; leavers' and locked people's are not there."""
    found = feeds.feed_by(secret)
    pause = (
        reading.wait(str(found.id), time.monotonic())
        if found
        else guessing.wait(request.remote_addr or "", time.monotonic())
    )
    if pause:
        answer = Response(status=429)
        answer.headers["Retry-After"] = str(pause)
        return answer
    if found is None:
        abort(404)
    reader = people.actor_for(found.person_id, "feed")
    with in_language(found.locale):
        body = feeds.written(reader, found, current_app.config["ADDRESS"])
    if found.read_at is None or found.read_at < clock.now() - NOTED:
        afterwards(lambda: operations.feed_read(found.id))
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="qiao.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
