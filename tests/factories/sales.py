"""Opportunities, products and teams that sell, for tests."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from app.core.actor import SYSTEM
from app.core.database import session
from app.customers.models import Customer
from app.people.models import Person, Team, Unit
from app.sales import operations
from app.sales.models import Opportunity, Product
from app.sales.queries import products
from app.workflow import operations as workflow
from app.workflow.queries import open_turn
from app.workflow.queries.runs import turns_of
from tests.factories import customers, people

_number = count(1)


@dataclass(slots=True)
class Bank:
    """A unit with its supervisor and an approving officer, and a customer team of four roles."""

    unit: Unit
    team: Team
    leader: Person
    manager: Person
    business: Person
    support: Person
    supervisor: Person
    risk: Person

    def everybody(self) -> list[Person]:
        """Everybody, by role."""
        return [self.leader, self.manager, self.business, self.support, self.supervisor, self.risk]


def create_bank(name: str = "城东支行", *, parent: Unit | None = None) -> Bank:
    """A unit that sells; the process is published and the catalogue loaded when they are not yet."""
    publish()
    top = parent or people.root()
    unit = people.create_unit(name, parent=top)
    leader, manager, business, support = (
        people.create_person(who, unit=unit) for who in ("梁组长", "陈经理", "白业务", "刘辅助")
    )
    team = people.create_team(
        unit=unit, industry="commerce", leader=leader, relationship=manager, business=business, support=support
    )
    supervisor = people.create_person("孙主管", unit=unit, post="branch_manager", role="supervisor")
    risk = people.create_person("方审批", unit=top, post="risk_officer", role="risk")
    return Bank(unit, team, leader, manager, business, support, supervisor, risk)


def publish() -> None:
    """Publish the sale and load the catalogue, once."""
    workflow.sync_seeds()
    if products.is_empty():
        operations.load_catalogue(SYSTEM)


def create_product(**given: Any) -> Product:
    """A product of the catalogue."""
    n = next(_number)
    values = {"code": f"T{n:03d}", "name": f"测试产品{n}", "kind": "loan", "audience": "company", **given}
    return operations.create_product(SYSTEM, **values)


def create_customer(bank: Bank, name: str = "宏远建材有限公司", **more: Any) -> Customer:
    """A customer that the team's relationship manager holds."""
    return customers.create_customer(name, holder=bank.manager, team=bank.team, unit=bank.unit, kind="company", **more)


def create_opportunity(
    bank: Bank, customer: Customer | None = None, *, title: str = "", by: Person | None = None, **given: Any
) -> Opportunity:
    """An open opportunity of the team, opened by its relationship manager."""
    return operations.open_opportunity(
        people.actor(by or bank.manager),
        customer_id=(customer or create_customer(bank)).id,
        title=title or f"续贷不过桥{next(_number)}",
        team_id=bank.team.id,
        **given,
    )


ANSWERS: dict[str, Any] = {
    "products": [{"product": "LN01", "amount": "3000000.00", "price": "4.25%", "need": "到期不过桥"}],
    "amount": "3000000.00",
}
"""What a step's field is answered with where the type alone does not say."""
WORDS = {
    "text": "要点",
    "longtext": "写清楚了。",
    "date": "2026-11-18",
    "money": "3000000.00",
    "integer": 1,
    "decimal": "1",
}


def answer(field: Any) -> Any:
    """An answer for a field of a step, as somebody gives who fills in what is asked."""
    if field.key in ANSWERS:
        return ANSWERS[field.key]
    if field.type == "table":
        return [{column.key: answer(column) for column in field.columns}]
    if field.type in ("choice", "choices"):
        return field.options[0].key if field.type == "choice" else [field.options[0].key]
    return WORDS[field.type]


def waiting(opportunity: Opportunity, person: Person) -> Any:
    """The first waiting step of an opportunity, opened as ``person`` sees it."""
    actor = people.actor(person)
    run = open_run(opportunity, person)
    line = next(turn for turn in turns_of(run) if turn.state == "waiting")
    return open_turn(actor, line.id)


def open_run(opportunity: Opportunity, person: Person) -> Any:
    """The opportunity's workflow as ``person`` sees it."""
    from app.workflow.queries import run_for

    assert opportunity.run_id is not None
    return run_for(people.actor(person), opportunity.run_id)


def complete(opportunity: Opportunity, person: Person, outcome: str | None = None, **fields: Any) -> str:
    """Carry the waiting step out as ``person``, everything it asks for filled in; returns the step's key."""
    turn = waiting(opportunity, person)
    actor = people.actor(person)
    step = turn.step
    for kind in step.evidence:
        for _n in range(kind.min):
            workflow.add_evidence(actor, turn.turn_id, kind=kind.kind, text="材料")
    chosen = outcome or step.outcomes[0].key
    found = step.outcome(chosen)
    workflow.complete(
        actor,
        turn.turn_id,
        outcome=chosen,
        fields={**{field.key: answer(field) for field in step.fields}, **fields},
        checklist=[item.key for item in step.checklist],
        reason="说明原因" if found.needs_reason else "",
    )
    session.flush()
    return str(step.key)


DOERS = {"decide": "leader", "decide_unit": "risk", "design": "business", "service_plan": "support"}
"""Who does a step; the relationship manager does the others."""


def carry(bank: Bank, opportunity: Opportunity, until: str | None = None) -> list[str]:
    """Carry a sale on by its ordinary way until a step waits (None: to its end); returns the steps that were done."""
    done = []
    while True:
        session.refresh(opportunity)
        run = open_run(opportunity, bank.leader)
        if run.run.state != "open":
            return done
        step = next(turn.step for turn in run.state.waiting())
        if step == until:
            return done
        done.append(complete(opportunity, getattr(bank, DOERS.get(step, "manager"))))
