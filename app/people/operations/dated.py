"""Writing dated facts: a rewrite of one key's line of periods, rows superseded and added, never changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import inspect, select, update

from app.core import clock
from app.core.database import session
from app.people.rules.timeline import Rewrite, Span

_BOOKKEEPING = frozenset(
    {"id", "valid_from", "valid_to", "recorded_at", "superseded_at", "recorded_by", "granted_by", "reason", "end_told"}
)


def spans(model: Any, key: Mapping[str, Any]) -> list[Span]:
    """The periods of ``key`` as known now, oldest first."""
    valued = [attr.key for attr in inspect(model).column_attrs if attr.key not in _BOOKKEEPING | set(key)]
    rows = session.scalars(
        select(model).filter_by(**key).where(model.superseded_at.is_(None)).order_by(model.valid_from)
    )
    return [Span(row.valid_from, row.valid_to, {name: getattr(row, name) for name in valued}, row.id) for row in rows]


def write(model: Any, key: Mapping[str, Any], rewrite: Rewrite, **written_by: Any) -> list[int]:
    """Carry out a rewrite; returns the ids of the new rows. The caller holds the lock of the key's owner."""
    now = clock.now()
    kept: dict[int, dict[str, Any]] = {}
    if rewrite.superseded:
        carried = [name for name in ("reason",) if hasattr(model, name)]
        if carried:
            rows = session.scalars(select(model).where(model.id.in_(rewrite.superseded)))
            kept = {row.id: {name: getattr(row, name) for name in carried} for row in rows}
        session.execute(
            update(model)
            .where(model.id.in_(rewrite.superseded), model.superseded_at.is_(None))
            .values(superseded_at=now)
            .execution_options(synchronize_session="fetch")
        )
    old = kept[rewrite.superseded[0]] if len(kept) == 1 else {}
    added = [
        model(**key, **span.values, valid_from=span.start, valid_to=span.end, recorded_at=now, **{**old, **written_by})
        for span in rewrite.added
    ]
    session.add_all(added)
    session.flush()
    return [row.id for row in added]


def plain(found: Sequence[Span], day: date) -> dict[str, Any] | None:
    """Values that hold on ``day``, for the audit's "old"."""
    for span in found:
        if span.start <= day and (span.end is None or day < span.end):
            return dict(span.values)
    return None
