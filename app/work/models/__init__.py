"""Tables of the working day."""

from app.work.models.notification import MailChoice, MailHours, Notification

__all__ = ["MailChoice", "MailHours", "Notification"]
