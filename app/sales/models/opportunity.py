"""An opportunity: one sale to one customer by one team. Where it stands in the eight steps is its run's business."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, search
from app.core.database import Base, Id
from app.core.types import Money, UtcDateTime
from app.sales.rules import limits, lists


class Opportunity(Base):
    """What is to be sold to whom, for how much, by when, by whom. ``run_id`` is its workflow, None only while it is made.

    ``terms`` are the conditions that were decided on; amount, products and terms are bound fields of the process.
    """

    __tablename__ = "sales_opportunity"
    __table_args__ = (
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount"),
        UniqueConstraint("created_by", "submission"),
        Index("ix_sales_opportunity_owner_id", "owner_id", "id"),
        Index("ix_sales_opportunity_owner_id_created_at", "owner_id", "created_at"),
        Index("ix_sales_opportunity_team_id", "team_id", "id"),
        Index("ix_sales_opportunity_unit_id", "unit_id", "id"),
        Index("ix_sales_opportunity_customer_id", "customer_id", "id"),
        Index("ix_sales_opportunity_expected_on", "expected_on", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("workflow_run.id"), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"))
    title: Mapped[str] = mapped_column(String(limits.TITLE))
    amount: Mapped[Decimal | None] = mapped_column(Money)
    expected_on: Mapped[date | None]
    source: Mapped[str | None] = mapped_column(String(20))
    terms: Mapped[str] = mapped_column(Text, default="")
    team_id: Mapped[int] = mapped_column(ForeignKey("people_team.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    search_text: Mapped[str] = mapped_column(Text)
    submission: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)


search.index(Opportunity.__table__)


class OpportunityProduct(Base):
    """One line of the plan. ``name`` is the product's name when the line was written: a later renaming changes no plan."""

    __tablename__ = "sales_opportunity_product"
    __table_args__ = (
        UniqueConstraint("opportunity_id", "position"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("sales_opportunity.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("sales_product.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    amount: Mapped[Decimal] = mapped_column(Money)
    price: Mapped[str] = mapped_column(String(limits.PRICE), default="")
    need: Mapped[str] = mapped_column(String(limits.NEED), default="")


class OpportunityContact(Base):
    """A key person of the customer and what that person is in this sale."""

    __tablename__ = "sales_opportunity_contact"
    __table_args__ = (
        UniqueConstraint("opportunity_id", "key_person_id"),
        CheckConstraint(f"role IN {lists.keys('contact_roles')}", name="role"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("sales_opportunity.id"))
    key_person_id: Mapped[int] = mapped_column(ForeignKey("customers_key_person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))


class Note(Base):
    """A remark about an opportunity. Its author may withdraw it; the row stays without its text."""

    __tablename__ = "sales_note"
    __table_args__ = (
        UniqueConstraint("person_id", "submission"),
        Index("ix_sales_note_opportunity_id", "opportunity_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("sales_opportunity.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    text: Mapped[str] = mapped_column(Text)
    submission: Mapped[str | None] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attachment(Base):
    """A file of an opportunity that is not evidence of a step."""

    __tablename__ = "sales_attachment"
    __table_args__ = (Index("ix_sales_attachment_opportunity_id", "opportunity_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("sales_opportunity.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("core_file.id"), unique=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
