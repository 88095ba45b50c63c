"""A kind of work item as the form builder shows it: steps one after another, each with what it asks (D33, D36).

A kind *is* a definition of the workflow core; this is the smaller shape that people edit without knowing one. `kind_bodies`
turns it into a body and back. Everything here may be unfinished: titles empty, keys not made yet.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.work.rules.kind_texts import NOTHING, TEXTS, Words

T = TypeVar("T")

ASSIGNED, RAISED = "assigned", "raised"
DIRECTIONS = (ASSIGNED, RAISED)
WORK, ACCEPT, APPROVE, CONFIRM = "work", "accept", "approve", "confirm"
SORTS = (WORK, ACCEPT, APPROVE, CONFIRM)
"""What a step is for: do something, take it on or decline, decide yes or no, take the result or send it back."""
SENDER, DOERS, HEAD, LEAD = "sender", "doer", "unit_head", "lead"
ROLE = "role_"
"""`role_hr` stands for whoever holds the granted role `hr` for the unit."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    key: str = ""
    title: Words = NOTHING


@dataclass(frozen=True, slots=True)
class Field:
    """What a step asks for; or a column of a table. Limits as typed, empty for none."""

    key: str = ""
    type: str = "text"
    title: Words = NOTHING
    help: Words = NOTHING
    required: bool = False
    min: str = ""
    max: str = ""
    max_length: int | None = None
    options: tuple[Option, ...] = ()
    options_from: str = ""
    bind: str = ""
    columns: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A point of the checklist."""

    key: str = ""
    title: Words = NOTHING
    required: bool = True


@dataclass(frozen=True, slots=True)
class Proof:
    """A kind of evidence with its counts."""

    key: str = ""
    title: Words = NOTHING
    accepts: tuple[str, ...] = ("file", "text")
    min: int = 0
    max: int = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `back` is the key of an earlier step that it may send the work back to, `back_button` what that is called;
    `tell_after` working days after it was due the head of the unit is told, and with `hand_over` the step is theirs if nobody
    has taken it by then. Without them the rest stands at its default."""

    key: str = ""
    sort: str = WORK
    title: Words = NOTHING
    who: str = DOERS
    instruction: Words = NOTHING
    button: Words = TEXTS["buttons"][WORK]
    back: str = ""
    back_button: Words = TEXTS["back_buttons"][WORK]
    due: int | None = None
    due_unit: str = "working_days"
    tell_after: int | None = None
    hand_over: bool = False
    fields: tuple[Field, ...] = ()
    checklist: tuple[Item, ...] = ()
    evidence: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A whole kind: assigned from above or raised to a unit, and its steps in order."""

    key: str
    title: Words = NOTHING
    summary: Words = NOTHING
    direction: str = ASSIGNED
    steps: tuple[Step, ...] = field(default=())


BUTTONS, BACK_BUTTONS = TEXTS["buttons"], TEXTS["back_buttons"]
"""Words on the buttons of a step, by its sort."""


def new_kind(key: str, title: Words, direction: str) -> Kind:
    """Where a kind from scratch begins: the shortest that is whole (assign, do, accept; or raise, answer, confirm)."""
    steps: tuple[Step, ...]
    if direction == RAISED:
        steps = (
            _asking(_step("raise", WORK, SENDER), "content"),
            _asking(replace(_step("answer", WORK, DOERS), due=3), "reply"),
            replace(_step("confirm", CONFIRM, SENDER), back="answer"),
        )
    else:
        steps = (
            _asking(replace(_step("do", WORK, DOERS), due=3), "result"),
            replace(_step("review", CONFIRM, SENDER), back="do"),
        )
    return Kind(key, title, Words(), direction, steps)


def _step(name: str, sort: str, who: str) -> Step:
    return Step(name, sort, TEXTS["steps"][name], who, button=BUTTONS[sort], back_button=BACK_BUTTONS[sort])


def _asking(step: Step, name: str) -> Step:
    """The step with the one field without which it would say nothing."""
    return replace(step, fields=(Field(name, "longtext", TEXTS["fields"][name], required=True, max_length=4000),))


def with_accept(kind: Kind, on: bool) -> Kind:
    """The kind with or without "accept first": before the first thing that the doers are to do."""
    if on == any(step.sort == ACCEPT for step in kind.steps):
        return kind
    if not on:
        return without_steps(kind, lambda step: step.sort == ACCEPT)
    place = next((n for n, step in enumerate(kind.steps) if step.who == DOERS), len(kind.steps))
    made = replace(_step("accept", ACCEPT, DOERS), key=_free(kind, "accept"), due=1)
    return replace(kind, steps=(*kind.steps[:place], made, *kind.steps[place:]))


def with_approval(kind: Kind, who: str) -> Kind:
    """The kind with an approval by `who`, without one when `who` is empty: after the work, before the sender's last word."""
    if not who:
        return without_steps(kind, lambda step: step.sort == APPROVE)
    if any(step.sort == APPROVE for step in kind.steps):
        steps = tuple(replace(step, who=who) if step.sort == APPROVE else step for step in kind.steps)
        return replace(kind, steps=steps)
    place = len(kind.steps)
    while place and kind.steps[place - 1].sort == CONFIRM:
        place -= 1
    work = [step.key for step in kind.steps[:place] if step.sort == WORK]
    made = replace(_step("approve", APPROVE, who), key=_free(kind, "approve"))
    made = replace(made, due=2, back=work[-1] if work else "")
    return replace(kind, steps=(*kind.steps[:place], made, *kind.steps[place:]))


def without_steps(kind: Kind, which: Callable[[Step], bool]) -> Kind:
    """The kind without some steps; what sent back to one of them sends back no more."""
    gone = {step.key for step in kind.steps if which(step)}
    kept = (_backless(step) if step.back in gone else step for step in kind.steps if not which(step))
    return replace(kind, steps=tuple(kept))


def _backless(step: Step) -> Step:
    return replace(step, back="", back_button=BACK_BUTTONS[step.sort])


def moved(items: tuple[T, ...], place: int, by: int) -> tuple[T, ...]:
    """The items with the one at `place` moved by so many places; as they are when it cannot move."""
    other = place + by
    if not (0 <= place < len(items) and 0 <= other < len(items)):
        return items
    found = list(items)
    found.insert(other, found.pop(place))
    return tuple(found)


def sound_backs(kind: Kind) -> Kind:
    """The kind with every way back that does not lead to an earlier step taken out: steps have been moved."""
    known: list[str] = []
    steps = []
    for step in kind.steps:
        steps.append(step if not step.back or step.back in known else _backless(step))
        known.append(step.key)
    return replace(kind, steps=tuple(steps))


def _free(kind: Kind, key: str) -> str:
    taken = {step.key for step in kind.steps}
    return next(name for name in (key, *(f"{key}_{n}" for n in range(2, 99))) if name not in taken)


def copied(kind: Kind, key: str, title: Words) -> Kind:
    """The same kind under another name."""
    return replace(kind, key=key, title=title)
