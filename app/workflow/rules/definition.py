"""What a process is, as data: stages, steps in them, and the ways out of a step (DESIGN section 4).

The classes are frozen and built once per digest by `reading.read`; nothing in here is executable: guards, lanes
and sets are *names* with constant arguments, resolved by registries outside of the rules.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Text = Mapping[str, str]
"""A bilingual text: {"zh": ..., "en": ...}."""

FIELD_TYPES: tuple[str, ...] = (
    "text", "longtext", "integer", "decimal", "money", "date", "datetime", "boolean", "choice", "choices", "person", "table",
)  # fmt: skip
RESULTS: tuple[str, ...] = ("success", "failure", "cancelled")
UNITS: tuple[str, ...] = ("working_days", "hours")
MAX_MEMBERS = 50
"""A multiplied step opens at most so many turns; more people are a batch."""


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    title: Text


@dataclass(frozen=True, slots=True)
class Column:
    """One typed value; a field of a step, or a column of a table field.

    `min` and `max` bound the value of a number, date or money, the length of a text, and the number of
    entries of choices and tables. They stand as text and are read by the type (`fields.clean`).
    """

    key: str
    type: str
    title: Text
    help: Text | None = None
    required: bool = False
    min: str | None = None
    max: str | None = None
    max_length: int | None = None
    options: tuple[Option, ...] = ()
    options_from: str | None = None
    """The options are a list that another room keeps, by its registered name; filled in when the step is used."""


@dataclass(frozen=True, slots=True)
class Field(Column):
    """A field of a step; `bind` names the subject's attribute that is its only home."""

    bind: str | None = None
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    key: str
    title: Text
    required: bool = True


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """Evidence of one kind: what it accepts ("file", "text"), at least `min` and at most `max` pieces."""

    kind: str
    title: Text
    accepts: tuple[str, ...] = ("file", "text")
    min: int = 0
    max: int = 20


@dataclass(frozen=True, slots=True)
class GuardCall:
    """A guard by name with constant arguments; `key` names this very call in `Facts.guards`."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.name} {json.dumps(self.args, sort_keys=True)}" if self.args else self.name


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of time: working days of the Chinese calendar, or hours."""

    within: int
    unit: str = "working_days"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the escalation ladder: so long after the due moment the lane `to` is told.

    With `hand_over` the turn itself goes to the first of them who may do it; with `unclaimed` only while nobody has it –
    also when it is given back later.
    """

    after: Span
    to: str
    hand_over: bool = False
    unclaimed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way out of a step: to one step, to several (a fork), or to a declared end. The step's first is the ordinary one.

    `unconditional` ways ask for nothing but their reason and their own guards ("not applicable", "refused").
    """

    key: str
    title: Text
    to: tuple[str, ...] = ()
    end: str | None = None
    needs_reason: bool = False
    unconditional: bool = False
    guards: tuple[GuardCall, ...] = ()

    @property
    def forks(self) -> bool:
        return len(self.to) > 1


@dataclass(frozen=True, slots=True)
class Multiply:
    """One turn for each person of the set `of`; `need` is "all", "any" or a number of equal answers."""

    of: str
    args: Mapping[str, Any] = field(default_factory=dict)
    need: str | int = "all"

    @property
    def least(self) -> int:
        """The smallest set that can ever satisfy `need`."""
        return self.need if isinstance(self.need, int) else 1


@dataclass(frozen=True, slots=True)
class Seal:
    """Content and times hidden from all but the assignee and the lanes `seen_by` until the step `until` is done."""

    until: str
    seen_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anonymous:
    """The person hidden from all but that person and the lanes `seen_by`."""

    seen_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Children:
    """Entering the step starts runs of `process`; `wait` holds the step until they have ended.

    `of` names a resolver of their subjects (one run each); without it there is one, about the same subject.
    """

    process: str
    of: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    wait: bool = True
    on_cancel: str = "cancel"


@dataclass(frozen=True, slots=True)
class Card:
    """The coaching card of a step."""

    skills: tuple[Option, ...] = ()
    good: Text | None = None
    example: Text | None = None
    mistakes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    key: str
    title: Text


@dataclass(frozen=True, slots=True)
class Lane:
    """Who does a step: a resolver by name. `fallback` names lanes (or bare resolvers) asked in turn when nobody is left."""

    key: str
    title: Text
    resolver: str
    args: Mapping[str, Any] = field(default_factory=dict)
    fallback: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    stage: str
    title: Text
    lane: str | None = None
    instruction: Text | None = None
    join: bool = False
    due: Span | None = None
    fields: tuple[Field, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    evidence: tuple[EvidenceKind, ...] = ()
    guards: tuple[GuardCall, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    not_same_as: tuple[str, ...] = ()
    returns: tuple[str, ...] | None = None
    escalation: tuple[Rung, ...] = ()
    voided_by: tuple[str, ...] = ()
    multiply: Multiply | None = None
    sealed: Seal | None = None
    anonymous: Anonymous | None = None
    children: Children | None = None
    card: Card | None = None

    @property
    def asks(self) -> bool:
        """Whether it asks for anything before its ordinary way on; else it is only to be accepted or reviewed."""
        typed = any(item.required for item in self.fields) or any(item.required for item in self.checklist)
        return typed or any(kind.min for kind in self.evidence) or bool(self.guards or self.children)

    def outcome(self, key: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.key == key), None)

    def field(self, key: str) -> Field | None:
        return next((item for item in self.fields if item.key == key), None)

    def checklist_item(self, key: str) -> ChecklistItem | None:
        return next((item for item in self.checklist if item.key == key), None)

    def evidence_kind(self, kind: str) -> EvidenceKind | None:
        return next((item for item in self.evidence if item.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Reason:
    """A node of an end's reason tree."""

    key: str
    title: Text
    children: tuple["Reason", ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    key: str
    result: str
    title: Text
    reasons: tuple[Reason, ...] = ()

    def reason(self, key: str) -> Reason | None:
        """The reason of that key anywhere in the tree."""
        waiting = list(self.reasons)
        while waiting:
            reason = waiting.pop()
            if reason.key == key:
                return reason
            waiting.extend(reason.children)
        return None


@dataclass(frozen=True)
class Definition:
    key: str
    title: Text
    subject: str
    lanes: Mapping[str, Lane]
    stages: tuple[Stage, ...]
    start: str
    steps: Mapping[str, Step]
    ends: Mapping[str, End]
    close_from_anywhere: tuple[str, ...] = ()
    summary: Text | None = None
    """A sentence for whoever chooses among processes: what it is for."""

    def step(self, key: str) -> Step:
        """The step of that key; KeyError for a step the definition does not have."""
        return self.steps[key]

    @cached_property
    def watched(self) -> frozenset[str]:
        """The attributes of the subject whose change may void a decision."""
        return frozenset(name for step in self.steps.values() for name in step.voided_by)

    @cached_property
    def bound(self) -> frozenset[str]:
        """The attributes of the subject that some field is bound to."""
        return frozenset(item.bind for step in self.steps.values() for item in step.fields if item.bind)
