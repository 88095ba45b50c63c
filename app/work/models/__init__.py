"""Tables of the working day."""

from app.work.models.assignments import Assignment, AssignmentFile, AssignmentMember, Series
from app.work.models.items import WorkItem
from app.work.models.notification import MailChoice, MailHours, Notification

__all__ = [
    "Assignment",
    "AssignmentFile",
    "AssignmentMember",
    "MailChoice",
    "MailHours",
    "Notification",
    "Series",
    "WorkItem",
]
