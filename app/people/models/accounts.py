"""How a person comes in: server-side sessions, attempts to sign in, tokens of programs. Secrets stand only as digests."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import UtcDateTime


class SignInSession(Base):
    """One sign-in of one person on one device, until it is ended, idle too long, or too old."""

    __tablename__ = "people_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200), default="")


class SignInAttempt(Base):
    """One attempt to sign in. ``account`` is a digest of what was typed: people type passwords into the wrong field."""

    __tablename__ = "people_sign_in_attempt"
    __table_args__ = (
        Index("ix_people_sign_in_attempt_pair", "account", "origin", "succeeded", "at"),
        Index("ix_people_sign_in_attempt_account", "account", "succeeded", "at"),
        Index("ix_people_sign_in_attempt_origin", "origin", "succeeded", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(80))
    """Where it came from: ``address:…``, or ``device:…`` for a browser that this account has used before."""
    succeeded: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class ApiToken(Base):
    """A program's key to the API with exactly its person's rights; shown once, kept as a digest."""

    __tablename__ = "people_api_token"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    start: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
