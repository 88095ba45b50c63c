"""One rule behind every door: page, card move, bulk and API refuse the same things in the same words."""

import pytest

from tests.api.programs import Program
from tests.factories import people, sales


@pytest.fixture
def bank(app):
    """A unit that sells."""
    return sales.create_bank()


def bring_to(bank, opportunity, until, owner):
    """Carry a sale of ``owner`` on until a step waits."""
    while (step := sales.waiting(opportunity, bank.leader).step.key) != until:
        sales.complete(opportunity, getattr(bank, {"design": "business"}.get(step, owner)))
    return sales.waiting(opportunity, bank.leader).turn_id


def missing_on(page):
    """The list of what is missing that a page shows."""
    return {
        (line.attributes["data-kind"], line.attributes["data-key"], " ".join(line.text().split()))
        for line in page.css("[data-missing] li")
    }


def missing_by_program(app, person, turn, outcome):
    """What the API answers."""
    answer = Program(app, person).post(f"/turns/{turn}/complete", {"outcome": outcome}, status=422)
    return {(item["kind"], item["key"], item["message"]) for item in answer["missing"]}


def missing_by_page(client, turn, outcome):
    """What the step's form answers."""
    return missing_on(client.send(f"/turns/{turn}/complete", {"outcome": outcome, "whole": "1"}, status=422))


def missing_by_move(client, opportunity, turn, outcome):
    """What moving the card answers."""
    data = {"turn": turn, "outcome": outcome}
    return missing_on(client.send(f"/sales/opportunities/{opportunity.id}/move", data, status=422))


def words_of_bulk(client, opportunity):
    """What moving several answers: it names the one and says why."""
    words = client.send("/sales/bulk", {"id": [str(opportunity.id)], "next": "/sales"}).text("[data-flash]")
    assert opportunity.title in words
    return words


@pytest.mark.parametrize("owner", ["manager", "leader"])
def test_who_proposed_may_not_decide_through_any_door(app, client, bank, owner):
    proposer = getattr(bank, owner)
    opportunity = sales.create_opportunity(bank, amount="900000", by=proposer)
    turn = bring_to(bank, opportunity, "decide", owner)
    client.sign_in(proposer)
    shown = client.page(f"/sales/opportunities/{opportunity.id}")
    assert not shown.css("button[value=approve]"), "the page does not even offer it"
    by_page = missing_by_page(client, turn, "approve")
    by_move = missing_by_move(client, opportunity, turn, "approve")
    assert by_page == by_move == missing_by_program(app, proposer, turn, "approve")
    [(kind, _key, words)] = by_page
    assert kind == "lane"
    assert "拟定条件并报审" in words
    assert words in words_of_bulk(client, opportunity)
    assert sales.waiting(opportunity, bank.leader).step.key == "decide"


def test_who_proposed_may_not_decide_by_claiming_or_handing_over_either(app, bank):
    opportunity = sales.create_opportunity(bank, amount="900000", by=bank.leader)
    turn = bring_to(bank, opportunity, "decide", "leader")
    leader = Program(app, bank.leader)
    assert leader.send("POST", f"/turns/{turn}/claim", json={}).status_code in (403, 409, 422)
    refused = leader.send("POST", f"/turns/{turn}/reassign", json={"to": bank.leader.id, "reason": "我来"})
    assert refused.status_code in (403, 409, 422)
    supervisor = Program(app, bank.supervisor)
    refused = supervisor.send("POST", f"/turns/{turn}/reassign", json={"to": bank.leader.id, "reason": "他来"})
    assert refused.status_code in (403, 409, 422), "nor does anybody else hand it to the proposer"
    assert supervisor.post(f"/turns/{turn}/complete", {"outcome": "approve"})["state"] == "open"


def test_what_is_missing_is_one_list_through_every_door(app, client, bank):
    opportunity = sales.create_opportunity(bank)
    turn = bring_to(bank, opportunity, "design", "manager")
    client.sign_in(bank.business)
    asked = missing_by_program(app, bank.business, turn, "done")
    assert len(asked) == 7  # three fields, three ticks, a document
    assert missing_by_page(client, turn, "done") == asked
    assert missing_by_move(client, opportunity, turn, "done") == asked
    assert missing_on(client.page(f"/turns/{turn}")) == asked, "and the open form shows it beforehand"
    assert str(len(asked)) in words_of_bulk(client, opportunity)


def test_above_the_leader_s_authority_is_refused_the_same_way_everywhere(app, client, bank):
    opportunity = sales.create_opportunity(bank, amount="90000000")
    while (step := sales.waiting(opportunity, bank.leader).step.key) != "decide":
        more = {"amount": "90000000.00"} if step == "terms" else {}
        sales.complete(opportunity, bank.business if step == "design" else bank.manager, **more)
    turn = sales.waiting(opportunity, bank.leader).turn_id
    client.sign_in(bank.leader)
    asked = missing_by_program(app, bank.leader, turn, "approve")
    assert [kind for kind, _key, _words in asked] == ["guard"]
    [words] = [words for _kind, _key, words in asked]
    page = client.send(f"/turns/{turn}/complete", {"outcome": "approve", "whole": "1"}, status=422)
    move = client.send(f"/sales/opportunities/{opportunity.id}/move", {"turn": turn, "outcome": "approve"}, status=422)
    for shown in (page.text("main"), move.text("main"), words_of_bulk(client, opportunity)):
        assert words in shown


def test_somebody_of_another_team_finds_nothing_behind_any_door(app, client, bank):
    opportunity = sales.create_opportunity(bank)
    turn = sales.waiting(opportunity, bank.manager).turn_id
    stranger = sales.create_bank("城西支行").manager
    client.sign_in(stranger)
    for path in (f"/sales/opportunities/{opportunity.id}", f"/turns/{turn}", f"/runs/{opportunity.run_id}"):
        client.page(path, status=404)
    client.send(f"/turns/{turn}/complete", {"outcome": "done"}, status=404)
    client.send(f"/sales/opportunities/{opportunity.id}/move", {"turn": turn, "outcome": "done"}, status=404)
    assert opportunity.title not in client.send("/sales/bulk", {"id": [str(opportunity.id)], "next": "/sales"}).html
    program = Program(app, stranger)
    program.post(f"/turns/{turn}/complete", {"outcome": "done"}, status=404)
    program.get(f"/opportunities/{opportunity.id}", status=404)
    # a turn under another sale's address is nothing either
    own = sales.create_opportunity(sales.create_bank("城南支行"))
    client.send(f"/sales/opportunities/{own.id}/move", {"turn": turn, "outcome": "done"}, status=404)


def test_who_left_the_team_acts_no_more_through_any_door(app, client, bank):
    from app.core import clock
    from app.core.actor import SYSTEM
    from app.people import operations

    opportunity = sales.create_opportunity(bank)
    turn = bring_to(bank, opportunity, "design", "manager")
    client.sign_in(bank.business)
    program = Program(app, bank.business)
    operations.leave_team(SYSTEM, bank.team.id, person_id=bank.business.id, role="business", day=clock.today())
    assert client.post(f"/turns/{turn}/complete", data={"outcome": "done"}).status_code in (403, 404)
    assert program.send("POST", f"/turns/{turn}/complete", json={"outcome": "done"}).status_code in (403, 404)
    assert people.actor(bank.business).team_ids == frozenset()
