"""What a list of customers may be narrowed to and sorted by: an allow-list, the same for page, export and API."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func

from app.core import clock, search
from app.core.database import is_sqlite
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

    def clauses(self) -> list[ColumnElement[bool]]:
        """The narrowing itself, beside the actor's scope."""
        wanted: list[ColumnElement[bool]] = []
        for name, column in (("kind", Customer.kind), ("tier", Customer.tier), ("industry", Customer.industry)):
            if getattr(self, name):
                wanted.append(column == getattr(self, name))
        if self.holder is not None:
            wanted.append(Customer.holder_id == self.holder if self.holder else Customer.holder_id.is_(None))
        if self.unit is not None:
            wanted.append(Customer.unit_id == self.unit)
        if self.team is not None:
            wanted.append(Customer.team_id == self.team)
        if self.due:
            wanted.append(_due(self.due))
        if self.q:
            wanted.append(self._words())
        return wanted

    def _words(self) -> ColumnElement[bool]:
        if self.letter:
            ends = (Customer.sort_key >= self.letter, Customer.sort_key < chr(ord(self.letter) + 1))
            # so hinted, SQLite walks the names in their order and stops at the end of the page
            return and_(*(func.likely(end) for end in ends)) if is_sqlite() else and_(*ends)
        return search.matches(Customer, self.q)


def _id(name: str, raw: str) -> int | None:
    raw = raw.strip()
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit() and len(raw) < 20 and int(raw) <= MAX_ID):
        raise Invalid(name, "unknown", _l("Choose one of the list."))
    return int(raw)


def _due(wanted: str) -> ColumnElement[bool]:
    today, column = clock.today(), Customer.contact_due_on
    if wanted == "overdue":
        return column < today
    if wanted == "soon":
        return column.between(today, _plus(SOON_DAYS))
    if wanted == "none":
        return column >= NEVER
    return column.between(_plus(SOON_DAYS + 1), _plus(None))


def _plus(days: int | None) -> date:
    return NEVER - timedelta(days=1) if days is None else clock.today() + timedelta(days=days)
