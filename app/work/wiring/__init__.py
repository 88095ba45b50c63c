"""Registers the working day."""

from flask import Flask

from app.core import outbox, settings
from app.core.texts import _l
from app.web import menu
from app.work.operations import desk
from app.work.permissions import DESK_VIEW, TODAY_VIEW
from app.work.views import bp
from app.work.wiring import bell, daily, goals, items, kinds, meetings, notices


def register(app: Flask) -> None:
    """Pages and places of the navigation."""
    settings.room("work", _l("Working day"), order=10)
    items.register(app)
    notices.register()
    meetings.register()
    kinds.register()
    goals.register(app)
    app.register_blueprint(bp)
    bell.register(app)
    daily.register()
    menu.item("today", _l("Today"), "work.today", icon="today", permission=TODAY_VIEW, order=10, phone=True)
    outbox.carrier(desk.NUDGE, desk.carry_nudges)
    menu.item("team", _l("Desk"), "work.desk", icon="team", permission=DESK_VIEW, order=20)
