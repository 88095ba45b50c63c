"""One of everything that an address may name, made by the product's own operations."""

from datetime import timedelta

from app.core import calendar, clock
from app.core.database import session
from app.customers.operations import dates
from app.people.models import Person
from app.people.rules.audiences import of_persons
from app.work import operations as work
from app.work.models import WorkLog
from app.work.operations import logs
from app.workflow import operations as workflow
from tests.factories import accompanied, customers, goals, meetings, notices, people, sales
from tests.factories import work as items
from tests.factories.sales import Bank


def everything() -> tuple[dict[str, Person], dict[str, int]]:
    """Somebody in each role, and the number behind each mark of the addresses in ``pages.PAGES``."""
    bank = sales.create_bank()
    workflow.sync_seeds()
    who = {name: getattr(bank, name) for name in ("manager", "business", "support", "leader", "supervisor", "risk")}
    for role in ("trainee", "hr", "sysadmin", "secadmin", "auditor"):
        who[role] = people.create_person(role=role, unit=people.root(), post="administrator")
    numbers = {
        "team": bank.team.id, "unit": bank.unit.id, "person": people.create_person(unit=bank.unit).id, "product": sales.create_product().id,
        "contestant": bank.manager.id, **_selling(bank), **_assigned(bank), **_met(bank), **_aims(bank),
        "log": _log(bank),
    }  # fmt: skip
    session.commit()
    return who, numbers


def _selling(bank: Bank) -> dict[str, int]:
    customer = sales.create_customer(bank)
    preparing = sales.create_opportunity(bank, customer)
    closed, deciding, designing = (sales.create_opportunity(bank, sales.create_customer(bank)) for _n in range(3))
    manager = people.actor(bank.manager)
    sales.operations.close_opportunity(manager, closed.id, result="lost", reason_key="faster", reason="")
    sales.carry(bank, deciding, "decide")
    sales.carry(bank, designing, "design")
    sealed, done = accompanied.plan(bank), accompanied.plan(bank)
    accompanied.carry(bank, sealed, "report")
    accompanied.carry(bank, done)
    matures = dates.add_date(
        manager, customer.id, kind="maturity", day=clock.today() + timedelta(days=9), text="定期存款到期"
    )
    return {
        "customer": customer.id,
        "preparing": preparing.id,
        "run": preparing.run_id,
        "turn": sales.waiting(preparing, bank.manager).turn_id,
        "closed": closed.id,
        "designing": designing.id,
        "deciding": deciding.id,
        "key_person": customers.operations.add_key_person(manager, customer.id, name="周建国").id,
        "contact": customers.create_visit(bank.manager, customer).id,
        "date": matures.id,
        "sealed": sealed.id,
        "accompanied": done.id,
    }


def _assigned(bank: Bank) -> dict[str, int]:
    head, rule = people.actor(bank.supervisor), of_persons([bank.manager.id])
    open_, finished = (work.assign(head, items.TASK, title, rule=rule) for title in ("回访到期客户", "补齐档案"))
    archived = items.item_of(finished, bank.manager)
    items.act(bank.manager, archived, "accept")
    items.hand_in(bank.manager, archived)
    items.act(bank.supervisor, archived, "accept")
    drafted = work.draft(head, items.TASK, "尚未发出", rule=rule)
    return {
        "item": items.item_of(open_, bank.manager).id,
        "archived": archived.id,
        "assignment": open_.id,
        "drafted": drafted.id,
    }


def _met(bank: Bank) -> dict[str, int]:
    planned, minuting, confirming = (meetings.call(bank) for _n in range(3))
    for meeting in (minuting, confirming):
        meetings.hold(bank, meeting)
    meetings.write(bank, confirming)
    notice = notices.publish(bank.supervisor, notices.everybody(bank.unit), required=True)
    return {"meeting": planned.id, "minuting": minuting.id, "confirming": confirming.id, "notice": notice.id}


def _aims(bank: Bank) -> dict[str, int]:
    head = people.create_person(unit=people.root(), post="branch_manager", role="supervisor")
    return {
        "goal": goals.set_goal(bank).id,
        "whole": goals.set_goal(bank, level="unit", by=head).id,
        "contest": goals.closed_contest(bank).id,
    }


def _log(bank: Bank) -> int:
    """The log of somebody new, of the last working day."""
    day = clock.today()
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    new = people.create_person(unit=bank.unit, hired_on=day - timedelta(days=30))
    with clock.at(calendar.start_of_day(day) + timedelta(hours=9)):
        logs.make_logs()
    return session.query(WorkLog).filter_by(person_id=new.id).one().id
