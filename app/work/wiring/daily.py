"""Puts daily routines and work logs into the room: their tabs, jobs, process, and what they hear of runs and leavers."""

from app.core import jobs
from app.core.texts import _l
from app.people.signals import person_left
from app.work import permissions, tabs
from app.work.operations.logs import drop_leavers, follow_run, make_logs
from app.work.operations.routines import sync_routines
from app.work.subjects import logs as log_subject
from app.work.views import log_review, logs, routine_templates, routines  # noqa: F401 - each adds its routes
from app.workflow.signals import run_moved


def register() -> None:
    """The room's wiring calls this once; the folder of processes is registered there."""
    tabs.tab("routines", _l("Routines"), "work.routines", permissions.ROUTINE_VIEW, 40)
    routines.register()
    jobs.every("work.sync_routines", sync_routines, minutes=60)
    log_subject.register()
    tabs.tab("log", _l("Work log"), "work.logs", permissions.LOG_VIEW, 50)
    logs.register()
    jobs.every("work.make_logs", make_logs, minutes=5)
    run_moved.connect(follow_run)
    person_left.connect(drop_leavers)
