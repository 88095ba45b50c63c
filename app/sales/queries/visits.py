"""Visits and calls of an opportunity: they are records of the customer, tied to the sale (D18)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.core.database import session
from app.customers.models import Contact

SAID = 1000
"""So much of what was said goes into a step's table; the whole stands with the customer."""


def visits_of(opportunity_id: int) -> Sequence[Any]:
    """Recorded visits of an opportunity, oldest first. One statement."""
    return session.execute(
        select(
            Contact.id, Contact.place, Contact.people, Contact.said, Contact.at, Contact.person_id, Contact.version,
            Contact.recorded_at,
        )
        .where(Contact.opportunity_id == opportunity_id, Contact.kind == "visit")
        .order_by(Contact.at, Contact.id)
        .limit(20)
    ).all()  # fmt: skip


def visit_count(opportunity_id: int) -> int:
    """How many visits were recorded for an opportunity."""
    stmt = select(func.count()).where(Contact.opportunity_id == opportunity_id, Contact.kind == "visit")
    return session.scalar(stmt) or 0


def as_row(visit: Any) -> dict[str, str]:
    """A visit as a row of the step's table."""
    texts = {"place": visit.place, "people": visit.people, "said": " ".join(visit.said.split())[:SAID].strip()}
    return {key: " ".join(text.split()) for key, text in texts.items() if text.strip()}
