"""What of a raised item is kept beside its run: the shared summary, and which unit leads. Written by steps that bind it."""

from typing import Any

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid
from app.core.texts import _l
from app.work.models import Raised
from app.work.queries.units import is_open
from app.workflow.registry import Read, Write


def _of(item_id: int) -> Raised:
    found = session.get(Raised, item_id)
    if found is None:
        raise Invalid("fields", "raised", _l("Only what was raised to a unit keeps this."))
    return found


def _read_digest(item_id: int) -> Any:
    found = session.get(Raised, item_id)
    return found.digest or None if found else None


def _write_digest(actor: Actor, item_id: int, value: Any) -> None:
    found = _of(item_id)
    found.digest = value or ""
    if not found.digest:
        found.shared_at = None
    session.flush()


def _read_shared(item_id: int) -> Any:
    found = session.get(Raised, item_id)
    return found is not None and found.shared_at is not None


def _write_shared(actor: Actor, item_id: int, value: Any) -> None:
    found = _of(item_id)
    if value and not found.digest:
        raise Invalid("digest", "required", _l("Write the summary that others may read."))
    found.shared_at = (found.shared_at or clock.now()) if value else None
    session.flush()


def _read_lead(item_id: int) -> Any:
    found = session.get(Raised, item_id)
    return str(found.lead_unit_id) if found and found.lead_unit_id else None


def _write_lead(actor: Actor, item_id: int, value: Any) -> None:
    number = int(value) if value and str(value).isdigit() else None
    if number is not None and not is_open(number):
        raise Invalid("lead_unit", "unknown", _l("Choose a unit of the list."))
    _of(item_id).lead_unit_id = number
    session.flush()


BOUND: dict[str, tuple[Read, Write]] = {
    "digest": (_read_digest, _write_digest),
    "shared": (_read_shared, _write_shared),
    "lead_unit": (_read_lead, _write_lead),
}
"""Attributes of a raised item that fields of its steps may be bound to (D22: what is shared; D47: who leads)."""
