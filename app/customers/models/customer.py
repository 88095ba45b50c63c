"""Who the customers are, who decides there, who serves them since when, and how they belong together."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, search, triggers
from app.core.database import Base, Id
from app.core.dated import Dated
from app.core.types import Money, UtcDateTime
from app.customers.rules import values
from app.customers.rules.contacts import NEVER


class Customer(Base):
    """One customer, counted once however many accounts it holds (D12).

    ``holder_id``, ``team_id`` and ``since`` repeat the portfolio row in force today; ``holder_id`` NULL is the open
    pool. ``name_key`` finds other spellings of a name, ``sort_key`` sorts by pinyin, ``contact_due_on`` is the day by
    which the tier asks for the next contact (D51). Numbers of phone and identity stand masked here and whole in
    :class:`Secret`.
    """

    __tablename__ = "customers_customer"
    __table_args__ = (
        CheckConstraint(f"kind IN {values.KINDS}", name="kind"),
        Index("ix_customers_customer_sort_key", "sort_key", "id"),
        Index("ix_customers_customer_tier", "tier", "sort_key", "id"),
        Index("ix_customers_customer_industry", "industry", "sort_key", "id"),
        Index("ix_customers_customer_asset_value", "asset_value", "id"),
        Index("ix_customers_customer_contact_due_on", "contact_due_on", "id"),
        Index("ix_customers_customer_holder_id_contact_due_on", "holder_id", "contact_due_on", "id"),
        Index("ix_customers_customer_holder_id_tier", "holder_id", "tier"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(values.NUMBER_LIMIT), unique=True)
    name: Mapped[str] = mapped_column(String(values.NAME_LIMIT))
    name_key: Mapped[str] = mapped_column(String(values.NAME_LIMIT), index=True)
    sort_key: Mapped[str] = mapped_column(String(200))
    search_text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    industry: Mapped[str | None] = mapped_column(String(32))
    tier: Mapped[str] = mapped_column(String(32))
    asset_value: Mapped[Decimal] = mapped_column(Money, default=Decimal("0.00"))
    phone_masked: Mapped[str] = mapped_column(String(24), default="")
    identity_masked: Mapped[str] = mapped_column(String(32), default="")
    address: Mapped[str] = mapped_column(String(values.ADDRESS_LIMIT), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("people_team.id"), index=True)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"), index=True)
    since: Mapped[date] = mapped_column(default=clock.today)
    last_contact_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contact_due_on: Mapped[date] = mapped_column(default=NEVER)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)


search.index(Customer.__table__)


class Secret(Base):
    """A whole phone or identity number, apart from everything that lists read. Reading one is logged with a reason."""

    __tablename__ = "customers_secret"
    __table_args__ = (
        CheckConstraint("field IN ('phone', 'identity')", name="field"),
        UniqueConstraint("customer_id", "field", "key_person_id"),
        Index(
            "uq_customers_secret_own",
            "customer_id",
            "field",
            unique=True,
            sqlite_where=text("key_person_id IS NULL"),
            postgresql_where=text("key_person_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"))
    key_person_id: Mapped[int | None] = mapped_column(ForeignKey("customers_key_person.id"), index=True)
    field: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(String(32))


class KeyPerson(Base):
    """Somebody at the customer: who decides, who advises, whom one telephones."""

    __tablename__ = "customers_key_person"
    __table_args__ = (Index("ix_customers_key_person_customer_id", "customer_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"))
    name: Mapped[str] = mapped_column(String(values.NAME_LIMIT))
    post: Mapped[str] = mapped_column(String(80), default="")
    decides: Mapped[bool] = mapped_column(default=False)
    phone_masked: Mapped[str] = mapped_column(String(24), default="")
    birthday: Mapped[date | None]
    about: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class Portfolio(Dated, Base):
    """Who serves a customer from when to when (D17, D51); ``holder_id`` NULL: nobody, it stands in the open pool.

    ``origin``: ``existing`` was distributed, ``new`` was won by the holder; the two are counted apart (D17).
    """

    __tablename__ = "customers_portfolio"
    __table_args__ = (
        CheckConstraint("origin IN ('existing', 'new')", name="origin"),
        Index("ix_customers_portfolio_customer_id", "customer_id", "valid_from"),
        Index("ix_customers_portfolio_holder_id", "holder_id", "valid_from"),
        Index("ix_customers_portfolio_valid_from", "valid_from"),
        Index("ix_customers_portfolio_valid_to", "valid_to"),
        Index(
            "uq_customers_portfolio_open",
            "customer_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=text("valid_to IS NULL AND superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("people_team.id"))
    origin: Mapped[str] = mapped_column(String(16), default="existing")
    reason: Mapped[str] = mapped_column(String(values.REASON_LIMIT), default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))


triggers.no_overlap(Portfolio, ("customer_id",), title="a customer has one holder at a time")


class Related(Base):
    """Two customers that belong together (D12). ``relation`` says what ``other_id`` is to ``customer_id``."""

    __tablename__ = "customers_related"
    __table_args__ = (
        UniqueConstraint("customer_id", "other_id"),
        CheckConstraint(f"relation IN {values.RELATIONS}", name="relation"),
        CheckConstraint("customer_id <> other_id", name="not_itself"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"), index=True)
    relation: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))


class Recount(Base):
    """Where the recounting of next contacts stands after a change of the frequencies; 0: it is done."""

    __tablename__ = "customers_recount"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    next_id: Mapped[int] = mapped_column(Id, default=0)
