"""An institution in which there is of everything a few, and then hundreds: for pages that must bear both alike."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app.core import clock, outbox
from app.core.audit import AuditRow
from app.core.database import session
from app.customers.models import Contact, Customer, CustomerDate, KeyPerson, Look
from app.customers.models import Note as CustomerNote
from app.people import operations as people_operations
from app.people.models import ApiToken, Person, Team, Unit
from app.sales import operations as sales_operations
from app.sales.models import AccompaniedVisit, Note, Opportunity, Product
from app.work.models import Assignment, Meeting, Notice, Notification, Receipt, WorkItem, WorkLog
from app.work.models.contests import Competitor, Contest, ContestResult
from app.work.models.goals import Goal, GoalEntry
from app.work.operations.raising import raise_report
from app.workflow import operations as workflow
from app.workflow.models import Batch, Event
from app.workflow.registry import SubjectRef
from tests.factories import customers, people
from tests.journeys.everything import everything
from tests.support.copies import copy


class Crowd:
    """Everybody of ``everything()``, the numbers of what there is, and ``grow``, which makes it more."""

    def __init__(self) -> None:
        self.who, self.numbers = everything()
        self.grown = 0
        self._more()

    def _more(self) -> None:
        who, numbers = self.who, self.numbers
        manager, supervisor = people.actor(who["manager"]), people.actor(who["supervisor"])
        spare = people.create_person(unit=numbers["unit"])
        people.join(numbers["team"], spare, "support")
        people.grant(spare, "trainee")
        people.create_absence(spare, who["support"])
        customer = session.get_one(Customer, numbers["customer"])
        customers.operations.add_note(manager, customer.id, "记")
        customers.operations.note_look(supervisor, customer.id)
        sales_operations.add_note(manager, numbers["preparing"], "记一笔")
        people_operations.create_token(manager, name="表格")
        session.add(
            GoalEntry(
                goal_id=numbers["goal"], person_id=manager.id, day=clock.today(), amount=1, note="一户", at=clock.now()
            )
        )
        fields = {"competitor": "某行", "product": "快贷", "terms": "3.2%", "seen_on": "2026-11-01", "source": "visit"}
        raised = raise_report(manager, "work_competitor_info", "某行快贷", numbers["unit"], fields=fields)
        outbox.put("mail", to="a@example.org", subject="x", text="x")
        batch = workflow.start_batch(
            supervisor, "work_task", SubjectRef("work_item", numbers["item"], "学习"), [who["manager"].id]
        )
        self.spare, self.raised, self.batch = spare.id, raised.assignment_id, batch.id
        self.place = people.create_unit("分理处", parent=numbers["unit"]).id
        self.small_team = people.create_team(unit=numbers["unit"], leader=who["leader"]).id
        session.commit()

    def grow(self, more: int) -> None:
        """So many more of each kind of thing, and of what one thing holds."""
        of, one = self.numbers, self._one
        last = session.scalar(select(func.max(Person.id)))
        copy(one(Person, self.spare), more)
        fresh = list(session.scalars(select(Person.id).where(Person.id > last).order_by(Person.id)))
        anybody = {"person_id": lambda n: fresh[n - 1]}
        copy(one(Unit, self.place), more)
        copy(one(Team, self.small_team), more, name=lambda n: f"小组甲{self.grown + n}")
        for mark in ("preparing", "closed", "designing", "deciding"):
            copy(one(Customer, one(Opportunity, of[mark]).customer_id), more if mark == "preparing" else more // 10)
        copy(one(AccompaniedVisit, of["sealed"]), more)
        copy(one(AccompaniedVisit, of["accompanied"]), more // 3)
        for thing in (
            one(Opportunity, of["preparing"]), one(Contact, of["contact"]), one(KeyPerson, of["key_person"]),
            one(CustomerDate, of["date"]), self._first(CustomerNote), self._first(Look), self._first(Note),
            one(Product, of["product"]), self._first(ApiToken), one(Batch, self.batch),
            one(Assignment, of["assignment"]), one(Assignment, of["drafted"]), one(Assignment, self.raised),
            one(Assignment, one(WorkItem, of["archived"]).assignment_id),
            one(Meeting, of["meeting"]), one(Meeting, of["minuting"]), one(Meeting, of["confirming"]),
            one(Notice, of["notice"]), one(Goal, of["goal"]), one(Goal, of["whole"]), self._first(GoalEntry),
            one(Contest, of["contest"]), self._first(Notification, Notification.person_id == self.who["manager"].id),
            self._first(outbox.OutboxMessage),
        ):  # fmt: skip
            copy(thing, more)
        copy(one(Goal, of["goal"]), more, parent_id=lambda n: of["whole"])
        item = one(WorkItem, of["item"])
        copy(item, more, for_id=lambda n: fresh[n - 1], **anybody)
        receipt = self._first(Receipt, Receipt.notice_id == of["notice"])
        copy(receipt, more, **anybody)
        copy(self._first(Competitor), more, **anybody)
        copy(self._first(ContestResult), more, **anybody)
        log = one(WorkLog, of["log"])
        copy(log, more, **anybody)
        manager = self.who["manager"].id
        days = [log.day - timedelta(days=7 + self.grown + n) for n in range(more + 1)]
        copy(log, more, day=lambda n: days[n], last_day=lambda n: days[n], person_id=lambda n: manager)
        first = self._first(AuditRow)
        behind = session.scalar(select(func.max(AuditRow.n)).where(AuditRow.actor_id == first.actor_id))
        copy(first, more, n=lambda n: behind + n)
        event = self._first(Event, Event.run_id == of["run"])
        told = session.scalar(select(func.max(Event.sequence)).where(Event.run_id == of["run"]))
        copy(event, more, sequence=lambda n: told + n)
        self.grown += more

    @staticmethod
    def _one(model: Any, number: int) -> Any:
        return session.get_one(model, number)

    @staticmethod
    def _first(model: Any, *where: Any) -> Any:
        return session.scalars(select(model).where(*where).order_by(*model.__table__.primary_key).limit(1)).one()
