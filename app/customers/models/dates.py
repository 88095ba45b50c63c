"""Days that matter with a customer: what matures, when the dossier is to be checked (D35, D51)."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import Money, UtcDateTime
from app.customers.rules import values


class CustomerDate(Base):
    """One day that somebody must think of: a deposit or loan that matures, a check of the dossier, something else.

    ``submission`` is the mark of the form it came from, so that a form sent twice makes one record.
    """

    __tablename__ = "customers_date"
    __table_args__ = (
        CheckConstraint(f"kind IN {values.DATE_KINDS}", name="kind"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount"),
        Index("ix_customers_date_customer_id", "customer_id", "day", "id"),
        Index("ix_customers_date_day", "day", "customer_id"),
        Index("uq_customers_date_submission", "created_by", "submission", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"))
    kind: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    text: Mapped[str] = mapped_column(String(values.DATE_LIMIT))
    amount: Mapped[Decimal | None] = mapped_column(Money)
    submission: Mapped[str | None] = mapped_column(String(64))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
