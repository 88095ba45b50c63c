"""When a step with several turns is decided, and how.

any: the first answer decides. n: the outcome that first gathers n answers decides. all: everybody answers, and the ordinary
outcome needs everybody. When all have answered and no outcome has its number, the most chosen of the outcomes that are
not the ordinary one decides; of equally many the one declared later. So the ordinary way is never taken for want of votes.
"""

from collections import Counter
from collections.abc import Sequence

from app.workflow.rules.state import DONE, RunState, TurnState


def verdict(need: str | int | None, outcomes: Sequence[str], answers: Sequence[str], waiting: int) -> str | None:
    """The outcome that these answers decide, or None while more are waited for."""
    if not answers:
        return None
    if need is None or need == "any":
        return answers[0]
    number = len(answers) + waiting if need == "all" else int(need)
    votes = Counter(answers)
    for key in outcomes:
        if votes[key] >= number:
            return key
    if waiting:
        return None
    others = [key for key in outcomes[1:] if votes[key]]
    return max(others, key=lambda key: (votes[key], outcomes.index(key)), default=None)


def answers_of(state: RunState, round: int) -> tuple[list[str], list[TurnState]]:
    """The answers given in a round, in the order they came, and the turns that still wait."""
    turns = state.turns_in(round)
    done = sorted((turn for turn in turns if turn.state == DONE), key=lambda turn: (turn.closed_at, turn.number))
    return [turn.outcome for turn in done if turn.outcome], [turn for turn in turns if turn.waiting]


def decided_by(state: RunState, turn: TurnState, outcomes: Sequence[str], key: str) -> str | None:
    """What the round would be decided as if this waiting turn answered `key` now."""
    round = state.rounds[turn.round]
    answers, waiting = answers_of(state, round.number)
    return verdict(round.need, outcomes, [*answers, key], len(waiting) - 1)
