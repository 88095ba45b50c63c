"""A branch of 300 people with fifty open things each, and its supervisor: what the desk is measured on.

People and cases are copies of one that the product has made; copied in bulk, for opening 15,000 one by one would take minutes.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from app.core import clock
from app.core.database import session
from app.people.models import Grant, Person, Placement, Posting, Unit
from app.workflow.models import Run, Turn

PEOPLE, EACH = 300, 50
SUPERVISOR = "branch_head"


def open_branch(rng: Random) -> None:
    """Put the branch below the root, its people at work, and everything they have to do."""
    unit, run, turn = _unit(), _pattern(Run), _pattern(Turn)
    people = _people(unit)
    now = clock.now()
    for person in people:
        runs: list[dict[str, Any]] = []
        turns: list[dict[str, Any]] = []
        for _thing in range(EACH):
            moved = now - timedelta(days=rng.choice((1, 2, 3, 4, 20)))
            due = now + timedelta(days=rng.choice((-6, 1, 2, 3, 8)), minutes=rng.randrange(600))
            runs.append({**run, **_run(unit, person, moved, due)})
            turns.append({**turn, "assignee_id": person, "due_at": due, "opened_at": moved})
        ids = session.scalars(insert(Run).returning(Run.id, sort_by_parameter_order=True), runs).all()
        session.execute(insert(Turn), [{**row, "run_id": run_id} for row, run_id in zip(turns, ids, strict=True)])
        session.commit()


def _pattern(model: Any) -> dict[str, Any]:
    """The columns of an open sale's run, or of the step that waits in it, without its id."""
    table = model.__table__
    stmt = select(table).where(table.c.state == ("open" if model is Run else "waiting"), table.c.step == "prepare")
    row = dict(session.execute(stmt.limit(1)).one()._mapping)
    row.pop("id")
    return row


def _run(unit: int, person: int, moved: datetime, due: datetime) -> dict[str, Any]:
    return {
        "unit_id": unit, "team_id": None, "owner_id": person, "started_by_id": person, "assignee_id": person,
        "moved_at": moved, "due_at": due, "waiting_count": 1,
    }  # fmt: skip


def _unit() -> int:
    root = session.scalars(select(Placement).where(Placement.parent_id.is_(None)).limit(1)).one()
    unit = Unit(code="B300")
    session.add(unit)
    session.flush()
    session.add(
        Placement(
            unit_id=unit.id, parent_id=root.unit_id, name="评测分行", level=root.level, valid_from=root.valid_from,
            recorded_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    return unit.id


def _people(unit: int) -> list[int]:
    """Its people; the last made is the supervisor, who has nothing to do but to look."""
    manager = session.scalars(select(Person).where(Person.username == "manager")).one()
    found = []
    for number in range(PEOPLE + 1):
        head = number == PEOPLE
        person = Person(
            username=SUPERVISOR if head else f"branch{number}", name=f"评测{number:03}", pinyin=f"pingce{number:03}",
            password_hash=manager.password_hash, password_changed_at=manager.password_changed_at,
        )  # fmt: skip
        session.add(person)
        session.flush()
        dated = {"person_id": person.id, "unit_id": unit, "recorded_at": clock.now()}
        start = clock.today() - timedelta(days=60)
        session.add(Posting(post="supervisor" if head else "customer_manager", valid_from=start, **dated))
        if head:
            session.add(Grant(role="supervisor", valid_from=start, **dated))
        else:
            found.append(person.id)
    session.commit()
    return found
