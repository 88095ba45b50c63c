"""The day by which a customer is to be contacted, kept beside the customer so that lists sort and count by it (D51)."""

from collections.abc import Mapping
from datetime import date

from app.customers.rules.contacts import NEVER, Frequency, due_on


def next_due(
    known: Mapping[str, Frequency], tier: str, holder_id: int | None, last_contact: date | None, since: date
) -> date:
    """When the next contact is due; nobody owes one to a customer of the open pool."""
    return NEVER if holder_id is None else due_on(known.get(tier), last_contact, since)
