"""The institution itself and the words it uses for levels, posts, grades and industries."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import UtcDateTime


class Institution(Base):
    """The one institution of this database: its kind decides the vocabulary (D8)."""

    __tablename__ = "people_institution"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)


class Term(Base):
    """A word of the institution's own: renames, retires or adds to the shipped vocabulary. ``kind``: level, post …"""

    __tablename__ = "people_term"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)
