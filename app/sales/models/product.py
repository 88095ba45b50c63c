"""The product catalogue: what may be combined into a plan (D4)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import UtcDateTime
from app.sales.rules import lists


class Product(Base):
    """One product. A retired one stays in the plans that hold it and is offered no more."""

    __tablename__ = "sales_product"
    __table_args__ = (
        CheckConstraint(f"kind IN {lists.keys('product_kinds')}", name="kind"),
        CheckConstraint(f"audience IN {lists.keys('audiences')}", name="audience"),
        Index("ix_sales_product_retired_at_kind", "retired_at", "kind", "code"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    name_en: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(16))
    audience: Mapped[str] = mapped_column(String(8))
    price: Mapped[str] = mapped_column(String(120), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
