"""When a customer is to be contacted next: a fixed number of contacts in a period per tier (D51)."""

from dataclasses import dataclass
from datetime import date, timedelta

NEVER = date(9999, 12, 31)
"""Day on which a customer without any contact duty falls due; a real date keeps lists sortable."""
SOON_DAYS = 7
"""A contact that falls due within so many days is shown as coming up."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """``contacts`` within ``days`` calendar days; 0 contacts = no duty."""

    contacts: int
    days: int

    @property
    def interval(self) -> int:
        """Longest gap between two contacts, in days; 0 = no duty."""
        return -(-self.days // self.contacts) if self.contacts > 0 else 0


def due_on(frequency: Frequency | None, last_contact: date | None, since: date) -> date:
    """Day by which the next contact must happen, counted from the last one or from ``since`` (taken over, created)."""
    if frequency is None or frequency.interval == 0:
        return NEVER
    start = max(last_contact, since) if last_contact else since
    return start + timedelta(days=frequency.interval)


def state(due: date, today: date) -> str:
    """``none`` (no duty), ``overdue``, ``soon`` or ``fine``."""
    if due >= NEVER:
        return "none"
    if due < today:
        return "overdue"
    return "soon" if (due - today).days <= SOON_DAYS else "fine"
