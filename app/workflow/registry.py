"""What other rooms contribute to the core, by name: lanes, guards, sets of people, subjects, seeds.

The core never imports the rooms that register here; a definition names what it needs and the lint
refuses a name that nobody registered.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from app.core.actor import Actor
from app.core.errors import MissingItem
from app.workflow.rules.lint import Names

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """What a run is about. `label` is the name shown in lists; the rest is known once the run exists."""

    kind: str
    id: int
    label: str
    unit_id: int | None = None
    team_id: int | None = None
    owner_id: int | None = None
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class SubjectView:
    """How a subject is shown: its name and the address of its page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class GuardContext:
    """What a guard may look at beside its subject: the turn and what is about to be handed in."""

    run_id: int
    turn_id: int
    step: str
    actor_id: int
    now: datetime
    opened_at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)
    checklist: frozenset[str] = frozenset()


LaneResolver = Callable[[SubjectRef, Arguments], Iterable[int]]
SetResolver = Callable[[SubjectRef, Arguments], Iterable[int]]
Guard = Callable[[SubjectRef, Arguments, GuardContext], MissingItem | None]
Read = Callable[[int], Any]
Write = Callable[[Actor, int, Any], None]
ChildSubjects = Callable[[SubjectRef, Arguments], Iterable[int]]
OwnDue = Callable[[SubjectRef, str, str], datetime | None]
"""Given a subject, a step and the resolver of its lane: when the step is due by the subject's own day, None when by the process."""
Options = Callable[[SubjectRef], Iterable[tuple[str, Mapping[str, str]]]]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class BatchSubjects:
    """How a batch gives each of its people a subject of their own.

    `make(batch_subject_id, person_ids)` gives the subject of each person, made in the same transaction; those left out
    get no run. `made(batch_subject_id, runs)` is told the run of each person, None where it could not be started.
    """

    make: Callable[[int, Sequence[int]], Mapping[int, SubjectRef]]
    made: Callable[[int, Mapping[int, Any]], None]


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of subject. `describe(ids)` names many at once; `bound` maps an attribute to (read, write); `url(id)` gives
    the address alone, without asking the database, for lists that show the run's own label.

    `read(subject_id)` gives the present value; `write(actor, subject_id, value)` sets it in the same
    transaction (it must not call back `subject_changed` for the run that is writing). `owed`: such a
    run is owed by its owner to somebody, so it is not the owner who ends it.
    """

    kind: str
    describe: Callable[[Iterable[int]], Mapping[int, SubjectView]]
    bound: Mapping[str, tuple[Read, Write]] = field(default_factory=dict)
    team_of: Callable[[int], int | None] | None = None
    url: Callable[[int], str] | None = None
    batch: BatchSubjects | None = None
    due: OwnDue | None = None
    owed: bool = False


_lanes: dict[str, LaneResolver] = {}
_sets: dict[str, SetResolver] = {}
_guards: dict[str, Guard] = {}
_options: dict[str, Options] = {}
_child_subjects: dict[str, ChildSubjects] = {}
_subjects: dict[str, SubjectKind] = {}
_seeds: list[Path] = []


def _registrar(table: dict[str, Any], name: str) -> Callable[[F], F]:
    def register(function: F) -> F:
        known = table.get(name)
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"{name!r} is registered twice: {known.__module__} and {function.__module__}")
        table[name] = function
        return function

    return register


def lane_resolver(name: str) -> Callable[[F], F]:
    """Register `fn(subject, args) -> person ids` (best first) under a name that lanes may use."""
    return _registrar(_lanes, name)


def set_resolver(name: str) -> Callable[[F], F]:
    """Register `fn(subject, args) -> person ids` for steps that are multiplied over a set of people."""
    return _registrar(_sets, name)


def guard(name: str) -> Callable[[F], F]:
    """Register `fn(subject, args, context) -> MissingItem | None`; None means satisfied."""
    return _registrar(_guards, name)


def child_subjects(name: str) -> Callable[[F], F]:
    """Register `fn(subject, args) -> ids` of the subjects that a step's child runs are about, one run each."""
    return _registrar(_child_subjects, name)


def options(name: str) -> Callable[[F], F]:
    """Register `fn(subject) -> (key, bilingual title) pairs` for choices whose options another room keeps."""
    return _registrar(_options, name)


def subject_kind(
    kind: str,
    *,
    describe: Callable[[Iterable[int]], Mapping[int, SubjectView]],
    bound: Mapping[str, tuple[Read, Write]] | None = None,
    team_of: Callable[[int], int | None] | None = None,
    url: Callable[[int], str] | None = None,
    batch: BatchSubjects | None = None,
    due: OwnDue | None = None,
    owed: bool = False,
) -> SubjectKind:
    """Register what runs may be about."""
    entry = SubjectKind(kind, describe, dict(bound or {}), team_of, url, batch, due, owed)
    _subjects[kind] = entry
    return entry


def seeds(folder: Path | str) -> None:
    """Register a folder whose `*.yaml` files are seeds of definitions."""
    path = Path(folder)
    if path not in _seeds:
        _seeds.append(path)


def lane(name: str) -> LaneResolver | None:
    """The lane resolver of that name."""
    return _lanes.get(name)


def people_set(name: str) -> SetResolver | None:
    """The set resolver of that name."""
    return _sets.get(name)


def guard_named(name: str) -> Guard | None:
    """The guard of that name."""
    return _guards.get(name)


def children_of(name: str) -> ChildSubjects | None:
    """The resolver of child subjects of that name."""
    return _child_subjects.get(name)


def options_named(name: str) -> Options | None:
    """The list of options of that name."""
    return _options.get(name)


def subject(kind: str) -> SubjectKind | None:
    """The subject kind of that name."""
    return _subjects.get(kind)


def seed_folders() -> tuple[Path, ...]:
    """The folders that hold seeds, in the order they were registered."""
    return tuple(_seeds)


def names(processes: Iterable[str] = ()) -> Names:
    """Everything registered: what the lint holds a definition against; `processes` are those that children may name."""
    return Names(
        lanes=frozenset(_lanes),
        sets=frozenset(_sets),
        guards=frozenset(_guards),
        children=frozenset(_child_subjects),
        subjects={kind: frozenset(entry.bound) for kind, entry in _subjects.items()},
        processes=frozenset(processes),
        options=frozenset(_options),
    )


def registered() -> dict[str, list[tuple[str, str]]]:
    """Every name with the function behind it, by sort, for `flask wiring`."""
    tables: dict[str, Mapping[str, Any]] = {
        "lanes": _lanes, "sets": _sets, "guards": _guards, "child subjects": _child_subjects, "options": _options,
    }  # fmt: skip
    found = {
        sort: sorted((name, f"{fn.__module__}.{fn.__qualname__}") for name, fn in table.items())
        for sort, table in tables.items()
    }
    found["subjects"] = sorted((kind, ", ".join(sorted(entry.bound))) for kind, entry in _subjects.items())
    return found
