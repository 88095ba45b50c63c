"""Contacts and files of one opportunity. Statements of one page are built once: building them costs more than running them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from app.core.database import fetch
from app.core.files import StoredFile
from app.customers.models import KeyPerson
from app.people.models import Person
from app.sales.models import Attachment, OpportunityContact

_KEY_PERSONS = (
    select(
        KeyPerson.id, KeyPerson.name, KeyPerson.post, KeyPerson.decides, KeyPerson.phone_masked, OpportunityContact.role
    )
    .outerjoin(
        OpportunityContact,
        (OpportunityContact.key_person_id == KeyPerson.id)
        & (OpportunityContact.opportunity_id == bindparam("opportunity")),
    )
    .where(KeyPerson.customer_id == bindparam("customer"), KeyPerson.removed_at.is_(None))
    .order_by(OpportunityContact.role.is_(None), KeyPerson.decides.desc(), KeyPerson.id)
    .limit(100)
)
_ATTACHMENTS = (
    select(
        Attachment.file_id, Attachment.added_by, Attachment.added_at, StoredFile.name, StoredFile.size,
        Person.name.label("person"),
    )
    .join(StoredFile, StoredFile.id == Attachment.file_id)
    .join(Person, Person.id == Attachment.added_by)
    .where(Attachment.opportunity_id == bindparam("opportunity"), Attachment.removed_at.is_(None))
    .order_by(Attachment.id.desc())
    .limit(100)
)  # fmt: skip


def key_persons(opportunity_id: int, customer_id: int) -> Sequence[Any]:
    """Every key person of the customer with their part in this sale (None: none), those with one first. One statement."""
    return fetch(_KEY_PERSONS, {"opportunity": opportunity_id, "customer": customer_id}).all()


def attachments(opportunity_id: int) -> Sequence[Any]:
    """The files of an opportunity, newest first. One statement."""
    return fetch(_ATTACHMENTS, {"opportunity": opportunity_id}).all()
