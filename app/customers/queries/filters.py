"""What a list of customers may be narrowed to and sorted by: an allow-list, the same for page, export and API."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam

from app.core import clock, search
from app.core.errors import Invalid
from app.core.paging import Key
from app.core.texts import _l
from app.customers.models import Customer
from app.customers.rules import lists, values
from app.customers.rules.contacts import NEVER, SOON_DAYS

MAX_ID = 2**63 - 1
SORTS: Mapping[str, tuple[Key, ...]] = {
    "name": (Key(Customer.sort_key), Key(Customer.id)),
    "number": (Key(Customer.number),),
    "asset": (Key(Customer.asset_value, descending=True), Key(Customer.id, descending=True)),
    "due": (Key(Customer.contact_due_on), Key(Customer.id)),
    "newest": (Key(Customer.id, descending=True),),
}
DUE = ("overdue", "soon", "fine", "none")


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty text and None mean "all". ``holder`` 0 = the open pool. ``due``: see :func:`rules.contacts.state`."""

    q: str = ""
    kind: str = ""
    tier: str = ""
    industry: str = ""
    due: str = ""
    holder: int | None = None
    unit: int | None = None
    team: int | None = None
    sort: str = "name"

    @classmethod
    def parse(cls, raw: Mapping[str, str], industries: Mapping[str, Any]) -> "Filters":
        """From the text of an address or an API call; raises ``Invalid`` naming what is not in the list."""
        text: dict[str, Any] = {
            name: (raw.get(name) or "").strip() for name in ("q", "kind", "tier", "industry", "due", "sort")
        }
        allowed: dict[str, Any] = {
            "kind": values.KINDS,
            "tier": lists.by_key("tiers"),
            "industry": industries,
            "due": DUE,
            "sort": SORTS,
        }
        for name, known in allowed.items():
            if text[name] and text[name] not in known:
                raise Invalid(name, "unknown", _l("Choose one of the list."))
        if len(text["q"]) > search.MAX_QUERY or "\x00" in text["q"]:
            raise Invalid("q", "too_long", _l("Search for at most %(n)s characters.", n=search.MAX_QUERY))
        numbers: dict[str, Any] = {name: _id(name, raw.get(name) or "") for name in ("holder", "unit", "team")}
        return cls(**{**text, "sort": text["sort"] or "name"}, **numbers)

    def as_args(self) -> dict[str, Any]:
        """Back to an address, without what is left at its default."""
        found: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                found[field.name] = str(value)
        return found

    @property
    def letter(self) -> str:
        """The single letter that is searched for, if it is one: names that begin with it in pinyin."""
        q = self.q.strip().lower()
        return q if len(q) == 1 and q.isascii() and q.isalpha() else ""

    def given(self) -> dict[str, Any]:
        """What the list is narrowed to beside its words: names of :data:`CLAUSES` with their values."""
        found: dict[str, Any] = {
            name: getattr(self, name) for name in ("kind", "tier", "industry") if getattr(self, name)
        }
        if self.holder is not None:
            found.update({"holder": self.holder} if self.holder else {"pool": None})
        found.update({name: getattr(self, name) for name in ("unit", "team") if getattr(self, name) is not None})
        if self.due:
            first, last = _due(self.due)
            found.update({"due_from": first} if first else {})
            found.update({"due_until": last} if last else {})
        return found


CLAUSES: Mapping[str, ColumnElement[bool]] = {
    "kind": Customer.kind == bindparam("kind"),
    "tier": Customer.tier == bindparam("tier"),
    "industry": Customer.industry == bindparam("industry"),
    "holder": Customer.holder_id == bindparam("holder"),
    "pool": Customer.holder_id.is_(None),
    "unit": Customer.unit_id == bindparam("unit"),
    "team": Customer.team_id == bindparam("team"),
    "due_from": Customer.contact_due_on >= bindparam("due_from"),
    "due_until": Customer.contact_due_on <= bindparam("due_until"),
}
"""The narrowing itself, beside the actor's scope and the words; statements are built once for each combination."""


def _id(name: str, raw: str) -> int | None:
    raw = raw.strip()
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit() and len(raw) < 20 and int(raw) <= MAX_ID):
        raise Invalid(name, "unknown", _l("Choose one of the list."))
    return int(raw)


def _due(wanted: str) -> tuple[date | None, date | None]:
    """First and last day of a state of the next contact."""
    today = clock.today()
    soon = today + timedelta(days=SOON_DAYS)
    ranges: Mapping[str, tuple[date | None, date | None]] = {
        "overdue": (None, today - timedelta(days=1)),
        "soon": (today, soon),
        "none": (NEVER, None),
        "fine": (soon + timedelta(days=1), NEVER - timedelta(days=1)),
    }
    return ranges[wanted]
