"""Contacts, notes and files of an opportunity."""

from typing import IO

from sqlalchemy import select

from app.core import audit, clock, files
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Forbidden, NotFound
from app.core.texts import _l
from app.customers.models import KeyPerson
from app.sales import messages, permissions
from app.sales.models import Attachment, Note, OpportunityContact
from app.sales.queries import opportunities as reading
from app.sales.rules import limits, lists, record

NOTED = audit.declare("sales.noted", _l("Note about an opportunity added"), keys=("note",))
WITHDRAWN = audit.declare("sales.note_withdrawn", _l("Note about an opportunity withdrawn"), keys=("note",))
CONTACT_SET = audit.declare("sales.contact_set", _l("Contact of an opportunity set"), keys=("key_person", "role"))
CONTACT_REMOVED = audit.declare("sales.contact_removed", _l("Contact of an opportunity removed"), keys=("key_person",))
FILE_ADDED = audit.declare("sales.file_added", _l("File added to an opportunity"), keys=("file",))
FILE_REMOVED = audit.declare("sales.file_removed", _l("File of an opportunity removed"), keys=("file",))
PURPOSE = "sales.attachment"
"""Purpose of stored files."""


def add_note(actor: Actor, opportunity_id: int, text: str, submission: str | None = None) -> Note:
    """Add a remark. Raises ``Invalid`` for an empty, too long or unstorable text."""
    opportunity = reading.opportunity_for(actor, opportunity_id, permissions.CHANGE)
    submission = submission[:64] if submission and record.is_storable(submission) else None
    if submission:
        known = session.scalar(select(Note).where(Note.person_id == actor.id, Note.submission == submission))
        if known is not None:
            return known
    code = (
        "required" if not text.strip()
        else "characters" if not record.is_storable(text)
        else "too_long" if len(text) > limits.NOTE
        else None
    )  # fmt: skip
    if code:
        raise messages.invalid([("text", code)])
    note = Note(opportunity_id=opportunity.id, person_id=actor.id, text=text.strip(), submission=submission)
    session.add(note)
    session.flush()
    audit.record(actor, NOTED, target=("opportunity", opportunity.id), note=note.id)
    return note


def withdraw_note(actor: Actor, note_id: int) -> Note:
    """Take back one's own remark: its text is gone, that there was one stays."""
    note = session.get(Note, note_id) if 0 < note_id <= reading.MAX_ID else None
    if note is None:
        raise NotFound()
    reading.opportunity_for(actor, note.opportunity_id)
    if note.person_id not in actor.selves:
        raise Forbidden(permissions.CHANGE, _l("Only who wrote this may withdraw it."))
    if note.withdrawn_at is None:
        note.text, note.withdrawn_at = "", clock.now()
        session.flush()
        audit.record(actor, WITHDRAWN, target=("opportunity", note.opportunity_id), note=note.id)
    return note


def set_contact(actor: Actor, opportunity_id: int, key_person_id: int, role: str) -> OpportunityContact:
    """Say what a key person of the customer is in this sale. Raises ``Invalid`` (``key_person_id``, ``role``)."""
    opportunity = reading.opportunity_for(actor, opportunity_id, permissions.CHANGE)
    known = session.get(KeyPerson, key_person_id) if 0 < key_person_id <= reading.MAX_ID else None
    if known is None or known.customer_id != opportunity.customer_id or known.removed_at is not None:
        raise messages.invalid([("key_person_id", "unknown")])
    if role not in lists.keys("contact_roles"):
        raise messages.invalid([("role", "unknown")])
    rows = session.scalars(select(OpportunityContact).where(OpportunityContact.opportunity_id == opportunity.id)).all()
    contact = next((row for row in rows if row.key_person_id == key_person_id), None)
    if contact is None:
        if len(rows) >= limits.CONTACTS:
            raise messages.invalid([("key_person_id", "out_of_range")])
        contact = OpportunityContact(opportunity_id=opportunity.id, key_person_id=key_person_id, role=role)
        session.add(contact)
    contact.role = role
    session.flush()
    audit.record(actor, CONTACT_SET, target=("opportunity", opportunity.id), key_person=key_person_id, role=role)
    return contact


def remove_contact(actor: Actor, opportunity_id: int, key_person_id: int) -> None:
    """Take a key person out of this sale; the customer's record keeps the person."""
    opportunity = reading.opportunity_for(actor, opportunity_id, permissions.CHANGE)
    contact = session.scalar(
        select(OpportunityContact).where(
            OpportunityContact.opportunity_id == opportunity.id, OpportunityContact.key_person_id == key_person_id
        )
    )
    if contact is None:
        raise NotFound()
    session.delete(contact)
    session.flush()
    audit.record(actor, CONTACT_REMOVED, target=("opportunity", opportunity.id), key_person=key_person_id)


def add_file(actor: Actor, opportunity_id: int, stream: IO[bytes], filename: str) -> Attachment:
    """Add a file. Raises ``Invalid`` (``file``) as :func:`app.core.files.store` does."""
    opportunity = reading.opportunity_for(actor, opportunity_id, permissions.CHANGE)
    stored = files.store(stream, filename, actor, PURPOSE)
    row = Attachment(opportunity_id=opportunity.id, file_id=stored.id, added_by=actor.id)
    session.add(row)
    session.flush()
    audit.record(actor, FILE_ADDED, target=("opportunity", opportunity.id), file=stored.id)
    return row


def remove_file(actor: Actor, opportunity_id: int, file_id: int) -> None:
    """Take a file off the page; that it was there stays in the history."""
    opportunity = reading.opportunity_for(actor, opportunity_id, permissions.CHANGE)
    row = session.scalar(
        select(Attachment).where(Attachment.opportunity_id == opportunity.id, Attachment.file_id == file_id)
    )
    if row is None:
        raise NotFound()
    if row.added_by not in actor.selves:
        raise Forbidden(permissions.CHANGE, _l("Only who added this may remove it."))
    if row.removed_at is None:
        row.removed_at = clock.now()
        session.flush()
        audit.record(actor, FILE_REMOVED, target=("opportunity", opportunity.id), file=file_id)


def may_read(actor: Actor, file_id: int) -> bool:
    """Whoever sees the opportunity may read its files."""
    opportunity_id = session.scalar(
        select(Attachment.opportunity_id).where(Attachment.file_id == file_id, Attachment.removed_at.is_(None))
    )
    return opportunity_id is not None and opportunity_id in reading.visible_ids(actor, [opportunity_id])
