"""Gathering, under the run's lock, what the rules need to know: lanes, sets, guards, due moments, bound attributes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.audit import plain
from app.core.errors import MissingItem
from app.people.queries import active_ids
from app.workflow import registry
from app.workflow.permissions import TURN_REASSIGN, reaches
from app.workflow.registry import GuardContext, SubjectRef
from app.workflow.rules.commands import Command
from app.workflow.rules.definition import Definition, GuardCall, Span, Step
from app.workflow.rules.facts import Due, Facts
from app.workflow.rules.fields import people_in
from app.workflow.rules.needs import Needs, needs
from app.workflow.rules.state import RunState


def bare(actor: Actor, run: Any = None) -> Facts:
    """Facts that need no asking: who acts, for whom, when, and whether they oversee the run."""
    oversees = actor.is_system or (run is not None and reaches(actor, TURN_REASSIGN, run))
    return Facts(now=clock.now(), actor=actor.id, behalf=actor.behalf, oversees=oversees)


def acting_for(actor: Actor, state: RunState, number: int) -> Actor:
    """The actor, on behalf of the absent person whose turn this is when it is not the actor's own."""
    turn = state.turns.get(number)
    if turn is None or actor.behalf is not None or not actor.stands_in_for:
        return actor
    mine = {turn.assignee} if turn.assignee is not None else set(turn.candidates)
    if actor.id in mine:
        return actor
    absent = sorted(actor.stands_in_for & {person for person in mine if person is not None})
    return actor.on_behalf_of(absent[0]) if absent else actor


class Gatherer:
    """Asks the registries for one run, each question once."""

    def __init__(self, definition: Definition, subject: SubjectRef) -> None:
        self.definition = definition
        self.subject = subject
        self._asked: dict[str, tuple[int, ...]] = {}

    def lanes(self, names: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """People of each lane (or bare resolver), best first."""
        return {name: self._lane(name) for name in names}

    def _lane(self, name: str) -> tuple[int, ...]:
        lane = self.definition.lanes.get(name)
        resolver, args = (lane.resolver, lane.args) if lane else (name, {})
        key = f"{resolver} {sorted(args.items())!r}"
        if key not in self._asked:
            resolve = registry.lane(resolver)
            found = resolve(self.subject, args) if resolve else ()
            self._asked[key] = tuple(dict.fromkeys(found))
        return self._asked[key]

    def sets(self, steps: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """People of each multiplied step."""
        found: dict[str, tuple[int, ...]] = {}
        for key in steps:
            multiply = self.definition.steps[key].multiply
            resolve = registry.people_set(multiply.of) if multiply else None
            if multiply and resolve:
                found[key] = tuple(dict.fromkeys(resolve(self.subject, multiply.args)))
        return found

    def children(self, steps: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Subjects of the child runs of each step that starts several."""
        found: dict[str, tuple[int, ...]] = {}
        for key in steps:
            wanted = self.definition.steps[key].children
            resolve = registry.children_of(wanted.of) if wanted and wanted.of else None
            if wanted and resolve:
                found[key] = tuple(dict.fromkeys(resolve(self.subject, wanted.args)))
        return found

    def guards(self, calls: Iterable[GuardCall], context: GuardContext) -> dict[str, MissingItem | None]:
        """Answer of each guard; one that nobody registers any more is left out, which blocks."""
        found: dict[str, MissingItem | None] = {}
        for call in calls:
            ask = registry.guard_named(call.name)
            if ask is not None and call.key not in found:
                found[call.key] = ask(self.subject, call.args, context)
        return found

    def attributes(self, names: Iterable[str]) -> dict[str, Any]:
        """Present values of bound attributes, as plain JSON values."""
        kind = registry.subject(self.subject.kind)
        if kind is None:
            return {}
        return {name: plain(kind.bound[name][0](self.subject.id)) for name in names if name in kind.bound}

    def dues(self, steps: Iterable[str], start: datetime) -> dict[str, Due]:
        """When each step would be due if it opened at `start`."""
        found = {key: self.due(self.definition.steps[key], start) for key in steps if key in self.definition.steps}
        return {key: due for key, due in found.items() if due is not None}

    def due(self, step: Step, start: datetime) -> Due | None:
        """When a step that opens at `start` is due; None for one without."""
        own = self.own_due(step)
        if own is not None:
            return with_rungs(step, own, False)
        if step.due is None:
            return None
        at, provisional = calendar.due_moment(start, step.due.within, step.due.unit)
        return with_rungs(step, at, provisional)

    def own_due(self, step: Step) -> datetime | None:
        """The moment by which the subject itself wants the step done, where it does; else the process's own time holds."""
        kind = registry.subject(self.subject.kind)
        lane = self.definition.lanes.get(step.lane or "")
        if kind is None or kind.due is None or lane is None:
            return None
        return kind.due(self.subject, step.key, lane.resolver)


def with_rungs(step: Step, at: datetime, provisional: bool) -> Due:
    """A due moment with the moments of the step's escalation ladder after it."""
    rungs: list[datetime] = []
    for rung in step.escalation:
        moment, unsure = _after(at, rung.after)
        rungs.append(moment)
        provisional = provisional or unsure
    return Due(at, provisional, tuple(rungs))


def _after(at: datetime, span: Span) -> tuple[datetime, bool]:
    # a due moment is the midnight that ends a day; the working day after it is counted from that day
    start = at - timedelta(microseconds=1) if span.unit == calendar.WORKING_DAYS else at
    return calendar.due_moment(start, span.within, span.unit)


def opening_facts(actor: Actor, definition: Definition, subject: SubjectRef, command: Command) -> Facts:
    """Facts for starting a run."""
    wanted = needs(definition, None, command)
    ask = Gatherer(definition, subject)
    facts = bare(actor)
    return replace(
        facts,
        lanes=AskedLanes(ask, wanted.lanes),
        sets=ask.sets(wanted.sets),
        children=ask.children(wanted.children),
        dues=ask.dues(wanted.steps, facts.now),
    )


class AskedLanes(Mapping[str, tuple[int, ...]]):
    """Lanes that are asked for when somebody looks: a lane's fallbacks only where it has nobody."""

    def __init__(self, ask: Gatherer, names: Iterable[str]) -> None:
        self._ask = ask
        self._names = tuple(names)

    def __getitem__(self, name: str) -> tuple[int, ...]:
        if name not in self._names:
            raise KeyError(name)
        return self._ask.lanes([name])[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def facts_for(
    actor: Actor,
    definition: Definition,
    state: RunState,
    run: Any,
    subject: SubjectRef,
    wanted: Needs,
    *,
    number: int = 0,
    turn_id: int = 0,
    evidence: Mapping[str, int] | None = None,
    typed: Mapping[str, Any] | None = None,
    checklist: Iterable[str] = (),
) -> Facts:
    """Facts for a command on an open run (or for showing what is missing): everything that `wanted` names."""
    facts = bare(actor, run)
    ask = Gatherer(definition, subject)
    turn = state.turns.get(number)
    step = definition.steps.get(turn.step) if turn else None
    people = people_in(step.fields, typed) if step and typed else frozenset()
    subject_values = ask.attributes(wanted.subject)
    context = GuardContext(
        run_id=run.id,
        turn_id=turn_id,
        step=turn.step if turn else "",
        actor_id=facts.person,
        now=facts.now,
        opened_at=turn.opened_at if turn else facts.now,
        fields={**_by_field(step, subject_values), **(typed or {})},
        checklist=frozenset(item for item in checklist if isinstance(item, str)),
    )
    return replace(
        facts,
        lanes=ask.lanes(wanted.lanes),
        sets=ask.sets(wanted.sets),
        children=ask.children(wanted.children),
        guards=ask.guards(wanted.guards, context),
        subject=subject_values,
        dues=ask.dues(wanted.steps, facts.now),
        people=active_ids(people) if people else frozenset(),
        evidence=dict(evidence or {}),
    )


def _by_field(step: Step | None, attributes: Mapping[str, Any]) -> dict[str, Any]:
    if step is None:
        return {}
    return {field.key: attributes[field.bind] for field in step.fields if field.bind and field.bind in attributes}
