"""What this room tells of a person's day: visits, calls and other contacts (D18, D32)."""

from datetime import datetime

from app.core.texts import _, _l
from app.customers.queries.contacts import contacts_of_person
from app.customers.views.words import title
from app.web.diary import DiaryLine, source

SAID = 60
"""Characters of what was said that stand in a line."""


def register() -> None:
    """Contribute contacts to diaries."""
    source("customers.contacts", title=_l("Visits and calls"), lines=_contacts, order=10)


def _contacts(person_id: int, start: datetime, end: datetime) -> list[DiaryLine]:
    kinds: dict[str, str] = {}
    told = []
    for row in contacts_of_person(person_id, start, end):
        if row.kind not in kinds:
            kinds[row.kind] = title("contact_kinds", row.kind)
        said = row.said if len(row.said) <= SAID else f"{row.said[:SAID]}…"
        words = _("%(kind)s: %(customer)s", kind=kinds[row.kind], customer=row.name)
        told.append(DiaryLine(row.at, f"{words} · {said}" if said else words, f"/customers/{row.customer_id}"))
    return told
