"""Playing a run in memory: commands go in, events are folded, and what must always hold is looked at each time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from app.core.errors import Missing, MissingItem
from app.workflow.rules import commands as c
from app.workflow.rules.apply import fold
from app.workflow.rules.decide import decided
from app.workflow.rules.definition import Definition
from app.workflow.rules.events import Event
from app.workflow.rules.facts import Due, Facts
from app.workflow.rules.reading import read
from app.workflow.rules.stage_times import elapsed, stage_times
from app.workflow.rules.state import RunState, TurnState
from tests.workflow.processes import body

BEGIN = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Play:
    """One run. `lanes`, `sets`, `guards` … are what the registries would answer; change them between commands."""

    def __init__(self, process: str | Definition, **facts: Any) -> None:
        self.definition = read(body(process)) if isinstance(process, str) else process
        self.facts = Facts(now=BEGIN, actor=0, **facts)
        self.events: list[Event] = []
        self._state: RunState | None = None

    @property
    def state(self) -> RunState:
        assert self._state is not None
        return self._state

    def tick(self, by: timedelta = timedelta(hours=1)) -> datetime:
        self.facts = replace(self.facts, now=self.facts.now + by)
        return self.facts.now

    def do(self, command: c.Command, actor: int = 0, **facts: Any) -> list[str]:
        """Decide as this person; the kinds of the events that came of it."""
        made = decided(self.definition, self._state, command, replace(self.facts, actor=actor, **facts))
        self._state = made.state
        self.events += made.events
        if isinstance(command, c.MoveVersion):
            self.definition = command.definition
        check(self.state, self.events, self.facts.now)
        return [event.kind for event in made.events]

    def start(self, actor: int = 1, **facts: Any) -> list[str]:
        return self.do(c.Start("v1", "thing", 7, owner=actor), actor, **facts)

    def turn(self, step: str, person: int | None = None) -> TurnState:
        """The waiting turn of a step (of a person)."""
        found = [turn for turn in self.state.waiting() if turn.step == step and person in (None, turn.assignee)]
        assert len(found) == 1, (step, [turn.step for turn in self.state.waiting()])
        return found[0]

    def complete(
        self, step: str, actor: int, outcome: str | None = None, person: int | None = None, **given: Any
    ) -> list[str]:
        """Complete the waiting turn of a step; `given` are parts of the command or of the facts."""
        turn = self.turn(step, person)
        key = outcome or self.definition.step(step).outcomes[0].key
        of_command = {name: given.pop(name) for name in ("fields", "checklist", "reason", "version") if name in given}
        self.tick()
        return self.do(c.Complete(turn.number, key, **of_command), actor, **given)

    def back(self, step: str, to: str, actor: int, reason: str = "wrong", **facts: Any) -> list[str]:
        self.tick()
        return self.do(c.Return(self.turn(step).number, to, reason), actor, **facts)

    def waits(self) -> list[str]:
        return sorted(turn.step for turn in self.state.waiting())

    def refusal(self, command: c.Command, actor: int, **facts: Any) -> list[tuple[str, str]]:
        """What is missing for the command, as (kind, key)."""
        before, count = self._state, len(self.events)
        try:
            self.do(command, actor, **facts)
        except Missing as missing:
            assert self._state is before and len(self.events) == count
            return [(item.kind, item.key) for item in missing.items]
        raise AssertionError("It was not refused.")


def due(days: float, rungs: Iterable[float] = ()) -> Due:
    """Due so many days after the beginning."""
    return Due(BEGIN + days * DAY, rungs=tuple(BEGIN + rung * DAY for rung in rungs))


def lacking(key: str) -> MissingItem:
    return MissingItem("guard", key, "not yet")


def check(state: RunState, events: list[Event], now: datetime) -> None:
    """What holds for every run at every moment."""
    waiting = list(state.waiting())
    assert state.version == len(events)
    assert all(event.actor is not None and event.at.tzinfo for event in events[-10:])
    assert all(one.at <= other.at for one, other in pairwise(events[-10:]))
    if state.is_open:
        assert waiting
        assert {turn.stage for turn in waiting} == {state.stage}
        assert [visit.left_at for visit in state.visits].count(None) == 1
    else:
        assert not waiting
        assert not [item for item in (*state.rounds.values(), *state.forks.values()) if item.state == "open"]
        assert all(visit.left_at for visit in state.visits)
    assert {turn.round for turn in waiting} == {
        round.number for round in state.rounds.values() if round.state == "open"
    }
    for turn in waiting:
        assert len(turn.fired) == len(set(turn.fired)) and set(turn.owed) <= set(turn.fired)
        assert turn.assignee is not None or not turn.owed
    for fork in state.forks.values():
        if fork.state == "open":
            assert len(fork.arrived) < fork.branches
    assert sum((part.spent for part in stage_times(state, now)), timedelta()) == elapsed(state, now)


def check_history(state: RunState, events: list[Event], snapshot: bool = True) -> None:
    """Folding what was stored gives the state; so does the snapshot."""
    stored = [Event.from_data(event.to_data()) for event in events]
    assert fold(stored) == state
    assert not snapshot or RunState.from_data(state.to_data()) == state
