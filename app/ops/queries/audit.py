"""Reading the audit: a list by filters, newest first, one row with old and new, and everything for an export."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from app.core import calendar
from app.core.actor import Actor
from app.core.audit import AuditRow, AuditValue
from app.core.database import session
from app.core.errors import NotFound
from app.core.paging import Key, Page, keyset
from app.core.scopes import visible
from app.ops.permissions import AUDIT_EXPORT, AUDIT_VIEW
from app.ops.rules.filters import Filters
from app.people import audit as noted
from app.people import queries as people

EXPORT_LIMIT = 50_000
SETTING = "setting"
OF_SETTINGS = (noted.SETTING_CHANGED, noted.SETTING_RESET)
"""What is done to settings: they have keys and no numbers, so their rows name no record but say by the change which it was."""
SYSTEM_WORDS = frozenset({"system", "qiao", "0"})
_COLUMNS = (
    AuditRow.id,
    AuditRow.at,
    AuditRow.actor_id,
    AuditRow.behalf_id,
    AuditRow.action,
    AuditRow.target_kind,
    AuditRow.target_id,
    AuditRow.channel,
    AuditRow.address,
    AuditRow.request_id,
    AuditRow.data,
)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing that somebody did."""

    id: int
    at: datetime
    actor_id: int
    behalf_id: int | None
    action: str
    target_kind: str
    target_id: int | None
    channel: str
    address: str | None
    request_id: str | None
    data: Mapping[str, Any]

    def settings(self) -> tuple[str, ...]:
        """The keys of the settings that this line is about."""
        return tuple(self.data.get("changes", ())) if self.action in OF_SETTINGS else ()

    def persons(self) -> set[int | None]:
        """Everybody whose name this line shows."""
        return {self.actor_id, self.behalf_id, self.target_id if self.target_kind == "person" else None}


@dataclass(frozen=True, slots=True)
class Change:
    """Old and new of one attribute; both None and ``erased_at`` set when the law had them erased."""

    key: str
    old: Any
    new: Any
    erased_at: datetime | None


def audit_page(actor: Actor, filters: Filters, cursor: str | None = None, limit: int = 50) -> Page[AuditLine]:
    """One page of the audit, newest first."""
    keys = [Key(AuditRow.at, descending=True), Key(AuditRow.id, descending=True)]
    page = keyset(_narrowed(actor, filters, AUDIT_VIEW), keys, cursor, limit)
    return Page([AuditLine(*row[: len(_COLUMNS)]) for row in page.items], page.next)


def audit_row(actor: Actor, audit_id: int) -> AuditLine:
    """One row; raises ``NotFound``."""
    row = session.execute(
        select(*_COLUMNS).where(AuditRow.id == audit_id, visible(actor, AUDIT_VIEW, person=AuditRow.actor_id))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return AuditLine(*row)


def changes_of(ids: Collection[int]) -> dict[int, list[Change]]:
    """Old and new of several rows. One statement."""
    found: dict[int, list[Change]] = {}
    if not ids:
        return found
    rows = session.execute(
        select(AuditValue.audit_id, AuditValue.key, AuditValue.value, AuditValue.erased_at)
        .where(AuditValue.audit_id.in_(sorted(ids)))
        .order_by(AuditValue.id)
    )
    for audit_id, key, value, erased_at in rows:
        old, new = value if isinstance(value, list) and len(value) == 2 else (None, None)
        found.setdefault(audit_id, []).append(Change(key, old, new, erased_at))
    return found


def export_size(actor: Actor, filters: Filters) -> int:
    """How many rows an export would have."""
    return session.scalar(select(func.count()).select_from(_narrowed(actor, filters, AUDIT_EXPORT).subquery())) or 0


def export_rows(actor: Actor, filters: Filters) -> Iterator[tuple[AuditLine, Sequence[Change], Mapping[int, str]]]:
    """Every row within the filters, newest first, with its changes and the names of its persons; in steps of 500."""
    last: int | None = None
    while True:
        stmt = _narrowed(actor, filters, AUDIT_EXPORT)
        if last is not None:
            stmt = stmt.where(AuditRow.id < last)
        lines = [AuditLine(*row) for row in session.execute(stmt.order_by(AuditRow.id.desc()).limit(500))]
        changes = changes_of([line.id for line in lines])
        names = people.names({person for line in lines for person in line.persons()})
        for line in lines:
            yield line, changes.get(line.id, ()), names
        if len(lines) < 500:
            return
        last = lines[-1].id


def _narrowed(actor: Actor, filters: Filters, permission: str) -> Select[Any]:
    stmt = select(*_COLUMNS).where(visible(actor, permission, person=AuditRow.actor_id))
    if filters.actor:
        stmt = stmt.where(AuditRow.actor_id.in_(actors(actor, filters.actor)))
    if filters.action:
        # a whole name, or a room with its dot
        dotted = filters.action.endswith(".")
        stmt = stmt.where(
            AuditRow.action.startswith(filters.action, autoescape=True) if dotted else AuditRow.action == filters.action
        )
    if filters.kind:
        kind = AuditRow.target_kind == filters.kind
        stmt = stmt.where(or_(kind, AuditRow.action.in_(OF_SETTINGS)) if filters.kind == SETTING else kind)
    if filters.target is not None:
        stmt = stmt.where(AuditRow.target_id == filters.target)
    if filters.since:
        stmt = stmt.where(AuditRow.at >= calendar.start_of_day(filters.since))
    if filters.until:
        stmt = stmt.where(AuditRow.at < calendar.start_of_day(filters.until + timedelta(days=1)))
    if filters.address:
        stmt = stmt.where(AuditRow.address.startswith(filters.address, autoescape=True))
    return stmt


def actors(actor: Actor, typed: str) -> list[int]:
    """Ids of those whom a filter's text means: part of a name, a user name, a number, or the product itself."""
    if typed.lower() in SYSTEM_WORDS:
        return [0]
    found = people.people_page(actor, typed, limit=200, state=None)
    return [person.id for person in found.items]
