"""Tiny processes, a subject they are about, and people in their lanes, for tests of the workflow core.

Every resolver of the tiny processes asks the `stage`: ``stage.cast["writers"] = [person.id]`` puts a person into that lane.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.core.actor import SYSTEM, Actor
from app.core.database import session
from app.core.errors import MissingItem
from app.workflow import operations, registry
from app.workflow.models import Definition, Run, Turn
from app.workflow.registry import Arguments, GuardContext, SubjectRef, SubjectView
from tests.factories import people
from tests.workflow.processes import body

LANES = ("writers", "deciders", "heads", "judges", "doers", "trainees", "coaches")


@dataclass
class Scenery:
    """What the registered names of the tiny processes answer; renewed for each test."""

    cast: dict[str, list[int]] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)
    things: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def clear(self) -> None:
        """As before the first test."""
        self.cast.clear()
        self.failing.clear()
        self.things.clear()
        self.asked.clear()


scenery = Scenery()


def _lane(name: str) -> Any:
    def resolve(subject: SubjectRef, args: Arguments) -> Iterable[int]:
        scenery.asked.append(name)
        return scenery.cast.get(name, ())

    return resolve


def _guard(name: str) -> Any:
    def ask(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
        message = scenery.failing.get(name)
        return MissingItem("guard", name, message) if message else None

    return ask


def _read(name: str) -> Any:
    return lambda subject_id: scenery.things.get(subject_id, {}).get(name)


def _write(name: str) -> Any:
    def write(actor: Actor, subject_id: int, value: Any) -> None:
        scenery.things.setdefault(subject_id, {})[name] = Decimal(value) if name == "amount" and value else value

    return write


def _describe(ids: Iterable[int]) -> Mapping[int, SubjectView]:
    return {number: SubjectView(f"Thing {number}", f"/things/{number}") for number in ids}


def set_up() -> None:
    """Register what the tiny processes name; again and again without harm."""
    scenery.clear()
    for name in LANES:
        registry._lanes[name] = _lane(name)
    for name in ("visited", "paid"):
        registry._guards[name] = _guard(name)
    registry._sets["raters"] = _lane("raters")
    registry._child_subjects["stops"] = lambda subject, args: scenery.cast.get("stops", ())
    registry.subject_kind(
        "thing", describe=_describe, bound={name: (_read(name), _write(name)) for name in ("amount", "wording")}
    )


def publish(name: str, **changes: Any) -> Definition:
    """Publish a tiny process; ``changes`` replace keys of its body."""
    return operations.publish(SYSTEM, {**body(name), **changes})


def create_run(
    process: str = "deciding",
    *,
    owner: int | None = None,
    subject_id: int = 1,
    unit_id: int | None = None,
    team_id: int | None = None,
    actor: Actor = SYSTEM,
) -> Run:
    """A run of a tiny process (published when it was not yet)."""
    if session.scalar(select(Definition.id).where(Definition.process == process).limit(1)) is None:
        publish(process)
    subject = SubjectRef("thing", subject_id, f"Thing {subject_id}")
    return operations.start(actor, process, subject, unit_id, team_id, owner_id=owner)


def cast(**people_by_lane: int | list[int]) -> None:
    """Say who is in which lane."""
    for name, ids in people_by_lane.items():
        scenery.cast[name] = [ids] if isinstance(ids, int) else list(ids)


def waiting(run: Run | int, step: str | None = None) -> list[Any]:
    """The waiting turns of a run (of one step), oldest first."""
    run_id = run if isinstance(run, int) else run.id
    stmt = select(Turn.__table__).where(Turn.run_id == run_id, Turn.state == "waiting").order_by(Turn.number)
    if step is not None:
        stmt = stmt.where(Turn.step == step)
    return list(session.execute(stmt))


def turn(run: Run | int, step: str | None = None) -> Any:
    """The only waiting turn of a run (of one step)."""
    found = waiting(run, step)
    assert len(found) == 1, f"{len(found)} turns wait"
    return found[0]


def complete(who: int, turn_id: int, outcome: str = "done", **more: Any) -> Run:
    """Complete a turn as a person."""
    return operations.complete(people.actor(who), turn_id, outcome=outcome, **more)
