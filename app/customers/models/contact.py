"""What happened with a customer: visits, calls and other contacts, their photos, and notes (D18)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import UtcDateTime
from app.customers.rules import values


class Contact(Base):
    """One visit, call, message, mail or talk at the counter. ``opportunity_id`` belongs to the sales room.

    ``submission`` is the mark of the form it came from, so that a form sent twice makes one record.
    """

    __tablename__ = "customers_contact"
    __table_args__ = (
        CheckConstraint(f"kind IN {values.CONTACT_KINDS}", name="kind"),
        UniqueConstraint("person_id", "submission"),
        Index("ix_customers_contact_customer_id", "customer_id", "at", "id"),
        Index("ix_customers_contact_person_id", "person_id", "at"),
        Index("ix_customers_contact_opportunity_id", "opportunity_id", "kind"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"))
    kind: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    behalf_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(values.PLACE_LIMIT), default="")
    people: Mapped[str] = mapped_column(String(values.PEOPLE_LIMIT), default="")
    said: Mapped[str] = mapped_column(Text, default="")
    opportunity_id: Mapped[int | None] = mapped_column(BigInteger)
    submission: Mapped[str | None] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)


class Photo(Base):
    """A photo taken at a visit or of a note from a call; the file itself is kept by ``core.files``."""

    __tablename__ = "customers_photo"
    __table_args__ = (UniqueConstraint("contact_id", "file_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("customers_contact.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("core_file.id"), index=True)


class Note(Base):
    """A remark about a customer. Its author may withdraw it; the row stays without its text."""

    __tablename__ = "customers_note"
    __table_args__ = (
        UniqueConstraint("person_id", "submission"),
        Index("ix_customers_note_customer_id", "customer_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers_customer.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    text: Mapped[str] = mapped_column(Text)
    submission: Mapped[str | None] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
