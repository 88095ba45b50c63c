"""Absences: for these days the deputy acts on behalf of the person; it ends by itself."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import triggers
from app.core.database import Base, Id
from app.core.dated import Dated


class Absence(Dated, Base):
    """A person is away from ``valid_from`` until before ``valid_to`` and ``deputy_id`` stands in."""

    __tablename__ = "people_absence"
    __table_args__ = (
        CheckConstraint("valid_to IS NOT NULL AND valid_to > valid_from", name="days"),
        CheckConstraint("deputy_id <> person_id", name="not_own_deputy"),
        Index("ix_people_absence_deputy_id_valid_from", "deputy_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    recorded_by: Mapped[int] = mapped_column(Id, default=0)


triggers.no_overlap(Absence, ("person_id",), title="two absences at once")
triggers.refuse(
    Absence,
    "people_absence_no_chain",
    when=(
        "NEW.superseded_at IS NULL AND EXISTS (SELECT 1 FROM people_absence o WHERE o.id <> NEW.id "
        "AND o.superseded_at IS NULL AND (o.person_id = NEW.deputy_id OR o.deputy_id = NEW.person_id) "
        "AND o.valid_from < NEW.valid_to AND NEW.valid_from < o.valid_to)"
    ),
    message="people_absence: a deputy who is away, or whose own absence another covers",
)
