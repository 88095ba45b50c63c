"""The day page: what waits for me comes first, one click from doing it."""

import sys

import pytest

from app.core.database import session
from app.people.rules.audiences import of_persons
from app.work import operations
from app.workflow import operations as workflow
from tests.factories import people, work
from tests.factories import sales as factory

today = sys.modules["app.work.queries.today"]


@pytest.fixture
def bank(app):
    return factory.create_bank()


def test_a_new_sale_waits_for_whoever_opened_it(client, bank):
    opportunity = factory.create_opportunity(bank, title="Season stock")
    page = client.sign_in(bank.manager).page("/today")
    assert "Season stock" in page.text("#now")
    link = page.css("#now a.btn")[0].attributes["href"]
    assert client.page(link).css("form[action$='/complete']")
    assert opportunity.run_id


def test_nothing_waits_for_somebody_without_work(client, bank):
    page = client.sign_in(bank.support).page("/today")
    assert page.css("#now .q-empty")


def test_the_owner_sees_for_whom_the_sale_waits(client, bank):
    opportunity = factory.create_opportunity(bank, title="Season stock")
    factory.carry(bank, opportunity, until="design")
    page = client.sign_in(bank.manager).page("/today")
    assert "Season stock" in page.text("#others")
    assert bank.business.name in page.text("#others")


def test_a_deputy_sees_and_finishes_the_work_of_an_absent_colleague(client, bank):
    factory.create_opportunity(bank, title="Season stock")
    people.create_absence(bank.manager, bank.leader, days=2)
    page = client.sign_in(bank.leader).page("/today")
    assert "Season stock" in page.text("#now")
    assert bank.manager.name in page.text("#now")


def test_administrators_have_a_day_page_too(client, bank):
    for role in ("sysadmin", "secadmin", "auditor"):
        person = people.create_person(role=role, post="administrator")
        client.sign_out()
        assert client.sign_in(person).page("/today").css("#now")


def test_the_number_of_statements_does_not_grow(client, bank, statements):
    client.sign_in(bank.manager)
    counts = []
    for number in (3, 30):
        for n in range(number):
            factory.create_opportunity(bank, factory.create_customer(bank, f"客户{number}{n}号商行"), title=f"Deal {n}")
        client.page("/today")
        with statements() as seen:
            client.page("/today")
        counts.append(seen.count)
    assert counts[0] == counts[1]


def several(bank, number, **more):
    """So many new sales of the manager's."""
    return [
        factory.create_opportunity(bank, factory.create_customer(bank, f"积压{n}号商行"), title=f"Deal {n}", **more)
        for n in range(number)
    ]


def test_the_number_is_the_true_one_and_all_can_be_read_page_by_page(client, bank, monkeypatch):
    several(bank, 23)
    monkeypatch.setattr(today, "PAGE", 10)
    page = client.sign_in(bank.manager).page("/today")
    assert page.text("#now .q-count") == "23"
    assert "共 23 项" in page.text("#now summary")
    url, seen = page.css("#now .q-more")[0].attributes["href"], []
    while url:
        page = client.page(url)
        seen += [link.text() for link in page.css(".q-turn-title")]
        url = next((a.attributes["href"] for a in page.css(".q-pager a")), None)
    assert len(seen) == len(set(seen)) == 23
    assert client.get("/today/all?of=mine&after=x").status_code == 422
    assert client.get("/today/all?of=%00").status_code == 200
    client.sign_in(bank.leader)
    for which in ("fresh", "offered", "others"):
        client.page(f"/today/all?of={which}")


def test_what_was_newly_given_stands_by_itself_until_it_is_moved(client, bank, frozen_clock):
    several(bank, 25)
    frozen_clock.move(days=30)
    workflow.sync_seeds()
    operations.assign(people.actor(bank.supervisor), work.TASK, "Call the landlord", rule=of_persons([bank.manager.id]))
    session.commit()
    page = client.sign_in(bank.manager).page("/today")
    assert "Call the landlord" in page.text("#fresh") and "Call the landlord" not in page.text("#now")
    assert page.text("#now .q-count") == "26"
    client.submit(
        client.page(page.css("#fresh a.btn")[0].attributes["href"]), "form[action$='/complete']", outcome="accept"
    )
    assert not client.page("/today").css("#fresh")


def test_the_day_page_costs_few_statements(client, bank, statements):
    several(bank, 3)
    client.sign_in(bank.manager).page("/today")
    with statements() as seen:
        client.page("/today")
    assert seen.count <= 24
