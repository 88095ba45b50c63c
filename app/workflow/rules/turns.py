"""Finding the turn or round that a command is about, as it was shown."""

from app.core.errors import Conflict, NotFound
from app.core.texts import _l
from app.workflow.rules.state import OPEN, Round, RunState, TurnState


def waiting_turn(state: RunState, number: int, version: int | None = None) -> TurnState:
    """The turn if it still waits and has not changed since `version`; NotFound or Conflict otherwise."""
    turn = state.turns.get(number)
    if turn is None:
        raise NotFound()
    if not turn.waiting:
        raise Conflict(_l("This step has already been dealt with."))
    if version is not None and version != turn.version:
        raise Conflict()
    return turn


def multiplied_round(state: RunState, number: int) -> Round:
    """The round if it is open and of a multiplied step; NotFound or Conflict otherwise."""
    round = state.rounds.get(number)
    if round is None or round.need is None:
        raise NotFound()
    if round.state != OPEN:
        raise Conflict(_l("This step has already been dealt with."))
    return round
