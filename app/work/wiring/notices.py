"""Registers notices: their process and pages, jobs, what people are told, and the library (D29)."""

from datetime import datetime

from app.core import calendar, files, jobs, outbox
from app.core.actor import Actor
from app.core.texts import _l
from app.people.audiences import chosen_under
from app.web import dates
from app.web.dates import DateEntry
from app.work import following, notifications, tabs
from app.work.operations import notice_delivering, notice_publishing, notice_reminding, notices
from app.work.permissions import NOTICE_VIEW, NOTICE_WRITE
from app.work.queries import notices as notice_reads
from app.work.queries import receipts
from app.work.rules import notices as rules
from app.work.subjects import notices as subject
from app.work.views import library, reading  # noqa: F401 - routes
from app.work.views import notices as pages  # noqa: F401 - routes
from app.workflow.signals import run_closed, run_moved
from app.workflow.views.subject_pages import subject_page


def register() -> None:
    """Everything of notices."""
    chosen_under(NOTICE_WRITE)
    subject.register()
    subject_page(notices.KIND, reading.show_step)
    run_moved.connect(notice_publishing.following)
    run_closed.connect(notice_publishing.following)
    files.reader(notices.PURPOSE, notice_reads.may_read_file)
    reading.register()
    tabs.tab("notices", _l("Notices"), "work.notices_list", NOTICE_VIEW, 70)
    following.source(
        "notices",
        title=_l("Required reading"),
        counts=receipts.behind_counts,
        things=receipts.behind_things,
        nudge=notice_reminding.nudge_late,
    )
    dates.source("reading", title=_l("Required reading"), entries=_read_by, icon="news", order=40)
    outbox.carrier(notice_reminding.NUDGED, notice_reminding.carry_nudges)
    outbox.carrier(rules.NUDGED_LATE, notice_reminding.carry_late)
    jobs.every("work.deliver_notices", notice_delivering.deliver_notices, seconds=5)
    jobs.every("work.add_newcomers", notice_delivering.add_newcomers, minutes=10)
    jobs.every("work.remind_readers", notice_reminding.remind_readers, minutes=15)
    jobs.every("work.end_notices", notice_publishing.end_notices, seconds=30)
    tell = notifications.kind
    tell(
        notice_delivering.TOLD, title=_l("Notice for you: %(title)s"), why=_l("You belong to those it is for."),
        group="notices",
    )  # fmt: skip
    tell(
        notice_reminding.DUE, title=_l("Please read “%(title)s” by %(day)s"),
        why=_l("It is required reading and you have not read it."), group="notices",
    )  # fmt: skip
    tell(
        notice_reminding.LATE, title=_l("Overdue reading: “%(title)s” was to be read by %(day)s"),
        why=_l("It is required reading and you have not read it."), group="notices",
    )  # fmt: skip
    tell(
        notice_reminding.BEHIND, title=_l("People of yours have not read “%(title)s”, due on %(day)s"),
        why=_l("You are the supervisor of those who are late."), group="following",
    )  # fmt: skip
    tell(
        notice_reminding.NUDGED, title=_l("%(who)s asks you to read “%(title)s”"),
        why=_l("It is required reading and you have not read it."), group="notices",
    )  # fmt: skip
    tell(
        rules.NUDGED_LATE, title=_l("Overdue reading (%(count)s), first “%(title)s”. %(who)s: %(why)s"),
        why=_l("It is required reading and you have not read it."), group="notices",
    )  # fmt: skip


def _read_by(actor: Actor, start: datetime, end: datetime) -> list[DateEntry]:
    """Read-by dates of what the reader has not read: reading is one's own, whoever one stands in for."""
    found = []
    for row in notice_reads.owed_by(actor.id):
        at = calendar.start_of_day(row.read_by) if row.read_by else None
        if at is not None and start <= at < end:
            url = f"/work/notices/{row.id}"
            found.append(
                DateEntry(f"notice-{row.id}", at, row.title, url, all_day=True, icon="news", person_id=actor.id)
            )
    return found
