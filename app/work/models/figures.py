"""What the branch manager plans and what work costs (D40): targets by unit, metric and period; costs by unit and month."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import Money, UtcDateTime


class FigurePlan(Base):
    """The planned figure of one metric of one unit (with all below it) in one period, such as ``2026-11`` or ``2026-Q4``."""

    __tablename__ = "work_figure_plan"
    __table_args__ = (
        UniqueConstraint("unit_id", "metric", "period"),
        CheckConstraint("target >= 0", name="target"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    metric: Mapped[str] = mapped_column(String(30))
    period: Mapped[str] = mapped_column(String(7))
    target: Mapped[Decimal] = mapped_column(Money)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Cost(Base):
    """What one unit spent in one month, entered by hand; ``month`` is its first day."""

    __tablename__ = "work_cost"
    __table_args__ = (
        UniqueConstraint("unit_id", "month"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    month: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Money)
    note: Mapped[str] = mapped_column(String(300), default="")
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
