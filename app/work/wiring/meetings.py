"""Registers meetings: their process and pages, the job of their series, calendar, what people are told, and a measure."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from app.core import jobs
from app.core.actor import Actor
from app.core.measures import measure
from app.core.texts import _, _l
from app.people.audiences import chosen_under
from app.web import dates, diary
from app.web.dates import DateEntry
from app.web.diary import DiaryLine
from app.work import notifications, tabs
from app.work.operations import meeting_series, meetings, minutes
from app.work.permissions import MEETING_PLAN, MEETING_VIEW
from app.work.queries import meetings as reading
from app.work.subjects import meetings as subject
from app.work.views import meeting as pages
from app.work.views import meetings as _lists  # noqa: F401 - routes
from app.work.views import minutes as recording
from app.workflow.signals import run_closed
from app.workflow.views.subject_pages import subject_page


def register() -> None:
    """Everything of meetings."""
    chosen_under(MEETING_PLAN)
    subject.register()
    subject_page(meetings.KIND, pages.show_step, recording.keep_beside)
    run_closed.connect(minutes.follow_run)
    tabs.tab("meetings", _l("Meetings"), "work.meetings_list", MEETING_VIEW, 60)
    jobs.every("work.make_meetings", meeting_series.make_meetings, minutes=30)
    dates.source("meetings", title=_l("Meetings"), entries=_own, of_people=_theirs, icon="messages", order=20)
    diary.source("meetings", title=_l("Meetings"), lines=_attended, order=40)
    measure(
        "work.attendance", title=_l("Attendance at meetings in percent"), unit=_l("percent"), count=reading.attendance_rates,
        average=True,
    )  # fmt: skip
    tell = notifications.kind
    invited = _l("You are invited to this meeting.")
    tell(meetings.INVITED, title=_l("Meeting: %(title)s, %(at)s, %(place)s"), why=invited, group="meetings")
    tell(meetings.MOVED, title=_l("Meeting moved: %(title)s, now %(at)s, %(place)s"), why=invited, group="meetings")
    tell(meetings.OFF, title=_l("Meeting cancelled: %(title)s, %(at)s"), why=invited, group="meetings")
    tell(minutes.MINUTES, title=_l("Minutes confirmed: %(title)s, %(at)s"), why=invited, group="meetings")


def _own(actor: Actor, start: datetime, end: datetime) -> Sequence[DateEntry]:
    return _theirs(actor, actor.selves, start, end)


def _theirs(actor: Actor, ids: Collection[int], start: datetime, end: datetime) -> list[DateEntry]:
    found = []
    for row in reading.between(ids, start, end):
        over = row.starts_at + timedelta(minutes=row.minutes)
        found.append(
            DateEntry(
                f"meeting-{row.id}", row.starts_at, row.title, f"/work/meetings/{row.id}", over, icon="messages",
                done=row.stage != "planned" or row.state != "open", person_id=row.person, note=row.place, remind=True,
            )
        )  # fmt: skip
    return found


def _attended(person_id: int, start: datetime, end: datetime) -> list[DiaryLine]:
    return [
        DiaryLine(row.starts_at, _("Meeting “%(title)s”", title=row.title), f"/work/meetings/{row.id}")
        for row in reading.attended(person_id, start, end)
    ]
