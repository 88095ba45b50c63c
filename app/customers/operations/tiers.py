"""Setting how often each tier is contacted, and recounting every customer's next contact after it (D51)."""

from collections.abc import Mapping

from sqlalchemy import select, update

from app.core import audit, clock, settings
from app.core.actor import Actor, Scope
from app.core.database import session, unit_of_work
from app.core.errors import Forbidden
from app.core.texts import _l
from app.customers import permissions
from app.customers.models import Customer, Recount
from app.customers.operations.due import next_due
from app.customers.queries import tiers as reading

SET = audit.declare("customers.frequency_set", _l("Contacts per tier set"))
PIECE = 1000


def set_frequencies(actor: Actor, wanted: Mapping[str, tuple[int, int]]) -> None:
    """Set contacts and days of tiers for the whole institution: only who answers for all of it may.

    Lists follow within minutes, piece by piece. Raises ``Forbidden``, ``Invalid``.
    """
    if actor.require(permissions.TIERS).level is not Scope.ALL:
        raise Forbidden(permissions.TIERS, _l("Only who answers for the whole institution may set this."))
    before = reading.frequencies()
    value = {key: [f.contacts, f.days] for key, f in before.items()}
    changes = {
        key: (f"{before[key].contacts}/{before[key].days}", f"{pair[0]}/{pair[1]}")
        for key, pair in wanted.items()
        if key in before and value[key] != list(pair)
    }
    settings.put(reading.SETTING, value | {key: list(pair) for key, pair in wanted.items()}, actor.id)
    if changes:
        audit.record(actor, SET, changes=changes)
        start_recount()


def start_recount() -> None:
    """Have every customer's next contact counted anew."""
    row = session.get(Recount, 1)
    if row is None:
        session.add(Recount(id=1, next_id=1))
    else:
        row.next_id = 1
    session.flush()


def recount() -> int:
    """Job: count the next contacts anew from where it stopped, in short transactions; returns how many changed."""
    changed = 0
    while True:
        with unit_of_work():
            row = session.get(Recount, 1)
            if row is None or row.next_id == 0:
                return changed
            known = reading.frequencies()
            customers = session.execute(
                select(
                    Customer.id, Customer.tier, Customer.holder_id, Customer.last_contact_at, Customer.since,
                    Customer.contact_due_on,
                )
                .where(Customer.id >= row.next_id)
                .order_by(Customer.id)
                .limit(PIECE)
            ).all()  # fmt: skip
            late = []
            for c in customers:
                last = clock.local(c.last_contact_at).date() if c.last_contact_at else None
                due = next_due(known, c.tier, c.holder_id, last, c.since)
                if due != c.contact_due_on:
                    late.append({"id": c.id, "contact_due_on": due})
            if late:
                session.execute(update(Customer), late)
            changed += len(late)
            row.next_id = customers[-1].id + 1 if len(customers) == PIECE else 0
