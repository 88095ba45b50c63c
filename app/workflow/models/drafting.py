"""Half-typed step forms. They belong to one person and survive the phone, the time-out and the conflict."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime


class Draft(Base):
    """What one person has typed into one turn so far, exactly as typed (also what is not valid yet)."""

    __tablename__ = "workflow_draft"
    __table_args__ = (UniqueConstraint("turn_id", "person_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("workflow_turn.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"), index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(Json)
    checklist: Mapped[list[str]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
