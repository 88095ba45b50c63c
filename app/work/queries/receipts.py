"""Who has read a notice and who has not, by unit and by person, in a constant number of statements (D29)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.dated import in_force
from app.core.errors import Invalid
from app.core.paging import Key, Page, keyset
from app.core.texts import _l
from app.people import queries as people
from app.people.models import Person, Posting
from app.work.following import Behind, Thing
from app.work.models import Notice, Notification, Receipt
from app.work.queries.notices import OWED, UNREAD, followed_receipts, owed_by, people_of
from app.work.rules import notices as rules

STATES = ("unread", "read", "all")


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """One unit's people and how many of them have not read."""

    unit_id: int | None
    name: str
    people: int
    unread: int


@dataclass(frozen=True, slots=True)
class Line:
    """One person's receipt as the author or supervisor sees it."""

    person_id: int
    name: str
    unit_id: int | None
    delivered_at: datetime
    opened_at: datetime | None
    read_at: datetime | None
    signed_at: datetime | None
    attempts: int
    score: int | None
    unread: bool


def by_unit(actor: Actor, notice: Notice) -> list[UnitProgress]:
    """People and unread ones of each unit, most behind first. Two statements."""
    rows = session.execute(
        select(Posting.unit_id, func.count(), func.sum(case((UNREAD, 1), else_=0)))
        .select_from(Receipt)
        .join(Notice, Notice.id == Receipt.notice_id)
        .outerjoin(Posting, and_(Posting.person_id == Receipt.person_id, in_force(Posting)))
        .where(Receipt.notice_id == notice.id, followed_receipts(actor))
        .group_by(Posting.unit_id)
    ).all()
    names = people.unit_names([row[0] for row in rows if row[0]])
    found = [UnitProgress(unit, names.get(unit or 0, ""), count, unread or 0) for unit, count, unread in rows]
    return sorted(found, key=lambda u: (-u.unread, -u.people, u.name))


def _lines(actor: Actor, notice: Notice, state: str, unit_id: int | None) -> Select[Any]:
    if state not in STATES:
        raise Invalid("show", "unknown", _l("People have read it or have not."))
    stmt = (
        select(
            Person.id, Person.name, Posting.unit_id, Receipt.delivered_at, Receipt.opened_at, Receipt.read_at,
            Receipt.signed_at, Receipt.attempts, Receipt.score, case((UNREAD, True), else_=False).label("unread"),
        )
        .select_from(Receipt)
        .join(Notice, Notice.id == Receipt.notice_id)
        .join(Person, Person.id == Receipt.person_id)
        .outerjoin(Posting, and_(Posting.person_id == Person.id, in_force(Posting)))
        .where(Receipt.notice_id == notice.id, followed_receipts(actor))
    )  # fmt: skip
    if state != "all":
        stmt = stmt.where(UNREAD if state == "unread" else ~UNREAD)
    return stmt.where(Posting.unit_id == unit_id) if unit_id is not None else stmt


def receipts_page(
    actor: Actor, notice: Notice, state: str, unit_id: int | None, cursor: str | None, limit: int = 50
) -> Page[Line]:
    """Receipts within the actor's reach by name. One statement. ``Invalid`` for an unknown state or a bad cursor."""
    stmt = _lines(actor, notice, state, unit_id)
    page = keyset(stmt, [Key(Person.pinyin), Key(Person.id)], cursor, limit)
    return Page([_line(row) for row in page.items], page.next)


def receipts_for_export(actor: Actor, notice: Notice, state: str) -> Iterator[Line]:
    """All of them, for a spreadsheet."""
    for row in session.execute(_lines(actor, notice, state, None).order_by(Person.pinyin, Person.id)):
        yield _line(row)


def _line(row: Any) -> Line:
    return Line(*row[:10])


def unread_ids(actor: Actor, notice: Notice) -> list[int]:
    """Everybody within reach who has not read it. One statement."""
    return list(
        session.scalars(
            select(Receipt.person_id)
            .join(Notice, Notice.id == Receipt.notice_id)
            .where(Receipt.notice_id == notice.id, UNREAD, followed_receipts(actor))
            .order_by(Receipt.person_id)
        )
    )


def behind_counts(actor: Actor) -> Mapping[int, Behind]:
    """Required notices that the actor's people have not read, how many are past their date and of those nudged today. One
    statement."""
    late = _late()
    rows = session.execute(
        select(
            Receipt.person_id,
            func.count(),
            func.sum(case((late, 1), else_=0)),
            func.min(case((late, Notice.read_by), else_=None)),
            func.sum(case((and_(late, Notification.id.is_not(None)), 1), else_=0)),
        )
        .join(Notice, Notice.id == Receipt.notice_id)
        .outerjoin(Notification, _nudged_today())
        .where(OWED, Receipt.person_id.in_(people_of(actor)))
        .group_by(Receipt.person_id)
    )
    return {
        person: Behind(count, overdue or 0, calendar.end_of_day(since) if since else None, nudged or 0)
        for person, count, overdue, since, nudged in rows
    }


def _late() -> ColumnElement[bool]:
    return and_(Notice.read_by.is_not(None), Notice.read_by < clock.today())


def _nudged_today() -> ColumnElement[bool]:
    """The notification by which the reader of a receipt was nudged today."""
    return and_(Notification.person_id == Receipt.person_id, Notification.once == rules.nudged_once(clock.today()))


@dataclass(frozen=True, slots=True)
class Late:
    """What one person has not read in time: how many notices, and the one that is longest overdue."""

    person_id: int
    count: int
    notice_id: int
    title: str


def late_readers(actor: Actor, person_ids: Collection[int]) -> list[Late]:
    """Those of the actor's people who have not read in time and were not nudged today. One statement."""
    rows = session.execute(
        select(Receipt.person_id, Notice.id, Notice.title)
        .join(Notice, Notice.id == Receipt.notice_id)
        .outerjoin(Notification, _nudged_today())
        .where(
            OWED, _late(), Notification.id.is_(None), Receipt.person_id.in_(sorted(person_ids)),
            Receipt.person_id.in_(people_of(actor)),
        )
        .order_by(Receipt.person_id, Notice.read_by, Notice.id)
    )  # fmt: skip
    return [Late(person, len(owed), *owed[0]) for person, owed in _by_person(rows).items()]


def _by_person(rows: Iterable[Any]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    for person, notice, title in rows:
        found.setdefault(person, []).append((notice, title))
    return found


def nudged_today(person_ids: Collection[int]) -> set[int]:
    """Those of these people who were nudged today about what they have not read. One statement."""
    once = Notification.once == rules.nudged_once(clock.today())
    return set(session.scalars(select(Notification.person_id).where(Notification.person_id.in_(person_ids), once)))


def behind_things(actor: Actor, person_id: int) -> Sequence[Thing]:
    """The required notices that one of the actor's people has not read."""
    if session.scalar(people_of(actor).where(Person.id == person_id)) is None:
        return []
    return [
        Thing(
            row.title,
            f"/work/notices/{row.id}/readers",
            calendar.end_of_day(row.read_by) if row.read_by else None,
            row.published_at,
            "waiting",
        )
        for row in owed_by(person_id)
    ]
