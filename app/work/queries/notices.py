"""Reading notices: those for me, those of the library, and one with what its reader may do (D29, D45)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.core import files, search, settings
from app.core.actor import Actor, Scope
from app.core.database import fetch, session
from app.core.errors import Invalid, NotFound
from app.core.paging import Key, Page, keyset
from app.core.scopes import visible
from app.core.setting_fields import YesNo
from app.core.texts import _l
from app.people.models import Person
from app.people.queries.persons import with_posting, within_reach
from app.work.models import Notice, NoticeFile, NoticeRevision, Receipt
from app.work.permissions import NOTICE_FOLLOW, NOTICE_VIEW, NOTICE_WRITE
from app.work.rules import notices as rules
from app.workflow.models import Run, Turn, TurnCandidate

CHECKED = settings.declare(
    "work.notices_checked",
    title=_l("Notices are checked by a second person before they are published"),
    about=_l("Where this is off, whoever writes a notice publishes it alone."),
    default=False,
    field=YesNo(),
    control=True,
)


def must_be_checked() -> bool:
    """Whether a second person checks every notice (setting ``work.notices_checked``)."""
    return bool(settings.get(CHECKED))


SHOWS = ("mine", "unread", "written", "followed")
LIBRARY = ("published", "expired")
UNREAD: ColumnElement[bool] = Receipt.read_revision < Notice.wanted
"""What a receipt, joined with its notice, still owes."""
OWED: ColumnElement[bool] = and_(Notice.state == "published", Notice.required, UNREAD)


def reaches(actor: Actor) -> ColumnElement[bool]:
    """The notices that ``actor`` may see: for them, written within their reach, to be checked by them, or read by their people."""
    selves = sorted(actor.selves)
    addressed = select(Receipt.notice_id).where(Receipt.person_id.in_(selves))
    held = select(Turn.run_id).where(Turn.assignee_id.in_(selves))
    offered = select(Turn.run_id).join(TurnCandidate, TurnCandidate.turn_id == Turn.id)
    clauses: list[ColumnElement[bool]] = [
        visible(actor, NOTICE_VIEW, person=Notice.author_id, unit=Notice.unit_id),
        and_(Notice.state.not_in(("draft", "checking")), Notice.id.in_(addressed)),
        Notice.run_id.in_(held),
        Notice.run_id.in_(offered.where(TurnCandidate.person_id.in_(selves), Turn.state == "waiting")),
    ]
    if actor.may(NOTICE_FOLLOW):
        clauses.append(and_(Notice.state.not_in(("draft", "checking")), _read_by_people_of(actor)))
    return or_(*clauses)


def _read_by_people_of(actor: Actor) -> ColumnElement[bool]:
    theirs = aliased(Receipt)
    return exists().where(theirs.notice_id == Notice.id, theirs.person_id.in_(people_of(actor)))


def people_of(actor: Actor) -> Select[Any]:
    """Ids of everybody whose reading ``actor`` follows."""
    return with_posting(Person.id).where(within_reach(actor, NOTICE_FOLLOW))


def notice_for(actor: Actor, notice_id: int) -> Notice:
    """A notice that the actor may see; ``NotFound`` otherwise."""
    found = None
    if 0 < notice_id < 2**63:
        found = session.scalar(select(Notice).where(Notice.id == notice_id, reaches(actor)))
    if found is None:
        raise NotFound()
    return found


def may_write(actor: Actor, notice: Notice) -> bool:
    """Whether the actor may change this notice: its author, and whoever writes notices for its unit."""
    granted = actor.scope(NOTICE_WRITE)
    if granted is None:
        return False
    if notice.author_id in actor.selves or granted.level is Scope.ALL:
        return True
    return granted.level is Scope.UNIT and notice.unit_id in granted.unit_ids


def receipt_of(person_id: int, notice_id: int) -> Receipt | None:
    """One person's receipt."""
    return session.scalar(select(Receipt).where(Receipt.notice_id == notice_id, Receipt.person_id == person_id))


def revisions_of(notice_id: int) -> Sequence[NoticeRevision]:
    """What the notice said, newest first."""
    return session.scalars(
        select(NoticeRevision).where(NoticeRevision.notice_id == notice_id).order_by(NoticeRevision.number.desc())
    ).all()


def files_of(notice_id: int) -> list[Any]:
    """Files of a notice that have not been removed: id, name, size, type."""
    rows = session.scalars(
        select(NoticeFile.file_id)
        .where(NoticeFile.notice_id == notice_id, NoticeFile.removed_at.is_(None))
        .order_by(NoticeFile.id)
    ).all()
    known = files.describe(list(rows)) if rows else {}
    return [known[i] for i in rows if i in known]


def may_read_file(actor: Actor, file_id: int) -> bool:
    """Whoever sees the notice may read its files."""
    stmt = select(NoticeFile.id).join(Notice, Notice.id == NoticeFile.notice_id)
    return (
        session.scalar(
            stmt.where(NoticeFile.file_id == file_id, NoticeFile.removed_at.is_(None), reaches(actor)).limit(1)
        )
        is not None
    )


_COLUMNS: tuple[Any, ...] = (
    Notice.id, Notice.title, Notice.category, Notice.state, Notice.required, Notice.read_by, Notice.sign,
    Notice.published_at, Notice.author_id, Notice.unit_id, Notice.created_at,
)  # fmt: skip
_OWED_BY = (
    select(*_COLUMNS, Receipt.opened_at, func.coalesce(Receipt.read_revision, 0).label("read_revision"))
    .join(Receipt, Receipt.notice_id == Notice.id)
    .where(Receipt.person_id == bindparam("person", type_=Integer), OWED)
    .order_by(Notice.read_by.is_(None), Notice.read_by, Notice.published_at, Notice.id)
    .limit(bindparam("most", type_=Integer))
)
# built once: every day page asks for it


def owed_by(person_id: int, limit: int = 50) -> Sequence[Row[Any]]:
    """Required notices that the person has not read in their wanted revision, most urgent first. One statement."""
    return fetch(_OWED_BY, {"person": person_id, "most": limit}).all()


def mine_page(actor: Actor, *, unread: bool, cursor: str | None, limit: int = 30) -> Page[Any]:
    """Notices that were delivered to the actor, newest first; ``unread``: those not read yet, required or not."""
    stmt = (
        select(*_COLUMNS, Notice.wanted, Receipt.read_at, Receipt.read_revision)
        .join(Receipt, Receipt.notice_id == Notice.id)
        .where(Receipt.person_id == actor.id, Notice.state.in_(LIBRARY))
    )
    if unread:
        stmt = stmt.where(UNREAD, Notice.state == "published")
    return keyset(stmt, [Key(Notice.published_at, descending=True), Key(Notice.id, descending=True)], cursor, limit)


@dataclass(frozen=True, slots=True)
class Read:
    """How far the reading of one notice has come, within the asker's reach."""

    people: int = 0
    unread: int = 0


def written_page(actor: Actor, *, followed: bool, cursor: str | None, limit: int = 30) -> Page[Any]:
    """Notices that the actor wrote; ``followed``: those that people of theirs have to read. Newest first."""
    stmt = select(*_COLUMNS, Notice.delivered_at)
    if followed:
        stmt = stmt.where(Notice.state.in_(LIBRARY), _read_by_people_of(actor))
    else:
        stmt = stmt.where(Notice.author_id.in_(sorted(actor.selves)))
    return keyset(stmt, [Key(Notice.created_at, descending=True), Key(Notice.id, descending=True)], cursor, limit)


def library_page(actor: Actor, q: str, category: str, cursor: str | None, limit: int = 30) -> Page[Any]:
    """Published notices and reports within the actor's sight, found by words of their titles. ``Invalid`` for no category."""
    if category and category not in rules.CATEGORIES:
        raise Invalid("category", "unknown", _l("There is no such category."))
    mine = and_(Receipt.notice_id == Notice.id, Receipt.person_id == actor.id)
    stmt = (
        select(*_COLUMNS, Receipt.read_at, Receipt.read_revision, Notice.wanted)
        .outerjoin(Receipt, mine)
        .where(Notice.state.in_(LIBRARY), reaches(actor))
    )
    if q.strip():
        stmt = stmt.where(search.matches(Notice, q))
    if category:
        stmt = stmt.where(Notice.category == category)
    return keyset(stmt, [Key(Notice.published_at, descending=True), Key(Notice.id, descending=True)], cursor, limit)


def progress_of(actor: Actor, notice_ids: Collection[int]) -> Mapping[int, Read]:
    """How far the reading of several notices has come: all of one's own, else one's people only. One statement."""
    if not notice_ids:
        return {}
    rows = session.execute(
        select(Receipt.notice_id, func.count(), func.sum(case((UNREAD, 1), else_=0)))
        .join(Notice, Notice.id == Receipt.notice_id)
        .where(Receipt.notice_id.in_(sorted(notice_ids)), followed_receipts(actor))
        .group_by(Receipt.notice_id)
    )
    return {notice: Read(people, unread or 0) for notice, people, unread in rows}


def followed_receipts(actor: Actor) -> ColumnElement[bool]:
    """The receipts (joined with their notices) that the actor may look at: of notices they answer for, and of their people."""
    granted = actor.scope(NOTICE_WRITE)
    clauses: list[ColumnElement[bool]] = [Receipt.person_id.in_(sorted(actor.selves))]
    if granted is not None:
        clauses.append(Notice.author_id.in_(sorted(actor.selves)))
    if actor.may(NOTICE_FOLLOW):
        clauses.append(Receipt.person_id.in_(people_of(actor)))
    return or_(*clauses)


def run_of(notice: Notice) -> Run | None:
    """The run of its publication."""
    return session.get(Run, notice.run_id) if notice.run_id else None


def last_movement(notice: Notice) -> datetime:
    """When it was published, else written."""
    return notice.published_at or notice.created_at
