"""Published definitions, which never change again, and the one draft per process that people edit."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import triggers
from app.core.database import Base, Id
from app.core.types import Json, UtcDateTime


class Definition(Base):
    """One published version of a process. `digest` names the body, `number` counts the versions of a process."""

    __tablename__ = "workflow_definition"
    __table_args__ = (
        UniqueConstraint("process", "number"),
        CheckConstraint("origin in ('seed', 'local')", name="origin"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    process: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[dict[str, Any]] = mapped_column(Json, deferred=True)
    title: Mapped[dict[str, str]] = mapped_column(Json)
    origin: Mapped[str] = mapped_column(String(10))
    edited_by: Mapped[list[int]] = mapped_column(Json)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("people_person.id"))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DefinitionDraft(Base):
    """What people are writing for the next version of a process; `edited_by` is everybody who wrote in it."""

    __tablename__ = "workflow_definition_draft"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    process: Mapped[str] = mapped_column(String(60), unique=True)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    edited_by: Mapped[list[int]] = mapped_column(Json)
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


triggers.append_only(Definition)
