"""How a run moves: steps are opened, forks opened and joined, runs ended. Shared by all decisions.

A `Flow` collects events and folds each at once, so that the next question is asked of the state as it is by then.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.core.errors import Missing
from app.workflow.rules import events as e
from app.workflow.rules.apply import apply
from app.workflow.rules.assigning import candidates, excluded, members, nobody
from app.workflow.rules.definition import Definition, Outcome, Step
from app.workflow.rules.events import Event
from app.workflow.rules.facts import Due, Facts
from app.workflow.rules.state import CANCELLED, OPEN, Round, RunState, TurnState


class Flow:
    """One decision in the making."""

    def __init__(self, definition: Definition, state: RunState | None, facts: Facts) -> None:
        self.definition = definition
        self.facts = facts
        self.events: list[Event] = []
        self.now = max(facts.now, state.last_at) if state else facts.now
        self._state = state

    @property
    def state(self) -> RunState:
        """The state with all events so far; ValueError before the run has started."""
        if self._state is None:
            raise ValueError("The run has not started.")
        return self._state

    def attempt(self, change: Callable[[], None]) -> bool:
        """Do it if it is possible; False, and as if nothing had been, where something is missing for it."""
        state, count = self._state, len(self.events)
        try:
            change()
        except Missing:
            self._state = state
            del self.events[count:]
            return False
        return True

    def emit(self, kind: str, data: Mapping[str, Any], values: Mapping[str, Any] | None = None) -> None:
        """One more event by the acting person, folded at once."""
        event = Event(kind, self.facts.actor, self.now, data, self.facts.behalf, values or {})
        self._state = apply(self._state, event)
        self.events.append(event)

    def advance(self, round: Round, outcome: Outcome) -> None:
        """Leave a round that is done by this outcome: to an end, into a fork, to a join or to the next step."""
        if outcome.end is not None:
            end = self.definition.ends[outcome.end]
            self.end(end.key, end.result, None, round.number, {})
        elif outcome.forks:
            self._fork(round, outcome)
        else:
            self._go(round, self.definition.step(outcome.to[0]))

    def _go(self, round: Round, step: Step) -> None:
        if not step.join or round.fork is None or round.branch is None:
            self.open(step, (round.number,), round.fork, round.branch)
            return
        self.emit(e.BRANCH_ARRIVED, {"fork": round.fork, "branch": round.branch, "round": round.number})
        fork = self.state.forks[round.fork]
        if len(fork.arrived) == fork.branches:
            self.emit(e.JOINED, {"fork": fork.number})
            after = tuple(fork.arrived[branch] for branch in sorted(fork.arrived))
            self.open(step, after, fork.outer, fork.outer_branch)

    def _fork(self, round: Round, outcome: Outcome) -> None:
        number = len(self.state.forks) + 1
        outer = {"outer": round.fork, "outer_branch": round.branch}
        self.emit(e.FORKED, {"fork": number, "round": round.number, "branches": len(outcome.to), **outer})
        for branch, key in enumerate(outcome.to):
            self.open(self.definition.step(key), (round.number,), number, branch)

    def open(
        self,
        step: Step,
        after: tuple[int, ...],
        fork: int | None,
        branch: int | None,
        prefer: int | None = None,
        back: bool = False,
    ) -> None:
        """Open a step: enter its stage, find who does it (`prefer` first), set what is due, want its children.

        Missing when nobody could do it, or the set of a multiplied step is too small or too big. Going `back` opens it
        with an empty lane all the same, so that a broken step can always be left.
        """
        if self.state.stage != step.stage:
            self.emit(e.STAGE_ENTERED, {"stage": step.stage})
        turns = self._turns(step, prefer, back)
        data = {
            "round": len(self.state.rounds) + 1,
            "step": step.key,
            "stage": step.stage,
            "after": list(after),
            "fork": fork,
            "branch": branch,
            "repeats": _repeated(self.state, step.key, after),
            "need": step.multiply.need if step.multiply else None,
            "turns": turns,
        }
        self.emit(e.STEP_OPENED, data)
        for turn in turns:
            self.want_children(step, turn["turn"])

    def want_children(self, step: Step, turn: int) -> None:
        """Tell which runs the step starts for a turn."""
        if step.children:
            subjects: tuple[int | None, ...] = (None,)
            if step.children.of:
                subjects = tuple(dict.fromkeys(self.facts.children.get(step.key, ())))
            for number, subject in enumerate(subjects, 1):
                child = {"child": number, "process": step.children.process, "subject": subject}
                self.emit(e.CHILD_WANTED, {"turn": turn, **child})

    def _turns(self, step: Step, prefer: int | None, back: bool) -> list[dict[str, Any]]:
        without = excluded(step, self.state)
        first = len(self.state.turns) + 1
        missing = nobody(self.definition, step, self.facts, without)
        if missing and (step.multiply or not back):
            raise Missing([missing])
        if step.multiply:
            people = members(step, self.facts, without)
            return [self.turn_data(step, first + n, person, (), person) for n, person in enumerate(people)]
        people = candidates(self.definition, step, self.facts, without)
        assignee = prefer if prefer in people else people[0] if len(people) == 1 else None
        return [self.turn_data(step, first, assignee, people, None)]

    def turn_data(
        self, step: Step, number: int, assignee: int | None, people: tuple[int, ...], member: int | None
    ) -> dict[str, Any]:
        """A new turn as events tell it."""
        return {
            "turn": number,
            "lane": step.lane,
            "assignee": assignee,
            "candidates": list(people),
            "member": member,
            **due_data(self.facts.dues.get(step.key)),
        }

    def end(self, key: str, result: str, reason_key: str | None, round: int | None, values: Mapping[str, Any]) -> None:
        """End the run: nothing waits any more."""
        before = self.state
        turns = [turn.number for turn in before.waiting()]
        data = {"end": key, "result": result, "reason_key": reason_key, "round": round, "turns": turns}
        self.emit(e.ENDED, data, values)
        self.drop_children(before.turns if result != "success" else turns)

    def drop_children(self, turns: Iterable[int]) -> None:
        """Ask for the end of the child runs of turns that are no more, where their step says so."""
        for number in turns:
            turn = self.state.turns[number]
            step = self.definition.steps.get(turn.step)
            if step and step.children and step.children.on_cancel == "cancel":
                for child in turn.children:
                    if child.result is None:
                        self.emit(e.CHILD_CANCEL_WANTED, {"turn": number, "child": child.number, "run": child.run})

    def sweep(self, target: Round, turn: TurnState | None = None) -> e.Swept:
        """What going back to `target` takes with it; `turn`, from which somebody returns, is not counted among it."""
        state = self.state
        gone = state.descendants(target.number)
        own = turn.round if turn else None
        turns = [
            item.number
            for item in state.waiting()
            if item.round in gone and (turn is None or item.number != turn.number)
        ]
        rounds = [n for n in gone if n != own and not state.rounds[n].lapsed and state.rounds[n].state not in _CLOSED]
        forks = [fork.number for fork in state.forks.values() if fork.state == OPEN and fork.round in gone]
        reopened: list[list[int]] = []
        number, branch = target.fork, target.branch
        while number is not None and branch is not None:
            fork = state.forks[number]
            if branch in fork.arrived:
                reopened.append([number, branch])
            number, branch = fork.outer, fork.outer_branch
        return {"turns": turns, "rounds": sorted(rounds), "forks": forks, "reopened": reopened}

    def back(self, target: Round, swept: e.Swept) -> None:
        """Open the step of `target` again where it stood, for whoever did it; after the event that swept."""
        gone = [turn.number for turn in self.state.turns.values() if turn.round in swept["rounds"]]
        self.drop_children(dict.fromkeys([*swept["turns"], *gone]))
        doer = next((turn.by or turn.assignee for turn in self.state.turns_in(target.number)), None)
        self.open(self.definition.step(target.step), target.after, target.fork, target.branch, doer, back=True)


_CLOSED = (CANCELLED, "returned")


def due_data(due: Due | None) -> dict[str, Any]:
    """A due moment as events tell it."""
    if due is None:
        return {"due_at": None, "provisional": False, "rungs": []}
    rungs = [moment.isoformat() for moment in due.rungs]
    return {"due_at": due.at.isoformat(), "provisional": due.provisional, "rungs": rungs}


def _repeated(state: RunState, step: str, after: tuple[int, ...]) -> list[int]:
    """The decisions that no longer count because an outcome has led back to a step that stood before them."""
    upstream = set(after).union(*(state.ancestors(number) for number in after))
    gone: set[int] = set()
    for number in upstream:
        if state.rounds[number].step == step and state.rounds[number].in_force:
            gone |= state.descendants(number)
    return sorted(number for number in gone if state.rounds[number].in_force)
