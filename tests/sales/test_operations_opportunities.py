"""Opening, changing, handing over and closing opportunities; their notes, contacts and files; the catalogue."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from app.core.actor import SYSTEM
from app.core.audit import AuditRow
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.customers import operations as customer_operations
from app.people import operations as staff
from app.sales import operations, queries
from app.sales.models import Opportunity, Product
from app.sales.queries import details
from app.sales.queries.filters import Filters
from app.workflow.models import Run
from tests.factories import people, sales


@pytest.fixture
def bank(database, frozen_clock):
    return sales.create_bank()


def codes(error):
    return {(fault.field, fault.code) for fault in error.value.errors}


def opened(bank, **given):
    values = {"customer_id": sales.create_customer(bank).id, "title": "续贷", **given}
    return operations.open_opportunity(people.actor(bank.manager), **values)


def test_an_opportunity_opens_with_its_run_its_team_and_its_owner(bank):
    opportunity = opened(bank, amount="500,000", expected_on="2026-12-01", source="market")
    assert (opportunity.team_id, opportunity.unit_id, opportunity.owner_id) == (
        bank.team.id,
        bank.unit.id,
        bank.manager.id,
    )
    assert (str(opportunity.amount), opportunity.expected_on) == ("500000.00", date(2026, 12, 1))
    run = session.get_one(Run, opportunity.run_id)
    assert (run.state, run.stage, run.owner_id, run.team_id) == ("open", "preparation", bank.manager.id, bank.team.id)
    assert sales.waiting(opportunity, bank.manager).turn.assignee == bank.manager.id


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"title": ""}, ("title", "required")), ({"title": "x" * 100_000}, ("title", "too_long")),
        ({"title": "a\x00"}, ("title", "characters")), ({"amount": "-5"}, ("amount", "out_of_range")),
        ({"amount": str(2**70)}, ("amount", "not_amount")), ({"amount": "x"}, ("amount", "not_amount")),
        ({"expected_on": "soon"}, ("expected_on", "not_day")), ({"source": "moon"}, ("source", "unknown")),
        ({"customer_id": 999_999}, ("customer_id", "unknown_customer")),
        ({"customer_id": 2**70}, ("customer_id", "unknown_customer")), ({"team_id": 999_999}, ("team_id", "unknown_team")),
        ({"owner_id": 2**70}, ("team_id", "no_team")),
    ],
)  # fmt: skip
def test_bad_input_is_answered_at_its_field_and_nothing_is_opened(bank, given, fault):
    with pytest.raises(Invalid) as caught:
        opened(bank, **given)
    assert fault in codes(caught)
    assert session.scalar(select(Opportunity.id)) is None


def test_nobody_opens_for_a_customer_out_of_view_or_in_a_team_of_others(bank):
    other = sales.create_bank("城西支行", parent=bank.unit)
    hidden = sales.create_customer(other)
    with pytest.raises(Invalid) as caught:
        opened(bank, customer_id=hidden.id)
    assert ("customer_id", "unknown_customer") in codes(caught)
    with pytest.raises(Invalid) as caught:
        opened(bank, team_id=other.team.id)
    assert ("team_id", "unknown_team") in codes(caught)
    for person in (bank.support, bank.business, bank.supervisor):
        with pytest.raises(Forbidden):
            operations.open_opportunity(people.actor(person), customer_id=sales.create_customer(bank).id, title="x")


def test_with_several_teams_one_is_asked_for(bank):
    people.create_team(unit=bank.unit, relationship=bank.manager)
    customer = customer_operations.create_customer(
        people.actor(bank.manager), name="新客户", kind="company", team_id=bank.team.id, holder_id=bank.manager.id
    )
    assert opened(bank, customer_id=customer.id).team_id == bank.team.id, "the customer's own team is the obvious one"


def test_a_form_sent_twice_opens_one(bank):
    customer = sales.create_customer(bank)
    first = opened(bank, customer_id=customer.id, submission="abc")
    assert opened(bank, customer_id=customer.id, submission="abc").id == first.id
    assert opened(bank, customer_id=customer.id).id != first.id


def test_a_second_open_one_is_a_warning_and_no_bar(bank):
    customer = sales.create_customer(bank)
    first = opened(bank, customer_id=customer.id)
    other = sales.create_bank("城西支行", parent=bank.unit)
    found = queries.open_for_customer(people.actor(bank.manager), customer.id)
    assert [row.id for row in found.seen] == [first.id] and not found.hidden
    assert queries.open_for_customer(people.actor(other.manager), customer.id).hidden == 1
    second = opened(bank, customer_id=customer.id)
    assert not queries.open_for_customer(people.actor(bank.manager), customer.id, except_id=second.id).hidden
    operations.close_opportunity(people.actor(bank.manager), first.id, result="lost", reason_key="loan_rate")
    operations.close_opportunity(people.actor(bank.manager), second.id, result="cancelled", reason_key="mistake")
    assert not queries.open_for_customer(people.actor(bank.manager), customer.id)


def test_a_change_needs_the_version_that_was_seen(bank):
    opportunity = opened(bank)
    actor = people.actor(bank.manager)
    seen = opportunity.version
    operations.change_opportunity(actor, opportunity.id, seen, title="新名字", amount="1.00")
    assert (opportunity.title, str(opportunity.amount)) == ("新名字", "1.00")
    with pytest.raises(Conflict):
        operations.change_opportunity(actor, opportunity.id, seen, title="旧页面")
    found = queries.opportunities_page(actor, Filters(q="xmz"))
    assert [row.id for row in found.items] == [opportunity.id], "found by the initials of its new name"
    assert session.get_one(Run, opportunity.run_id).subject_label.endswith("· 新名字"), "lists of turns say it too"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"products": [{"product": "NOPE", "amount": "1"}]}, "products.0.product"),
        ({"products": [{"product": "LN01", "amount": "x"}]}, "products.0.amount"),
        ({"products": "LN01"}, "products"), ({"products": [{"product": "LN01", "amount": "1"}] * 21}, "products"),
        ({"owner_id": 10**6}, "owner_id"), ({"terms": "x" * 5000}, "terms"),
    ],
)  # fmt: skip
def test_a_bad_change_is_answered_at_its_field(bank, given, field):
    opportunity = opened(bank)
    with pytest.raises(Invalid) as caught:
        operations.change_opportunity(people.actor(bank.manager), opportunity.id, opportunity.version, **given)
    assert field in {name for name, _code in codes(caught)}


def test_handing_over_takes_the_waiting_step_along(bank):
    other = people.create_person("何经理", unit=bank.unit)
    people.join(bank.team, other, "relationship")
    opportunity = opened(bank)
    with pytest.raises(Forbidden):
        operations.change_opportunity(
            people.actor(bank.support), opportunity.id, opportunity.version, owner_id=other.id
        )
    operations.change_opportunity(people.actor(bank.leader), opportunity.id, opportunity.version, owner_id=other.id)
    assert sales.waiting(opportunity, other).turn.assignee == other.id
    assert session.get_one(Run, opportunity.run_id).owner_id == other.id
    sales.complete(opportunity, other)
    assert sales.waiting(opportunity, other).turn.assignee == other.id, "and so does what follows"


def test_a_leaver_leaves_no_opportunity_behind(bank, frozen_clock):
    opportunity = opened(bank)
    staff.leave_institution(SYSTEM, bank.manager.id, day=date(2026, 9, 9))
    session.refresh(opportunity)
    assert opportunity.owner_id == bank.leader.id
    turn = sales.waiting(opportunity, bank.leader)
    assert turn.turn.assignee in (None, bank.leader.id) and bank.leader.id in (
        *turn.turn.candidates,
        turn.turn.assignee,
    )


def test_a_renamed_customers_opportunities_are_found_under_the_new_name(bank):
    customer = sales.create_customer(bank)
    opportunity = opened(bank, customer_id=customer.id)
    customer_operations.update_customer(people.actor(bank.manager), customer.id, customer.version, name="腾飞机械厂")
    found = queries.opportunities_page(people.actor(bank.manager), Filters(q="腾飞"))
    assert [row.id for row in found.items] == [opportunity.id]


@pytest.mark.parametrize("until", ["prepare", "design", "decide", "review"])
def test_a_sale_is_closed_from_any_step(bank, until):
    opportunity = opened(bank)
    sales.carry(bank, opportunity, until=until)
    operations.close_opportunity(
        people.actor(bank.manager), opportunity.id, result="lost", reason_key="old_ties", reason="合作八年"
    )
    run = session.get_one(Run, opportunity.run_id)
    session.refresh(run)
    assert (run.state, run.end, run.end_reason, run.waiting_count) == ("failure", "lost", "old_ties", 0)
    with pytest.raises(Conflict):
        operations.change_opportunity(people.actor(bank.manager), opportunity.id, opportunity.version, title="迟了")
    with pytest.raises((Conflict, Invalid)):
        operations.close_opportunity(
            people.actor(bank.manager), opportunity.id, result="cancelled", reason_key="mistake"
        )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"result": "won", "reason_key": "loan_rate"}, "result"), ({"result": "lost"}, "reason"),
        ({"result": "lost", "reason_key": "nothing"}, "reason_key"), ({"result": "lost", "reason_key": "price"}, "reason_key"),
        ({"result": "lost", "reason_key": "other"}, "reason"), ({"result": "cancelled", "reason_key": "loan_rate"}, "reason_key"),
        ({"result": "lost", "reason": "x" * 2001}, "reason"), ({"result": "lost", "reason": "\x00"}, "reason"),
    ],
)  # fmt: skip
def test_closing_needs_a_reason_of_the_tree(bank, given, field):
    opportunity = opened(bank)
    with pytest.raises(Invalid) as caught:
        operations.close_opportunity(people.actor(bank.manager), opportunity.id, **given)
    assert field in {name for name, _code in codes(caught)}


def test_a_program_may_give_the_key_or_words_as_its_reason(bank):
    first, second = opened(bank), opened(bank)
    actor = people.actor(bank.manager)
    operations.close_opportunity(actor, first.id, result="lost", reason="loan_rate")
    operations.close_opportunity(actor, second.id, result="cancelled", reason="客户搬走了")
    ends = session.execute(
        select(Run.end, Run.end_reason).where(Run.id.in_([first.run_id, second.run_id])).order_by(Run.id)
    )
    assert [tuple(row) for row in ends] == [("lost", "loan_rate"), ("cancelled", "other")]


def test_only_the_accountable_the_leader_and_the_supervisor_close(bank):
    other = people.create_person("何经理", unit=bank.unit)
    people.join(bank.team, other, "relationship")
    opportunity = opened(bank)
    for person in (other, bank.business, bank.support, bank.risk):
        with pytest.raises((Forbidden, NotFound)):
            operations.close_opportunity(people.actor(person), opportunity.id, result="lost", reason_key="loan_rate")
    operations.close_opportunity(people.actor(bank.supervisor), opportunity.id, result="lost", reason_key="loan_rate")


def test_notes_contacts_and_files(bank):
    customer = sales.create_customer(bank)
    actor = people.actor(bank.manager)
    person = customer_operations.add_key_person(actor, customer.id, name="林敏", post="会计")
    opportunity = opened(bank, customer_id=customer.id)
    note = operations.add_note(actor, opportunity.id, "先约林敏", "n1")
    assert operations.add_note(actor, opportunity.id, "先约林敏", "n1").id == note.id
    for text in ("", " ", "x" * 5000, "\x00"):
        with pytest.raises(Invalid):
            operations.add_note(actor, opportunity.id, text)
    with pytest.raises(Forbidden):
        operations.withdraw_note(people.actor(bank.support), note.id)
    assert operations.withdraw_note(actor, note.id).text == ""
    operations.set_contact(actor, opportunity.id, person.id, "handles")
    operations.set_contact(actor, opportunity.id, person.id, "sways")
    assert [(row.name, row.role) for row in details.key_persons(opportunity.id, customer.id)] == [("林敏", "sways")]
    for key, role in ((10**6, "sways"), (person.id, "king"), (2**70, "sways")):
        with pytest.raises(Invalid):
            operations.set_contact(actor, opportunity.id, key, role)
    operations.remove_contact(actor, opportunity.id, person.id)
    with pytest.raises(NotFound):
        operations.remove_contact(actor, opportunity.id, person.id)
    file = operations.add_file(actor, opportunity.id, BytesIO(b"%PDF-1.4 plan"), "plan.pdf")
    assert [row.name for row in details.attachments(opportunity.id)] == ["plan.pdf"]
    with pytest.raises(Forbidden):
        operations.remove_file(people.actor(bank.leader), opportunity.id, file.file_id)
    operations.remove_file(actor, opportunity.id, file.file_id)
    assert not details.attachments(opportunity.id)


def test_everything_is_noted_in_the_audit(bank):
    opportunity = opened(bank)
    actor = people.actor(bank.manager)
    operations.change_opportunity(actor, opportunity.id, opportunity.version, title="新名字")
    operations.close_opportunity(actor, opportunity.id, result="lost", reason_key="loan_rate")
    operations.record_export(actor, {"q": "周建国", "state": "all"}, 3)
    session.commit()
    rows = session.execute(select(AuditRow.action, AuditRow.data).where(AuditRow.action.startswith("sales."))).all()
    assert {"sales.opportunity_opened", "sales.opportunity_changed", "sales.opportunity_closed", "sales.exported"} <= {
        row.action for row in rows
    }
    assert "周建国" not in str([row.data for row in rows if row.action == "sales.exported"])


def test_the_catalogue_is_kept_by_those_who_keep_it_for_all(bank):
    keeper = people.actor(people.create_person("许管理", role="sysadmin"))
    values = {"code": "x01", "name": "新产品", "kind": "loan", "audience": "company"}
    for person in (bank.manager, bank.supervisor):
        with pytest.raises(Forbidden):
            operations.create_product(people.actor(person), **values)
    product = operations.create_product(keeper, **values)
    assert product.code == "X01"
    for given in ({"code": "X01"}, {"name": "新产品", "code": "X02"}):
        with pytest.raises(Invalid) as caught:
            operations.create_product(keeper, **{**values, **given})
        assert {code for _name, code in codes(caught)} == {"taken"}
    for given in ({"name": ""}, {"kind": "gold"}, {"audience": ""}, {"about": "x" * 3000}, {"name": "\x00"}):
        with pytest.raises(Invalid):
            operations.create_product(keeper, **{**values, "code": "X09", "name": "别的", **given})
    seen = product.version
    operations.update_product(keeper, product.id, seen, **{**values, "name": "改名"})
    with pytest.raises(Conflict):
        operations.update_product(keeper, product.id, seen, **values)
    operations.retire_product(keeper, product.id, product.version)
    assert "X01" not in {row.code for row in queries.catalogue(keeper)}
    assert "X01" in {row.code for row in queries.catalogue(keeper, retired=True)}
    with pytest.raises(Conflict):
        operations.load_catalogue(keeper)


def test_the_shipped_catalogue_has_products_for_companies_and_persons(bank):
    kinds = set(session.scalars(select(Product.kind)))
    assert {"deposit", "loan", "payroll", "acquiring", "wealth", "settlement"} <= kinds
    assert all(session.scalars(select(Product.name_en)))
