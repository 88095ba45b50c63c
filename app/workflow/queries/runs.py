"""Reading runs: one with its turns, its history as the reader may see it, times in stages, lists."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.errors import Invalid, NotFound
from app.core.paging import Key, Page, keyset
from app.core.texts import _l
from app.core.types import UtcDateTime
from app.people import queries as people
from app.workflow.models import Event, Run, StageVisit, Turn, Value
from app.workflow.queries.history import fact_of, folded, stored
from app.workflow.queries.opened import RUN_COLUMNS, Opened, open_run
from app.workflow.queries.visibility import run_visible
from app.workflow.rules.sealing import seen_event, sight
from app.workflow.rules.stage_times import summed
from app.workflow.rules.state import RunState
from app.workflow.rules.state import StageVisit as Stay


@dataclass(frozen=True, slots=True)
class RunTurn:
    """One turn of a run as the reader may see it."""

    id: int
    number: int
    step: str
    stage: str
    lane: str | None
    state: str
    outcome: str | None
    assignee_id: int | None
    opened_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    voided: bool
    missing_count: int
    version: int


def run_for(actor: Actor, run_id: int) -> Opened:
    """A run within the actor's view, with its state and pinned definition; NotFound otherwise."""
    return open_run(actor, run_id)


def turns_of(run: Opened) -> list[RunTurn]:
    """The turns of an opened run in the order they were opened, sealed and anonymous ones as far as allowed."""
    rows = session.execute(
        select(Turn.id, Turn.number, Turn.missing_count).where(Turn.run_id == run.run.id).order_by(Turn.number)
    )
    viewer = run.viewer()
    found = []
    for row in rows:
        turn = run.state.turns[row.number]
        see = sight(run.definition, run.state, turn, viewer)
        found.append(
            RunTurn(
                id=row.id,
                number=row.number,
                step=turn.step,
                stage=turn.stage,
                lane=turn.lane,
                state=turn.state,
                outcome=turn.outcome if see.content else None,
                assignee_id=turn.assignee if see.person else None,
                opened_at=turn.opened_at if see.content else None,
                due_at=turn.due_at if see.content else None,
                closed_at=turn.closed_at if see.content else None,
                voided=bool(run.state.rounds[turn.round].lapsed),
                missing_count=row.missing_count if see.content else 0,
                version=turn.version,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """One event of a run as the reader may see it. `texts`: what was typed with it, by kind and key; None when erased."""

    n: int
    kind: str
    at: datetime | None
    actor_id: int | None
    behalf_id: int | None
    data: dict[str, Any]
    sealed: bool
    texts: dict[str, Any]


def events_page(
    actor: Actor,
    run_id: int,
    *,
    as_of: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
    newest_first: bool = False,
) -> Page[SeenEvent]:
    """Events of a run within the actor's view, up to `as_of`, a page at a time."""
    run = open_run(actor, run_id)
    stmt = select(*Event.__table__.c).where(Event.run_id == run_id)
    if as_of is not None:
        stmt = stmt.where(Event.at <= as_of)
    page = keyset(stmt, [Key(Event.sequence, descending=newest_first)], cursor, limit)
    return Page(_seen(run, page.items), page.next)


_OF_KINDS = select(*Event.__table__.c).where(
    Event.run_id == bindparam("run"), Event.kind.in_(bindparam("kinds", expanding=True))
)
_LATEST = _OF_KINDS.order_by(Event.sequence.desc()).limit(bindparam("most"))
_LATEST_BEFORE = _LATEST.where(Event.at < bindparam("before", type_=UtcDateTime()))


def latest_events(run: Opened, kinds: Collection[str], limit: int, before: datetime | None = None) -> list[SeenEvent]:
    """The newest events of these kinds of an opened run, those before a moment only; two statements, built once."""
    stmt = _LATEST if before is None else _LATEST_BEFORE
    given = {"run": run.run.id, "kinds": sorted(kinds), "most": limit, "before": before}
    rows = fetch(stmt, given).all()
    return _seen(run, rows)


def _seen(run: Opened, rows: Sequence[Any]) -> list[SeenEvent]:
    viewer = run.viewer()
    texts = _texts(run.run.id, [row.sequence for row in rows])
    found = []
    for row in rows:
        data = seen_event(run.definition, run.state, fact_of(row), viewer)
        sealed = bool(data.get("sealed"))
        found.append(
            SeenEvent(
                n=row.sequence,
                kind=row.kind,
                at=None if sealed else row.at,
                actor_id=data["actor"],
                behalf_id=data["behalf"],
                data=dict(data["data"]),
                sealed=sealed,
                texts={} if sealed else texts.get(row.sequence, {}),
            )
        )
    return found


_TYPED = select(Value.sequence, Value.kind, Value.key, Value.content).where(
    Value.run_id == bindparam("run"), Value.sequence.in_(bindparam("numbers", expanding=True))
)


def _texts(run_id: int, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    if not numbers:
        return {}
    found: dict[int, dict[str, Any]] = {}
    for sequence, kind, key, content in fetch(_TYPED, {"run": run_id, "numbers": list(numbers)}):
        found.setdefault(sequence, {})[key if kind != "field" else f"fields.{key}"] = content
    return found


def state_as_of(actor: Actor, run_id: int, moment: datetime) -> RunState:
    """The state of a run as it was at `moment`; NotFound when it had not begun or is outside of the actor's view."""
    open_run(actor, run_id)
    state = folded(stored(run_id, moment))
    if state is None:
        raise NotFound()
    return state


@dataclass(frozen=True, slots=True)
class TimeInStage:
    """All stays of a run in one stage: seconds, in working days too, and how often it was there."""

    stage: str
    seconds: float
    working_days: float
    visits: int
    open: bool


def stage_times(run_id: int) -> list[TimeInStage]:
    """Time in each stage in order of first entry; the seconds of all stages sum to the run's elapsed time."""
    return stage_times_of([run_id]).get(run_id, [])


def times_in(run: Opened) -> list[TimeInStage]:
    """The same for a run that is open already, out of its folded state: no statement but the calendar's."""
    return _times(run.state.visits, clock.now())


def stage_times_of(run_ids: Sequence[int]) -> dict[int, list[TimeInStage]]:
    """The same for several runs. One statement (and the calendar)."""
    if not run_ids:
        return {}
    now = clock.now()
    stays: dict[int, list[Stay]] = {}
    for row in session.execute(
        select(StageVisit.run_id, StageVisit.stage, StageVisit.entered_at, StageVisit.left_at)
        .where(StageVisit.run_id.in_(sorted(run_ids)))
        .order_by(StageVisit.run_id, StageVisit.number)
    ):
        stays.setdefault(row.run_id, []).append(Stay(row.stage, row.entered_at, row.left_at))
    return {run_id: _times(visits, now) for run_id, visits in stays.items()}


def _times(visits: Sequence[Stay], now: datetime) -> list[TimeInStage]:
    days: dict[str, float] = {}
    for visit in visits:
        until = visit.left_at or max(now, visit.entered_at)
        days[visit.stage] = days.get(visit.stage, 0.0) + calendar.working_days_between(visit.entered_at, until)
    here = visits[-1].stage if visits and visits[-1].left_at is None else None
    return [
        TimeInStage(item.stage, item.spent.total_seconds(), days[item.stage], item.visits, item.stage == here)
        for item in summed(visits, now)
    ]


def runs_page(
    actor: Actor,
    *,
    process: str | None = None,
    state: str | None = None,
    subject: tuple[str, int] | None = None,
    parent_id: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Any]:
    """Runs within the actor's view, newest first, as rows of the run's columns. Invalid for a state runs do not have."""
    if state is not None and state not in ("open", "success", "failure", "cancelled"):
        raise Invalid("state", "unknown", _l("Workflows are open, success, failure or cancelled."))
    stmt = select(*RUN_COLUMNS).where(run_visible(actor))
    if process is not None:
        stmt = stmt.where(Run.process == process)
    if state is not None:
        stmt = stmt.where(Run.state == state)
    if subject is not None:
        stmt = stmt.where(Run.subject_kind == subject[0], Run.subject_id == subject[1])
    if parent_id is not None:
        stmt = stmt.where(Run.parent_id == parent_id)
    return keyset(stmt, [Key(Run.id, descending=True)], cursor, limit)


def names_in(events: Sequence[SeenEvent]) -> dict[int, str]:
    """Names of everybody these events name. One statement."""
    ids: set[int | None] = set()
    for event in events:
        ids |= {event.actor_id, event.behalf_id, event.data.get("person")}
        if isinstance(event.data.get("to"), int):
            ids.add(event.data["to"])
        ids.update(event.data.get("people", ()))
    return people.names({number for number in ids if isinstance(number, int) and number})
