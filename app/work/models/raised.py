"""What was raised to a unit: reports, opinions, requests. Its steps are its run's business, like those of any work item."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, Id
from app.core.types import UtcDateTime


class Raised(Base):
    """A work item that was raised: the receiving unit, and what of it stands in the shared library (D22).

    ``lead_unit_id`` is the unit that a coordination names as the one that carries it out (D47).
    """

    __tablename__ = "work_raised"
    __table_args__ = (
        CheckConstraint("shared_at is null or digest <> ''", name="shared"),
        Index("ix_work_raised_unit_id", "unit_id", "item_id"),
        Index(
            "ix_work_raised_shared_at",
            "shared_at",
            "item_id",
            sqlite_where=text("shared_at is not null"),
            postgresql_where=text("shared_at is not null"),
        ),
    )

    item_id: Mapped[int] = mapped_column(Id, ForeignKey("work_item.id"), primary_key=True, autoincrement=False)
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    receivers: Mapped[str] = mapped_column(String(20), default="heads")
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("people_unit.id"))
    digest: Mapped[str] = mapped_column(Text, default="")
    shared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
