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
from app.customers.models import Customer
from app.customers.operations import add_key_person
from app.ops.commands import demo
from app.people import operations
from app.people.models import Grant, Person
from tests.journeys.firm import KEYS

LIGHT = "light"
demo.SIZES[LIGHT] = (8, 200, 1, 1)


def load(folder: Path) -> None:
    """Make it."""
    with create_app().app_context():
        demo.build(LIGHT, 2026)
        with unit_of_work():
            known = accounts()
            keys = {
                who: operations.create_token(SYSTEM, name="journeys", person_id=i).secret for who, i in known.items()
            }
            held = select(Customer.id).where(Customer.holder_id == known["manager"]).limit(1)
            add_key_person(SYSTEM, session.scalars(held).one(), name="周建国", post="总经理", decides=True)
    (folder / KEYS).write_text(json.dumps(keys), encoding="utf-8")


def accounts() -> dict[str, int]:
    """Ids of the demonstration accounts, and of the officers of the approving unit, who have no names of their own."""
    named = select(Person.username, Person.id).where(Person.username.in_(demo.ACCOUNTS))
    officers = select(Person.username, Person.id).join(Grant, Grant.person_id == Person.id).where(Grant.role == "risk")
    return {username: number for query in (named, officers) for username, number in session.execute(query)}


if __name__ == "__main__":
    load(Path(os.environ["QIAO_INSTANCE"]))
