"""Whom a comment speaks to: only people who may see what it is about."""

from sqlalchemy import or_, select

from app.core.database import session
from app.people import queries as people
from app.people.models import Person
from app.work.rules.mentions import called
from app.workflow.models import Run
from app.workflow.queries import Opened
from app.workflow.queries.visibility import may_see
from app.workflow.rules.state import RunState

NAMESAKES = 20
"""People looked at for one comment; more of one name are no mention."""


def mentioned_in(text: str, run: Run, state: RunState) -> list[int]:
    """Active people who are called by name or user name and see the run. One statement for the names, none without ``@``."""
    return [person for person in _meant(text) if may_see(people.actor_for(person), run, state)]


def unheard_in(text: str, opened: Opened) -> list[str]:
    """The names of those who are called and do not see the run, so that nobody tells them."""
    meant = _meant(text)
    heard = {meant[person] for person in meant if may_see(people.actor_for(person), opened.run, opened.state)}
    return [name for name in dict.fromkeys(meant.values()) if name not in heard]


def _meant(text: str) -> dict[int, str]:
    """The active people who are called by name or user name, with their names."""
    calls = called(text)
    if not calls:
        return {}
    spellings = sorted({word for call in calls for word in call})
    rows = session.execute(
        select(Person.id, Person.name, Person.username)
        .where(
            Person.state == "active",
            or_(Person.name.in_(spellings), Person.username.in_([word.lower() for word in spellings])),
        )
        .limit(NAMESAKES)
    ).all()
    found: dict[int, str] = {}
    for call in calls:
        for word in call:
            meant = {row.id: row.name for row in rows if word == row.name or word.lower() == row.username}
            if meant:
                found.update(meant)
                break
    return found
