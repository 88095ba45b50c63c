"""What a list or board of opportunities may be narrowed to and sorted by: an allow-list, the same for every channel."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from app.core import calendar, clock, search
from app.core.errors import Invalid
from app.core.paging import Key
from app.core.texts import _l
from app.customers.models import Customer
from app.sales.models import Opportunity
from app.sales.rules import lists
from app.workflow.models import Run

MAX_ID = 2**63 - 1
STATES = ("open", "success", "failure", "cancelled", "all")
DUE = ("overdue", "today", "later")
EXPECTED = ("past", "month", "next", "later", "none")
"""When a sale is expected to close: before today, later this month, next month, after that, or nobody has said."""
DAYS = ("opened_from", "opened_until", "closed_from", "closed_until")
"""The days from and until which something was opened or closed."""
SORTS: Mapping[str, tuple[Key, ...]] = {
    "newest": (Key(Opportunity.id, descending=True),),
    "stage": (Key(Run.stage_entered_at), Key(Opportunity.id)),
    "amount": (Key(Opportunity.amount, descending=True, nullable=True), Key(Opportunity.id)),
    "expected": (Key(Opportunity.expected_on, nullable=True), Key(Opportunity.id)),
    "due": (Key(Run.due_at, nullable=True), Key(Opportunity.id)),
    "customer": (Key(Customer.sort_key), Key(Opportunity.id)),
}
"""Each sort ends in the unique id, so that pages never overlap."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty text and None mean "all". ``state`` is the run's; ``stage`` a stage key of the process; both days of a time count."""

    q: str = ""
    state: str = "open"
    stage: str = ""
    source: str = ""
    due: str = ""
    expected: str = ""
    owner: int | None = None
    team: int | None = None
    customer: int | None = None
    opened_from: date | None = None
    opened_until: date | None = None
    closed_from: date | None = None
    closed_until: date | None = None
    sort: str = "newest"

    @classmethod
    def parse(cls, raw: Mapping[str, str]) -> "Filters":
        """From the text of an address or an API call; raises ``Invalid`` naming what is not in the list."""
        text: dict[str, Any] = {
            name: (raw.get(name) or "").strip() for name in ("q", "state", "stage", "source", "due", "expected", "sort")
        }
        allowed: dict[str, Any] = {"state": STATES, "source": lists.keys("sources"), "due": DUE, "sort": SORTS}
        allowed["expected"] = EXPECTED
        for name, known in allowed.items():
            if text[name] and text[name] not in known:
                raise Invalid(name, "unknown", _l("Choose one of the list."))
        if len(text["stage"]) > 60 or not (text["stage"].isidentifier() or not text["stage"]):
            raise Invalid("stage", "unknown", _l("Choose one of the list."))
        if len(text["q"]) > search.MAX_QUERY or "\x00" in text["q"]:
            raise Invalid("q", "too_long", _l("Search for at most %(n)s characters.", n=search.MAX_QUERY))
        numbers: dict[str, Any] = {name: _id(name, raw.get(name) or "") for name in ("owner", "team", "customer")}
        days: dict[str, Any] = {name: _day(name, raw.get(name) or "") for name in DAYS}
        text = {**text, "state": text["state"] or "open", "sort": text["sort"] or "newest"}
        return cls(**text, **numbers, **days)

    def as_args(self) -> dict[str, Any]:
        """Back to an address, without what is left at its default."""
        found = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                found[field.name] = str(value)
        return found

    def without(self, happened: str) -> "Filters":
        """The same at any time of what ``happened``: opened, or closed."""
        days: dict[str, Any] = {f"{happened}_from": None, f"{happened}_until": None}
        return replace(self, **days)

    def clauses(self) -> list[ColumnElement[bool]]:
        """The narrowing itself, beside the actor's scope; over ``Opportunity`` joined with its ``Run``."""
        wanted: list[ColumnElement[bool]] = []
        if self.state != "all":
            wanted.append(Run.state == self.state)
        if self.stage:
            wanted.append(Run.stage == self.stage)
        for name, column in (("source", Opportunity.source), ("owner", Opportunity.owner_id)):
            if getattr(self, name):
                wanted.append(column == getattr(self, name))
        if self.team is not None:
            wanted.append(Opportunity.team_id == self.team)
        if self.customer is not None:
            wanted.append(Opportunity.customer_id == self.customer)
        if self.due:
            wanted.append(_due(self.due))
        if self.expected:
            wanted.append(expected_in(self.expected))
        for happened, at in (("opened", Opportunity.created_at), ("closed", Run.closed_at)):
            first, last = getattr(self, f"{happened}_from"), getattr(self, f"{happened}_until")
            if first:
                wanted.append(at >= calendar.start_of_day(first))
            if last:
                wanted.append(at < calendar.end_of_day(last))
        if self.q:
            wanted.append(search.matches(Opportunity, self.q))
        return wanted


def _id(name: str, raw: str) -> int | None:
    raw = raw.strip()
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit() and len(raw) < 20 and 0 < int(raw) <= MAX_ID):
        raise Invalid(name, "unknown", _l("Choose one of the list."))
    return int(raw)


def _day(name: str, raw: str) -> date | None:
    raw = raw.strip()
    if not raw:
        return None
    try:
        found = date.fromisoformat(raw)
    except ValueError:
        found = date.min
    if not 2000 <= found.year <= 2100:
        raise Invalid(name, "unknown", _l("Choose a day."))
    return found


def _due(wanted: str) -> ColumnElement[bool]:
    now = clock.now()
    tonight = calendar.end_of_day(clock.today())
    if wanted == "overdue":
        return Run.due_at < now
    if wanted == "today":
        return Run.due_at.between(now, tonight)
    return Run.due_at > tonight


def expected_in(bucket: str) -> ColumnElement[bool]:
    """Sales expected to close within one of :data:`EXPECTED`."""
    today, column = clock.today(), Opportunity.expected_on
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    after_next = (next_month + timedelta(days=32)).replace(day=1)
    return {
        "past": column < today,
        "month": (column >= today) & (column < next_month),
        "next": (column >= next_month) & (column < after_next),
        "later": column >= after_next,
        "none": column.is_(None),
    }[bucket]
