"""What a person did, told by the rooms that keep the records: visits and calls, steps done, later study (D32).

The work log is filled from it beforehand, so that nobody types what the product knows already.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class DiaryLine:
    """One thing that was done: when (UTC), in words of the reader's language, and where its record is."""

    at: datetime
    text: Any
    url: str | None = None


Lines = Callable[[int, datetime, datetime], Sequence[DiaryLine]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one source tells of a person and a period, in order of time."""

    key: str
    title: Any
    lines: Sequence[DiaryLine]


_sources: dict[str, tuple[int, Any, Lines]] = {}


def source(key: str, *, title: Any, lines: Lines, order: int = 50) -> None:
    """Register ``lines(person_id, start, end)``: a constant number of statements, ``end`` exclusive.

    Whether the reader may see that person's day is decided by whoever asks; what is confidential beyond it (sealed
    steps, masked numbers) never stands in a line.
    """
    _sources[key] = (order, title, lines)


def chapters(person_id: int, start: datetime, end: datetime) -> list[Chapter]:
    """Everything the person did from ``start`` until before ``end``, by source; sources with nothing are left out."""
    found = []
    for key, (_order, title, lines) in sorted(_sources.items(), key=lambda s: (s[1][0], s[0])):
        told = sorted(lines(person_id, start, end), key=lambda line: line.at)
        if told:
            found.append(Chapter(key, title, told))
    return found
