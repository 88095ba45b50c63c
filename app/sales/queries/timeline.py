"""Everything that happened with an opportunity, newest first: steps, visits and calls, notes, files, changed facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, Text, bindparam, cast, literal, null, select, union_all

from app.core.audit import AuditRow, AuditValue
from app.core.database import fetch
from app.core.files import StoredFile
from app.core.types import UtcDateTime
from app.customers.models import Contact
from app.sales.models import Attachment, Note
from app.workflow import queries as workflow
from app.workflow.queries import Opened

SHOWN = frozenset(
    {
        "started", "completed", "returned", "voided", "ended", "given_back", "reassigned", "commented", "blocked",
        "time_asked", "due_changed", "nudged", "rung_fired", "evidence_added", "paused", "resumed", "version_moved",
    }
)  # fmt: skip
"""Events of a run that a reader wants to see; the others only say how it moved."""

ONE_ACT = timedelta(seconds=2)
"""Changes of one person within so short a time were made with one button and are told together."""


@dataclass(slots=True)
class Happening:
    """One thing that happened. ``kind``: step, contact, note, file or change; ``data`` by kind; ``person`` who did it."""

    kind: str
    at: datetime
    person: int | None
    data: Any
    behalf: int | None = None


@dataclass(frozen=True, slots=True)
class Happenings:
    """Part of the timeline, and the moment before which it goes on (None: nothing older)."""

    items: list[Happening]
    before: datetime | None


def timeline(opportunity: Any, run: Opened, before: datetime | None = None, limit: int = 15) -> Happenings:
    """The newest happenings older than ``before``; ``run`` is the opportunity's, opened. Four statements."""
    found: list[Happening] = []
    full = False
    for items in (
        _events(run, before, limit),
        _details(opportunity.id, before, limit),
        changes(opportunity.id, before=before, limit=limit),
    ):
        full = full or len(items) >= limit
        found += items
    found.sort(key=lambda item: item.at, reverse=True)
    cut = found[:limit]
    if len(found) > limit:
        # what happened in the same instant stays together, so that no part of it is lost between two pages
        cut += [item for item in found[limit:] if item.at == cut[-1].at]
    return Happenings(cut, cut[-1].at if cut and (full or len(found) > len(cut)) else None)


def people_in(items: Iterable[Happening]) -> set[int | None]:
    """Everybody these happenings name."""
    found: set[int | None] = set()
    for item in items:
        found |= {item.person, item.behalf}
        if item.kind == "change":
            found |= {value for value in item.data.get("owner_id") or () if isinstance(value, int)}
        elif item.kind == "step":
            found |= {value for key in ("person", "to") if isinstance(value := item.data.data.get(key), int)}
    return found


def _events(run: Opened, before: datetime | None, limit: int) -> list[Happening]:
    events = workflow.latest_events(run, SHOWN, limit, before)
    return [Happening("step", e.at, e.actor_id, e, e.behalf_id) for e in events if e.at is not None]


def _every() -> Any:
    """Visits and calls, notes and files of one opportunity, in one statement."""
    here = bindparam("opportunity", type_=BigInteger)
    none, number, moment = literal(None, Text()), cast(null(), BigInteger), cast(null(), UtcDateTime())
    contacts = select(
        literal("contact").label("kind"), Contact.id, Contact.at.label("at"), Contact.person_id, Contact.behalf_id,
        Contact.kind.label("sort"), Contact.place, Contact.people, Contact.said.label("text"), moment.label("gone_at"),
    ).where(Contact.opportunity_id == here)  # fmt: skip
    notes = select(
        literal("note"), Note.id, Note.at, Note.person_id, number, none, none, none, Note.text, Note.withdrawn_at
    ).where(Note.opportunity_id == here)
    added = (
        select(
            literal("file"), Attachment.file_id, Attachment.added_at, Attachment.added_by, number, none, none, none,
            cast(StoredFile.name, Text), Attachment.removed_at,
        )
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.opportunity_id == here)
    )  # fmt: skip
    return union_all(contacts, notes, added).subquery()


_EVERY = _every()
_NEWEST = select(_EVERY).order_by(_EVERY.c.at.desc()).limit(bindparam("most"))
_OLDER = _NEWEST.where(_EVERY.c.at < bindparam("before", type_=UtcDateTime()))


def _details(opportunity_id: int, before: datetime | None, limit: int) -> list[Happening]:
    given = {"opportunity": opportunity_id, "before": before, "most": limit}
    rows = fetch(_NEWEST if before is None else _OLDER, given)
    return [Happening(row.kind, row.at, row.person_id, row, row.behalf_id) for row in rows]


@cache
def _changed(bounded_above: bool, bounded_below: bool) -> Select[Any]:
    newest = (
        select(AuditRow.id, AuditRow.at, AuditRow.actor_id, AuditRow.behalf_id)
        .where(
            AuditRow.target_kind == "opportunity",
            AuditRow.target_id == bindparam("opportunity", type_=BigInteger),
            AuditRow.action == "sales.opportunity_changed",
        )
        .order_by(AuditRow.id.desc())
        .limit(bindparam("most"))
    )
    if bounded_above:
        newest = newest.where(AuditRow.at < bindparam("before", type_=UtcDateTime()))
    if bounded_below:
        newest = newest.where(AuditRow.at > bindparam("since", type_=UtcDateTime()))
    rows = newest.subquery()
    return (
        select(rows, AuditValue.key, AuditValue.value)
        .join(AuditValue, AuditValue.audit_id == rows.c.id)
        .order_by(rows.c.id.desc(), AuditValue.id)
    )


def changes(
    opportunity_id: int, *, before: datetime | None = None, since: datetime | None = None, limit: int = 50
) -> list[Happening]:
    """Changed facts with old and new, newest first: as the audit keeps them. ``data``: {field: [old, new]}.

    One statement: the newest rows are found by the index on the target, their values joined.
    """
    found: list[Happening] = []
    given = {"opportunity": opportunity_id, "before": before, "since": since, "most": limit}
    for row in fetch(_changed(before is not None, since is not None), given):
        last = found[-1] if found else None
        if last is None or last.person != row.actor_id or last.at - row.at > ONE_ACT:
            last = Happening("change", row.at, row.actor_id, {}, row.behalf_id)
            found.append(last)
        known = last.data.get(row.key)
        # rows come newest first: an older change of the same fact only says what it was before
        last.data[row.key] = [row.value[0], known[1]] if known and row.value else row.value
    return found


def changed_since(opportunity_id: int, since: datetime) -> dict[str, Sequence[Any]]:
    """What has become of each fact since a moment: the first old and the last new value, unless they are the same."""
    found: dict[str, list[Any]] = {}
    for item in reversed(changes(opportunity_id, since=since, limit=200)):
        for key, pair in item.data.items():
            if pair is None:
                continue
            known = found.setdefault(key, [pair[0], pair[1]])
            known[1] = pair[1]
    return {key: pair for key, pair in found.items() if pair[0] != pair[1]}
