"""The columns that are drawn from a folded state: what lists, boards and desks read without counting."""

from typing import Any

from app.workflow.rules.definition import Definition
from app.workflow.rules.state import RunState, StageVisit, TurnState


def run_columns(definition: Definition, state: RunState) -> dict[str, Any]:
    """Columns of the run's row; the primary step is the most urgent of those that wait."""
    waiting = list(state.waiting())
    first = primary(state)
    return {
        "digest": state.definition,
        "owner_id": state.owner,
        "state": state.state,
        "end": state.end,
        "end_reason": state.reason_key,
        "stage": state.stage,
        "stage_entered_at": state.visits[-1].entered_at,
        "closed_at": state.closed_at,
        "paused_at": state.paused_at,
        "step": first.step if first else None,
        "assignee_id": None if first is None or _hidden(definition, first) else first.assignee,
        "due_at": first.due_at if first and not _sealed(definition, first) else None,
        "waiting_count": len(waiting),
        "sealed": any(_sealed(definition, turn) for turn in waiting),
        "state_body": state.to_data(),
        "version": state.version,
    }


def primary(state: RunState) -> TurnState | None:
    """The most urgent of the turns that wait; the earliest opened among equals."""
    return min(state.waiting(), key=_urgency, default=None)


def _urgency(turn: TurnState) -> tuple[bool, Any, int]:
    return (turn.due_at is None, turn.due_at or turn.opened_at, turn.number)


def _sealed(definition: Definition, turn: TurnState) -> bool:
    step = definition.steps.get(turn.step)
    return step is not None and step.sealed is not None


def _hidden(definition: Definition, turn: TurnState) -> bool:
    step = definition.steps.get(turn.step)
    return step is not None and step.anonymous is not None


def turn_columns(definition: Definition, state: RunState, turn: TurnState) -> dict[str, Any]:
    """Columns of a turn's row."""
    step = definition.steps.get(turn.step)
    return {
        "number": turn.number,
        "round": turn.round,
        "step": turn.step,
        "stage": turn.stage,
        "lane": turn.lane,
        "member_id": turn.member or 0,
        "state": turn.state,
        "outcome": turn.outcome,
        "assignee_id": turn.assignee,
        "completed_by_id": turn.by or None,
        "acted_by_id": turn.actor or None,
        "voided": bool(state.rounds[turn.round].lapsed),
        "sealed": bool(step and step.sealed),
        "anonymous": bool(step and step.anonymous),
        "opened_at": turn.opened_at,
        "due_at": turn.due_at,
        "provisional": turn.provisional,
        "closed_at": turn.closed_at,
        "version": turn.version,
    }


def visit_columns(number: int, visit: StageVisit) -> dict[str, Any]:
    """Columns of a stage visit's row; visits are numbered from 1."""
    return {"number": number, "stage": visit.stage, "entered_at": visit.entered_at, "left_at": visit.left_at}
