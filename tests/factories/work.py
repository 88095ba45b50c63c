"""Work for tests: a unit with a supervisor and staff, and things assigned to them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.core.database import session
from app.people.models import Person, Unit
from app.people.rules.audiences import Part, Rule, of_persons
from app.work import operations
from app.work.models import Assignment, WorkItem
from app.workflow import operations as workflow
from app.workflow.models import Run
from tests.factories import people
from tests.factories.workflow import turn

TASK = "work_task"


@dataclass
class Office:
    """A unit with its supervisor and three customer managers, and the supervisor above."""

    unit: Unit
    above: Person
    head: Person
    staff: list[Person]

    @property
    def ids(self) -> list[int]:
        """The ids of the staff."""
        return [person.id for person in self.staff]


def create_office(count: int = 3, name: str = "城东支行") -> Office:
    """An office; the shipped processes are published."""
    workflow.sync_seeds()
    unit = people.create_unit(name, parent=people.root(), level="sub_branch")
    above = people.create_person("上级主管", role="supervisor", post="branch_manager")
    head = people.create_person("主管", unit=unit, role="supervisor", post="branch_manager")
    staff = [people.create_person(unit=unit) for _ in range(count)]
    return Office(unit, above, head, staff)


def of_unit(unit: Unit, *posts: str) -> Rule:
    """The rule that means the customer managers (or these posts) of a unit."""
    return Rule((Part("unit", (str(unit.id),)), Part("post", posts or ("customer_manager",))))


def assign(
    office: Office, *ids: int, title: str = "回访到期客户", due_on: date | None = None, **more: Any
) -> Assignment:
    """The office's head assigns something to these people, else to all of the staff."""
    more.setdefault("rule", of_persons(ids or office.ids))
    return operations.assign(people.actor(office.head), TASK, title, due_on=due_on, **more)


def item_of(assignment: Assignment, person: Person | int | None = None) -> WorkItem:
    """The item of a person, or the shared one."""
    wanted = person.id if isinstance(person, Person) else person
    stmt = select(WorkItem).where(WorkItem.assignment_id == assignment.id, WorkItem.for_id == wanted)
    return session.scalars(stmt.execution_options(populate_existing=True)).one()


def act(who: Person | int, item: WorkItem, outcome: str, **more: Any) -> Any:
    """Complete the waiting step of an item as a person."""
    actor = people.actor(who)
    run = workflow.complete(actor, turn(item.run_id).id, outcome=outcome, **more)
    session.refresh(item)
    return run


def hand_in(who: Person | int, item: WorkItem, result: str = "已逐户回访，三户同意续存。") -> Any:
    """Accept and hand in."""
    if turn(item.run_id).step == "accept":
        act(who, item, "accept")
    return act(who, item, "hand_in", fields={"result": result}, checklist=["complete"])


def waiting_state(item: WorkItem) -> str:
    """The state of an item's run."""
    stmt = select(Run.state).where(Run.id == item.run_id)
    return str(session.scalar(stmt))
