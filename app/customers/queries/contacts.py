"""Visits, calls and notes: of one customer as a timeline, of one person in a period, and counted for guards and measures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, Text, bindparam, cast, func, literal, null, select, union_all

from app.core import paging
from app.core.actor import Actor
from app.core.database import Id, fetch, once_per_reading, session
from app.core.errors import NotFound
from app.core.files import StoredFile
from app.core.paging import Key, Page
from app.core.types import UtcDateTime
from app.customers import links, permissions
from app.customers.models import Contact, Customer, Note, Photo, Portfolio
from app.customers.queries.filters import MAX_ID
from app.people import queries as people


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a customer's timeline. ``kind``: a contact kind, ``note`` or ``holder``."""

    kind: str
    id: int
    at: datetime
    person_id: int | None
    who: str
    behalf: str
    text: str
    place: str = ""
    people: str = ""
    holder: str = ""
    opportunity: links.Link | None = None
    photos: Sequence[Any] = field(default_factory=tuple)
    withdrawn: bool = False


def timeline_page(actor: Actor, customer_id: int, cursor: str | None = None, limit: int = 20) -> Page[Happening]:
    """What happened with a customer, newest first. The caller has checked that the actor may see it.

    At most four statements: happenings, names, photos, opportunities.
    """
    no_id, no_text = cast(null(), Integer), cast(null(), String)
    contact = select(
        Contact.kind.label("kind"), Contact.id.label("id"), Contact.at.label("at"), Contact.person_id.label("person_id"),
        Contact.behalf_id.label("other_id"), Contact.said.label("text"), Contact.place.label("place"),
        Contact.people.label("people"), Contact.opportunity_id.label("opportunity_id"),
    ).where(Contact.customer_id == customer_id)  # fmt: skip
    note = select(
        literal("note"), Note.id, Note.at, Note.person_id, no_id, cast(Note.text, Text), no_text,
        func.coalesce(cast(Note.withdrawn_at, String), ""), no_id,
    ).where(Note.customer_id == customer_id)  # fmt: skip
    holder = select(
        literal("holder"), Portfolio.id, Portfolio.recorded_at, Portfolio.recorded_by, Portfolio.holder_id,
        Portfolio.reason, no_text, no_text, no_id,
    ).where(Portfolio.customer_id == customer_id, Portfolio.valid_to.is_(None))  # fmt: skip
    found = union_all(contact, note, holder).subquery()
    at = found.c.at
    keys = [Key(at, descending=True), Key(found.c.kind, descending=True), Key(found.c.id, descending=True)]
    page = paging.keyset(select(found), keys, cursor, limit)
    return Page(_told(actor, page.items), page.next)


def _told(actor: Actor, rows: Sequence[Any]) -> list[Happening]:
    names = people.names({i for row in rows for i in (row.person_id, row.other_id)})
    photos = photos_of([row.id for row in rows if row.kind not in ("note", "holder")])
    opportunities = links.described(actor, {row.opportunity_id for row in rows if row.opportunity_id})
    told = []
    for row in rows:
        is_note, is_holder = row.kind == "note", row.kind == "holder"
        told.append(
            Happening(
                kind=row.kind,
                id=row.id,
                at=row.at,
                person_id=row.person_id,
                who=names.get(row.person_id, "") if row.person_id else "",
                behalf="" if is_holder else names.get(row.other_id, ""),
                text=row.text or "",
                place=row.place or "",
                people="" if is_note else row.people or "",
                holder=names.get(row.other_id, "") if is_holder else "",
                opportunity=opportunities.get(row.opportunity_id),
                photos=() if is_note or is_holder else photos.get(row.id, ()),
                withdrawn=is_note and bool(row.people),
            )
        )
    return told


def photos_of(contact_ids: Sequence[int]) -> dict[int, list[Any]]:
    """File id, name and type of the photos of several contacts. One statement, none without contacts."""
    if not contact_ids:
        return {}
    found: dict[int, list[Any]] = {}
    rows = session.execute(
        select(Photo.contact_id, StoredFile.id, StoredFile.name, StoredFile.content_type)
        .join(StoredFile, StoredFile.id == Photo.file_id)
        .where(Photo.contact_id.in_(contact_ids))
        .order_by(Photo.id)
    )
    for row in rows:
        found.setdefault(row.contact_id, []).append(row)
    return found


def contact_for(actor: Actor, contact_id: int) -> Contact:
    """A contact of a customer in the actor's scope; ``NotFound`` otherwise."""
    if not 0 < contact_id <= MAX_ID:
        raise NotFound()
    row = session.scalar(
        select(Contact)
        .join(Customer, Customer.id == Contact.customer_id)
        .where(Contact.id == contact_id, permissions.reached(actor))
    )
    if row is None:
        raise NotFound()
    return row


def visits_of(
    customer_id: int,
    *,
    since: datetime | None = None,
    opportunity_id: int | None = None,
    kind: str = "visit",
    limit: int = 50,
) -> Sequence[Any]:
    """Visits (or another kind of contact) of a customer, newest first, as column rows."""
    stmt = select(
        Contact.id, Contact.kind, Contact.at, Contact.person_id, Contact.place, Contact.people, Contact.said,
        Contact.opportunity_id,
    ).where(Contact.customer_id == customer_id, Contact.kind == kind)  # fmt: skip
    if since is not None:
        stmt = stmt.where(Contact.at >= since)
    if opportunity_id is not None:
        stmt = stmt.where(Contact.opportunity_id == opportunity_id)
    return session.execute(stmt.order_by(Contact.at.desc(), Contact.id.desc()).limit(limit)).all()


def contacts_of_opportunity(opportunity_id: int, limit: int = 50) -> Sequence[Any]:
    """Every contact tied to an opportunity, newest first; the sales room has checked its own scope."""
    stmt = select(
        Contact.id, Contact.kind, Contact.at, Contact.person_id, Contact.place, Contact.people, Contact.said,
        Contact.customer_id,
    ).where(Contact.opportunity_id == opportunity_id)  # fmt: skip
    return session.execute(stmt.order_by(Contact.at.desc(), Contact.id.desc()).limit(limit)).all()


def count_contacts(
    kind: str, *, opportunity_id: int | None = None, customer_id: int | None = None, since: datetime | None = None
) -> int:
    """How many contacts of a kind there are; for guards of the sale ("a visit has been recorded")."""
    stmt = select(func.count()).select_from(Contact).where(Contact.kind == kind)
    if opportunity_id is not None:
        stmt = stmt.where(Contact.opportunity_id == opportunity_id)
    if customer_id is not None:
        stmt = stmt.where(Contact.customer_id == customer_id)
    if since is not None:
        stmt = stmt.where(Contact.at >= since)
    return session.scalar(stmt) or 0


def contacts_since(customer_id: int, since: datetime) -> int:
    """Contacts of any kind since a moment: how far the period's duty is done (D51)."""
    stmt = select(func.count()).select_from(Contact).where(Contact.customer_id == customer_id, Contact.at >= since)
    return session.scalar(stmt) or 0


_BY_PERSON = (
    select(Contact.person_id, Contact.kind, func.count())
    .where(
        Contact.person_id.in_(bindparam("ids", expanding=True)),
        Contact.at >= bindparam("start", type_=UtcDateTime()),
        Contact.at < bindparam("end", type_=UtcDateTime()),
    )
    .group_by(Contact.person_id, Contact.kind)
)
# built once: every day page asks for it


@once_per_reading
def _by_person(person_ids: tuple[int, ...], start: datetime, end: datetime) -> Sequence[Any]:
    """Person, kind and number of their contacts, in one statement for all kinds."""
    return fetch(_BY_PERSON, {"ids": person_ids, "start": start, "end": end}).all()


def contacts_by_person(kind: str, person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int]:
    """Contacts of a kind that each of the persons made from ``start`` until before ``end``. One statement."""
    if not person_ids:
        return {}
    rows = _by_person(tuple(sorted(set(person_ids))), start, end)
    return {person: n for person, known, n in rows if known == kind}


_OF_PERSON = (
    select(Contact.at, Contact.kind, Contact.customer_id, Customer.name, Contact.place, Contact.said)
    .join(Customer, Customer.id == Contact.customer_id)
    .where(
        Contact.person_id == bindparam("person", type_=Id),
        Contact.at >= bindparam("start", type_=UtcDateTime()),
        Contact.at < bindparam("end", type_=UtcDateTime()),
    )
    .order_by(Contact.at, Contact.id)
    .limit(300)
)
# built once: a reviewer of logs asks for one person's day after the other's


def contacts_of_person(person_id: int, start: datetime, end: datetime) -> Sequence[Any]:
    """What a person recorded from ``start`` until before ``end``, in order, with the customer's name. One statement.

    Whoever asks has made sure that the reader may see that person's days.
    """
    return fetch(_OF_PERSON, {"person": person_id, "start": start, "end": end}).all()


@dataclass(frozen=True, slots=True)
class ContactFilters:
    """None and "" mean "all"; ``until`` is exclusive."""

    person: int | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


def contacts_page(actor: Actor, filters: ContactFilters, cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """Contacts with customers in the actor's scope, newest first: the records behind a figure. One statement."""
    actor.require(permissions.VIEW)
    stmt: Any = (
        select(
            Contact.id, Contact.kind, Contact.at, Contact.person_id, Contact.place, Contact.said, Contact.customer_id,
            Customer.name,
        )
        .join(Customer, Customer.id == Contact.customer_id)
        .where(permissions.reached(actor))
    )  # fmt: skip
    if filters.person is not None:
        stmt = stmt.where(Contact.person_id == filters.person)
    if filters.kind:
        stmt = stmt.where(Contact.kind == filters.kind)
    if filters.since is not None:
        stmt = stmt.where(Contact.at >= filters.since)
    if filters.until is not None:
        stmt = stmt.where(Contact.at < filters.until)
    keys = [Key(Contact.at, descending=True), Key(Contact.id, descending=True)]
    return paging.keyset(stmt, keys, cursor, limit)


def may_read_photo(actor: Actor, file_id: int) -> bool:
    """Whether a stored photo belongs to a contact of a customer in the actor's scope."""
    stmt = (
        select(Photo.id)
        .join(Contact, Contact.id == Photo.contact_id)
        .join(Customer, Customer.id == Contact.customer_id)
        .where(Photo.file_id == file_id, permissions.reached(actor))
        .limit(1)
    )
    return session.scalar(stmt) is not None
