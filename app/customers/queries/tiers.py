"""How often customers of each tier are to be contacted: the shipped content, or what the institution has set (D15, D51)."""

from typing import Any

from app.core import settings
from app.core.texts import _l
from app.customers.rules import lists
from app.customers.rules.contacts import Frequency

MOST_CONTACTS = 366
LONGEST = 3650


def _check(value: Any) -> dict[str, list[int]]:
    known = lists.by_key("tiers")
    checked = {}
    for tier, (contacts, days) in value.items():
        if tier not in known or type(contacts) is not int or type(days) is not int:
            raise ValueError(tier)
        if not (0 <= contacts <= MOST_CONTACTS and 1 <= days <= LONGEST and contacts <= days):
            raise ValueError(tier)
        checked[tier] = [contacts, days]
    return checked


SETTING = settings.declare(
    "customers.contact_frequency",
    title=_l("How often each tier is contacted"),
    default={},
    check=_check,
)


def frequencies() -> dict[str, Frequency]:
    """Contacts and days of every tier, in the order of the tiers. One statement."""
    own = settings.get(SETTING)
    found = {}
    for tier in lists.entries("tiers"):
        contacts, days = own.get(tier.key) or (tier.more["contacts"], tier.more["days"])
        found[tier.key] = Frequency(contacts, days)
    return found
