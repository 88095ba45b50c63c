"""Tables of the working day."""

from app.work.models.assignments import Assignment, AssignmentFile, AssignmentMember, Series
from app.work.models.calendar import CalendarFeed
from app.work.models.items import WorkItem
from app.work.models.kinds import KindSetting
from app.work.models.log import WorkLog
from app.work.models.meetings import AgendaPoint, Attendance, Correction, Decision, Meeting, MeetingSeries
from app.work.models.notices import Notice, NoticeFile, NoticeRevision, Receipt
from app.work.models.notification import MailChoice, MailHours, Notification
from app.work.models.raised import Raised
from app.work.models.routine import RoutineMark, RoutineTemplate

__all__ = [
    "AgendaPoint",
    "Assignment",
    "AssignmentFile",
    "AssignmentMember",
    "Attendance",
    "CalendarFeed",
    "Correction",
    "Decision",
    "KindSetting",
    "MailChoice",
    "MailHours",
    "Meeting",
    "MeetingSeries",
    "Notice",
    "NoticeFile",
    "NoticeRevision",
    "Notification",
    "Raised",
    "Receipt",
    "Series",
    "WorkItem",
]
__all__ = ["MailChoice", "MailHours", "Notification", "RoutineMark", "RoutineTemplate", "WorkLog"]
