"""Registers notifications with their mail, the calendar with its feed, and reminders."""

from flask import Flask

from app.core import jobs
from app.core.texts import _l
from app.web import agenda, dates, panels
from app.work import permissions, tabs
from app.work.operations import mailing, reminding, telling
from app.work.queries import dates as reading
from app.work.queries import reminders
from app.work.queries.mentioned import unheard_in
from app.work.views import feeds
from app.work.views.notifications import bell
from app.workflow.signals import history_written
from app.workflow.views import unheard


def register(app: Flask) -> None:
    """The bell on every page, what processes tell and the mail of it; a page of the hub, what stands in calendars."""
    panels.panel("layout.bar", "work.bell", bell)
    history_written.connect(telling.hear)
    unheard.found_by(unheard_in)
    jobs.every("work.mail", lambda: mailing.write_mail(app.config["ADDRESS"]), seconds=20)
    jobs.every("work.forget_notifications", mailing.forget_old, minutes=360)
    panels.panel("me.side", "work.feed", feeds.panel, permission=permissions.CALENDAR_VIEW)
    jobs.every("work.remind", reminding.remind, minutes=60)
    agenda.source("work.reminders", reminders.agenda, order=20)
    tabs.tab("calendar", _l("Calendar"), "work.calendar", permissions.CALENDAR_VIEW, 80)
    dates.source("turns", title=_l("Steps due"), icon="today", order=10,
                 entries=reading.own_turns, of_people=reading.turns_of_people)  # fmt: skip
    dates.source("absences", title=_l("Absences"), icon="away", order=90,
                 entries=reading.own_absences, of_people=reading.absences_of_people)  # fmt: skip
