"""What is laid beside a turn: comments, pieces of evidence, child runs."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.texts import _l
from app.workflow.rules import commands as c
from app.workflow.rules import events as e
from app.workflow.rules.assigning import eligible
from app.workflow.rules.definition import EvidenceKind
from app.workflow.rules.flow import Flow
from app.workflow.rules.state import TurnState
from app.workflow.rules.turns import waiting_turn
from app.workflow.rules.wording import words


def decide_comment(flow: Flow, command: c.Comment) -> None:
    """A remark on a turn, also on one that is done; who may see the run may remark."""
    if command.turn not in flow.state.turns:
        raise NotFound()
    flow.emit(e.COMMENTED, {"turn": command.turn}, {"text": words(command.text, "text")})


def decide_nudge(flow: Flow, command: c.Nudge) -> None:
    """Remind whom the turn waits for, or those who may take it; once a day (D33: no dragging, and no pestering)."""
    turn = waiting_turn(flow.state, command.turn, command.version)
    if not flow.facts.oversees:
        raise Forbidden()
    if flow.facts.nudged_today:
        raise Conflict(_l("Nudged today already."))
    people = [turn.assignee] if turn.assignee is not None else list(turn.candidates)
    if not people:
        raise Conflict(_l("Nobody has this step, so nobody can be nudged: give it to somebody."))
    flow.emit(e.NUDGED, {"turn": turn.number, "people": people}, {"reason": words(command.reason)})


def decide_change_owner(flow: Flow, command: c.ChangeOwner) -> None:
    """Somebody else is accountable; nothing happens when they are already."""
    if command.to != flow.state.owner:
        flow.emit(e.OWNER_CHANGED, {"person": flow.state.owner, "to": command.to})


def decide_erase(flow: Flow, command: c.Erase) -> None:
    """History says which texts were erased, so that a text that somebody blanked without this shows."""
    named = [[number, name] for number, name in command.values]
    flow.emit(e.ERASED, {"erasure": command.erasure, "ground": command.ground, "values": named})


def decide_add_evidence(flow: Flow, command: c.AddEvidence) -> None:
    """One more piece, of a kind and form that the step takes, while there is room."""
    turn, kind = _evidence(flow, command.turn, command.kind)
    if command.form not in kind.accepts:
        raise Invalid(
            "file" if command.form == "file" else "text", "form", _l("This kind of evidence is not taken in this form.")
        )
    if flow.facts.evidence.get(kind.kind, 0) >= kind.max:
        raise Invalid("kind", "too_many", _l("At most %(count)d entries.", count=kind.max))
    data = {"turn": turn.number, "evidence_kind": kind.kind, "evidence": command.evidence}
    flow.emit(e.EVIDENCE_ADDED, data | ({"content": command.content} if command.content else {}))


def decide_remove_evidence(flow: Flow, command: c.RemoveEvidence) -> None:
    """Take a piece back while its turn waits; the event stays."""
    turn, kind = _evidence(flow, command.turn, command.kind)
    flow.emit(e.EVIDENCE_REMOVED, {"turn": turn.number, "evidence_kind": kind.kind, "evidence": command.evidence})


def _evidence(flow: Flow, number: int, name: str) -> tuple[TurnState, EvidenceKind]:
    turn = waiting_turn(flow.state, number)
    if not flow.facts.oversees and not eligible(turn, flow.facts.person):
        raise Forbidden()
    kind = flow.definition.step(turn.step).evidence_kind(name)
    if kind is None:
        raise Invalid("kind", "unknown", _l("This step takes no such evidence."))
    return turn, kind


def decide_child_started(flow: Flow, command: c.ChildStarted) -> None:
    """The wanted child run is there. If the turn was cancelled meanwhile, the child is asked to end as well."""
    turn = flow.state.turns.get(command.turn)
    child = next((child for child in turn.children if child.number == command.child), None) if turn else None
    if turn is None or child is None:
        raise NotFound()
    if child.run is not None:
        raise Conflict(_l("This has already been started."))
    flow.emit(e.CHILD_STARTED, {"turn": turn.number, "child": child.number, "run": command.run})
    if turn.state in ("cancelled", "returned"):
        flow.drop_children([turn.number])


def decide_child_ended(flow: Flow, command: c.ChildEnded) -> None:
    """A child run's result has reached its parent. Told twice, it is taken once."""
    turn = flow.state.turns.get(command.turn)
    child = next((child for child in turn.children if child.run == command.run), None) if turn else None
    if turn is None or child is None:
        raise NotFound()
    if child.result is None:
        data = {"turn": turn.number, "child": child.number, "run": command.run, "result": command.result}
        flow.emit(e.CHILD_ENDED, data)
