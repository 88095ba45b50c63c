"""Registers the working day."""

from flask import Flask

from app.core.texts import _l
from app.web import menu
from app.work import notifications  # noqa: F401 - registers the groups
from app.work.permissions import DESK_VIEW, TODAY_VIEW
from app.work.views import bp


def register(app: Flask) -> None:
    """Pages and places of the navigation."""
    app.register_blueprint(bp)
    menu.item("today", _l("Today"), "work.today", icon="today", permission=TODAY_VIEW, order=10, phone=True)
    menu.item("team", _l("Desk"), "work.desk", icon="team", permission=DESK_VIEW, order=20)
