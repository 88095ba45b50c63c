"""What somebody is told, and how they want to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime
from app.work.rules import quiet

UNREAD = text("read_at IS NULL")
MAIL_WAITS = text("mail_at IS NOT NULL")


class Notification(Base):
    """One thing that one person is told, once per ``once``. ``behalf_id``: the absent person whom the reader stands in for.

    ``args`` fill the places of the kind's sentence in the reader's language. ``mail``: whether it also goes out by mail, at
    once or in the digest, not before ``mail_at``; then ``sent``, or ``dropped`` when it was no longer wanted.
    """

    __tablename__ = "work_notification"
    __table_args__ = (
        UniqueConstraint("person_id", "once"),
        CheckConstraint("mail IN ('none', 'now', 'digest', 'sent', 'dropped')", name="mail"),
        CheckConstraint("mail_at IS NULL OR mail IN ('now', 'digest')", name="mail_at"),
        Index("ix_work_notification_person_id_at", "person_id", "at", "id"),
        Index("ix_work_notification_unread", "person_id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_work_notification_mail_at", "mail_at", "person_id", sqlite_where=MAIL_WAITS, postgresql_where=MAIL_WAITS),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    behalf_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    kind: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]] = mapped_column(Json)
    url: Mapped[str] = mapped_column(String(300))
    once: Mapped[str | None] = mapped_column(String(160))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail: Mapped[str] = mapped_column(String(8), default="none")
    mail_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailChoice(Base):
    """What a person has chosen for a group of kinds; without a row the group's own default holds."""

    __tablename__ = "work_mail_choice"
    __table_args__ = (CheckConstraint("mail IN ('none', 'now', 'digest')", name="mail"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    group: Mapped[str] = mapped_column("group_key", String(40), primary_key=True)
    mail: Mapped[str] = mapped_column(String(8))


class MailHours(Base):
    """When a person lets mail reach them: quiet hours and the digest's time, in minutes of the day in their zone."""

    __tablename__ = "work_mail_hours"
    __table_args__ = (
        CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439 AND digest_at BETWEEN 0 AND 1439",
            name="minutes",
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), primary_key=True)
    quiet_from: Mapped[int] = mapped_column(default=quiet.FROM)
    quiet_until: Mapped[int] = mapped_column(default=quiet.UNTIL)
    digest_at: Mapped[int] = mapped_column(default=quiet.DIGEST)
    working_days: Mapped[bool] = mapped_column(default=True)
    zone: Mapped[str] = mapped_column(String(60), default=quiet.ZONE)
    version: Mapped[int] = mapped_column(default=1)
