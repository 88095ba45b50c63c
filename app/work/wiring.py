"""Registers the working day."""

from flask import Flask

from app.core import jobs, outbox
from app.core.texts import _l
from app.web import menu, panels
from app.work import goals_wiring, items_wiring, kinds_wiring, notices_wiring
from app.work import reports as _reports  # noqa: F401 - registers a lane and a list of options
from app.work.operations import desk, mailing, telling
from app.work.permissions import DESK_VIEW, TODAY_VIEW
from app.work.views import bp
from app.work.views.notifications import bell
from app.workflow.signals import history_written


def register(app: Flask) -> None:
    """Pages and places of the navigation."""
    items_wiring.register(app)
    notices_wiring.register()
    kinds_wiring.register()
    goals_wiring.register(app)
    app.register_blueprint(bp)
    _bell(app)
    menu.item("today", _l("Today"), "work.today", icon="today", permission=TODAY_VIEW, order=10, phone=True)
    outbox.carrier(desk.NUDGE, desk.carry_nudges)
    menu.item("team", _l("Desk"), "work.desk", icon="team", permission=DESK_VIEW, order=20)


def _bell(app: Flask) -> None:
    """Notifications: the bell on every page, what processes tell, and the mail of it."""
    panels.panel("layout.bar", "work.bell", bell)
    history_written.connect(telling.hear)
    jobs.every("work.mail", lambda: mailing.write_mail(app.config["ADDRESS"]), seconds=20)
    jobs.every("work.forget_notifications", mailing.forget_old, minutes=360)
