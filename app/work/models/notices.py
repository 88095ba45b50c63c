"""Notices, their revisions and files, and one receipt for each person they are for (D29)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, search, triggers
from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime
from app.work.rules import notices as rules

_CATEGORIES = "(" + ", ".join(f"'{key}'" for key in rules.CATEGORIES) + ")"
STATES = ("draft", "checking", "published", "withdrawn", "expired")


class Notice(Base):
    """A notice or a report of the library. ``wanted`` is the newest revision that must have been read.

    ``state`` follows its run while that is open; a published notice is withdrawn or expires. ``delivered_at``: every
    person of the audience has a receipt.
    """

    __tablename__ = "work_notice"
    __table_args__ = (
        CheckConstraint(f"category IN {_CATEGORIES}", name="category"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("read_by IS NULL OR required", name="read_by"),
        CheckConstraint("wanted <= revision", name="wanted"),
        UniqueConstraint("author_id", "submission"),
        Index("ix_work_notice_state", "state", "delivered_at"),
        Index("ix_work_notice_author_id", "author_id", "id"),
        Index("ix_work_notice_unit_id", "unit_id", "id"),
        Index("ix_work_notice_published_at", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_run.id"), unique=True)
    title: Mapped[str] = mapped_column(String(rules.TITLE))
    body: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(16))
    questions: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    rule: Mapped[dict[str, Any]] = mapped_column(Json)
    standing: Mapped[bool] = mapped_column(default=False)
    required: Mapped[bool] = mapped_column(default=False)
    read_by: Mapped[date | None]
    sign: Mapped[bool] = mapped_column(default=False)
    expires_on: Mapped[date | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    revision: Mapped[int] = mapped_column(default=0)
    wanted: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default="")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(String(rules.REASON), default="")
    search_text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    submission: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)


search.index(Notice.__table__)


class NoticeRevision(Base):
    """What the notice said from its publication, or a later change, on. ``again``: everybody had to read it once more."""

    __tablename__ = "work_notice_revision"
    __table_args__ = (UniqueConstraint("notice_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("work_notice.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(rules.TITLE))
    body: Mapped[str] = mapped_column(Text)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))
    again: Mapped[bool]
    by: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


triggers.append_only(NoticeRevision)


class NoticeFile(Base):
    """A file that belongs to a notice; removed ones stay known."""

    __tablename__ = "work_notice_file"
    __table_args__ = (Index("ix_work_notice_file_notice_id", "notice_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("work_notice.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("core_file.id"), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Receipt(Base):
    """One person and one notice: delivered, opened, read (which revision), signed, and how the quiz went.

    ``rung`` is how far up the ladder a reminder has gone: each rung is told once.
    """

    __tablename__ = "work_receipt"
    __table_args__ = (
        UniqueConstraint("notice_id", "person_id"),
        CheckConstraint("(read_at IS NULL) = (read_revision = 0)", name="read"),
        CheckConstraint("signed_at IS NULL OR (signed_name <> '' AND signed_digest <> '')", name="signed"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_work_receipt_person_id", "person_id", "notice_id"),
        Index("ix_work_receipt_unread", "notice_id", "read_revision", "rung"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("work_notice.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    delivered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_revision: Mapped[int] = mapped_column(default=0)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_name: Mapped[str] = mapped_column(String(60), default="")
    signed_digest: Mapped[str] = mapped_column(String(64), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    score: Mapped[int | None]
    rung: Mapped[int] = mapped_column(default=0)
