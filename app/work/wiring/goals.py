"""Registers goals, the branch manager's figures and contests."""

from flask import Flask

from app.core import files, jobs
from app.core.texts import _l
from app.people import audiences
from app.work import tabs
from app.work.operations import goal_entries, goal_following
from app.work.permissions import CONTEST_HOLD, CONTEST_VIEW, FIGURES_VIEW, GOAL_VIEW
from app.work.queries import goals as goal_queries
from app.work.subjects import goals as subject
from app.work.views import contests, figures, goal, goal_panel, goal_parts, goals  # noqa: F401 - routes
from app.workflow.signals import run_closed, run_moved
from app.workflow.views.subject_pages import subject_page


def register(app: Flask) -> None:
    """Goals: their tab, subject, page of their steps, job, files and panel."""
    tabs.tab("goals", _l("Goals"), "work.goals", GOAL_VIEW, 80)
    tabs.tab("figures", _l("Figures"), "work.figures", FIGURES_VIEW, 85)
    tabs.tab("contests", _l("Contests"), "work.contests", CONTEST_VIEW, 86)
    audiences.chosen_under(CONTEST_HOLD)
    contests.register()
    subject.register()
    subject_page(subject.GOAL, goal.show_step)
    run_moved.connect(goal_following.follow_run)
    run_closed.connect(goal_following.follow_end)
    files.reader(goal_entries.PURPOSE, goal_queries.may_read_file)
    jobs.every("work.goals", goal_following.end_periods, minutes=10)
    goal_panel.register()
