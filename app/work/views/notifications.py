"""The notification centre: what I was told, why, and how I want to be told."""

import logging
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.texts import _, ngettext
from app.web.access import access
from app.web.afterwards import afterwards
from app.web.current import actor
from app.web.forms import apply
from app.web.render import page
from app.work import notifications, operations
from app.work.forms.notifications import preferences_form
from app.work.permissions import NOTIFICATION_VIEW
from app.work.queries.mailing import address_of, preferences_of
from app.work.queries.notifications import MOST, by_day, one, told, unread
from app.work.views import bp

log = logging.getLogger(__name__)


def bell(me: Actor) -> str:
    """The bell in the bar of every page, with how much is unread; no page fails for it."""
    if not me.may(NOTIFICATION_VIEW):
        return ""
    try:
        count = unread(me)
    except SQLAlchemyError:  # the page may be one that tells of the database's trouble
        log.exception("the unread notifications could not be counted")
        count = 0
    title = _("Notifications")
    if count:
        title = ngettext("%(num)s unread notification", "%(num)s unread notifications", count)
    badge = Markup('<span class="q-bell-count" aria-hidden="true">{}</span>').format(
        f"{MOST - 1}+" if count >= MOST else count
    )
    return Markup('<a class="q-bell" href="{}" title="{}"{}>{}{}<span class="visually-hidden">{}</span></a>').format(
        url_for("work.told"),
        title,
        Markup(' aria-current="page"') if request.path.startswith("/work/notifications") else "",
        _icon("bell"),
        badge if count else "",
        title,
    )


def _icon(name: str) -> Any:
    draw: Any = current_app.jinja_env.globals["icon"]
    return draw(name)


@bp.get("/work/notifications", endpoint="told")
@access(NOTIFICATION_VIEW)
def notification_list() -> str:
    """What I was told, by day, newest first."""
    me, only = actor(), request.args.get("unread") == "1"
    found = told(me, request.args.get("cursor"), only_unread=only)
    return page(
        "work/notifications/index.html",
        days=by_day(found.items),
        newest=max((line.id for line in found.items), default=0),
        only=only,
        unread=unread(me),
        most=MOST,
        more=url_for("work.told", cursor=found.next, unread=1 if only else None) if found.next else None,
    )


@bp.get("/work/notifications/<int:notification_id>")
@access(NOTIFICATION_VIEW)
def notification(notification_id: int) -> Response:
    """Open what a notification speaks of; it counts as read from then on."""
    me = actor()
    found = one(me, notification_id)
    if found.read_at is None:
        afterwards(lambda: operations.read_one(me, notification_id))
    return redirect(found.url, code=303)


@bp.post("/work/notifications/read")
@access(NOTIFICATION_VIEW)
def read_notifications() -> Response:
    """Mark as read everything up to the newest that the page showed."""
    raw = request.form.get("upto", "")
    upto = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0
    done = operations.read_all(actor(), upto)
    flash(ngettext("%(num)s notification marked as read.", "%(num)s notifications marked as read.", done), "good")
    return redirect(url_for("work.told"), code=303)


@bp.route("/work/notifications/preferences", methods=["GET", "POST"])
@access(NOTIFICATION_VIEW)
def notification_preferences() -> Response | tuple[str, int]:
    """How each group of notifications reaches me, and when."""
    me = actor()
    groups = notifications.groups()
    form = preferences_form(groups, preferences_of(me.id))
    status = 200
    if request.method == "POST":
        try:
            if form.validate():
                operations.choose(me, form.choices(), form.hours(), form.seen_version or 0)
                flash(_("Saved."), "good")
                return redirect(url_for("work.notification_preferences"), code=303)
        except Invalid as error:
            apply(form, error)
        status = 422
    return page("work/notifications/preferences.html", form=form, groups=groups, address=address_of(me.id)), status
