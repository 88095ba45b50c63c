"""A sale through all eight steps, by the four people of a team, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.journeys.answers import WAY, doer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


def carries(people, title, steps=WAY):
    """Everybody does what falls to them, from their own day page."""
    for step in steps:
        people[doer(step)].does(step, title)


@pytest.mark.parametrize(
    ("language", "width", "scripts"),
    [
        ("zh", "desk", True),
        ("zh", "phone", True),
        ("en", "desk", True),
        ("en", "phone", True),
        ("zh", "phone", False),
    ],
    ids=["zh-1280", "zh-375", "en-1280", "en-375", "zh-375-without-scripts"],
)
def test_four_people_carry_a_sale_from_sign_in_to_review(colleague, language, width, scripts):
    team = {
        name: colleague(name, language=language, width=width, scripts=scripts)
        for name in ("manager", "business", "leader", "support")
    }
    manager = team["manager"]
    assert manager.path.startswith("/today")
    assert manager.page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]

    customer, name = manager.adds_customer()
    title = f"续贷不过桥 {name[:3]}"
    opportunity = manager.opens_opportunity(customer, title)
    carries(team, title)

    page = manager.go(opportunity)
    done, won = {"zh": ("成交", "成交归档"), "en": ("Won", "Won, file it")}[language]
    expect(page.locator("main .q-notice").first).to_contain_text(done)
    expect(page.locator("#timeline").first).to_contain_text(won)
    expect(page.locator("#step-form")).to_have_count(0)
    known = page.locator("#known details.q-known")
    assert known.count() == len(WAY), "what was entered in every step stays on the page"
    stages = page.locator("[data-track] li")
    assert stages.count() == 8
    for person in team.values():
        person.go("/today")
        expect(person.page.locator("main li.q-turn").filter(has_text=title)).to_have_count(0)
        expect(person.page.locator("main")).not_to_contain_text(title)


def test_what_the_leader_may_not_decide_alone_is_claimed_by_the_approving_unit(colleague, firm):
    sale = firm.sale(until="decide", amount="90000000.00")
    leader, risk, another = colleague("leader"), colleague("risk"), colleague("another risk")
    leader.takes_up(sale.title)
    leader.leaves_by("approve")
    assert any("审批机构" in words for words in leader.problems()), (
        "the leader is told that this is beyond his authority"
    )
    leader.does("decide", sale.title, outcome="pass_on")

    # both officers are offered it; one takes it, and it is gone from the other's day
    for officer in (risk, another):
        officer.go("/today")
        expect(officer.page.locator("#offered").locator("..").get_by_text(sale.title)).to_be_visible()
    risk.takes_up(sale.title)
    risk.press(risk.form.locator("button[formaction$='/claim']"))
    another.go("/today")
    expect(another.page.locator("main")).not_to_contain_text(sale.title)
    risk.does("decide_unit", sale.title, outcome="approve")
    assert firm.waiting(sale)["step"] == "sign"


def test_refused_by_the_leader_it_goes_back_with_a_reason_and_comes_again(colleague, firm):
    sale = firm.sale(until="decide")
    manager, leader = colleague("manager", width="phone"), colleague("leader", width="phone")
    page = leader.page
    leader.takes_up(sale.title)
    page.locator(".q-step-foot summary").click()
    leader.form.locator("button[value=refuse]").click()
    expect(page.locator(".q-step-foot [name=reason]:invalid")).to_be_focused()  # nothing is returned without a reason
    page.locator(".q-step-foot [name=reason]").fill("价格再谈，回款账户先变更。")
    leader.leaves_by("refuse")
    assert firm.waiting(sale)["step"] == "terms"

    manager.go(sale.path)
    expect(manager.page.locator("main")).to_contain_text("价格再谈，回款账户先变更。")
    manager.does("terms", sale.title, amount="2800000", terms="一年期，年利率 4.5%。")
    leader.takes_up(sale.title)
    expect(page.locator(".q-ask-changed")).to_contain_text("2,800,000.00")
    leader.leaves_by("approve")
    assert firm.waiting(sale)["step"] == "sign"


def test_lost_with_a_reason_of_the_tree(colleague, firm):
    sale = firm.sale(until="plan_visit")
    manager = colleague("manager", language="en", width="phone")
    page = manager.go(sale.path)
    page.locator("main .q-actions details.q-menu > summary").click()
    manager.press(page.locator("main .q-actions a[href$='/close']"))
    page.fill("[name=reason]", "They signed within two days.")
    page.locator(".q-form-foot button").click()
    assert manager.path.endswith("/close"), "a reason of the tree is asked for"
    page.select_option("[name=reason_key]", "lost.faster")
    manager.submit(".q-form-foot button")
    assert manager.path == sale.path
    expect(page.locator("main .q-notice").first).to_contain_text("Faster elsewhere")
    expect(manager.form).to_have_count(0)
    manager.go("/today")
    expect(page.locator("main")).not_to_contain_text(sale.title)
