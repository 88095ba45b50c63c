"""Imports of a person, and what was wrong with their rows."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.database import session
from app.customers.models import Import, ImportFault

SHOWN = 100
"""Faults shown on a page."""


def imports_of(person_id: int, limit: int = 10) -> Sequence[Import]:
    """A person's latest imports."""
    stmt = select(Import).where(Import.person_id == person_id).order_by(Import.id.desc()).limit(limit)
    return session.scalars(stmt).all()


def faults_of(import_id: int) -> Sequence[ImportFault]:
    """The first faults of an import, by line."""
    stmt = select(ImportFault).where(ImportFault.import_id == import_id).order_by(ImportFault.line, ImportFault.id)
    return session.scalars(stmt.limit(SHOWN)).all()
