"""Dated facts as a line of periods: how a change or an end on a day rewrites it (DESIGN §5).

A change never alters what held before its day, and never reaches beyond the next change already recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """``values`` hold from ``start`` until before ``end`` (None: open). ``id`` is that of the stored row, 0 if new."""

    start: date
    end: date | None
    values: Mapping[str, Any]
    id: int = 0


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What to store: the rows that a new truth replaces, and the rows that say it."""

    superseded: list[int] = field(default_factory=list)
    added: list[Span] = field(default_factory=list)


def change(spans: Sequence[Span], day: date, values: Mapping[str, Any], until: date | None = None) -> Rewrite:
    """From ``day`` on ``values`` hold: until the next recorded change, the end of the period, or ``until``.

    ``spans`` do not overlap. Nothing is written when the same values hold already.
    """
    held = at(spans, day)
    later = min((span.start for span in spans if span.start > day), default=None)
    end = held.end if held is not None else later
    if until is not None and (end is None or until < end):
        end = until
    if held is None:
        return Rewrite([], [Span(day, end, values)])
    if dict(held.values) == dict(values) and end == held.end:
        return Rewrite()
    added = [replace(held, end=day, id=0)] if held.start < day else []
    added.append(Span(day, end, values))
    if end is not None and (held.end is None or end < held.end):
        added.append(replace(held, start=end, id=0))
    return Rewrite([held.id], added)


def end(spans: Sequence[Span], day: date) -> Rewrite:
    """Nothing holds from ``day`` on: the period of that day is cut, later ones are withdrawn."""
    reached = [span for span in spans if span.end is None or span.end > day]
    return Rewrite(
        [span.id for span in reached],
        [replace(span, end=day, id=0) for span in reached if span.start < day],
    )


def at(spans: Sequence[Span], day: date) -> Span | None:
    """The period that ``day`` lies in."""
    return next((s for s in spans if s.start <= day and (s.end is None or day < s.end)), None)


def overlapping(spans: Sequence[Span], start: date, end: date | None) -> list[Span]:
    """The periods that share a day with ``start`` until before ``end``."""
    return [s for s in spans if (end is None or s.start < end) and (s.end is None or start < s.end)]
