"""The day page: what waits for me comes first, one click from doing it."""

import pytest

from tests.factories import people
from tests.factories import sales as factory


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
