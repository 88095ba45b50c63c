"""Importing units and persons: checked as a whole first, then written in short transactions of their own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session, unit_of_work
from app.core.errors import DomainError
from app.core.texts import _l
from app.people import audit as noted
from app.people.models import Unit
from app.people.operations import passwords
from app.people.operations.persons import create_person
from app.people.operations.units import place_unit
from app.people.permissions import IMPORT_RUN
from app.people.rules import secrets
from app.people.rules.imports import Row

AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Created:
    """A row that has become a unit or a person; a person comes with a one-time password, shown once."""

    number: int
    name: str
    username: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did: what was created, and the rows that could not be, with why."""

    created: list[Created]
    refused: list[Row]


def run_import(actor: Actor, kind: str, rows: list[Row], day: date | None = None) -> Outcome:
    """Create what the good rows say, a few at a time, each few in a unit of its own; running it again skips what is there.

    Called outside any transaction. Rows with faults are left out and come back as refused.
    """
    actor.require(IMPORT_RUN)
    created: list[Created] = []
    refused = [row for row in rows if row.faults]
    waiting = [row for row in rows if not row.faults]
    codes: dict[str, int] = {}
    while waiting:
        if kind == "units":
            with unit_of_work():
                codes = {code: unit_id for unit_id, code in session.execute(select(Unit.id, Unit.code))}
            ready = [row for row in waiting if row.values["parent"] in codes][:AT_ONCE]
            if not ready:
                for row in waiting:
                    row.faults.append(_l("The unit above is not known."))
                refused += waiting
                break
        else:
            ready = waiting[:AT_ONCE]
        waiting = [row for row in waiting if row not in ready]
        secret = {row.number: secrets.new_password() for row in ready} if kind == "people" else {}
        hashes = {number: passwords.hashed(password) for number, password in secret.items()}
        with unit_of_work():
            for row in ready:
                try:
                    with UndoneAlone():
                        if kind == "units":
                            _unit(actor, row.values, codes, day)
                        else:
                            _person(actor, row.values, hashes[row.number])
                except DomainError as error:
                    row.faults.append(error.message)
                    refused.append(row)
                else:
                    name, username = row.values["name"], row.values.get("username", "")
                    created.append(Created(row.number, name, username, secret.get(row.number, "")))
            audit.record(actor, noted.IMPORTED, kind=kind, rows=len(ready))
    return Outcome(created, sorted(refused, key=lambda row: row.number))


class UndoneAlone:
    """A savepoint: what fails inside leaves neither rows nor audit behind."""

    def __enter__(self) -> None:
        self.nested = session.begin_nested()
        self.noted = len(session().info.get("audit", []))

    def __exit__(self, kind: Any, error: Any, _trace: Any) -> None:
        if kind is None:
            self.nested.commit()
            return
        self.nested.rollback()
        del session().info.setdefault("audit", [])[self.noted :]


def _unit(actor: Actor, values: dict[str, Any], codes: dict[str, int], day: date | None) -> None:
    place_unit(
        actor,
        code=values["code"],
        name=values["name"],
        level=values["level"],
        parent_id=codes[values["parent"]],
        day=day or clock.today(),
    )


def _person(actor: Actor, values: dict[str, Any], password_hash: str) -> None:
    unit_id = session.scalar(select(Unit.id).where(Unit.code == values["unit"]))
    create_person(
        actor,
        username=values["username"],
        name=values["name"],
        staff_number=values.get("staff_number") or None,
        email=values.get("email") or None,
        hired_on=values.get("hired_on") or None,
        unit_id=unit_id,
        post=values["post"],
        grade=values.get("grade") or None,
        password_hash=password_hash,
        one_time=True,
        imported=True,
    )
