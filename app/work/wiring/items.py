"""Registers work items: the hub, assigning, their subject and lanes, their processes, measures and jobs."""

from pathlib import Path

from flask import Flask

from app.core import files, jobs
from app.core.texts import _l
from app.people import audiences
from app.people.signals import person_left
from app.web import menu, panels
from app.work import measures, permissions, tabs
from app.work.operations import files as attachments
from app.work.operations.following_runs import follow_run, hand_over
from app.work.operations.series import add_newcomers, make_series
from app.work.queries.assignments import may_read_file
from app.work.queries.items import KIND
from app.work.subjects import items as subject
from app.work.views import done, hub, items
from app.workflow import registry
from app.workflow.signals import run_moved
from app.workflow.views.subject_pages import subject_page


def register(app: Flask) -> None:
    """Work items: the hub, their subject and lanes, their processes, and what they are told of their runs."""
    hub.register(app)
    menu.item(
        "work", _l("Work"), "work.hub", icon="clipboard-check", permission=permissions.ITEM_VIEW, order=15, phone=True
    )
    tabs.tab("mine", _l("My items"), "work.hub", permissions.ITEM_VIEW, 10)
    tabs.tab("assigned", _l("Assigned by me"), "work.assigned", permissions.ASSIGN, 20)
    audiences.chosen_under(permissions.ASSIGN)
    subject_page(KIND, items.show_step)
    files.reader(attachments.PURPOSE, may_read_file)
    measures.register()
    panels.panel("person.main", "work.done", done.panel, order=40, permission=permissions.ITEM_VIEW)
    jobs.every("work.make_series", make_series, seconds=60)
    jobs.every("work.add_newcomers", add_newcomers, seconds=60)
    subject.register()
    registry.seeds(Path(__file__).parents[1] / "definitions")
    run_moved.connect(follow_run)
    person_left.connect(hand_over)
