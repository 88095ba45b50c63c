"""Puts the workflow core into the application: lanes, signals, jobs, chain, views."""

from collections.abc import Mapping

from flask import Flask
from sqlalchemy import select

from app.core import calendar, chain, files, jobs
from app.core.database import session, unit_of_work
from app.core.texts import _l
from app.people import administration
from app.people import signals as people
from app.web import menu
from app.workflow import lanes as _lanes  # noqa: F401 - registers the lanes of this room
from app.workflow import operations
from app.workflow.models import Definition
from app.workflow.permissions import BATCH_START, ERASURE_CONFIRM, PROCESS_VIEW
from app.workflow.queries.history import CHAIN, chain_rows
from app.workflow.queries.seeds import seeds
from app.workflow.views import batches, bp, diary, erasures, processes, runs, turns  # noqa: F401 - each module adds its routes


def register(app: Flask) -> None:
    """Connect the room."""
    chain.source(CHAIN, chain_rows)
    calendar.calendar_changed.connect(operations.request_recomputation)
    people.person_left.connect(operations.person_left)
    people.membership_began.connect(operations.refresh_team)
    people.membership_ended.connect(operations.membership_ended)
    jobs.every("workflow.sweep_deadlines", operations.sweep_deadlines, seconds=30)
    jobs.every("workflow.report_results", operations.report_results, seconds=10)
    jobs.every("workflow.make_batches", operations.make_batches, seconds=5)
    jobs.every("workflow.recompute_dues", operations.recompute_dues, seconds=15)
    jobs.every("workflow.watch_calendar", operations.watch_calendar, minutes=360)
    jobs.every("workflow.find_hands", operations.find_hands, minutes=10)
    jobs.every("workflow.follow_lanes", operations.follow_lanes, minutes=360)
    jobs.every("workflow.sync_seeds", _sync_seeds, minutes=60)
    files.reader(operations.PURPOSE, turns.may_read_evidence)
    app.jinja_env.filters["name_in"] = name_in
    app.register_blueprint(bp)
    diary.register()
    menu.item(
        "processes",
        _l("Processes"),
        "workflow.processes",
        icon="hierarchy",
        permission=PROCESS_VIEW,
        order=85,
        group="admin",
    )
    menu.item(
        "batches", _l("Batches"), "workflow.batches", icon="copy", permission=BATCH_START, order=86, group="admin"
    )
    menu.item(
        "erasures",
        _l("Erasing by law"),
        "workflow.erasures",
        icon="trash",
        permission=ERASURE_CONFIRM,
        order=95,
        group="admin",
    )
    administration.task(
        "processes",
        _l("Look through the processes"),
        _l("The job runner publishes the shipped ones; change what your institution does otherwise."),
        endpoint="workflow.processes",
        permission=PROCESS_VIEW,
        done=lambda: session.scalar(select(Definition.id).limit(1)) is not None,
        order=70,
    )


def _sync_seeds() -> int:
    """Job: a product that was brought up to date publishes its new seeds by itself."""
    list(seeds())  # read from their files before the unit takes the database
    with unit_of_work():
        return len(operations.sync_seeds())


def name_in(person_id: int, names: Mapping[int, str]) -> str:
    """A person's name out of those that a page knows."""
    return names.get(person_id, "?")
