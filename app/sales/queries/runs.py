"""What the sale reads of its run beside the core's own queries."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from app.core.database import session
from app.people import queries as people
from app.workflow.models import Turn
from app.workflow.queries.definitions import latest, parsed
from app.workflow.queries.opened import Opened
from app.workflow.rules.definition import Definition, Step

PROCESS = "sale"
"""Key of the process that a sale follows."""


def definition_of(run: Any) -> Definition:
    """The version of the process that a run is pinned to."""
    return parsed(run.digest)


def is_decision(step: Step) -> bool:
    """Whether a step decides on what others have proposed: some hands are kept out of it, and a change voids it."""
    return bool(step.not_same_as and step.voided_by)


def proposing_steps(definition: Definition) -> frozenset[str]:
    """The steps that lay the proposal before who decides: their doers may not decide, and they lead to a deciding step."""
    deciding = {step.key: step for step in definition.steps.values() if is_decision(step)}
    named = {key for step in deciding.values() for key in step.not_same_as} - deciding.keys()
    steps = [definition.steps[key] for key in named if key in definition.steps]
    return frozenset(step.key for step in steps if any(deciding.keys() & set(outcome.to) for outcome in step.outcomes))


def proposers(run: Any) -> frozenset[int]:
    """Who has made the proposal that stands: the doers of the proposing steps whose work still counts. One statement."""
    steps = proposing_steps(definition_of(run))
    if not steps:
        return frozenset()
    rows = session.execute(
        select(Turn.completed_by_id, Turn.acted_by_id).where(
            Turn.run_id == run.id, Turn.step.in_(sorted(steps)), Turn.state == "done", Turn.voided.is_(False)
        )
    )
    return frozenset(person for row in rows for person in row if person)


def process() -> Definition:
    """The newest version of the sale. One statement."""
    return latest(PROCESS)


def holder(turn: Opened) -> str:
    """The name of whom a turn waits for; empty while nobody has taken it."""
    assignee = turn.turn.assignee if turn.sight().person else None
    return people.names({assignee}).get(assignee, "") if assignee else ""


def turn_ids(run_id: int, numbers: Collection[int]) -> dict[int, int]:
    """Ids of turns of a run by their numbers."""
    rows = session.execute(select(Turn.number, Turn.id).where(Turn.run_id == run_id, Turn.number.in_(sorted(numbers))))
    return {row[0]: row[1] for row in rows}
