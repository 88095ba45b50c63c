"""Taking hold of a run: its row locked, its state and its pinned definition read, all in one statement."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import undefer

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, NotFound
from app.workflow.models import Run, Turn
from app.workflow.queries.definitions import live, parsed
from app.workflow.queries.subjects import subject_of
from app.workflow.queries.visibility import may_see
from app.workflow.registry import SubjectRef
from app.workflow.rules.definition import Definition
from app.workflow.rules.state import RunState

BIGGEST_ID = 2**63 - 1


@dataclass(slots=True)
class Locked:
    """A run under its lock: the row, the folded state, the pinned definition, and the turn that was asked for."""

    run: Run
    definition: Definition
    state: RunState
    turn_id: int = 0
    number: int = 0
    evidence: dict[str, int] = field(default_factory=dict)

    @property
    def subject(self) -> SubjectRef:
        """What the run is about, as lane resolvers and guards are handed it."""
        return subject_of(self.run)


def _locking(stmt: Select[Any]) -> Select[Any]:
    return stmt.options(undefer(Run.state_body)).with_for_update().execution_options(populate_existing=True)


_RUN_AND_TURN: tuple[Any, ...] = (Run, Turn.number, Turn.evidence)
# built once: these two begin every write
_LOCK_TURN = _locking(select(*_RUN_AND_TURN).join(Turn, Turn.run_id == Run.id).where(Turn.id == bindparam("turn_id")))
_LOCK_RUN = _locking(select(*_RUN_AND_TURN[:1]).where(Run.id == bindparam("run_id")))


def lock_run(run_id: int, actor: Actor | None = None) -> Locked:
    """Lock a run; NotFound when there is none or, with `actor`, when it is outside of the actor's view."""
    run: Run | None = session.scalar(_LOCK_RUN, {"run_id": _sane(run_id)})
    if run is None:
        raise NotFound()
    state = RunState.from_data(run.state_body)
    held = Locked(run, _live(run, state), state)
    if actor is not None and not may_see(actor, run, held.state):
        raise NotFound()
    return held


def lock_turn(turn_id: int, actor: Actor) -> Locked:
    """Lock the run of a turn; NotFound when there is none or it is outside of the actor's view."""
    held = held_turn(turn_id)
    if not may_see(actor, held.run, held.state):
        raise NotFound()
    return held


def held_turn(turn_id: int) -> Locked:
    """Lock the run of a turn, whoever asks: who may is the caller's to say. NotFound when there is none."""
    row = session.execute(_LOCK_TURN, {"turn_id": _sane(turn_id)}).one_or_none()
    if row is None:
        raise NotFound()
    run: Run = row[0]
    state = RunState.from_data(run.state_body)
    return Locked(run, _live(run, state), state, turn_id, row.number, dict(row.evidence))


def _live(run: Run, state: RunState) -> Definition:
    """The pinned definition, with the options that other rooms keep filled in for the steps that wait."""
    return live(parsed(run.digest), subject_of(run), {turn.step for turn in state.waiting()})


def check_version(shown: int | None, present: int) -> None:
    """Refuse what was decided on an older sight of the record."""
    if shown is not None and shown != present:
        raise Conflict()


def _sane(number: int) -> int:
    if not 0 < number <= BIGGEST_ID:
        raise NotFound()
    return number
