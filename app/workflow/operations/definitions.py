"""Writing, publishing and seeding definitions. Who has written in a version does not publish it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select

from app.core import audit, clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.texts import _l
from app.workflow import registry
from app.workflow.digests import digest_of
from app.workflow.models import Definition, DefinitionDraft
from app.workflow.operations.locking import check_version
from app.workflow.permissions import PROCESS_EDIT, PROCESS_PUBLISH
from app.workflow.queries.definitions import draft_of
from app.workflow.queries.seeds import Seed, seed_of, seeds
from app.workflow.rules import lint
from app.workflow.rules.faults import Fault
from app.workflow.rules.reading import read

MADE = audit.declare(
    "workflow.definition_published", _l("Version of a process published"), ("process", "number", "digest")
)
WRITTEN = audit.declare("workflow.definition_written", _l("Next version of a process written"), ("process", "digest"))
DISCARDED = audit.declare("workflow.definition_discarded", _l("Written version of a process discarded"), ("process",))


def faults_of(body: Any) -> list[Fault]:
    """What would go wrong with a body; empty when it may be published."""
    processes = set(session.scalars(select(Definition.process).distinct()))
    if isinstance(body, dict) and isinstance(body.get("key"), str):
        processes.add(body["key"])
    processes |= {seed.process for seed in seeds()}
    return lint.check(body, registry.names(processes))


def publish(actor: Actor, body: dict[str, Any], *, origin: str = "local") -> Definition:
    """Publish a body as the next version of its process, by the system itself; people go through `publish_draft`.

    The same body again gives the version that it already is. Raises Invalid with every fault of the lint.
    """
    if not actor.is_system:
        raise Forbidden(PROCESS_PUBLISH, _l("Who writes a version does not publish it."))
    return _publish(actor, body, origin, [])


def _publish(actor: Actor, body: dict[str, Any], origin: str, edited_by: Sequence[int]) -> Definition:
    faults = faults_of(body)
    if faults:
        raise Invalid.many([fault.as_error() for fault in faults])
    digest = digest_of(body)
    known = session.scalar(select(Definition).where(Definition.digest == digest))
    if known is not None:
        return known
    definition = read(body)
    number = session.scalar(select(func.max(Definition.number)).where(Definition.process == definition.key)) or 0
    session.execute(
        insert(Definition).values(
            process=definition.key,
            number=number + 1,
            digest=digest,
            body=body,
            title=dict(definition.title),
            origin=origin,
            edited_by=list(edited_by),
            published_by_id=actor.id or None,
            published_at=clock.now(),
        )
    )
    row = session.scalars(select(Definition).where(Definition.digest == digest)).one()
    audit.record(actor, MADE, target=("definition", row.id), process=definition.key, number=number + 1, digest=digest)
    return row


def save_definition(actor: Actor, process: str, body: dict[str, Any], version: int | None = None) -> DefinitionDraft:
    """Write the next version of a process. It may have faults; they are shown, and only publishing refuses them.

    Raises Invalid when the body is that of another process, Conflict when somebody has written meanwhile.
    """
    actor.require(PROCESS_EDIT)
    if not isinstance(body, dict) or body.get("key") != process:
        raise Invalid("body", "key", _l("The key of a process cannot be changed."))
    draft = draft_of(process)
    if draft is None:
        check_version(version or None, 0) if version else None
        draft = DefinitionDraft(process=process, body=body, edited_by=[actor.id], edited_at=clock.now())
        session.add(draft)
    else:
        check_version(version, draft.version)
        draft.body = body
        draft.edited_by = sorted({*draft.edited_by, actor.id})
        draft.edited_at = clock.now()
    session.flush()
    audit.record(actor, WRITTEN, target=("definition_draft", draft.id), process=process, digest=digest_of(body))
    return draft


def discard_definition(actor: Actor, process: str) -> None:
    """Throw away what was written for the next version."""
    actor.require(PROCESS_EDIT)
    draft = draft_of(process)
    if draft is None:
        raise NotFound()
    audit.record(actor, DISCARDED, target=("definition_draft", draft.id), process=process)
    session.delete(draft)
    session.flush()


def publish_draft(actor: Actor, process: str, version: int | None = None) -> Definition:
    """Publish what others have written; Forbidden for anybody who wrote in it, Invalid with the faults of the lint."""
    actor.require(PROCESS_PUBLISH)
    draft = draft_of(process)
    if draft is None:
        raise NotFound()
    check_version(version, draft.version)
    if actor.id in draft.edited_by:
        raise Forbidden(PROCESS_PUBLISH, _l("Who writes a version does not publish it."))
    row = _publish(actor, draft.body, "local", draft.edited_by)
    session.delete(draft)
    session.flush()
    return row


def take_seed(actor: Actor, process: str) -> DefinitionDraft:
    """Put the offered seed of a process up as its next version, for somebody else to publish."""
    seed = seed_of(process)
    if seed is None:
        raise NotFound()
    draft = draft_of(process)
    return save_definition(actor, process, seed.body, draft.version if draft else None)


def sync_seeds() -> list[Definition]:
    """Publish each seed once, unless the version in force was edited here: then it is only offered. At set-up and start."""
    waiting = [seed for seed in seeds() if _wanted(seed)]
    return [publish(SYSTEM, seed.body, origin="seed") for seed in waiting]


def _wanted(seed: Seed) -> bool:
    newest = session.execute(
        select(Definition.digest, Definition.origin)
        .where(Definition.process == seed.process)
        .order_by(Definition.number.desc())
        .limit(1)
    ).one_or_none()
    if newest is not None and newest.origin == "local":
        return False
    return session.scalar(select(Definition.id).where(Definition.digest == seed.digest)) is None
