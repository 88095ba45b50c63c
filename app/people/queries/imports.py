"""What an import is held against, and whose upload a table is."""

from sqlalchemy import select

from app.core.database import session
from app.core.files import StoredFile
from app.people.models import Person, Unit
from app.people.queries.institution import vocabulary
from app.people.rules import imports as rules
from app.people.rules.imports import Known


def known() -> Known:
    """Codes, user names and numbers that are taken, and the words in every spelling. Three statements."""
    words = vocabulary()
    people = session.execute(select(Person.username, Person.staff_number)).all()
    return Known(
        codes=frozenset(session.scalars(select(Unit.code))),
        usernames=frozenset(row.username for row in people),
        numbers=frozenset(row.staff_number for row in people if row.staff_number),
        levels=rules.spellings(words["level"]),
        posts=rules.spellings(words["post"]),
        grades=rules.spellings(words["grade"]),
    )


def owns_upload(person_id: int, file_id: int) -> bool:
    """Whether a person has uploaded that file."""
    return session.scalar(select(StoredFile.owner_id).where(StoredFile.id == file_id)) == person_id
