"""Keeping kinds of work: writing them in the form builder, publishing, retiring, and to which unit they are raised."""

from typing import Any

from sqlalchemy import select

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Invalid
from app.core.texts import _l
from app.work.models import KindSetting
from app.work.permissions import KIND_KEEP
from app.work.queries import kinds as reading
from app.work.queries import units
from app.work.rules import kinds as k
from app.work.rules.kind_bodies import body_of, kind_of
from app.workflow import operations as workflow
from app.workflow import queries as processes
from app.workflow.models import Definition, DefinitionDraft

ROUTED = audit.declare("work.kind_routed", _l("Receiving unit of a kind of work set"), ("process",))
RETIRED = audit.declare("work.kind_retired", _l("Kind of work retired"), ("process",))
RESTORED = audit.declare("work.kind_restored", _l("Retired kind of work offered again"), ("process",))


def begin_kind(actor: Actor, kind: k.Kind) -> DefinitionDraft:
    """Write the first draft of a new kind; Conflict when its key is taken."""
    taken = session.scalar(select(Definition.id).where(Definition.process == kind.key).limit(1))
    if taken is not None or processes.draft_of(kind.key) is not None:
        raise Conflict(_l("There is a kind of that key already. Choose another title."))
    return workflow.save_definition(actor, kind.key, body_of(kind))


def save_kind(actor: Actor, kind: k.Kind, version: int | None) -> DefinitionDraft:
    """Keep what was edited as the draft of the next version; what it still lacks is shown and refused when publishing."""
    return workflow.save_definition(actor, kind.key, body_of(k.sound_backs(kind)), version)


def publish_kind(actor: Actor, process: str, version: int | None) -> Definition:
    """Publish what somebody else has written; Invalid with what is wrong, Forbidden for whoever wrote in it."""
    draft = processes.draft_of(process)
    wrong = direction_fault(draft.body) if draft else None
    if wrong is not None:
        raise Invalid("steps", "direction", wrong)
    return workflow.publish_draft(actor, process, version)


def direction_fault(body: Any) -> Any:
    """What is wrong with who comes first, None when nothing is: what is raised begins with whoever raises it."""
    kind = kind_of(body)
    if kind is None or not kind.steps:
        return None
    first = kind.steps[0]
    if kind.direction == k.RAISED and (first.who != k.SENDER or first.sort != k.WORK):
        return _l("What is raised begins with a step in which whoever raises it writes it down.")
    if kind.direction == k.ASSIGNED and first.who == k.SENDER:
        return _l("What is assigned begins with whoever does it.")
    return None


def _setting(actor: Actor, process: str, version: int | None) -> KindSetting:
    actor.require(KIND_KEEP)
    processes.latest_digest(process)
    known = session.get(KindSetting, process)
    if version is not None and version != (known.version if known else 0):
        raise Conflict()
    if known is None:
        known = reading.setting_of(process)
        known.version = 1
        session.add(known)
    return known


def set_route(actor: Actor, process: str, version: int | None, *, unit_id: int | None, receivers: str) -> None:
    """Say to which unit a kind is raised unless another is chosen, and who receives it there."""
    if unit_id is not None and not units.is_open(unit_id):
        raise Invalid("unit_id", "unknown", _l("Choose a unit of the list."))
    if receivers not in reading.RECEIVERS:
        raise Invalid("receivers", "unknown", _l("Choose who receives it."))
    setting = _setting(actor, process, version)
    audit.record(
        actor, ROUTED, process=process,
        changes={"unit_id": (setting.unit_id, unit_id), "receivers": (setting.receivers, receivers)},
    )  # fmt: skip
    setting.unit_id, setting.receivers = unit_id, receivers
    session.flush()


def retire_kind(actor: Actor, process: str) -> None:
    """Offer a kind no more; what runs goes on to its end."""
    setting = _setting(actor, process, None)
    setting.retired_at, setting.retired_by = clock.now(), actor.id
    audit.record(actor, RETIRED, process=process)
    session.flush()


def restore_kind(actor: Actor, process: str) -> None:
    """Offer a retired kind again."""
    setting = _setting(actor, process, None)
    setting.retired_at = setting.retired_by = None
    audit.record(actor, RESTORED, process=process)
    session.flush()
