"""Persons (each with at most one account) and where they work, at which post and grade (D8, D10)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, search, triggers
from app.core.database import Base, Id
from app.core.dated import Dated
from app.core.types import UtcDateTime


class Person(Base):
    """A member of staff. ``state``: active, locked (may not sign in) or left."""

    __tablename__ = "people_person"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'locked', 'left')", name="state"),
        CheckConstraint("username = lower(username)", name="username_lower"),
        Index("ix_people_person_pinyin", "pinyin", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    pinyin: Mapped[str] = mapped_column(String(200), default="")
    """Sort key of the name."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    staff_number: Mapped[str | None] = mapped_column(String(32), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(8), default="active")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """End of a one-time password; None for one the person chose."""
    must_change_password: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str | None] = mapped_column(String(8))
    theme: Mapped[str] = mapped_column(String(8), default="auto")
    hired_on: Mapped[date | None]
    left_on: Mapped[date | None]
    """First day away for good; the state follows on that day."""
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)


search.index(Person.__table__)


class Posting(Dated, Base):
    """A person's unit, post and grade for a time; one at a time."""

    __tablename__ = "people_posting"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        Index(
            "uq_people_posting_open",
            "person_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=text("valid_to IS NULL AND superseded_at IS NULL"),
        ),
        Index("ix_people_posting_unit_id_valid_from", "unit_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    post: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str | None] = mapped_column(String(40))
    recorded_by: Mapped[int] = mapped_column(Id, default=0)


triggers.no_overlap(Posting, ("person_id",), title="two postings at once")
