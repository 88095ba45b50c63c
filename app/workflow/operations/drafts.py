"""Half-typed step forms: personal, kept on the server, never an obstacle to anybody."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert

from app.core import clock
from app.core.actor import Actor
from app.core.database import is_sqlite, session
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.texts import _l
from app.workflow.models import Draft
from app.workflow.operations.deciding import recount
from app.workflow.operations.locking import lock_turn
from app.workflow.permissions import TURN_ACT
from app.workflow.queries.gathering import acting_for
from app.workflow.rules.assigning import eligible
from app.workflow.rules.fields import printable

LONGEST = 400_000
"""Characters of one draft as JSON."""


def save_draft(
    actor: Actor, turn_id: int, fields: Mapping[str, Any], checklist: Iterable[str] = (), reason: str = ""
) -> None:
    """Keep what has been typed so far, valid or not; unknown keys are dropped.

    Conflict when the turn no longer waits, Forbidden when it waits for somebody else, Invalid when it is far too long.
    """
    held = lock_turn(turn_id, actor)
    acting = acting_for(actor, held.state, held.number)
    turn = held.state.turns[held.number]
    if not turn.waiting:
        raise Conflict(_l("This step has already been dealt with."))
    if not eligible(turn, acting.behalf if acting.behalf is not None else acting.id):
        raise Forbidden(TURN_ACT, _l("This step waits for somebody else."))
    step = held.definition.step(turn.step)
    known = {field.key for field in step.fields}
    kept = {key: _storable(value) for key, value in fields.items() if key in known}
    ticked = {key for key in checklist if isinstance(key, str)}
    done = [item.key for item in step.checklist if item.key in ticked]
    if len(json.dumps(kept, ensure_ascii=False)) + len(reason) > LONGEST:
        raise Invalid("fields", "too_long", _l("This is too long to be kept."))
    row = {"fields": kept, "checklist": done, "reason": printable(reason), "saved_at": clock.now()}
    make = lite_insert if is_sqlite() else pg_insert
    session.execute(
        make(Draft)
        .values(turn_id=turn_id, person_id=actor.id, **row)
        .on_conflict_do_update(index_elements=["turn_id", "person_id"], set_=row)
    )
    if turn.assignee == actor.id:
        recount(held, {held.number})


def discard_draft(actor: Actor, turn_id: int) -> None:
    """Forget what the actor has typed into a turn."""
    session.execute(delete(Draft).where(Draft.turn_id == turn_id, Draft.person_id == actor.id))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {printable(str(key)): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)
