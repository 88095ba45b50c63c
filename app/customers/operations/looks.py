"""Noting who looked at a customer (D23), and revealing what is masked, with a reason."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Invalid, NotFound
from app.core.texts import _l
from app.customers import messages, permissions
from app.customers.models import Look, Secret
from app.customers.queries import customers as reading
from app.customers.rules import lists, values
from app.customers.rules.record import is_storable

REVEALED = audit.declare(
    "customers.revealed", _l("Hidden number of a customer revealed"), keys=("field", "reason", "key_person")
)
EXPORTED = audit.declare("customers.exported", _l("Customer list exported"), keys=("count", "sort", "filters"))


def note_look(actor: Actor, customer_id: int) -> None:
    """Note that the actor has opened a customer's page. The system's own reading is not a look."""
    if not actor.is_system:
        session.execute(insert(Look), [_look(actor, customer_id, "view")])


def record_export(actor: Actor, customer_ids: Sequence[int], filters: dict[str, str]) -> None:
    """Note an export, and each customer in it as looked at. What was searched for is not kept, only that it was."""
    session.flush()
    if customer_ids and not actor.is_system:
        session.execute(insert(Look), [_look(actor, customer_id, "export") for customer_id in customer_ids])
    kept = {name: value if name != "q" else True for name, value in filters.items() if name != "sort"}
    audit.record(actor, EXPORTED, count=len(customer_ids), sort=filters.get("sort", "name"), filters=kept)


def _look(actor: Actor, customer_id: int, kind: str, what: str = "", reason: str | None = None) -> dict[str, object]:
    return {
        "customer_id": customer_id, "person_id": actor.id, "behalf_id": actor.behalf, "at": clock.now(), "kind": kind,
        "what": what, "reason": reason, "channel": actor.channel, "address": actor.address,
    }  # fmt: skip


def reveal(
    actor: Actor, customer_id: int, field: str, *, reason: str, details: str = "", key_person_id: int | None = None
) -> str:
    """The whole phone or identity number, for a reason of the list (``details`` is needed with ``other``).

    The look is written in the same transaction: without it nothing is shown. Raises ``NotFound`` when nothing is kept.
    """
    customer = reading.customer_for(actor, customer_id, permissions.REVEAL)
    if reason not in lists.by_key("reveal_reasons"):
        raise Invalid("reason", "unknown", _l("Say why you need to see this."))
    if not is_storable(details) or len(details) > values.REASON_LIMIT - 20:
        raise Invalid("details", "too_long", messages.MESSAGES["too_long"])
    if reason == "other" and not details.strip():
        raise Invalid("details", "required", _l("Say why you need to see this."))
    mine = Secret.key_person_id.is_(None) if key_person_id is None else Secret.key_person_id == key_person_id
    value = session.scalar(select(Secret.value).where(Secret.customer_id == customer.id, Secret.field == field, mine))
    if value is None:
        raise NotFound()
    note = f"{reason}: {details.strip()}" if details.strip() else reason
    session.execute(insert(Look), [_look(actor, customer.id, "reveal", field, note)])
    audit.record(
        actor, REVEALED, target=("customer", customer.id), field=field, reason=reason, key_person=key_person_id
    )
    return value
