"""Granted roles: dated, bound to a unit; the three administrators exclude one another (DESIGN §3)."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import triggers
from app.core.database import Base, Id
from app.core.dated import Dated

ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")
_ADMINISTRATORS = "('sysadmin', 'secadmin', 'auditor')"


class Grant(Dated, Base):
    """A role given to a person for a unit and all below it, for a time."""

    __tablename__ = "people_grant"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="days"),
        CheckConstraint("granted_by <> person_id", name="not_to_oneself"),
        Index(
            "uq_people_grant_open",
            "person_id",
            "role",
            "unit_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=text("valid_to IS NULL AND superseded_at IS NULL"),
        ),
        Index(
            "uq_people_grant_administrator",
            "person_id",
            unique=True,
            sqlite_where=text(f"role IN {_ADMINISTRATORS} AND valid_to IS NULL AND superseded_at IS NULL"),
            postgresql_where=text(f"role IN {_ADMINISTRATORS} AND valid_to IS NULL AND superseded_at IS NULL"),
        ),
        Index("ix_people_grant_role_unit_id", "role", "unit_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[int] = mapped_column(ForeignKey("people_unit.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    granted_by: Mapped[int] = mapped_column(Id, default=0)


triggers.no_overlap(Grant, ("person_id", "role", "unit_id"), title="the same role twice at once")
triggers.refuse(
    Grant,
    "people_grant_exclusive",
    when=(
        "NEW.superseded_at IS NULL AND NEW.role IN ('sysadmin', 'secadmin', 'auditor') AND EXISTS "
        "(SELECT 1 FROM people_grant o WHERE o.person_id = NEW.person_id AND o.id <> NEW.id "
        "AND o.superseded_at IS NULL AND o.role IN ('sysadmin', 'secadmin', 'auditor') "
        "AND (o.valid_to IS NULL OR o.valid_to > NEW.valid_from) "
        "AND (NEW.valid_to IS NULL OR NEW.valid_to > o.valid_from))"
    ),
    message="people_grant: administrators exclude one another",
)
