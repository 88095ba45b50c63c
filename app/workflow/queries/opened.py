"""One run or turn with all that its page, form and rules need: row, pinned definition, folded state, who looks."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, case, select

from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.errors import NotFound
from app.core.scopes import SELVES, Reach, reach_of
from app.workflow.models import Run, Turn, TurnCandidate
from app.workflow.permissions import RUN_VIEW, TURN_REASSIGN, reaches
from app.workflow.queries.definitions import live, parsed
from app.workflow.queries.gathering import Gatherer
from app.workflow.queries.subjects import subject_of
from app.workflow.queries.visibility import run_visible, run_visible_within, sight_of
from app.workflow.rules.definition import Definition, Step
from app.workflow.rules.sealing import Sight, Viewer, sight
from app.workflow.rules.state import RunState, TurnState

RUN_COLUMNS: tuple[Any, ...] = (
    Run.id, Run.process, Run.digest, Run.subject_kind, Run.subject_id, Run.subject_label, Run.unit_id, Run.team_id,
    Run.owner_id, Run.started_by_id, Run.state, Run.end, Run.end_reason, Run.stage, Run.stage_entered_at, Run.opened_at,
    Run.closed_at, Run.paused_at, Run.moved_at, Run.due_at, Run.parent_id, Run.batch_id, Run.version,
)  # fmt: skip


@dataclass(slots=True)
class Opened:
    """A run as somebody looks at it; with `turn`, one of its turns."""

    actor: Actor
    run: Any
    definition: Definition
    state: RunState
    number: int = 0
    turn_id: int = 0
    row: Any = None

    @property
    def turn(self) -> TurnState:
        """The turn that was opened."""
        return self.state.turns[self.number]

    @property
    def step(self) -> Step:
        """The step of the turn that was opened."""
        return self.definition.step(self.turn.step)

    @property
    def oversees(self) -> bool:
        """Whether the reader may act on other people's turns here."""
        return self.actor.is_system or reaches(self.actor, TURN_REASSIGN, self.run)

    def viewer(self) -> Viewer:
        """The reader as sealed and anonymous steps ask for: with the lanes that may see more."""
        return viewer_of(self.actor, self.definition, self.run)

    def sight(self) -> Sight:
        """What of the opened turn the reader may see."""
        step = self.definition.steps.get(self.turn.step)
        if step is None or (step.sealed is None and step.anonymous is None):
            return Sight()
        return sight(self.definition, self.state, self.turn, self.viewer())


def viewer_of(actor: Actor, definition: Definition, run: Any) -> Viewer:
    """The reader with those of the definition's privileged lanes that they belong to in this run."""
    names = {
        lane
        for step in definition.steps.values()
        for lane in (*(step.sealed.seen_by if step.sealed else ()), *(step.anonymous.seen_by if step.anonymous else ()))
    }
    lanes = Gatherer(definition, subject_of(run)).lanes(sorted(names)) if names else {}
    mine = frozenset(name for name, people in lanes.items() if not actor.selves.isdisjoint(people))
    return Viewer(actor.id, mine, actor.stands_in_for)


def open_run(actor: Actor, run_id: int) -> Opened:
    """A run within the actor's view; NotFound otherwise. One statement."""
    row = _one(actor, Run.id == run_id, run_id)
    return Opened(actor, row, parsed(row.digest), RunState.from_data(row.state_body))


def open_turn(actor: Actor, turn_id: int) -> Opened:
    """A turn within the actor's view; NotFound otherwise. One statement."""
    if not 0 < turn_id < 2**63:
        raise NotFound()
    stmt = _one_turn(reach_of(actor, RUN_VIEW))
    opened = _opened(actor, fetch(stmt, {"wanted": turn_id, **sight_of(actor)}).one_or_none())
    if opened is None:
        raise NotFound()
    return opened


def open_waiting(actor: Actor, run_id: int) -> Opened | None:
    """The turn of a run that the actor would act on: theirs, else one they may claim, else the most urgent that waits.

    None when nothing waits, or the run is outside of the actor's view. One statement.
    """
    stmt = _waiting_turn(reach_of(actor, RUN_VIEW))
    return _opened(actor, fetch(stmt, {"wanted": run_id, **sight_of(actor)}).one_or_none())


_WANTED = bindparam("wanted", type_=BigInteger)
_TURNS = select(
    *RUN_COLUMNS, Run.state_body, Turn.id.label("turn_id"), Turn.number, Turn.evidence, Turn.missing_count,
    Turn.blocked_at, Turn.asked_until, Turn.escalated_to,
).join(Turn, Turn.run_id == Run.id)  # fmt: skip
# statements that every step's page needs are built once for each reach: building them costs more than running them


@cache
def _one_turn(reach: Reach) -> Select[Any]:
    return _TURNS.where(Turn.id == _WANTED, run_visible_within(reach))


@cache
def _waiting_turn(reach: Reach) -> Select[Any]:
    offered = select(TurnCandidate.turn_id).where(TurnCandidate.person_id.in_(SELVES))
    mine = case((Turn.assignee_id.in_(SELVES), 0), (Turn.assignee_id.is_(None) & Turn.id.in_(offered), 1), else_=2)
    return (
        _TURNS.where(Turn.run_id == _WANTED, Turn.state == "waiting", run_visible_within(reach))
        .order_by(mine, Turn.due_at.is_(None), Turn.due_at, Turn.number)
        .limit(1)
    )


def _opened(actor: Actor, row: Any) -> Opened | None:
    if row is None:
        return None
    state = RunState.from_data(row.state_body)
    definition = live(parsed(row.digest), subject_of(row), {state.turns[row.number].step})
    return Opened(actor, row, definition, state, row.number, row.turn_id, row)


def _one(actor: Actor, which: ColumnElement[bool], number: int) -> Any:
    if not 0 < number < 2**63:
        raise NotFound()
    row = session.execute(select(*RUN_COLUMNS, Run.state_body).where(which, run_visible(actor))).one_or_none()
    if row is None:
        raise NotFound()
    return row
