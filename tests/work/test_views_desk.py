"""The supervisor's desk: who is behind, on what, and giving or extending several at once."""

from datetime import timedelta

import pytest

from app.core import clock
from tests.factories import people
from tests.factories import sales as factory


@pytest.fixture
def bank(app):
    return factory.create_bank()


def ticked(page) -> list[str]:
    """What ticking every box would send."""
    return [box.attributes["value"] for box in page.css("input[name=turns]")]


def test_it_counts_what_waits_for_each_of_my_people(client, bank):
    for n in range(3):
        factory.create_opportunity(bank, factory.create_customer(bank, f"客户{n}号商行"))
    page = client.sign_in(bank.supervisor).page("/team")
    row = next(r for r in page.css("#people tbody tr") if bank.manager.name in r.text())
    assert "3" in row.text()


def test_people_of_another_unit_are_not_on_it(client, bank):
    other = factory.create_bank("城西支行")
    factory.create_opportunity(other, title="Not yours")
    page = client.sign_in(bank.supervisor).page("/team?show=unclaimed")
    assert other.manager.name not in page.text("#people") or bank.manager.name == other.manager.name
    assert "Not yours" not in client.page(f"/team?show=person&person={other.manager.id}").text()


def test_several_steps_are_given_to_somebody_else_at_once(client, bank):
    for n in range(2):
        factory.create_opportunity(bank, factory.create_customer(bank, f"客户{n}号商行"))
    client.sign_in(bank.supervisor)
    url = f"/team?show=person&person={bank.manager.id}"
    page = client.page(url)
    answer = client.submit(
        page,
        "form[action*='/team/things']",
        turns=ticked(page),
        act="reassign",
        to=str(bank.leader.id),
        reason="Away",
        until=None,
    )
    assert "2" in answer.text(".q-flash, [role=status], .alert")
    assert ticked(client.page(url)) == []
    assert len(ticked(client.page(f"/team?show=person&person={bank.leader.id}"))) == 2


def test_what_has_changed_meanwhile_is_named_and_the_rest_is_done(client, bank):
    for n in range(2):
        factory.create_opportunity(bank, factory.create_customer(bank, f"客户{n}号商行"), title=f"Deal {n}")
    client.sign_in(bank.supervisor)
    page = client.page(f"/team?show=person&person={bank.manager.id}")
    first, second = ticked(page)
    stale = first.split(".")[0] + ".999"
    answer = client.submit(
        page,
        "form[action*='/team/things']",
        turns=[stale, second],
        act="reassign",
        to=str(bank.leader.id),
        reason="Away",
        until=None,
    )
    assert "Deal" in answer.text("main")
    assert len(ticked(client.page(f"/team?show=person&person={bank.leader.id}"))) == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"turns": []},
        {"turns": ["x"]},
        {"turns": ["1.1"], "reason": ""},
        {"turns": ["1.1"], "to": ""},
        {"turns": ["1.1"], "to": "999999999999999999999"},
        {"turns": ["99999999999999999999999.1"]},
        {"turns": ["1.1"], "act": "extend", "until": "2001-01-01"},
        {"turns": ["1.1"], "act": "extend", "until": "never"},
    ],
)
def test_bad_input_is_told_at_its_field(client, bank, typed):
    factory.create_opportunity(bank)
    client.sign_in(bank.supervisor)
    sent = {"act": "reassign", "to": str(bank.leader.id), "reason": "Away", **typed}
    assert client.post("/team/things?show=overdue", data=sent).status_code == 422


def test_a_step_is_extended(client, bank, frozen_clock):
    factory.create_opportunity(bank)
    client.sign_in(bank.supervisor)
    page = client.page(f"/team?show=person&person={bank.manager.id}")
    until = clock.today() + timedelta(days=30)
    client.submit(
        page,
        "form[action*='/team/things']",
        turns=ticked(page),
        act="extend",
        until=until.isoformat(),
        to="",
        reason="The customer travels",
    )
    again = client.page(f"/team?show=person&person={bank.manager.id}")
    assert until.isoformat() in again.html


def test_overdue_and_stalled_steps_show(client, bank, frozen_clock):
    factory.create_opportunity(bank, title="Lying still")
    frozen_clock.move(days=30)
    client.sign_in(bank.supervisor)
    for show in ("overdue", "stalled"):
        assert "Lying still" in client.page(f"/team?show={show}").text("#opened")


def test_the_number_of_statements_does_not_grow(client, bank, statements):
    client.sign_in(bank.supervisor)
    counts = []
    for number in (3, 30):
        for n in range(number):
            person = people.create_person(unit=bank.unit, team=bank.team, role="relationship")
            customer = factory.create_customer(bank, f"客户{number}{n}号商行")
            factory.create_opportunity(bank, customer, owner_id=person.id)
        client.page("/team")
        with statements() as seen:
            client.page("/team")
        counts.append(seen.count)
    assert counts[0] == counts[1]
