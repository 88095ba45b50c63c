"""What has been found out so far: the steps that are done and still count, with what was entered and handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.core.database import fetch
from app.core.files import StoredFile
from app.workflow.models import Evidence, Turn, Value
from app.workflow.queries.forms import entered
from app.workflow.queries.opened import Opened
from app.workflow.rules.definition import Step
from app.workflow.rules.sealing import sight


@dataclass(frozen=True, slots=True)
class Done:
    """A step that is done and counts: who did it when, by which way, what was entered and what was handed in."""

    number: int
    step: Step
    outcome: str
    person_id: int | None
    closed_at: datetime | None
    values: dict[str, Any]
    evidence: Sequence[Any]


def known(run: Opened) -> list[Done]:
    """The decisions in force of a run, newest first, without what is sealed from the reader. Two statements."""
    viewed = run.viewer()
    numbers = []
    for turn in run.state.turns.values():
        round = run.state.rounds[turn.round]
        counts = turn.state == "done" and round.in_force and turn.step in run.definition.steps
        if counts and sight(run.definition, run.state, turn, viewed).content:
            numbers.append(turn.number)
    if not numbers:
        return []
    values = entered(run.run.id, numbers)
    evidence = _evidence(run.run.id, numbers)
    found = []
    for number in reversed(numbers):
        turn = run.state.turns[number]
        step = run.definition.step(turn.step)
        found.append(
            Done(
                number, step, turn.outcome or "", turn.by, turn.closed_at, values.get(number, {}), evidence.get(number, ()),
            )
        )  # fmt: skip
    return found


def _evidence(run_id: int, numbers: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in fetch(_EVIDENCE, {"run": run_id, "numbers": list(numbers)}):
        found.setdefault(row.number, []).append(row)
    return found


_EVIDENCE = (
    select(Turn.number, Evidence.id, Evidence.kind, Evidence.file_id, Evidence.added_at, StoredFile.name, Value.content)
    .join(Turn, Turn.id == Evidence.turn_id)
    .outerjoin(StoredFile, StoredFile.id == Evidence.file_id)
    .outerjoin(Value, Value.id == Evidence.value_id)
    .where(
        Evidence.run_id == bindparam("run"),
        Turn.number.in_(bindparam("numbers", expanding=True)),
        Evidence.removed_at.is_(None),
    )
    .order_by(Evidence.id)
)
