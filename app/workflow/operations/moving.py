"""Moving open runs to another version of their process: explicit, by a step map, after a dry run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.core.actor import Actor
from app.core.database import session
from app.core.errors import DomainError, Invalid, NotFound
from app.core.texts import _l
from app.workflow.models import Run
from app.workflow.operations.deciding import recount, write
from app.workflow.operations.locking import Locked, lock_run
from app.workflow.permissions import RUN_MOVE
from app.workflow.queries.definitions import parsed
from app.workflow.queries.gathering import facts_for
from app.workflow.rules import commands as c
from app.workflow.rules.decide import Decided, decided
from app.workflow.rules.definition import Definition
from app.workflow.rules.needs import needs

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """What became (or would become) of one run: `refusals` is empty when it moves."""

    run_id: int
    label: str
    refusals: tuple[str, ...] = ()


def runs_on(digest: str, limit: int = AT_ONCE) -> list[int]:
    """Open runs that stand on a version, oldest first."""
    return list(
        session.scalars(select(Run.id).where(Run.digest == digest, Run.state == "open").order_by(Run.id).limit(limit))
    )


def move_runs(
    actor: Actor, run_ids: Iterable[int], digest: str, steps: Mapping[str, str] | None = None, *, dry_run: bool = False
) -> list[Moved]:
    """Move open runs to the version `digest`; `steps` maps old step keys to new ones, the rest keep theirs.

    Each run moves or is left alone with the reasons said; with `dry_run` nothing is written. At most 200 at once.
    """
    actor.require(RUN_MOVE)
    wanted = list(dict.fromkeys(run_ids))
    if len(wanted) > AT_ONCE:
        raise Invalid("runs", "too_many", _l("At most %(count)d at once.", count=AT_ONCE))
    try:
        target = parsed(digest)
    except KeyError:
        raise NotFound() from None
    command = c.MoveVersion(target, digest, dict(steps or {}))
    return [_move(actor, run_id, command, dry_run) for run_id in wanted]


def _move(actor: Actor, run_id: int, command: c.MoveVersion, dry_run: bool) -> Moved:
    held = lock_run(run_id)
    try:
        outcome = _decide(held, actor, command)
    except Invalid as error:
        return Moved(run_id, held.run.subject_label, tuple(str(fault.message) for fault in error.errors))
    except DomainError as error:
        return Moved(run_id, held.run.subject_label, (str(error),))
    if not dry_run:
        held.definition = command.definition
        write(held, actor, outcome)
        recount(held)
    return Moved(run_id, held.run.subject_label)


def _decide(held: Locked, actor: Actor, command: c.MoveVersion) -> Decided:
    target: Definition = command.definition
    wanted = needs(held.definition, held.state, command)
    facts = facts_for(actor, target, held.state, held.run, held.subject, wanted)
    return decided(held.definition, held.state, command, facts)
