"""Registers the working day."""

from pathlib import Path

from flask import Flask

from app.core import jobs
from app.core.texts import _l
from app.people.signals import person_left
from app.web import menu, panels
from app.work import kinds_wiring, notices_wiring, permissions, subjects, tabs
from app.work.operations import mailing, telling
from app.work.operations.following_runs import follow_run, hand_over
from app.work.permissions import DESK_VIEW, TODAY_VIEW
from app.work.views import bp, hub
from app.work.views.notifications import bell
from app.workflow import registry
from app.workflow.signals import history_written, run_moved


def register(app: Flask) -> None:
    """Pages and places of the navigation."""
    _items(app)
    notices_wiring.register()
    kinds_wiring.register()
    app.register_blueprint(bp)
    _bell(app)
    menu.item("today", _l("Today"), "work.today", icon="today", permission=TODAY_VIEW, order=10, phone=True)
    menu.item("team", _l("Desk"), "work.desk", icon="team", permission=DESK_VIEW, order=20)


def _items(app: Flask) -> None:
    """Work items: the hub, their subject and lanes, their processes, and what they are told of their runs."""
    hub.register(app)
    menu.item("work", _l("Work"), "work.hub", icon="clipboard-check", permission=permissions.ITEM_VIEW, order=15)
    tabs.tab("mine", _l("My items"), "work.hub", permissions.ITEM_VIEW, 10)
    subjects.register()
    registry.seeds(Path(__file__).parent / "definitions")
    run_moved.connect(follow_run)
    person_left.connect(hand_over)


def _bell(app: Flask) -> None:
    """Notifications: the bell on every page, what processes tell, and the mail of it."""
    panels.panel("layout.bar", "work.bell", bell)
    history_written.connect(telling.hear)
    jobs.every("work.mail", lambda: mailing.write_mail(app.config["ADDRESS"]), seconds=20)
    jobs.every("work.forget_notifications", mailing.forget_old, minutes=360)
