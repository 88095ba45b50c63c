"""The whole sale by its operations: eight stages, four people, the decision and what voids it."""

import pytest

from app.core import settings
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, Missing
from app.customers.models import Contact
from app.sales import operations
from app.sales.queries import visits
from app.sales.subjects import AUTHORITY
from app.workflow import operations as workflow
from tests.factories import customers, people, sales

ORDINARY = [
    "prepare", "plan_visit", "visit", "survey", "design", "discuss", "objections", "terms", "decide", "sign",
    "service_plan", "follow_up", "review",
]  # fmt: skip


@pytest.fixture
def bank(database, frozen_clock):
    return sales.create_bank()


def kinds(items):
    return {(item.kind, item.key) for item in items}


def refused(opportunity, person, **more):
    """What the waiting step still misses for this person."""
    with pytest.raises(Missing) as caught:
        sales.complete(opportunity, person, **more)
    return kinds(caught.value.items)


def test_a_sale_goes_through_all_eight_stages(bank):
    opportunity = sales.create_opportunity(bank, amount="500000.00")
    assert sales.carry(bank, opportunity) == ORDINARY
    run = sales.open_run(opportunity, bank.manager)
    assert (run.run.state, run.run.end) == ("success", "won")
    session.refresh(opportunity)
    assert str(opportunity.amount) == "3000000.00"
    assert [visit.stage for visit in run.state.visits] == [stage.key for stage in run.definition.stages]


def test_above_the_leaders_authority_a_second_link_decides(bank):
    opportunity = sales.create_opportunity(bank)
    sales.ANSWERS["amount"] = "8000000.00"
    try:
        sales.carry(bank, opportunity, until="decide")
    finally:
        sales.ANSWERS["amount"] = "3000000.00"
    assert ("guard", "amount_within_authority") in refused(opportunity, bank.leader)
    sales.complete(opportunity, bank.leader, outcome="pass_on")
    turn = sales.waiting(opportunity, bank.risk)
    assert (turn.turn.step, turn.turn.assignee) == ("decide_unit", bank.risk.id)
    with pytest.raises((Missing, Forbidden)):
        sales.complete(opportunity, bank.leader)
    sales.complete(opportunity, bank.risk)
    assert sales.waiting(opportunity, bank.manager).turn.step == "sign"


def test_the_authority_is_a_setting(bank):
    settings.put(AUTHORITY, "100.00")
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="decide")
    assert ("guard", "amount_within_authority") in refused(opportunity, bank.leader)
    with pytest.raises(Invalid):
        settings.put(AUTHORITY, "much")


def test_a_leader_who_proposed_does_not_decide(bank):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="terms")
    workflow.reassign(
        people.actor(bank.leader), sales.waiting(opportunity, bank.leader).turn_id, bank.leader.id, "陈经理外出"
    )
    sales.complete(opportunity, bank.leader)
    turn = sales.waiting(opportunity, bank.supervisor)
    assert turn.turn.assignee == bank.supervisor.id, "the approving unit stands in for a leader who proposed"
    assert ("lane", "decision") in refused(opportunity, bank.leader)
    sales.complete(opportunity, bank.supervisor)
    assert sales.waiting(opportunity, bank.manager).turn.step == "sign"


def test_neither_does_the_manager_who_proposed_nor_the_proposers_deputy_with_that_hand(bank):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="decide")
    assert ("lane", "decision") in refused(opportunity, bank.manager)
    people.create_absence(bank.leader, bank.manager)
    assert ("lane", "decision") in refused(opportunity, bank.manager), "nor on behalf of the leader"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "3100000.00"},
        {"terms": "另有约定。"},
        {"products": [{"product": "AQ01", "amount": "100.00", "need": "对账"}]},
    ],
)
def test_changing_what_was_approved_voids_the_approval(bank, change):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="sign")
    session.refresh(opportunity)
    operations.change_opportunity(people.actor(bank.manager), opportunity.id, opportunity.version, **change)
    assert sales.waiting(opportunity, bank.leader).turn.step == "decide"
    sales.complete(opportunity, bank.leader)
    assert sales.waiting(opportunity, bank.manager).turn.step == "sign"


def test_changing_the_day_voids_nothing(bank):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="sign")
    session.refresh(opportunity)
    operations.change_opportunity(
        people.actor(bank.manager), opportunity.id, opportunity.version, expected_on="2027-01-05"
    )
    assert sales.waiting(opportunity, bank.manager).turn.step == "sign"


def test_an_approver_cannot_first_change_the_amount_and_then_approve_it(bank):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="decide")
    session.refresh(opportunity)
    for person in (bank.leader, bank.supervisor, bank.business):
        with pytest.raises(Forbidden):
            operations.change_opportunity(people.actor(person), opportunity.id, opportunity.version, amount="1.00")
    operations.change_opportunity(people.actor(bank.leader), opportunity.id, opportunity.version, title="改个名字")


def test_a_decision_is_not_taken_on_an_older_sight_of_the_plan(bank):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="decide")
    turn = sales.waiting(opportunity, bank.leader)
    session.refresh(opportunity)
    operations.change_opportunity(people.actor(bank.manager), opportunity.id, opportunity.version, amount="4999999.00")
    with pytest.raises(Conflict):
        workflow.complete(people.actor(bank.leader), turn.turn_id, outcome="approve", version=turn.turn.version)


def test_after_a_return_another_may_propose_anew(bank):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="decide")
    turn = sales.waiting(opportunity, bank.leader)
    workflow.return_to(people.actor(bank.leader), turn.turn_id, to="design", reason="方案太散")
    session.refresh(opportunity)
    plan = [{"product": "TF03", "amount": "50.00", "need": "变现"}]
    operations.change_opportunity(people.actor(bank.business), opportunity.id, opportunity.version, products=plan)
    assert sales.waiting(opportunity, bank.business).turn.step == "design"


def test_an_open_objection_keeps_the_sale_from_closing(bank):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="objections")
    row = {"type": "price", "words": "太贵", "answer": "再算算", "result": "open"}
    assert ("guard", "objections_settled") in refused(opportunity, bank.manager, objections=[row])
    sales.complete(opportunity, bank.manager, objections=[{**row, "result": "resolved"}])


def test_a_visit_typed_into_the_step_becomes_the_customers_record(bank):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="visit")
    assert ("field", "visits") in refused(opportunity, bank.manager, visits=[])
    row = {"place": "二楼办公室", "people": "周建国、林敏", "said": "每年还了再贷"}
    sales.complete(opportunity, bank.manager, visits=[row])
    contact = session.query(Contact).one()
    assert (contact.customer_id, contact.kind, contact.opportunity_id) == (
        opportunity.customer_id,
        "visit",
        opportunity.id,
    )
    assert (contact.place, contact.people, contact.said) == tuple(row.values())


def test_a_visit_recorded_on_the_phone_is_not_recorded_twice(bank):
    customer = sales.create_customer(bank)
    opportunity = sales.create_opportunity(bank, customer)
    customers.create_visit(bank.manager, customer, place="门店", opportunity_id=opportunity.id)
    sales.carry(bank, opportunity, until="visit")
    turn = sales.waiting(opportunity, bank.manager)
    shown = visits.as_row(visits.visits_of(opportunity.id)[0])
    assert turn.step.field("visits").bind == "visits"
    sales.complete(opportunity, bank.manager, visits=[{**shown, "people": "周总"}])
    contact = session.query(Contact).one()
    assert (contact.place, contact.people) == ("门店", "周总"), "what was typed in addition completes the record"


def test_only_products_of_the_catalogue_come_into_a_plan(bank):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="design")
    with pytest.raises(Invalid) as caught:
        sales.complete(opportunity, bank.business, products=[{"product": "NOPE", "amount": "1", "need": "x"}])
    assert caught.value.errors[0].field == "products.0.product"


def test_a_retired_product_stays_in_a_plan_that_holds_it(bank):
    opportunity = sales.create_opportunity(bank)
    product = sales.create_product(code="OLD1", name="旧产品")
    sales.carry(bank, opportunity, until="design")
    plan = [{"product": "OLD1", "amount": "10.00", "need": "留存"}]
    sales.complete(opportunity, bank.business, products=plan)
    operations.retire_product(
        people.actor(people.create_person("许管理", role="sysadmin")), product.id, product.version
    )
    run = sales.open_run(opportunity, bank.manager)
    turn = sales.waiting(opportunity, bank.manager)
    workflow.return_to(people.actor(bank.manager), turn.turn_id, to="design", reason="补充")
    sales.complete(opportunity, bank.business, products=plan)
    fresh = sales.create_opportunity(bank)
    sales.carry(bank, fresh, until="design")
    with pytest.raises(Invalid):
        sales.complete(fresh, bank.business, products=plan)
    assert run.run.state == "open"


def test_a_team_without_support_is_not_stuck(bank):
    bare = people.create_team(unit=bank.unit, leader=bank.leader, relationship=bank.manager)
    customer = sales.create_customer(bank)
    opportunity = operations.open_opportunity(
        people.actor(bank.manager), customer_id=customer.id, title="小队", team_id=bare.id
    )
    doers = dict(sales.DOERS)
    sales.DOERS.update(design="leader", decide="supervisor", service_plan="manager")  # who designed does not decide
    try:
        assert sales.carry(bank, opportunity)[-1] == "review"
    finally:
        sales.DOERS.update(doers)


def test_a_leader_who_sells_does_not_decide_though_another_hand_wrote_the_terms(bank):
    opportunity = sales.create_opportunity(bank, sales.create_customer(bank), by=bank.leader)
    assert opportunity.owner_id == bank.leader.id
    while (turn := sales.waiting(opportunity, bank.leader)).turn.step != "terms":
        sales.complete(opportunity, bank.business if turn.turn.step == "design" else bank.leader)
    workflow.reassign(people.actor(bank.leader), turn.turn_id, bank.support.id, "写一下条件")
    sales.complete(opportunity, bank.support)
    turn = sales.waiting(opportunity, bank.supervisor)
    assert (turn.turn.step, turn.turn.assignee) == ("decide", bank.supervisor.id)
    with pytest.raises((Missing, Forbidden)):
        sales.complete(opportunity, bank.leader)
    with pytest.raises(Invalid):
        workflow.reassign(people.actor(bank.supervisor), turn.turn_id, bank.leader.id, "他来批")
    sales.complete(opportunity, bank.supervisor)
