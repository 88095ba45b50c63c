"""Resets of administrators' accounts: asked for by one administrator, confirmed by another (decision 0015)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import UtcDateTime


class Reset(Base):
    """One reset that needs two people. ``state``: asked, confirmed or withdrawn.

    ``part``: the first half of the one-time password, only until the second person makes the other half.
    """

    __tablename__ = "people_reset"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'confirmed', 'withdrawn')", name="state"),
        CheckConstraint("asked_by <> person_id", name="not_ones_own"),
        CheckConstraint(
            "state <> 'confirmed' OR (decided_by <> asked_by AND decided_by <> person_id)", name="two_people"
        ),
        CheckConstraint("(state = 'asked') = (decided_by IS NULL)", name="decided"),
        CheckConstraint("(state = 'asked') = (part IS NOT NULL)", name="part"),
        Index(
            "uq_people_reset_asked",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="asked")
    part: Mapped[str | None] = mapped_column(String(40))
    asked_by: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
