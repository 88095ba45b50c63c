"""The set of a multiplied step while it is open: one more, one less, or no more waiting. Each re-evaluates the join."""

from app.core.errors import Conflict, Forbidden, Invalid, Missing, MissingItem
from app.core.texts import _l, text
from app.workflow.rules import commands as c
from app.workflow.rules import events as e
from app.workflow.rules.assigning import excluded
from app.workflow.rules.completing import settle
from app.workflow.rules.definition import MAX_MEMBERS
from app.workflow.rules.flow import Flow
from app.workflow.rules.state import CANCELLED, Round, TurnState
from app.workflow.rules.turns import multiplied_round
from app.workflow.rules.voting import answers_of
from app.workflow.rules.wording import words


def decide_add(flow: Flow, command: c.AddMember) -> None:
    """One more person for an open round."""
    _overseen(flow)
    round = multiplied_round(flow.state, command.round)
    step = flow.definition.step(round.step)
    turns = _present(flow, round)
    if any(turn.member == command.person for turn in turns):
        raise Invalid("person", "duplicate", _l("This person is already asked."))
    if len(turns) >= MAX_MEMBERS:
        raise Invalid("person", "too_many", _l("At most %(count)d people.", count=MAX_MEMBERS))
    if command.person in excluded(step, flow.state):
        raise Invalid("person", "excluded", _l("This person has done a step that excludes them here."))
    if command.person not in flow.facts.reassignable.union(flow.facts.sets.get(step.key, ())):
        raise Invalid("person", "person", _l("Choose a person."))
    data = flow.turn_data(step, len(flow.state.turns) + 1, command.person, (), command.person)
    flow.emit(e.MEMBER_ADDED, {"round": round.number, "turn": data})
    flow.want_children(step, data["turn"])
    settle(flow, round.number)


def decide_remove(flow: Flow, command: c.RemoveMember) -> None:
    """One person less; refused when too few would be left or the person has answered."""
    _overseen(flow)
    round = multiplied_round(flow.state, command.round)
    reason = words(command.reason)
    turns = _present(flow, round)
    turn = next((turn for turn in turns if turn.member == command.person), None)
    if turn is None:
        raise Invalid("person", "unknown", _l("This person is not asked here."))
    if not turn.waiting:
        raise Conflict(_l("This person has already answered."))
    if not spare(round, len(turns)):
        name = text(flow.definition.step(round.step).title)
        least = round.need if isinstance(round.need, int) else 1
        message = _l("“%(step)s” needs at least %(least)d people.", step=name, least=least)
        raise Missing([MissingItem("lane", round.step, message)])
    remove(flow, round, turn, "person", reason)


def spare(round: Round, count: int) -> bool:
    """Whether a round with so many people could do with one less."""
    return count > (round.need if isinstance(round.need, int) else 1)


def remove(flow: Flow, round: Round, turn: TurnState, why: str, reason: str = "") -> None:
    """Take a waiting person out of an open round and look whether it is decided now."""
    data = {"round": round.number, "turn": turn.number, "person": turn.member, "why": why}
    flow.emit(e.MEMBER_REMOVED, data, {"reason": reason} if reason else {})
    flow.drop_children([turn.number])
    settle(flow, round.number)


def decide_close_early(flow: Flow, command: c.CloseEarly) -> None:
    """Wait for no more answers. At least one is needed, of n-of at least n: nobody's silence is an answer."""
    _overseen(flow)
    round = multiplied_round(flow.state, command.round)
    reason = words(command.reason)
    answers, waiting = answers_of(flow.state, round.number)
    least = round.need if isinstance(round.need, int) else 1
    if len(answers) < least:
        name = text(flow.definition.step(round.step).title)
        message = _l(
            "“%(step)s” needs at least %(least)d answers, there are %(count)d.",
            step=name,
            least=least,
            count=len(answers),
        )
        raise Missing([MissingItem("lane", round.step, message)])
    rest = [turn.number for turn in waiting]
    flow.emit(e.CLOSED_EARLY, {"round": round.number, "turns": rest}, {"reason": reason})
    flow.drop_children(rest)
    settle(flow, round.number)


def _overseen(flow: Flow) -> None:
    if not flow.facts.oversees:
        raise Forbidden()


def _present(flow: Flow, round: Round) -> list[TurnState]:
    """The turns of everybody who is asked in the round, answered or not."""
    return [turn for turn in flow.state.turns_in(round.number) if turn.state != CANCELLED]
