"""Pages of the figures: what they are made of, the names behind, the plan, the file."""

from decimal import Decimal

import pytest

from app.core.actor import SYSTEM
from app.people import operations as people_operations
from app.work.rules.branch import METRICS, Ratio
from app.work.views.branch_words import attainment
from tests.factories import customers, people
from tests.factories import sales as sales_factory


@pytest.fixture
def bank(app, frozen_clock):
    return sales_factory.create_bank()


def test_the_page_says_what_each_figure_is_made_of(client, bank):
    customers.create_visit(bank.manager, sales_factory.create_customer(bank))
    page = client.sign_in(bank.supervisor).page("/work/figures")
    text = page.text("main")
    assert "0%" in text and "4" in text
    for metric in METRICS:
        drill = client.page(f"/work/figures/{metric}?unit={bank.unit.id}&period=2026-09")
        assert drill.css("h1")
    assert bank.manager.name in client.page("/work/figures/activity").text("main")
    assert client.get("/work/figures/nothing").status_code == 404
    assert client.get("/work/figures?unit=999999").status_code == 404
    assert client.get("/work/figures?period=2026-99").status_code == 200


@pytest.mark.parametrize(
    ("metric", "value", "target", "words", "tone"),
    [
        ("cost_ratio", "28.64", "10", "高于计划 18.64 个百分点", "bad"),
        ("attrition", "0", "5", "低于计划 5 个百分点", "good"),
        ("attrition", "5", "5", "与计划持平", "good"),
        ("cost", "52000", "50000", "高于计划 2,000", "warn"),
        ("activity", "66.66", "80", "83.3%", "warn"),
        ("amount_won", "1999", "2000", "100.0%", "warn"),
    ],
)
def test_less_is_better_is_said_in_words_and_percentages_are_rounded(app, metric, value, target, words, tone):
    with app.test_request_context():
        met = attainment(metric, Ratio(Decimal(value), None, Decimal(value)), Decimal(target))
    assert (met["words"], met["tone"]) == (words, tone)


def test_costs_above_plan_do_not_read_as_an_achievement(client, bank):
    client.sign_in(bank.supervisor)
    page = client.page(f"/work/figures/plan?unit={bank.unit.id}&period=2026-09")
    done = client.submit(page, "form[method=post][action='/work/figures/plan']", cost="10000", amount="28600")
    assert "高于计划 18,600" in done.text("main") and "286" not in done.text("main").replace("28,600", "")


def test_a_plan_is_entered_beside_last_periods_actual(client, bank):
    client.sign_in(bank.supervisor)
    address = f"/work/figures/plan?unit={bank.unit.id}&period=2026-09"
    page = client.page(address)
    form = "form[method=post][action='/work/figures/plan']"
    wrong = client.submit(page, form, status=422, activity="x", amount="5")
    assert wrong.css("#activity-error")
    assert wrong.form(form)["amount"] == "5"
    done = client.submit(page, form, activity="80", amount="50000", note="场地")
    assert "80%" in done.text("main")
    again = client.page(address)
    stale = client.submit(page, form, status=422, activity="70")
    assert stale.css("#activity-error")
    client.submit(again, form, activity="75")
    assert "75%" in client.page("/work/figures").text("main")


def test_the_file_holds_the_same_figures(client, bank):
    client.sign_in(bank.supervisor)
    with client.post("/work/figures/export", data={"unit": bank.unit.id, "period": "2026-09"}) as answer:
        assert answer.status_code == 200 and answer.data[:2] == b"PK"


def test_others_do_not_see_figures(client, bank):
    client.sign_in(bank.leader)
    assert client.get("/work/figures").status_code == 403
    client.sign_out()
    client.sign_in(people.create_person(unit=bank.unit, post="hr_officer", role="hr"))
    assert client.get("/work/figures").status_code == 200
    assert client.get("/work/figures/plan").status_code == 403


@pytest.mark.parametrize("page", ["/work/figures", "/work/figures/activity", "/work/figures/retention"])
def test_the_number_of_statements_does_not_grow(client, bank, statements, page):
    client.sign_in(bank.supervisor)
    unit = people.create_unit("网点", parent=bank.unit)
    counts = []
    for number in (3, 300):
        for _n in range(number):
            people.create_person(unit=unit)
        people_operations.leave_institution(SYSTEM, people.create_person(unit=unit).id)
        client.page(page)
        with statements() as seen:
            client.page(page)
        counts.append(seen.count)
    assert counts[0] == counts[1]
