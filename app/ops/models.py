"""Who runs the jobs at present, and when history was last verified."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import UtcDateTime


class Lease(Base):
    """A task that one process at a time may do: its holder keeps it as long as it renews it."""

    __tablename__ = "ops_lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class Verification(Base):
    """One reading of the whole history against its chains and seals; ``asked_by`` 0 is the product or the command line.

    ``broken`` is empty when history holds, else it names the first broken place.
    """

    __tablename__ = "ops_verification"
    __table_args__ = (
        CheckConstraint("ended_at IS NOT NULL OR broken = ''", name="ended"),
        Index("ix_ops_verification_ended_at", "ended_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    asked_by: Mapped[int] = mapped_column(BigInteger, default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seal_id: Mapped[int | None] = mapped_column(BigInteger)
    broken: Mapped[str] = mapped_column(String(300), default="")

    @property
    def holds(self) -> bool:
        """Whether history held."""
        return self.ended_at is not None and not self.broken
