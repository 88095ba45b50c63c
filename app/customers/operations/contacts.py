"""Recording what happened with a customer: visits, calls, other contacts, notes (D18)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import IO, Any

from sqlalchemy import func, or_, select, update

from app.core import audit, clock, files
from app.core.actor import Actor
from app.core.database import changed_one, session
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.texts import _l
from app.customers import links, messages, permissions, signals
from app.customers.models import Contact, Customer, Note, Photo
from app.customers.operations.due import next_due
from app.customers.queries import contacts as contact_reading
from app.customers.queries import customers as reading
from app.customers.queries.tiers import frequencies
from app.customers.rules import values
from app.customers.rules.record import is_storable

CONTACTED = audit.declare(
    "customers.contacted", _l("Contact with a customer recorded"), keys=("kind", "contact", "photos")
)
CORRECTED = audit.declare("customers.contact_corrected", _l("Record of a contact corrected"), keys=("contact",))
NOTED = audit.declare("customers.noted", _l("Note about a customer added"), keys=("note",))
WITHDRAWN = audit.declare("customers.note_withdrawn", _l("Note about a customer withdrawn"), keys=("note",))

PHOTO = "customers.photo"
"""Purpose of stored photos."""
MOST_PHOTOS = 9
CORRECTION_DAYS = 7
"""A record may be completed and corrected by its author for so long; afterwards it stands."""
OLDEST_DAYS = 366

_LIMITS = {"place": values.PLACE_LIMIT, "people": values.PEOPLE_LIMIT, "said": values.SAID_LIMIT}
Upload = tuple[IO[bytes], str]
"""An uploaded photo: its stream and the name it came with."""


def record_contact(
    actor: Actor,
    customer_id: int,
    kind: str,
    *,
    said: str = "",
    place: str = "",
    people: str = "",
    at: datetime | None = None,
    photos: Sequence[Upload] = (),
    opportunity_id: int | None = None,
    submission: str | None = None,
) -> Contact:
    """Record a contact of the actor with a customer; ``at`` defaults to now.

    A photo or what was said must be there. ``submission`` marks the form: sent twice it gives the first record again.
    Raises ``NotFound``, ``Forbidden``, ``Invalid`` (``said``, ``at``, ``photos``, ``opportunity_id`` …).
    """
    customer = reading.customer_for(actor, customer_id, permissions.RECORD)
    if submission:
        known = session.scalar(
            select(Contact).where(Contact.person_id == actor.id, Contact.submission == submission[:64])
        )
        if known is not None:
            return known
    texts = {"place": place, "people": people, "said": said}
    faults = _text_faults(texts)
    moment = at or clock.now()
    faults += _time_faults(moment)
    if kind not in values.CONTACT_KINDS:
        faults.append(FieldError("kind", "unknown", messages.MESSAGES["unknown"]))
    if not photos and not said.strip():
        faults.append(FieldError("said", "required", _l("Take a photo or write down what was said.")))
    if len(photos) > MOST_PHOTOS:
        faults.append(FieldError("photos", "too_many", _l("At most %(n)s photos.", n=MOST_PHOTOS)))
    if opportunity_id is not None:
        faults += _opportunity_faults(actor, customer_id, opportunity_id)
    if faults:
        raise Invalid.many(faults)
    contact = Contact(
        customer_id=customer.id, kind=kind, person_id=actor.id, behalf_id=actor.behalf, at=moment,
        opportunity_id=opportunity_id, submission=(submission or "")[:64] or None,
        **{name: text.strip() for name, text in texts.items()},
    )  # fmt: skip
    session.add(contact)
    session.flush()
    _keep_photos(actor, contact, photos)
    _touch(customer, moment)
    audit.record(actor, CONTACTED, target=("customer", customer.id), kind=kind, contact=contact.id, photos=len(photos))
    _tell(actor, contact)
    return contact


def record_visit(actor: Actor, customer_id: int, **details: Any) -> Contact:
    """Record a visit; ``details`` as in :func:`record_contact`."""
    return record_contact(actor, customer_id, "visit", **details)


def record_call(actor: Actor, customer_id: int, **details: Any) -> Contact:
    """Record a telephone call; ``details`` as in :func:`record_contact`."""
    return record_contact(actor, customer_id, "call", **details)


def _text_faults(texts: dict[str, str]) -> list[FieldError]:
    faults = []
    for name, text in texts.items():
        code = "characters" if not is_storable(text) else "too_long" if len(text) > _LIMITS[name] else None
        if code:
            faults.append(FieldError(name, code, messages.MESSAGES[code]))
    return faults


def _time_faults(moment: datetime) -> list[FieldError]:
    if moment > clock.now() + timedelta(minutes=5):
        return [FieldError("at", "future", _l("This lies in the future. Record it when it has happened."))]
    if moment < clock.now() - timedelta(days=OLDEST_DAYS):
        return [FieldError("at", "too_old", _l("This is more than a year ago."))]
    return []


def _opportunity_faults(actor: Actor, customer_id: int, opportunity_id: int) -> list[FieldError]:
    if any(link.id == opportunity_id for link in links.open_opportunities(actor, customer_id)):
        return []
    return [FieldError("opportunity_id", "unknown", _l("This customer has no such open opportunity in your view."))]


def _keep_photos(actor: Actor, contact: Contact, photos: Sequence[Upload]) -> None:
    kept: set[int] = set()
    for stream, filename in photos:
        try:
            stored = files.store(stream, filename, actor, PHOTO, only=files.IMAGES)
        except Invalid as error:
            raise Invalid.many([FieldError("photos", e.code, e.message) for e in error.errors]) from error
        if stored.id not in kept:
            kept.add(stored.id)
            session.add(Photo(contact_id=contact.id, file_id=stored.id))
    session.flush()


def _touch(customer: Customer, moment: datetime) -> None:
    """Move the last contact forward, never back, whoever else records at this instant; the version stays."""
    last: date = clock.local(moment).date()
    due = next_due(frequencies(), customer.tier, customer.holder_id, last, customer.since)
    session.execute(
        update(Customer)
        .where(Customer.id == customer.id, or_(Customer.last_contact_at.is_(None), Customer.last_contact_at < moment))
        .values(last_contact_at=moment, contact_due_on=due),
        execution_options={"synchronize_session": False},
    )
    session.refresh(customer)


def _recount(customer: Customer) -> None:
    """The last contact after a correction: the latest one there is."""
    last = session.scalar(select(func.max(Contact.at)).where(Contact.customer_id == customer.id))
    day = clock.local(last).date() if last else None
    due = next_due(frequencies(), customer.tier, customer.holder_id, day, customer.since)
    session.execute(
        update(Customer).where(Customer.id == customer.id).values(last_contact_at=last, contact_due_on=due),
        execution_options={"synchronize_session": False},
    )
    session.refresh(customer)


def _tell(actor: Actor, contact: Contact) -> None:
    facts = {"customer_id": contact.customer_id, "person_id": actor.id, "at": contact.at}
    signals.contact_recorded.send(contact_id=contact.id, kind=contact.kind, **facts)
    if contact.kind == "visit":
        signals.visit_recorded.send(visit_id=contact.id, opportunity_id=contact.opportunity_id, **facts)
    elif contact.kind == "call":
        signals.call_recorded.send(call_id=contact.id, opportunity_id=contact.opportunity_id, **facts)


def correct_contact(
    actor: Actor,
    contact_id: int,
    version: int,
    *,
    said: str,
    place: str,
    people: str,
    at: datetime | None = None,
    photos: Sequence[Upload] = (),
) -> Contact:
    """Complete or correct one's own record within :data:`CORRECTION_DAYS`; photos are added, none is taken away."""
    contact = contact_reading.contact_for(actor, contact_id)
    if contact.person_id not in actor.selves:
        raise Forbidden(permissions.RECORD, _l("Only who recorded this may correct it."))
    if clock.now() > contact.recorded_at + timedelta(days=CORRECTION_DAYS):
        raise Forbidden(
            permissions.RECORD, _l("This record stands: it is more than %(n)s days old.", n=CORRECTION_DAYS)
        )
    texts = {"place": place, "people": people, "said": said}
    faults = _text_faults(texts)
    if at is not None:
        faults += _time_faults(at)
    have = len(contact_reading.photos_of([contact.id]).get(contact.id, ()))
    if not said.strip() and not photos and not have:
        faults.append(FieldError("said", "required", _l("Take a photo or write down what was said.")))
    if have + len(photos) > MOST_PHOTOS:
        faults.append(FieldError("photos", "too_many", _l("At most %(n)s photos.", n=MOST_PHOTOS)))
    if faults:
        raise Invalid.many(faults)
    new = {name: text.strip() for name, text in texts.items()} | ({"at": at} if at else {})
    changes = {name: (getattr(contact, name), value) for name, value in new.items() if getattr(contact, name) != value}
    current = update(Contact).where(Contact.id == contact.id, Contact.version == version)
    if not changed_one(current.values(**new, version=version + 1)):
        raise Conflict()
    session.refresh(contact)
    _keep_photos(actor, contact, photos)
    if "at" in changes:
        _recount(session.get_one(Customer, contact.customer_id))
    audit.record(actor, CORRECTED, target=("customer", contact.customer_id), contact=contact.id, changes=changes)
    return contact


def add_note(actor: Actor, customer_id: int, text: str, submission: str | None = None) -> Note:
    """Add a remark about a customer. Raises ``Invalid`` for an empty, too long or unstorable text."""
    customer = reading.customer_for(actor, customer_id, permissions.RECORD)
    if submission:
        known = session.scalar(select(Note).where(Note.person_id == actor.id, Note.submission == submission[:64]))
        if known is not None:
            return known
    code = (
        "required" if not text.strip()
        else "characters" if not is_storable(text)
        else "too_long" if len(text) > values.NOTE_LIMIT
        else None
    )  # fmt: skip
    if code:
        raise messages.invalid([("text", code)])
    note = Note(
        customer_id=customer.id, person_id=actor.id, text=text.strip(), submission=(submission or "")[:64] or None
    )
    session.add(note)
    session.flush()
    audit.record(actor, NOTED, target=("customer", customer.id), note=note.id)
    return note


def withdraw_note(actor: Actor, note_id: int) -> Note:
    """Take back one's own remark: its text is gone, that there was one stays."""
    note = session.get(Note, note_id) if 0 < note_id < 2**63 else None
    if note is None:
        raise NotFound()
    reading.customer_for(actor, note.customer_id)
    if note.person_id not in actor.selves:
        raise Forbidden(permissions.RECORD, _l("Only who wrote this may withdraw it."))
    if note.withdrawn_at is None:
        note.text, note.withdrawn_at = "", clock.now()
        session.flush()
        audit.record(actor, WITHDRAWN, target=("customer", note.customer_id), note=note.id)
    return note
