"""A small institution that is quick to make: the demonstration bank's people and teams, a few customers, and a sale waiting
at each step for the accounts' own team; and a key for the API for each of its accounts, so that tests can go quickly to
where they begin.

``python -m tests.journeys.institution`` loads it into the database of the environment, as ``flask demo`` loads the large
one, and writes the keys beside it.
"""

import json
import os
from pathlib import Path

from sqlalchemy import select

from app import create_app
from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.ops.commands import demo
from app.people import operations
from app.people.models import Grant, Person

LIGHT = "light"
KEYS = "keys.json"
demo.SIZES[LIGHT] = (8, 200, 1, 1)


def load(folder: Path) -> None:
    """Make it."""
    with create_app().app_context():
        demo.build(LIGHT, 2026)
        with unit_of_work():
            keys = {
                name: operations.create_token(SYSTEM, name="journeys", person_id=i).secret for name, i in accounts()
            }
    (folder / KEYS).write_text(json.dumps(keys), encoding="utf-8")


def accounts() -> list[tuple[str, int]]:
    """The demonstration accounts, and the officers of the approving unit, who have no names of their own."""
    named = select(Person.username, Person.id).where(Person.username.in_(demo.ACCOUNTS))
    officers = select(Person.username, Person.id).join(Grant, Grant.person_id == Person.id).where(Grant.role == "risk")
    return [*map(tuple, session.execute(named)), *map(tuple, session.execute(officers))]


if __name__ == "__main__":
    load(Path(os.environ["QIAO_INSTANCE"]))
