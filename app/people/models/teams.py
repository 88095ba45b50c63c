"""Customer teams by industry and who is in them, in which of the four roles, from when to when (D7, D9)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, triggers
from app.core.database import Base, Id
from app.core.dated import Dated
from app.core.types import UtcDateTime


class Team(Base):
    """A customer team of a unit."""

    __tablename__ = "people_team"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"), index=True)
    industry: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(500), default="")
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)


class Membership(Dated, Base):
    """One role of one person in one team for a time; a relationship manager is often the leader too."""

    __tablename__ = "people_membership"
    __table_args__ = (
        CheckConstraint("role IN ('leader', 'relationship', 'business', 'support')", name="role"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        Index(
            "uq_people_membership_open",
            "team_id",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=text("valid_to IS NULL AND superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("people_team.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    end_told: Mapped[bool] = mapped_column(default=False)
    """Whether the other rooms have been told that it has ended."""
    recorded_by: Mapped[int] = mapped_column(Id, default=0)


triggers.no_overlap(Membership, ("team_id", "person_id", "role"), title="the same role twice at once")
