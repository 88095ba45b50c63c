"""Who has looked at which customer (D23)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, triggers
from app.core.database import Base, Id
from app.core.types import UtcDateTime
from app.customers.rules import values


class Look(Base):
    """One look at one customer: its page opened, a hidden number revealed, or a row of an export."""

    __tablename__ = "customers_look"
    __table_args__ = (
        CheckConstraint("kind IN ('view', 'reveal', 'export')", name="kind"),
        Index("ix_customers_look_customer_id", "customer_id", "id"),
        Index("ix_customers_look_person_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    behalf_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    kind: Mapped[str] = mapped_column(String(16), default="view")
    what: Mapped[str] = mapped_column(String(32), default="")
    reason: Mapped[str | None] = mapped_column(String(values.REASON_LIMIT))
    channel: Mapped[str] = mapped_column(String(16), default="page")
    address: Mapped[str | None] = mapped_column(String(64))


triggers.append_only(Look, erasable=("reason",))
