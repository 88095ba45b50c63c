"""Lists of turns: what waits for whom. A constant number of statements for any number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.errors import Invalid
from app.core.paging import Key, Page, keyset
from app.core.texts import _l, text
from app.people import queries as people
from app.workflow.models import Run, Turn, TurnCandidate
from app.workflow.queries.definitions import parsed_all
from app.workflow.queries.subjects import described
from app.workflow.queries.visibility import run_visible
from app.workflow.rules.definition import Step

STATES = ("waiting", "done", "returned", "cancelled")


@dataclass(frozen=True, slots=True)
class TurnLine:
    """A turn in a list, in the reader's language. `behalf_id`: for whom the reader would act, when not for themselves."""

    id: int
    run_id: int
    process: str
    process_title: str
    stage: str
    stage_title: str
    step: str
    title: str
    lane: str | None
    lane_title: str
    state: str
    assignee_id: int | None
    assignee: str
    behalf_id: int | None
    behalf: str
    claimable: bool
    opened_at: datetime | None
    due_at: datetime | None
    provisional: bool
    overdue: bool
    missing_count: int
    blocked_at: datetime | None
    asked_until: datetime | None
    escalated_to: str | None
    paused: bool
    subject_kind: str
    subject_id: int
    subject_label: str
    subject_url: str
    version: int


_COLUMNS: tuple[Any, ...] = (
    Turn.id, Turn.run_id, Turn.stage, Turn.step, Turn.lane, Turn.state, Turn.assignee_id, Turn.opened_at, Turn.due_at,
    Turn.provisional, Turn.sealed, Turn.anonymous, Turn.missing_count, Turn.blocked_at, Turn.asked_until,
    Turn.escalated_to, Turn.version, Run.process, Run.digest, Run.subject_kind, Run.subject_id, Run.subject_label,
    Run.paused_at,
)  # fmt: skip
_ORDER = (Turn.due_at.is_(None), Turn.due_at, Turn.id)


def _select() -> Select[Any]:
    return select(*_COLUMNS).join(Run, Run.id == Turn.run_id)


def held_by(actor: Actor) -> ColumnElement[bool]:
    """Turns that are the actor's, or an absent person's for whom the actor stands in."""
    return Turn.assignee_id.in_(sorted(actor.selves))


def offered_to(actor: Actor) -> ColumnElement[bool]:
    """Turns that nobody holds and the actor may claim."""
    offered = select(TurnCandidate.turn_id).where(
        TurnCandidate.person_id.in_(sorted(actor.selves)), TurnCandidate.escalated.is_(False)
    )
    return and_(Turn.assignee_id.is_(None), Turn.id.in_(offered))


def lines(actor: Actor, rows: Sequence[Any]) -> list[TurnLine]:
    """Rows of the turn columns as the reader sees them. At most one statement for names and one per kind of subject."""
    definitions = parsed_all({row.digest for row in rows})
    subjects = described(rows)
    shown = {row.assignee_id for row in rows if not _hidden(actor, row)}
    names = people.names(shown)
    now = clock.now()
    found = []
    for row in rows:
        definition = definitions[row.digest]
        step = definition.steps.get(row.step)
        lane = definition.lanes.get(row.lane or "")
        stage = next((stage for stage in definition.stages if stage.key == row.stage), None)
        subject = subjects[row.subject_kind, row.subject_id]
        own = row.assignee_id in actor.selves or row.assignee_id is None
        closed_view = row.sealed and not own
        assignee_id = None if _hidden(actor, row) else row.assignee_id
        behalf_id = assignee_id if assignee_id in actor.stands_in_for else None
        due_at = None if closed_view else row.due_at
        found.append(
            TurnLine(
                id=row.id,
                run_id=row.run_id,
                process=row.process,
                process_title=text(definition.title),
                stage=row.stage,
                stage_title=text(stage.title) if stage else row.stage,
                step=row.step,
                title=text(step.title) if step else row.step,
                lane=row.lane,
                lane_title=text(lane.title) if lane else "",
                state=row.state,
                assignee_id=assignee_id,
                assignee=names.get(assignee_id or 0, ""),
                behalf_id=behalf_id,
                behalf=names.get(behalf_id or 0, ""),
                claimable=row.state == "waiting" and row.assignee_id is None,
                opened_at=None if closed_view else row.opened_at,
                due_at=due_at,
                provisional=row.provisional,
                overdue=bool(due_at and due_at < now and row.state == "waiting" and row.paused_at is None),
                missing_count=0 if closed_view else row.missing_count,
                blocked_at=None if closed_view else row.blocked_at,
                asked_until=None if closed_view else row.asked_until,
                escalated_to=row.escalated_to,
                paused=row.paused_at is not None,
                subject_kind=row.subject_kind,
                subject_id=row.subject_id,
                subject_label=subject.label,
                subject_url=subject.url,
                version=row.version,
            )
        )
    return found


def _hidden(actor: Actor, row: Any) -> bool:
    return bool(row.anonymous and row.assignee_id not in actor.selves)


def waiting_in(actor: Actor, run_ids: Sequence[int]) -> dict[int, list[TurnLine]]:
    """The waiting turns of several runs that the actor sees, by run, most urgent first."""
    if not run_ids:
        return {}
    stmt = (
        _select().where(Turn.run_id.in_(sorted(run_ids)), Turn.state == "waiting", run_visible(actor)).order_by(*_ORDER)
    )
    found: dict[int, list[TurnLine]] = {}
    for line in lines(actor, session.execute(stmt).all()):
        found.setdefault(line.run_id, []).append(line)
    return found


def turns_page(
    actor: Actor,
    *,
    mine: bool = False,
    state: str | None = "waiting",
    process: str | None = None,
    due_before: datetime | None = None,
    overdue: bool = False,
    assignee_id: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[TurnLine]:
    """Turns within the actor's view by due time; `mine`: assigned to the actor or claimable by them.

    Raises Invalid for a state that turns do not have, and for a bad cursor.
    """
    if state is not None and state not in STATES:
        raise Invalid("state", "unknown", _l("Turns are waiting, done, returned or cancelled."))
    stmt = _select()
    stmt = stmt.where(or_(held_by(actor), offered_to(actor)) if mine else run_visible(actor))
    if state is not None:
        stmt = stmt.where(Turn.state == state)
    if process is not None:
        stmt = stmt.where(Run.process == process)
    if assignee_id is not None:
        stmt = stmt.where(Turn.assignee_id == assignee_id, or_(Turn.anonymous.is_(False), held_by(actor)))
    if due_before is not None:
        stmt = stmt.where(Turn.due_at < due_before, or_(Turn.sealed.is_(False), held_by(actor)))
    if overdue:
        stmt = stmt.where(Turn.due_at < clock.now(), Turn.state == "waiting", Run.paused_at.is_(None))
    page = keyset(stmt, [Key(Turn.due_at, nullable=True), Key(Turn.id)], cursor, limit)
    return Page(lines(actor, page.items), page.next)


_HELD = Turn.assignee_id.in_(bindparam("selves", expanding=True))
# built once: completing a step asks these each time
_MINE_IN = (
    select(Turn.id).where(Turn.run_id == bindparam("run_id"), Turn.state == "waiting", _HELD).order_by(*_ORDER).limit(1)
)
_NEXT_FOR = (
    select(Turn.id)
    .join(Run, Run.id == Turn.run_id)
    .where(Turn.state == "waiting", Run.paused_at.is_(None), _HELD)
    .order_by(*_ORDER)
    .limit(1)
)
_STEP_OF = select(Run.digest, Turn.step).join(Run, Run.id == Turn.run_id).where(Turn.id == bindparam("turn_id"))


def mine_in(actor: Actor, run_id: int) -> int | None:
    """The most urgent turn of a run that waits for the actor; None when there is none."""
    return session.scalar(_MINE_IN, {"run_id": run_id, "selves": sorted(actor.selves)})


def next_for(actor: Actor) -> int | None:
    """The most urgent turn that waits for the actor; None when nothing does."""
    return session.scalar(_NEXT_FOR, {"selves": sorted(actor.selves)})


def step_of(turn_id: int) -> Step | None:
    """The step that a turn stands at, for reading its form; says nothing of who may see it."""
    if not 0 < turn_id < 2**63:
        return None
    row = fetch(_STEP_OF, {"turn_id": turn_id}).one_or_none()
    return parsed_all([row.digest])[row.digest].steps.get(row.step) if row else None


def takers_of(run_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Who may take what waits in these runs and nobody has taken, by run. One statement, none without runs."""
    if not run_ids:
        return {}
    stmt = (
        select(Turn.run_id, TurnCandidate.person_id)
        .join(TurnCandidate, TurnCandidate.turn_id == Turn.id)
        .where(
            Turn.run_id.in_(sorted(run_ids)), Turn.state == "waiting", Turn.assignee_id.is_(None),
            TurnCandidate.escalated.is_(False),
        )
        .distinct()
        .order_by(Turn.run_id, TurnCandidate.person_id)
    )  # fmt: skip
    found: dict[int, tuple[int, ...]] = {}
    for run_id, person_id in session.execute(stmt):
        found[run_id] = (*found.get(run_id, ()), person_id)
    return found
