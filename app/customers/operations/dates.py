"""Days that matter with a customer are written down, changed, ticked off, taken away."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import changed_one, session
from app.core.errors import Conflict, NotFound
from app.core.texts import _l
from app.customers import messages, permissions
from app.customers.models import Customer, CustomerDate
from app.customers.queries import customers as reading
from app.customers.rules import values
from app.customers.rules.record import amount_of, is_storable

CHANGED = audit.declare("customers.date_changed", _l("Date of a customer changed"), keys=("date",))
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


def add_date(
    actor: Actor,
    customer_id: int,
    *,
    kind: str,
    day: date | None,
    text: str,
    amount: Any = "",
    submission: str | None = None,
) -> CustomerDate:
    """Write down a day; the same form sent twice gives the first record. ``NotFound``, ``Forbidden``, ``Invalid``."""
    customer = reading.customer_for(actor, customer_id, permissions.RECORD)
    known = _sent_before(actor, submission)
    if known is not None:
        return known
    row = CustomerDate(
        customer_id=customer.id,
        created_by=actor.id or None,
        submission=submission or None,
        **_checked(kind, day, text, amount),
    )
    session.add(row)
    session.flush()
    _note(actor, row, {"day": (None, row.day), "text": (None, row.text), "amount": (None, row.amount)})
    return row


def change_date(
    actor: Actor, date_id: int, version: int, *, kind: str, day: date | None, text: str, amount: Any = ""
) -> CustomerDate:
    """Change what is written; Conflict when somebody else has meanwhile."""
    row, _customer = date_for(actor, date_id)
    new = _checked(kind, day, text, amount)
    changes = {key: (getattr(row, key), value) for key, value in new.items() if getattr(row, key) != value}
    _store(row, version, new)
    _note(actor, row, changes)
    return row


def finish_date(actor: Actor, date_id: int, version: int) -> CustomerDate:
    """It has been dealt with: it no longer reminds anybody."""
    row, _customer = date_for(actor, date_id)
    _store(row, version, {"done_at": clock.now()})
    _note(actor, row, {"done": (False, True)})
    return row


def remove_date(actor: Actor, date_id: int, version: int) -> CustomerDate:
    """Take it off the list."""
    row, _customer = date_for(actor, date_id)
    _store(row, version, {"removed_at": clock.now()})
    _note(actor, row, {"text": (row.text, None)})
    return row


def date_for(actor: Actor, date_id: int) -> tuple[CustomerDate, Customer]:
    """A day of a customer whom the actor may record for, and the customer; ``NotFound``, ``Forbidden``."""
    row = session.get(CustomerDate, date_id) if 0 < date_id < 2**63 else None
    if row is None or row.removed_at is not None:
        raise NotFound()
    return row, reading.customer_for(actor, row.customer_id, permissions.RECORD)


def _sent_before(actor: Actor, submission: str | None) -> CustomerDate | None:
    if not submission:
        return None
    return session.scalar(
        select(CustomerDate).where(CustomerDate.created_by == actor.id, CustomerDate.submission == submission)
    )


def _store(row: CustomerDate, version: int, columns: dict[str, Any]) -> None:
    current = update(CustomerDate).where(CustomerDate.id == row.id, CustomerDate.version == version)
    if not changed_one(current.values(**columns, version=version + 1)):
        raise Conflict()
    session.refresh(row)


def _note(actor: Actor, row: CustomerDate, changes: dict[str, tuple[Any, Any]]) -> None:
    kept = {key: pair for key, pair in changes.items() if pair[0] != pair[1]}
    audit.record(actor, CHANGED, target=("customer", row.customer_id), date=row.id, changes=kept)


def _checked(kind: str, day: date | None, text: str, amount: Any) -> dict[str, Any]:
    faults: list[tuple[str, str]] = []
    text = text.strip()
    if kind not in values.DATE_KINDS:
        faults.append(("kind", "unknown"))
    if day is None:
        faults.append(("day", "required"))
    elif not FIRST <= day <= LAST:
        faults.append(("day", "not_meant"))
    if not text:
        faults.append(("text", "required"))
    elif not is_storable(text):
        faults.append(("text", "characters"))
    elif len(text) > values.DATE_LIMIT:
        faults.append(("text", "too_long"))
    sum_: Decimal | None = None
    if amount not in (None, ""):
        sum_ = amount_of(amount)
        if sum_ is None:
            faults.append(("amount", "not_amount"))
        elif not 0 <= sum_ <= values.ASSET_LIMIT:
            faults.append(("amount", "out_of_range"))
    if faults:
        raise messages.invalid(faults)
    return {"kind": kind, "day": day, "text": text, "amount": sum_}
