"""Lists of customers taken in from a spreadsheet, piece by piece, so that a stopped import goes on where it stood."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime

STATES = ("checking", "ready", "running", "done", "cancelled", "failed")


class Import(Base):
    """One spreadsheet. ``position`` is the number of data rows already dealt with in the present state.

    ``columns`` are the field keys of the sheet's columns (None: not understood), ``preview`` its first rows, masked;
    it is emptied at the end.
    """

    __tablename__ = "customers_import"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_customers_import_state", "state", "id"),
        Index("ix_customers_import_person_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("core_file.id"))
    filename: Mapped[str] = mapped_column(String(200))
    failure: Mapped[str] = mapped_column(String(32), default="")
    state: Mapped[str] = mapped_column(String(16), default="checking")
    total: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    columns: Mapped[Any] = mapped_column(Json, default=list)
    preview: Mapped[Any] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportFault(Base):
    """What is wrong with one row of a spreadsheet: its line, its column, and a stable code."""

    __tablename__ = "customers_import_fault"
    __table_args__ = (Index("ix_customers_import_fault_import_id", "import_id", "line", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("customers_import.id"))
    line: Mapped[int]
    field: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(32))
