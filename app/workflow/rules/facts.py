"""What the operation has gathered under the run's lock, so that deciding asks nobody.

`needs.needs(definition, state, command)` says which names to gather.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.core.errors import MissingItem


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, whether by a calendar that is not published yet, and when each rung of the ladder fires."""

    at: datetime
    provisional: bool = False
    rungs: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """The acting person (`actor`, 0 = system), whom they act for (`behalf`), and what the registries answered.

    `oversees`: the actor may act on other people's turns (return, reassign, extend, add members) by permission.
    `guards`: by `GuardCall.key`; None = passed. A key that is absent: the guard has vanished, which blocks.
    `lanes`: by lane key (or bare resolver named as a fallback), in order of preference.
    `sets`: by step key, for multiplied steps. `reassignable`: people outside of the lane whom the actor may choose.
    `children`: by step key, the subjects of the child runs it starts (steps whose children have `of`).
    `evidence`: pieces by kind on the command's turn, superseded ones not counted.
    `subject`: present values of bound attributes. `people`: which of the person ids typed into fields exist.
    `dues`: by step key for steps that may open. `turn_dues`: by turn number, for resume, extend and recompute.
    `nudged_today`: whoever has the turn was reminded of it today.
    """

    now: datetime
    actor: int
    behalf: int | None = None
    oversees: bool = False
    guards: Mapping[str, MissingItem | None] = field(default_factory=dict)
    lanes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    sets: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    children: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    reassignable: frozenset[int] = frozenset()
    evidence: Mapping[str, int] = field(default_factory=dict)
    subject: Mapping[str, Any] = field(default_factory=dict)
    people: frozenset[int] = frozenset()
    dues: Mapping[str, Due] = field(default_factory=dict)
    turn_dues: Mapping[int, Due] = field(default_factory=dict)
    nudged_today: bool = False

    @property
    def person(self) -> int:
        """Whose hand counts: the person acted for, else the actor."""
        return self.behalf if self.behalf is not None else self.actor

    @property
    def hands(self) -> frozenset[int]:
        """Everybody whose hand is in it: the actor and the person acted for."""
        return frozenset({self.actor, self.person})
