"""Registers the kinds of work, the form builder, and what is raised to other units."""

from app.core.texts import _l
from app.work import reports as _reports  # noqa: F401 - registers a lane and a list of options
from app.work import tabs
from app.work.permissions import RAISE
from app.work.views import reports as _report_pages  # noqa: F401 - its routes


def register() -> None:
    """A page of the hub."""
    tabs.tab("reports", _l("Reports"), "work.reports_list", RAISE, 30)
