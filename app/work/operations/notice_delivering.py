"""One receipt a person, made by a job in short writes: killed half-way it finds the rest at its next turn (D29)."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert

from app.core import clock
from app.core.actor import Actor
from app.core.database import is_sqlite, session, unit_of_work
from app.core.errors import DomainError
from app.people import queries as people
from app.people.queries.audiences import resolve
from app.people.rules.audiences import Rule
from app.work.models import Notice, Receipt
from app.work.operations.notifying import notify
from app.work.permissions import NOTICE_WRITE

CHUNK = 250
"""So many receipts in one short write."""
TOLD = "work.notice_published"


def deliver_notices() -> int:
    """Job: give everybody whom a newly published notice is for their receipt, and tell them."""
    return sum(_deliver(i) for i in _waiting(Notice.delivered_at.is_(None)))


def add_newcomers() -> int:
    """Job: a standing audience adds whoever has come to it since, until the read-by date."""
    today = clock.today()
    growing = (
        Notice.standing,
        Notice.delivered_at.is_not(None),
        or_(Notice.read_by.is_(None), Notice.read_by >= today),
        or_(Notice.expires_on.is_(None), Notice.expires_on >= today),
    )
    return sum(_deliver(i) for i in _waiting(*growing))


def _waiting(*conditions: object) -> Sequence[int]:
    with unit_of_work():
        stmt = select(Notice.id).where(Notice.state == "published", *conditions)  # type: ignore[arg-type]
        return session.scalars(stmt.order_by(Notice.published_at, Notice.id)).all()


def _deliver(notice_id: int) -> int:
    with unit_of_work():
        notice = session.get_one(Notice, notice_id, populate_existing=True)
        known = set(session.scalars(select(Receipt.person_id).where(Receipt.notice_id == notice_id)))
        wanted = [i for i in audience_of(notice) if i not in known]
    made = 0
    for start in range(0, len(wanted), CHUNK):
        with unit_of_work():
            made += _give(notice_id, wanted[start : start + CHUNK])
    with unit_of_work():
        notice = session.get_one(Notice, notice_id, with_for_update=True, populate_existing=True)
        if notice.delivered_at is None:
            notice.delivered_at = clock.now()
    return made


def _give(notice_id: int, person_ids: Sequence[int]) -> int:
    notice = session.get_one(Notice, notice_id, with_for_update=True, populate_existing=True)
    if notice.state != "published":
        return 0
    make = lite_insert if is_sqlite() else pg_insert
    now = clock.now()
    rows = [
        {
            "notice_id": notice_id,
            "person_id": i,
            "delivered_at": now,
            "read_revision": 0,
            "attempts": 0,
            "rung": 0,
            "signed_name": "",
            "signed_digest": "",
        }
        for i in person_ids
    ]
    stored = session.execute(make(Receipt).on_conflict_do_nothing().returning(Receipt.person_id), rows).scalars().all()
    if stored:
        notify(stored, TOLD, url=f"/work/notices/{notice_id}", once=f"notice/{notice_id}", title=notice.title)
    return len(stored)


def audience_of(notice: Notice) -> list[int]:
    """Whom the notice is for now, as far as whoever answers for it reaches; nobody when nobody does."""
    try:
        return [reached.person_id for reached in resolve(sender_of(notice), Rule.read(notice.rule), NOTICE_WRITE)]
    except DomainError:
        return []


def sender_of(notice: Notice) -> Actor:
    """Who answers for the notice: its author, or after they have left or lost the right, the unit's supervisor."""
    author = people.actor_for(notice.author_id, "job")
    if author.may(NOTICE_WRITE):
        return author
    heads = people.heads_of_unit(notice.unit_id)
    return people.actor_for(next(iter(heads)), "job") if heads else author
