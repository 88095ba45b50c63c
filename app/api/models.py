"""Answers kept for requests that may come twice, and refused tokens that are counted."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime


class KeptAnswer(Base):
    """The answer to a POST with an Idempotency-Key, written in the same transaction as what the POST did.

    ``status`` NULL only inside that transaction. The body of the request stands as a keyed digest.
    """

    __tablename__ = "api_idempotency"
    __table_args__ = (UniqueConstraint("person_id", "key"), Index("ix_api_idempotency_at", "at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    key: Mapped[str] = mapped_column(String(200))
    request: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    answer: Mapped[Any | None] = mapped_column(Json)
    location: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class RefusedToken(Base):
    """A token that nobody has, from an address; only enough rows are kept to know that somebody is guessing."""

    __tablename__ = "api_refused_token"
    __table_args__ = (Index("ix_api_refused_token_address_at", "address", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
