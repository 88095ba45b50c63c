"""What a supervisor does to several turns at once: each on its own, and an account of what could not be done and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import DomainError
from app.workflow import operations as workflow


@dataclass(frozen=True, slots=True)
class Refused:
    """A turn that could not be handled, and why."""

    turn_id: int
    why: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were done, and which were refused."""

    done: int
    refused: list[Refused]


def reassign_many(actor: Actor, turns: Sequence[tuple[int, int]], to_person_id: int, reason: str) -> Outcome:
    """Give several turns, each ``(id, version seen)``, to one person."""
    return _each(turns, lambda turn, version: workflow.reassign(actor, turn, to_person_id, reason, version))


def extend_many(actor: Actor, turns: Sequence[tuple[int, int]], until: datetime, reason: str) -> Outcome:
    """Give several turns, each ``(id, version seen)``, time until ``until``."""
    return _each(turns, lambda turn, version: workflow.extend(actor, turn, until, reason, version))


def _each(turns: Sequence[tuple[int, int]], act: Callable[[int, int], Any]) -> Outcome:
    done, refused = 0, []
    for turn_id, version in turns:
        try:
            with session.begin_nested():
                act(turn_id, version)
        except DomainError as error:
            refused.append(Refused(turn_id, error.message))
        else:
            done += 1
    return Outcome(done, refused)
