"""Leaving a step by one of its outcomes, and starting and ending runs."""

from app.core.errors import Conflict, Forbidden, Invalid, Missing
from app.core.texts import _l
from app.workflow.rules import commands as c
from app.workflow.rules import events as e
from app.workflow.rules.assigning import nobody
from app.workflow.rules.definition import Step
from app.workflow.rules.fields import clean
from app.workflow.rules.flow import Flow
from app.workflow.rules.going_back import void
from app.workflow.rules.missing import changed, missing
from app.workflow.rules.turns import waiting_turn
from app.workflow.rules.voting import answers_of, verdict
from app.workflow.rules.wording import words


def decide_start(flow: Flow, command: c.Start) -> None:
    """Open a run at its first step; Missing when nobody could do that."""
    definition = flow.definition
    first = definition.step(definition.start)
    missing_people = nobody(definition, first, flow.facts, frozenset())
    if missing_people:
        raise Missing([missing_people])
    data = {
        "definition": command.digest,
        "process": definition.key,
        "subject_kind": command.subject_kind,
        "subject_id": command.subject_id,
        "unit": command.unit,
        "team": command.team,
        "owner": command.owner,
    }
    flow.emit(e.STARTED, data)
    flow.open(first, (), None, None, command.owner)


def decide_complete(flow: Flow, command: c.Complete) -> None:
    """One turn is done; when that decides its round, the run moves on.

    Invalid for values that cannot be taken, Missing with the list of `missing.missing`, Conflict for a stale version.
    """
    turn = waiting_turn(flow.state, command.turn, command.version)
    if not flow.facts.person:
        raise Forbidden(message=_l("A step is done by a person."))
    step = flow.definition.step(turn.step)
    outcome = step.outcome(command.outcome)
    if outcome is None:
        raise Invalid("outcome", "unknown", _l("Choose one of the ways forward."))
    cleaned = clean(step.fields, command.fields, flow.facts.people)
    if cleaned.errors:
        raise Invalid.many(cleaned.errors)
    checklist = _ticked(step, command.checklist)
    reason = words(command.reason, required=False)
    items = missing(
        flow.definition, flow.state, turn.number, outcome.key, command.fields, checklist, flow.facts, reason, cleaned
    )
    if items:
        raise Missing(items)
    change = changed(step, cleaned, flow.facts)
    data = {
        "turn": turn.number,
        "round": turn.round,
        "step": step.key,
        "outcome": outcome.key,
        "person": flow.facts.person,
        "fields": [item.key for item in step.fields if item.key in cleaned.values],
        "checklist": checklist,
        "changed": sorted(change),
    }
    flow.emit(e.COMPLETED, data, {"fields": cleaned.values, "bound": change, "reason": reason})
    settle(flow, turn.round, frozenset(change))


def _ticked(step: Step, keys: tuple[str, ...]) -> list[str]:
    known = [item.key for item in step.checklist]
    if not all(isinstance(key, str) and key in known for key in keys):
        raise Invalid("checklist", "unknown", _l("This step's checklist has no such item."))
    return [key for key in known if key in keys]


def settle(flow: Flow, number: int, change: frozenset[str] = frozenset()) -> None:
    """See whether a round is decided by the answers it has; if so, leave it.

    `change` are bound attributes that the last answer changed: decisions that rested on them are voided first, and if this
    round came after one of those, the run goes on from there instead.
    """
    round = flow.state.rounds[number]
    step = flow.definition.step(round.step)
    answers, waiting = answers_of(flow.state, number)
    key = verdict(round.need, [outcome.key for outcome in step.outcomes], answers, len(waiting))
    if key is not None:
        rest = [turn.number for turn in waiting]
        flow.emit(e.STEP_DONE, {"round": number, "step": step.key, "outcome": key, "turns": rest})
        flow.drop_children(rest)
    outcome = step.outcome(key) if key is not None else None
    if outcome is None or outcome.end is None or flow.definition.ends[outcome.end].result == "success":
        void(flow, change, own=number, leaving=outcome)
    if outcome is not None and flow.state.rounds[number].in_force:
        flow.advance(flow.state.rounds[number], outcome)


def decide_close(flow: Flow, command: c.Close) -> None:
    """End the run from wherever it stands, with a reason in words or from the end's tree; who may is the operation's."""
    if command.version is not None and command.version != flow.state.version:
        raise Conflict()
    end = flow.definition.ends.get(command.end)
    if end is None or end.key not in flow.definition.close_from_anywhere:
        raise Invalid("end", "unknown", _l("This cannot be closed that way."))
    if command.reason_key is not None and end.reason(command.reason_key) is None:
        raise Invalid("reason_key", "unknown", _l("Choose one of the reasons."))
    reason = words(command.reason, required=command.reason_key is None)
    flow.end(end.key, end.result, command.reason_key, None, {"reason": reason})
