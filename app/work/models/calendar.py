"""The secret address under which somebody's calendar can be read by a program."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import UtcDateTime

LIVE = text("revoked_at IS NULL")


class CalendarFeed(Base):
    """A feed of one person, one at a time; only the digest of its secret is kept."""

    __tablename__ = "work_calendar_feed"
    __table_args__ = (
        Index("uq_work_calendar_feed_live", "person_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
