"""Hears what happens in any tracked process and tells those whom it concerns; never whoever did it themselves.

Of a sealed step nothing is told but that it waits; of an anonymous one not who.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.actor import Actor
from app.people import queries as people
from app.work import notifications, told
from app.work.operations.notifying import notify
from app.work.queries.items import KIND as ITEM
from app.work.queries.mentioned import mentioned_in
from app.workflow import registry
from app.workflow.models import Run
from app.workflow.rules import events as e
from app.workflow.rules.definition import Definition, Step
from app.workflow.rules.state import RunState, TurnState


@dataclass(frozen=True, slots=True)
class Case:
    """What one decision has added to a run, for telling of it."""

    run: Run
    actor: Actor
    definition: Definition
    state: RunState
    events: Sequence[e.Event]

    @property
    def url(self) -> str:
        """The page of the run's subject, else of the run."""
        kind = registry.subject(self.run.subject_kind)
        if kind is not None and kind.url is not None:
            return kind.url(self.run.subject_id)
        return f"/runs/{self.run.id}"

    def step_of(self, event: e.Event) -> tuple[TurnState, Step] | None:
        """The turn and step that an event speaks of; None when the definition no longer has the step."""
        turn = self.state.turns.get(event.data["turn"])
        step = self.definition.steps.get(turn.step) if turn else None
        return (turn, step) if turn and step else None

    def others(self, *ids: int | None) -> set[int]:
        """Those of the people who did not do it themselves, nor is it done on their behalf."""
        return {i for i in ids if i} - {self.actor.id, self.actor.behalf or 0}

    def tell(self, ids: Collection[int], kind: str, step: Step | None, **args: Any) -> None:
        """Tell people of this case."""
        if ids:
            who = notifications.SOMEBODY if step and step.anonymous else notifications.person(self.actor.id)
            titled = {"step": dict(step.title)} if step else {}
            notify(ids, kind, url=self.url, **{"who": who, "subject": self.run.subject_label, **titled, **args})


def hear(*, run: Run, actor: Actor, definition: Definition, state: RunState, events: Sequence[e.Event]) -> None:
    """Receiver of ``workflow.history_written``."""
    case = Case(run, actor, definition, state, events)
    for event in events:
        tell = _TELLERS.get(event.kind)
        if tell is not None:
            tell(case, event)


def _opened(case: Case, event: e.Event) -> None:
    step = case.definition.steps.get(event.data["step"])
    turns = event.data.get("turns") or [event.data["turn"]]
    ids = case.others(*(turn["assignee"] for turn in turns))
    if step is None or not ids or not case.state.is_open:
        return
    if case.events[0].kind == e.STARTED and (case.actor.is_system or case.run.subject_kind == ITEM):
        return  # what the product opens by itself stands on the day page; of an item people are told as of an assignment
    back = any(other.kind == e.RETURNED and other.data["to"] == step.key for other in case.events)
    case.tell(ids, told.RETURNED if back else told.OPENED, step)


def _member_added(case: Case, event: e.Event) -> None:
    turn = case.state.turns.get(event.data["turn"]["turn"])
    step = case.definition.steps.get(turn.step) if turn else None
    case.tell(case.others(event.data["turn"]["assignee"]), told.OPENED, step)


def _reassigned(case: Case, event: e.Event) -> None:
    found = case.step_of(event)
    if found is None:
        return
    case.tell(case.others(event.data["to"]), told.GIVEN, found[1])
    case.tell(case.others(event.data["person"]), told.TAKEN, found[1], to=notifications.person(event.data["to"]))


def _completed(case: Case, event: e.Event) -> None:
    """A step that must not be done by whoever did the one it judges is a decision."""
    found = case.step_of(event)
    if found is None or not found[1].not_same_as or found[1].sealed:
        return
    outcome = found[1].outcome(event.data["outcome"])
    if outcome is not None:
        case.tell(case.others(case.run.owner_id), told.DECIDED, found[1], outcome=dict(outcome.title))


def _ended(case: Case, event: e.Event) -> None:
    end = case.definition.ends.get(event.data["end"])
    if end is None:
        return
    sender, owner = case.run.started_by_id, case.run.owner_id
    if sender != owner:
        case.tell(case.others(sender), told.FINISHED, None, end=dict(end.title))
    case.tell(case.others(owner), told.ENDED, None, end=dict(end.title))


def _escalated(case: Case, event: e.Event) -> None:
    found = case.step_of(event)
    if found is None:
        return
    turn, step = found
    ids = case.others(*event.data["people"])
    if turn.assignee is None:
        case.tell(ids, told.UNTAKEN, step)
    else:
        who = notifications.SOMEBODY if step.anonymous else notifications.person(turn.assignee)
        case.tell(ids - {turn.assignee}, told.ESCALATED, step, who=who)


def _time_asked(case: Case, event: e.Event) -> None:
    found = case.step_of(event)
    if found is not None:
        until = datetime.fromisoformat(event.data["until"])
        case.tell(case.others(*_overseers(case)), told.TIME_ASKED, found[1], until=until)


def _time_given(case: Case, event: e.Event) -> None:
    found = case.step_of(event)
    if found is not None and event.data["why"] == "extended":
        until = datetime.fromisoformat(event.data["due_at"])
        case.tell(case.others(found[0].assignee), told.TIME_GIVEN, found[1], until=until)


def _blocked(case: Case, event: e.Event) -> None:
    found = case.step_of(event)
    if found is not None:
        case.tell(case.others(*_overseers(case)), told.BLOCKED, found[1])


def _nudged(case: Case, event: e.Event) -> None:
    found = case.step_of(event)
    if found is not None:
        why = str(event.values.get("reason", ""))[:200]
        case.tell(case.others(*event.data["people"]), told.NUDGED, found[1], why=why)


def _commented(case: Case, event: e.Event) -> None:
    found = case.step_of(event)
    if found is None:
        return
    turn, step = found
    mentioned = case.others(*mentioned_in(str(event.values.get("text", "")), case.run, case.state))
    case.tell(mentioned, told.MENTIONED, step)
    if not step.sealed:
        case.tell(case.others(turn.assignee, case.run.owner_id) - mentioned, told.COMMENTED, step)


def _owner_changed(case: Case, event: e.Event) -> None:
    case.tell(case.others(event.data["to"]), told.OWNS, None)


def _overseers(case: Case) -> list[int]:
    """Who may give more time or lend a hand: the team's leaders, else the unit's nearest head; and whoever sent it."""
    run = case.run
    found = people.team_role_holders(run.team_id, "leader") if run.team_id else []
    if not case.others(*found) and run.unit_id:
        found = [*found, *[head for head in people.heads_of_unit(run.unit_id) if head != case.actor.id][:1]]
    return [*found, *([run.started_by_id] if run.started_by_id else [])]


_TELLERS: Mapping[str, Callable[[Case, e.Event], None]] = {
    e.STEP_OPENED: _opened,
    e.MEMBER_ADDED: _member_added,
    e.REASSIGNED: _reassigned,
    e.COMPLETED: _completed,
    e.ENDED: _ended,
    e.RUNG_FIRED: _escalated,
    e.TIME_ASKED: _time_asked,
    e.DUE_CHANGED: _time_given,
    e.BLOCKED: _blocked,
    e.COMMENTED: _commented,
    e.NUDGED: _nudged,
    e.OWNER_CHANGED: _owner_changed,
}
