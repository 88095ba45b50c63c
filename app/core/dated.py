"""Dated facts: when something was true, and when we knew it. Corrections add rows, so "as known on" works."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, or_
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.types import UtcDateTime


class Dated:
    """Mixin: true from ``valid_from`` until before ``valid_to``; known from ``recorded_at`` until ``superseded_at``."""

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


DAY: BindParameter[date] = bindparam("day", type_=Date())
"""Stands for the day in statements that are built once: ``in_force(Model, DAY)``, run with ``{"day": clock.today()}``."""


def in_force(
    model: Any, day: date | BindParameter[date] | None = None, known_at: datetime | None = None
) -> ColumnElement[bool]:
    """Rows of a :class:`Dated` model that hold on ``day`` (today), as known at ``known_at`` (now)."""
    day = clock.today() if day is None else day
    holds = and_(model.valid_from <= day, or_(model.valid_to.is_(None), model.valid_to > day))
    if known_at is None:
        return and_(holds, model.superseded_at.is_(None))
    return and_(
        holds,
        model.recorded_at <= known_at,
        or_(model.superseded_at.is_(None), model.superseded_at > known_at),
    )
