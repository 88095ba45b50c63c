"""THE one rule: what is missing to move on. Page, board, API, import and bulk all show and obey this list."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from app.core.errors import MissingItem
from app.core.texts import _l, text
from app.workflow.rules.assigning import excluded, nobody, wrong_hands
from app.workflow.rules.definition import Definition, Field, GuardCall, Outcome, Step
from app.workflow.rules.facts import Facts
from app.workflow.rules.fields import BadValue, Cleaned, clean, clean_value
from app.workflow.rules.state import RunState, TurnState
from app.workflow.rules.voting import decided_by


def missing(
    definition: Definition,
    state: RunState,
    number: int,
    outcome_key: str | None,
    fields: Mapping[str, Any],
    checklist: Collection[str],
    facts: Facts,
    reason: str = "",
    cleaned: Cleaned | None = None,
) -> list[MissingItem]:
    """What the waiting turn `number` still needs to be left by this outcome (None: the ordinary one), in form order.

    `fields` is raw; values that cannot be taken count as missing. `facts` by `needs.needs` or `needs.form_needs`. With no
    acting person (0) it is not asked whose turn it is. KeyError for a turn or outcome that does not exist.
    """
    turn = state.turns[number]
    step = definition.step(turn.step)
    outcome = step.outcomes[0] if outcome_key is None else _outcome(step, outcome_key)
    cleaned = cleaned or clean(step.fields, fields, facts.people)
    found: list[MissingItem] = []
    if facts.person:
        wrong = wrong_hands(definition, state, turn, facts)
        found += [wrong] if wrong else []
    if not outcome.unconditional:
        found += _fields(step, cleaned, facts)
        found += _checklist(step, checklist)
        found += _evidence(step, facts)
        found += guards_missing(step.guards, facts)
        found += _children(turn, step)
    found += guards_missing(outcome.guards, facts)
    if outcome_key is not None and outcome.needs_reason and not reason.strip():
        found.append(MissingItem("field", "reason", _l("Say why.")))
    found += next_missing(definition, state, turn, step, outcome, changed(step, cleaned, facts), facts)
    return found


def _outcome(step: Step, key: str) -> Outcome:
    outcome = step.outcome(key)
    if outcome is None:
        raise KeyError(key)
    return outcome


def _fields(step: Step, cleaned: Cleaned, facts: Facts) -> Iterable[MissingItem]:
    wrong = {error.field.split(".")[0]: error for error in cleaned.errors}
    for item in step.fields:
        if item.key in wrong:
            yield MissingItem("field", item.key, wrong[item.key].message)
        elif item.required and value_of(item, cleaned.values, facts) is None:
            yield MissingItem("field", item.key, _l("Fill in “%(field)s”.", field=text(item.title)))


def value_of(item: Field, values: Mapping[str, Any], facts: Facts) -> Any:
    """The value that would stand after completing: the typed one, else that of the bound attribute."""
    if item.key in values:
        return values[item.key]
    value = facts.subject.get(item.bind) if item.bind else None
    return None if value in ("", []) else value


def changed(step: Step, cleaned: Cleaned, facts: Facts) -> dict[str, Any]:
    """The bound attributes that these values change, with their new values."""
    found: dict[str, Any] = {}
    for item in step.fields:
        if item.bind and item.key in cleaned.values and cleaned.values[item.key] != _present(item, facts):
            found[item.bind] = cleaned.values[item.key]
    return found


def _present(item: Field, facts: Facts) -> Any:
    """The subject's value in the clean form of the field, so that 500000 and "500000.00" are the same."""
    value = facts.subject.get(item.bind or "")
    if item.type == "table":
        rows = clean([item], {item.key: value}, facts.people)
        return value if rows.errors else rows.values[item.key]
    if item.type == "person":
        return value
    try:
        return clean_value(item, value)
    except BadValue:
        return value


def _checklist(step: Step, done: Collection[str]) -> Iterable[MissingItem]:
    for item in step.checklist:
        if item.required and item.key not in done:
            yield MissingItem("checklist", item.key, _l("Tick “%(item)s”.", item=text(item.title)))


def _evidence(step: Step, facts: Facts) -> Iterable[MissingItem]:
    for item in step.evidence:
        have = facts.evidence.get(item.kind, 0)
        if have < item.min:
            message = _l("Add “%(kind)s”: %(have)d of %(need)d.", kind=text(item.title), have=have, need=item.min)
            yield MissingItem("evidence", item.kind, message)


def guards_missing(calls: Iterable[GuardCall], facts: Facts) -> Iterable[MissingItem]:
    """What guards miss. A guard that gave no answer has vanished: it blocks, and says so."""
    for call in calls:
        if call.key not in facts.guards:
            message = _l(
                "The check “%(name)s” is not available any more: return, close, or ask an administrator.",
                name=call.name,
            )
            yield MissingItem("guard", call.name, message)
        else:
            answer = facts.guards[call.key]
            if answer is not None:
                yield answer


def _children(turn: TurnState, step: Step) -> Iterable[MissingItem]:
    if step.children and step.children.wait and any(child.result is None for child in turn.children):
        yield MissingItem("guard", "children", _l("What was started from this step is not finished yet."))


def next_missing(
    definition: Definition,
    state: RunState,
    turn: TurnState,
    step: Step,
    outcome: Outcome,
    change: Mapping[str, Any],
    facts: Facts,
) -> Iterable[MissingItem]:
    """Lanes with nobody and sets of the wrong size among the steps that would be opened at once."""
    if definition.watched.intersection(change):
        return
    verdict = decided_by(state, turn, [item.key for item in step.outcomes], outcome.key)
    decided = step.outcome(verdict) if verdict else None
    for key in _opening(definition, state, turn, decided) if decided else ():
        target = definition.step(key)
        hands = facts.hands if step.key in target.not_same_as else ()
        item = nobody(definition, target, facts, excluded(target, state, hands))
        if item:
            yield item


def _opening(definition: Definition, state: RunState, turn: TurnState, outcome: Outcome) -> Iterable[str]:
    """The steps that are opened when the round is left by this outcome; none while a join waits for other branches."""
    round = state.rounds[turn.round]
    for key in outcome.to:
        if definition.step(key).join and round.fork is not None and not outcome.forks:
            fork = state.forks[round.fork]
            if len(fork.arrived) + 1 < fork.branches:
                continue
        yield key
