"""The organisation tree: units, and where each one stands from which day on (D8)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, triggers
from app.core.database import Base, Id
from app.core.dated import Dated
from app.core.types import UtcDateTime


class Unit(Base):
    """An organisation unit: only what never changes about it."""

    __tablename__ = "people_unit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)


class Placement(Dated, Base):
    """Name, level and parent of a unit for a time. A closed unit keeps its place, so its history stays in scope."""

    __tablename__ = "people_unit_placement"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        CheckConstraint("parent_id IS NULL OR parent_id <> unit_id", name="not_own_parent"),
        Index(
            "uq_people_unit_placement_open",
            "unit_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=text("valid_to IS NULL AND superseded_at IS NULL"),
        ),
        Index("ix_people_unit_placement_parent_id_valid_from", "parent_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("people_unit.id"))
    name: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(40))
    closed: Mapped[bool] = mapped_column(default=False)
    recorded_by: Mapped[int] = mapped_column(Id, default=0)


triggers.no_overlap(Placement, ("unit_id",), title="two placements at once")
