"""Turns change hands: claimed, given back, reassigned, and what happens when lanes resolve to other people."""

from functools import partial

from app.core.errors import Conflict, Forbidden, Invalid, Missing
from app.core.texts import _l
from app.workflow.rules import commands as c
from app.workflow.rules import events as e
from app.workflow.rules.assigning import candidates, excluded, lane_people, own_case, wrong_hands
from app.workflow.rules.flow import Flow
from app.workflow.rules.multiplying import remove, spare
from app.workflow.rules.state import CANCELLED, TurnState
from app.workflow.rules.turns import waiting_turn
from app.workflow.rules.wording import words


def decide_claim(flow: Flow, command: c.Claim) -> None:
    """Take a turn out of its lane. Of two at once the second meets a Conflict."""
    turn = waiting_turn(flow.state, command.turn)
    if turn.assignee is not None:
        raise Conflict(_l("Somebody else has already taken this step."))
    waiting_turn(flow.state, command.turn, command.version)
    wrong = wrong_hands(flow.definition, flow.state, turn, flow.facts)
    if wrong:
        raise Missing([wrong])
    flow.emit(e.CLAIMED, {"turn": turn.number, "person": flow.facts.person})


def decide_give_back(flow: Flow, command: c.GiveBack) -> None:
    """Put a turn back into its lane; the other people of the lane may claim it."""
    turn = waiting_turn(flow.state, command.turn, command.version)
    if turn.assignee is None:
        raise Conflict(_l("Nobody has taken this step."))
    if not flow.facts.oversees and turn.assignee not in flow.facts.hands:
        raise Forbidden()
    if turn.member is not None:
        raise Conflict(_l("This step was asked of you by name; it can only be reassigned."))
    _give_back(flow, turn, "self")


def _give_back(flow: Flow, turn: TurnState, why: str) -> None:
    data = {"turn": turn.number, "person": turn.assignee, "why": why, "candidates": list(_lane(flow, turn))}
    flow.emit(e.GIVEN_BACK, data)


def _lane(flow: Flow, turn: TurnState) -> tuple[int, ...]:
    """Who may claim the turn now; as before where the lane was not asked."""
    step = flow.definition.steps.get(turn.step)
    if step is None or step.lane not in flow.facts.lanes:
        return turn.candidates
    return candidates(flow.definition, step, flow.facts, excluded(step, flow.state))


def decide_reassign(flow: Flow, command: c.Reassign) -> None:
    """Hand a turn to somebody else of its lane (or whom the operation lets the actor choose). The deadline stays.

    A step that judges others' work stays within its lane, and whoever did that work does not choose the judge.
    """
    turn = waiting_turn(flow.state, command.turn, command.version)
    if not flow.facts.oversees and (turn.assignee is None or turn.assignee not in flow.facts.hands):
        raise Forbidden()
    step = flow.definition.step(turn.step)
    judges = bool(step.not_same_as) and turn.member is None  # those of a set are chosen by whoever asks them
    biased = own_case(flow.definition, flow.state, step, flow.facts) if judges else None
    if biased:
        raise Missing([biased])
    if command.to == turn.assignee:
        raise Invalid("to", "same", _l("This person has the step already."))
    if command.to in excluded(step, flow.state):
        raise Invalid("to", "excluded", _l("This person has done a step that excludes them here."))
    others = flow.state.turns_in(turn.round)
    if any(item.member == command.to and item.state != CANCELLED and item.number != turn.number for item in others):
        raise Invalid("to", "duplicate", _l("This person is already asked."))
    allowed = (
        flow.facts.sets.get(step.key, ()) if turn.member is not None else lane_people(flow.definition, step, flow.facts)
    )
    if command.to not in (frozenset() if judges else flow.facts.reassignable).union(allowed):
        raise Invalid("to", "lane", _l("This person does not belong to the people who do this step."))
    reason = words(command.reason)
    data = {"turn": turn.number, "person": turn.assignee, "to": command.to, "why": "person"}
    flow.emit(e.REASSIGNED, data, {"reason": reason})


def decide_leave_team(flow: Flow, command: c.LeaveTeam) -> None:
    """What these people held goes back to the lane; never refused, so that nobody is kept in a team by a turn.

    A member of a multiplied step who is no longer in its set leaves it, which may decide it; where it could not do with
    one less, or could not go on from there, the turn stays and waits to be reassigned.
    """
    gone = frozenset(command.people)
    for number in [turn.number for turn in flow.state.waiting()]:
        turn = flow.state.turns[number]
        if not turn.waiting:
            continue
        if turn.member is not None:
            if (
                turn.member in gone
                and turn.assignee is not None
                and turn.member not in flow.facts.sets.get(turn.step, ())
            ):
                _leave_set(flow, turn)
        elif turn.assignee in gone and turn.assignee not in _lane(flow, turn):
            _give_back(flow, turn, "left")
        else:
            _follow(flow, turn)


def _leave_set(flow: Flow, turn: TurnState) -> None:
    round = flow.state.rounds[turn.round]
    present = [item for item in flow.state.turns_in(round.number) if item.state != CANCELLED]
    if not spare(round, len(present)) or not flow.attempt(partial(remove, flow, round, turn, "left")):
        flow.emit(e.GIVEN_BACK, {"turn": turn.number, "person": turn.assignee, "why": "left", "candidates": []})


def decide_lanes_changed(flow: Flow, command: c.LanesChanged) -> None:
    """The candidates of unclaimed turns follow the lanes; what somebody holds stays theirs."""
    for number in [turn.number for turn in flow.state.waiting() if turn.member is None]:
        _follow(flow, flow.state.turns[number])


def _follow(flow: Flow, turn: TurnState) -> None:
    people = _lane(flow, turn)
    if people != turn.candidates:
        flow.emit(e.LANE_CHANGED, {"turn": turn.number, "candidates": list(people)})
