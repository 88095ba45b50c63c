"""Customers as templates print them: everything looked up and written out beforehand, nothing per cell."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from app.core import clock
from app.core.texts import _, ngettext, text
from app.customers.rules import lists
from app.customers.rules.contacts import NEVER, state
from app.people import queries as people
from app.web import filters

TONES = {"overdue": "bad", "soon": "warn", "fine": "calm", "none": "calm"}


class Line(NamedTuple):
    """One customer in a list."""

    id: int
    number: str
    name: str
    kind: str
    tier: str
    tier_key: str
    industry: str
    asset: str
    full: str
    phone: str
    holder: str
    holder_id: int | None
    unit: str
    last: str
    due: str
    tone: str


def title(name: str, key: str | None) -> str:
    """The reader's title of a listed key; the key itself when the list no longer has it."""
    if not key:
        return ""
    entry = lists.by_key(name).get(key)
    return text(entry.title) if entry else key


def due_words(due: date, today: date) -> str:
    """When the next contact is due, as people say it."""
    if due >= NEVER:
        return ""
    days = (due - today).days
    if days < 0:
        return str(ngettext("%(num)s day overdue", "%(num)s days overdue", -days))
    if days == 0:
        return str(_("Due today"))
    return str(ngettext("due in %(num)s day", "due in %(num)s days", days))


def lines(rows: Iterable[Any], industries: Mapping[str, Any]) -> list[Line]:
    """Rows of ``queries.customers.COLUMNS`` written out: two statements for names, whatever the number of rows.

    Units are named where there are several.
    """
    rows = list(rows)
    names = people.names({row.holder_id for row in rows})
    places = {row.unit_id for row in rows}
    units = people.unit_names(places) if len(places) > 1 else {}
    tiers = {entry.key: text(entry.title) for entry in lists.entries("tiers")}
    kinds = {entry.key: text(entry.title) for entry in lists.entries("kinds")}
    fields = {key: text(word.title) for key, word in industries.items()}
    now, today = clock.now(), clock.today()
    said: dict[date, str] = {}
    pool = _("Open pool")
    written = []
    for row in rows:
        due = row.contact_due_on
        if due not in said:
            said[due] = due_words(due, today)
        written.append(
            Line(
                id=row.id, number=row.number, name=row.name, kind=kinds.get(row.kind, row.kind),
                tier=tiers.get(row.tier, row.tier), tier_key=row.tier, industry=fields.get(row.industry, "") if row.industry else "",
                asset=filters.wan(row.asset_value), full=filters.money(row.asset_value), phone=row.phone_masked,
                holder=names.get(row.holder_id, "") if row.holder_id else pool, holder_id=row.holder_id,
                unit=units.get(row.unit_id, ""), last=filters.ago(row.last_contact_at, now), due=said[due],
                tone=TONES[state(due, today)],
            )
        )  # fmt: skip
    return written


def marks(names: Sequence[str]) -> list[tuple[str, str]]:
    """Titles of several lists' entries, for filters: ``("tiers", ...)``."""
    return [(entry.key, text(entry.title)) for name in names for entry in lists.entries(name)]
