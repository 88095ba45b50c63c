"""Erasing typed texts by law: one person asks, another confirms, the runs keep that it was done."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, Id
from app.core.types import UtcDateTime


class Erasure(Base):
    """One wish to have typed texts erased: of some runs, or only what one person typed in them."""

    __tablename__ = "workflow_erasure"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'done', 'refused')", name="state"),
        CheckConstraint("ground in ('request', 'retention', 'mistake')", name="ground"),
        CheckConstraint("decided_by_id is null or decided_by_id <> asked_by_id", name="second_person"),
        CheckConstraint("(state = 'asked') = (decided_at is null)", name="decided"),
        Index(
            "ix_workflow_erasure_asked",
            "id",
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    ground: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), default="asked")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people_person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    texts: Mapped[int] = mapped_column(default=0)


class ErasureRun(Base):
    """One of the runs that an erasure is about, frozen when it was asked for."""

    __tablename__ = "workflow_erasure_run"

    erasure_id: Mapped[int] = mapped_column(ForeignKey("workflow_erasure.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("workflow_run.id"), primary_key=True)
