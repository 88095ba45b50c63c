"""Contacts, files and the team of one opportunity."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.core.database import session
from app.core.files import StoredFile
from app.customers.models import KeyPerson
from app.people.models import Person
from app.sales.models import Attachment, OpportunityContact


def key_persons(opportunity_id: int, customer_id: int) -> Sequence[Any]:
    """Every key person of the customer with their part in this sale (None: none), those with one first. One statement."""
    return session.execute(
        select(
            KeyPerson.id, KeyPerson.name, KeyPerson.post, KeyPerson.decides, KeyPerson.phone_masked, OpportunityContact.role
        )
        .outerjoin(
            OpportunityContact,
            (OpportunityContact.key_person_id == KeyPerson.id) & (OpportunityContact.opportunity_id == opportunity_id),
        )
        .where(KeyPerson.customer_id == customer_id, KeyPerson.removed_at.is_(None))
        .order_by(OpportunityContact.role.is_(None), KeyPerson.decides.desc(), KeyPerson.id)
        .limit(100)
    ).all()


def attachments(opportunity_id: int) -> Sequence[Any]:
    """The files of an opportunity, newest first. One statement."""
    return session.execute(
        select(
            Attachment.file_id, Attachment.added_by, Attachment.added_at, StoredFile.name, StoredFile.size,
            Person.name.label("person"),
        )
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .join(Person, Person.id == Attachment.added_by)
        .where(Attachment.opportunity_id == opportunity_id, Attachment.removed_at.is_(None))
        .order_by(Attachment.id.desc())
        .limit(100)
    ).all()  # fmt: skip
