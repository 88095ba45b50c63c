"""Registers the kinds of work, the form builder, and what is raised to other units."""

from app.core.texts import _l
from app.web import agenda, menu
from app.work import tabs
from app.work.permissions import RAISE
from app.work.subjects import raised  # noqa: F401 - registers a lane and a list of options
from app.work.views import kind_builder, kinds  # noqa: F401 - routes
from app.work.views import reports as _report_pages  # noqa: F401 - routes
from app.workflow.permissions import PROCESS_PUBLISH


def register() -> None:
    """A page of the hub, and one of the administration."""
    menu.item(
        "kinds",
        _l("Kinds of work"),
        "work.kinds_list",
        icon="list",
        permission=PROCESS_PUBLISH,
        order=86,
        group="admin",
    )
    agenda.source("work.drafts", kinds.drafts_waiting, order=80)
    tabs.tab("reports", _l("Reports"), "work.reports_list", RAISE, 30)
