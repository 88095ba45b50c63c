"""How long a run was in each stage: a run is in exactly one at any moment, so the parts sum to the whole, returns included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.workflow.rules.events import ENDED, STAGE_ENTERED, Event
from app.workflow.rules.state import RunState, StageVisit


@dataclass(frozen=True, slots=True)
class StageTime:
    """All stays in one stage together."""

    stage: str
    spent: timedelta
    visits: int


def stage_times(state: RunState, now: datetime) -> list[StageTime]:
    """Time in each stage that was entered, in order of first entry; an open stay counts until `now`."""
    return summed(state.visits, now)


def summed(visits: Iterable[StageVisit], now: datetime) -> list[StageTime]:
    """The same of stays that were stored."""
    found: dict[str, StageTime] = {}
    for visit in visits:
        spent = (visit.left_at or max(now, visit.entered_at)) - visit.entered_at
        known = found.get(visit.stage, StageTime(visit.stage, timedelta(), 0))
        found[visit.stage] = StageTime(visit.stage, known.spent + spent, known.visits + 1)
    return list(found.values())


def elapsed(state: RunState, now: datetime) -> timedelta:
    """From the opening to the end, or to `now`."""
    return (state.closed_at or max(now, state.last_at)) - state.opened_at


def visits_of(events: Iterable[Event]) -> list[StageVisit]:
    """The stays that events tell of, for rebuilding stored ones."""
    found: list[StageVisit] = []
    for event in events:
        if event.kind in (STAGE_ENTERED, ENDED) and found:
            found[-1] = StageVisit(found[-1].stage, found[-1].entered_at, event.at)
        if event.kind == STAGE_ENTERED:
            found.append(StageVisit(event.data["stage"], event.at))
    return found
