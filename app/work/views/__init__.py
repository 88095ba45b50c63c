"""Pages of the working day."""

from flask import Blueprint

bp = Blueprint("work", __name__)

from app.work.views import assign, assignments, calendar, desk, done, feeds, hub, items, notifications, today  # noqa: E402, F401
