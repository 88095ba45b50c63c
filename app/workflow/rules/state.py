"""Where a run stands: the fold of its events.

A *round* is one time that a step was opened, a *turn* one time that a step waits for somebody; a multiplied step has
several turns in one round. Turns, rounds and forks are numbered 1, 2, 3 ... within the run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeVar

OPEN = "open"
WAITING, DONE, RETURNED, CANCELLED = "waiting", "done", "returned", "cancelled"
JOINED = "joined"
T = TypeVar("T", "TurnState", "Round", "Fork", "RunState")


@dataclass(frozen=True, slots=True)
class Child:
    """A run that a turn starts, numbered 1, 2 ... within the turn; `run` is None until the operation has started it.

    `subject` is an id of the child process's subject kind; None for the subject of the run itself.
    """

    number: int
    process: str
    subject: int | None = None
    run: int | None = None
    result: str | None = None


@dataclass(frozen=True)
class TurnState:
    """One time a step waits for somebody. `assignee` None: it waits in the lane for one of `candidates`.

    `owed` are rungs among those that have `fired` which hand over what nobody has, and found it taken: they are due again
    when it is given back.
    """

    number: int
    round: int
    step: str
    stage: str
    lane: str | None
    state: str
    assignee: int | None
    candidates: tuple[int, ...]
    opened_at: datetime
    member: int | None = None
    due_at: datetime | None = None
    provisional: bool = False
    rungs: tuple[datetime, ...] = ()
    fired: tuple[int, ...] = ()
    owed: tuple[int, ...] = ()
    by: int | None = None
    actor: int | None = None
    outcome: str | None = None
    closed_at: datetime | None = None
    children: tuple[Child, ...] = ()
    version: int = 1

    @property
    def waiting(self) -> bool:
        return self.state == WAITING


@dataclass(frozen=True)
class Round:
    """One opening of a step. `after` are the rounds that led here; `lapsed` says why a decision no longer counts."""

    number: int
    step: str
    stage: str
    state: str
    opened_at: datetime
    after: tuple[int, ...] = ()
    fork: int | None = None
    branch: int | None = None
    need: str | int | None = None
    outcome: str | None = None
    lapsed: str = ""
    closed_at: datetime | None = None

    @property
    def in_force(self) -> bool:
        """Whether the step was done here and its decision still counts."""
        return self.state == DONE and not self.lapsed


@dataclass(frozen=True)
class Fork:
    """An opened fork: its branches 0, 1, ... and the round with which each has arrived at the join."""

    number: int
    round: int
    branches: int
    state: str = OPEN
    outer: int | None = None
    outer_branch: int | None = None
    arrived: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageVisit:
    """One stay of the run in a stage; `left_at` None while it is there."""

    stage: str
    entered_at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True)
class RunState:
    """The whole run. `version` is the number of events folded, `last_at` the moment of the last; `state` is open,
    success, failure or cancelled."""

    definition: str
    process: str
    subject_kind: str
    subject_id: int
    unit: int | None
    team: int | None
    owner: int | None
    opened_at: datetime
    last_at: datetime
    state: str = OPEN
    end: str | None = None
    reason_key: str | None = None
    stage: str = ""
    visits: tuple[StageVisit, ...] = ()
    paused_at: datetime | None = None
    closed_at: datetime | None = None
    turns: Mapping[int, TurnState] = field(default_factory=dict)
    rounds: Mapping[int, Round] = field(default_factory=dict)
    forks: Mapping[int, Fork] = field(default_factory=dict)
    version: int = 0

    @property
    def is_open(self) -> bool:
        return self.state == OPEN

    @property
    def paused(self) -> bool:
        return self.paused_at is not None

    def waiting(self) -> Iterator[TurnState]:
        """The turns that wait, oldest first."""
        return (turn for turn in self.turns.values() if turn.state == WAITING)

    def turns_in(self, round: int) -> list[TurnState]:
        """All turns of a round, oldest first."""
        return [turn for turn in self.turns.values() if turn.round == round]

    def doers(self, steps: tuple[str, ...]) -> frozenset[int]:
        """Everybody who has ever completed one of these steps in this run, or on whose behalf it was done."""
        people: set[int] = set()
        if steps:
            for turn in self.turns.values():
                if turn.state == DONE and turn.step in steps:
                    people.update(person for person in (turn.by, turn.actor) if person)
        return frozenset(people)

    def last_round(self, step: str) -> Round | None:
        """The latest round of a step whose decision counts."""
        found = [item for item in self.rounds.values() if item.step == step and item.in_force]
        return found[-1] if found else None

    def ancestors(self, round: int) -> frozenset[int]:
        """The rounds that led to this one, itself not among them."""
        found: set[int] = set()
        waiting = list(self.rounds[round].after)
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting.extend(self.rounds[number].after)
        return frozenset(found)

    def descendants(self, round: int) -> frozenset[int]:
        """The rounds that came of this one, itself among them."""
        found = {round}
        for number, item in self.rounds.items():
            if not found.isdisjoint(item.after):
                found.add(number)
        return frozenset(found)

    def to_data(self) -> dict[str, Any]:
        """A JSON form, for a snapshot beside the events."""
        data = {name: _plain(getattr(self, name)) for name in _RUN_FIELDS}
        for name in ("turns", "rounds", "forks"):
            data[name] = [_plain(item) for item in getattr(self, name).values()]
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "RunState":
        """The state of its JSON form."""
        plain = {name: data[name] for name in _RUN_FIELDS}
        plain["visits"] = tuple(_read(StageVisit, item) for item in data["visits"])
        for name, kind in (("turns", TurnState), ("rounds", Round), ("forks", Fork)):
            plain[name] = {item["number"]: _read(kind, item) for item in data[name]}
        state: RunState = _read(cls, plain)
        return state


def changed(item: T, **change: Any) -> T:
    """`item` with other values; as `dataclasses.replace`, several times faster. Only for the classes without slots here."""
    copy = object.__new__(type(item))
    copy.__dict__.update(item.__dict__)
    copy.__dict__.update(change)
    return copy


_RUN_FIELDS = tuple(item.name for item in fields(RunState))
_MOMENTS = frozenset({"opened_at", "closed_at", "due_at", "last_at", "paused_at", "entered_at", "left_at"})
_TUPLES = frozenset({"candidates", "fired", "owed", "after", "children"})
_WHERE_ANY = frozenset({"owed"})
"""Left out of the JSON form where there is none: what is kept of a run reads as it was written."""


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        names = (name for name in value.__dataclass_fields__ if name not in _WHERE_ANY or getattr(value, name))
        return {name: _plain(getattr(value, name)) for name in names}
    return value


def _read(kind: Any, data: Mapping[str, Any]) -> Any:
    values = dict(data)
    for name in _MOMENTS & values.keys():
        if isinstance(values[name], str):
            values[name] = datetime.fromisoformat(values[name])
    if "children" in values:
        values["children"] = [Child(**child) for child in values["children"]]
    for name in _TUPLES & values.keys():
        values[name] = tuple(values[name])
    if "rungs" in values:
        values["rungs"] = tuple(datetime.fromisoformat(moment) for moment in values["rungs"])
    if "arrived" in values:
        values["arrived"] = {int(branch): number for branch, number in values["arrived"].items()}
    return kind(**values)
