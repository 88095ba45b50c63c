"""The proposer can never decide: the same refusal through page, card, bulk and program (D3)."""

import pytest

from app.core.database import session
from app.people import operations as staff
from app.workflow import operations as workflow
from app.workflow.models import Run
from tests.factories import people, sales


@pytest.fixture
def bank(database, frozen_clock):
    return sales.create_bank()


@pytest.fixture
def proposed_by_leader(bank):
    """A sale whose leader has proposed it, so that the decision waits for the supervisor."""
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="terms")
    turn = sales.waiting(opportunity, bank.leader)
    workflow.reassign(people.actor(bank.leader), turn.turn_id, bank.leader.id, "陈经理外出")
    sales.complete(opportunity, bank.leader)
    session.commit()
    return opportunity


def decision(opportunity, bank):
    """The id of the turn that waits for the decision."""
    return sales.waiting(opportunity, bank.supervisor).turn_id


def untouched(opportunity):
    session.expire_all()
    return session.get_one(Run, opportunity.run_id).step == "decide"


def test_through_the_page(bank, proposed_by_leader, client):
    turn = decision(proposed_by_leader, bank)
    page = client.sign_in(bank.leader).page(f"/sales/opportunities/{proposed_by_leader.id}")
    assert not page.css("button[value=approve]"), "the button is not even there"
    answer = client.send(f"/turns/{turn}/complete", {"outcome": "approve", "whole": "1"}, status=422)
    assert "组长审批" in answer.text("main")
    assert untouched(proposed_by_leader)


def test_through_a_card_of_the_board(bank, proposed_by_leader, client):
    turn = decision(proposed_by_leader, bank)
    client.sign_in(bank.leader)
    menu = client.page(f"/sales/opportunities/{proposed_by_leader.id}/move")
    assert not menu.css("button")[1:] or "同意" not in menu.text(".q-menu-list")
    data = {"turn": turn, "outcome": "approve"}
    client.send(f"/sales/opportunities/{proposed_by_leader.id}/move", data, status=422)
    assert untouched(proposed_by_leader)


def test_in_bulk(bank, proposed_by_leader, client):
    client.sign_in(bank.leader)
    answer = client.send("/sales/bulk", {"id": str(proposed_by_leader.id), "next": "/sales/list"})
    assert proposed_by_leader.title in answer.text("main") and "已推进" not in answer.text("main")
    assert untouched(proposed_by_leader)


def test_through_the_program(bank, proposed_by_leader, client):
    turn = decision(proposed_by_leader, bank)
    token = staff.create_token(people.actor(bank.leader), name="t").secret
    session.commit()
    answer = client.post(
        f"/api/v1/turns/{turn}/complete",
        json={"outcome": "approve", "fields": {}, "checklist": []},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 422 and "lane" in {item["kind"] for item in answer.json["missing"]}
    assert untouched(proposed_by_leader)


def test_the_approving_unit_stands_in_and_decides(bank, proposed_by_leader, client):
    page = client.sign_in(bank.supervisor).page(f"/sales/opportunities/{proposed_by_leader.id}")
    assert "梁组长申请审批" in page.text(".q-ask")
    client.submit(page, "#step-form", data={"outcome": "approve"})
    assert session.get_one(Run, proposed_by_leader.run_id).step == "sign"


def test_an_ordinary_proposer_is_refused_like_anybody_else(bank, client):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="decide")
    session.commit()
    turn = sales.waiting(opportunity, bank.leader).turn_id
    client.sign_in(bank.manager)
    assert client.post(f"/turns/{turn}/complete", data={"outcome": "approve", "whole": "1"}).status_code in (403, 422)
    answer = client.post(f"/sales/opportunities/{opportunity.id}/move", data={"turn": turn, "outcome": "approve"})
    assert answer.status_code in (403, 422)
    assert "已推进" not in client.send("/sales/bulk", {"id": str(opportunity.id)}).text("main")
    assert untouched(opportunity)
