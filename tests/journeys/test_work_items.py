"""A supervisor assigns to a rule; two people do it, one is returned; accepted it is archived and stands in their records."""

import re
from itertools import count

import pytest
from playwright.sync_api import expect

from tests.journeys.colleague import unfold

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

COUNT_CLICKS = """addEventListener("pointerup", () =>
    sessionStorage.setItem("taps", Number(sessionStorage.getItem("taps") || 0) + 1), true);"""
_number = count(1)


def fresh_title() -> str:
    """A title that no other journey uses."""
    return f"回访到期客户第 {next(_number)} 批"


def opens_item(doer, title):
    """From the hub to the item."""
    doer.go("/work")
    row = doer.page.locator("#now li.q-turn").filter(has_text=title)
    expect(row).to_have_count(1)
    doer.press(row.locator("a.btn"))
    expect(doer.form).to_be_visible()


def hands_in(doer, title, result, *, accepts=True):
    """Accept where it has to be accepted, write the result and hand it in."""
    opens_item(doer, title)
    if accepts:
        doer.leaves_by("accept")
        opens_item(doer, title)
    doer.form.locator("[name='fields.result']").fill(result)
    doer.form.locator("[name=checklist]").check()
    doer.leaves_by("hand_in")
    assert doer.path.startswith("/work"), doer.problems()


def decides(head, title, who, outcome, reason=""):
    """The sender opens what was handed in by somebody, and accepts or returns it."""
    head.go("/work/assigned")
    head.press(head.page.get_by_role("link", name=title, exact=True))
    head.press(head.page.locator("#items tbody tr").filter(has_text=who).locator("td a").first)
    expect(head.page.locator("#known")).to_be_visible()
    if reason:
        head.form.locator("[name=reason]").fill(reason)
    head.leaves_by(outcome)


def assigns(head, title, *ticks):
    """By a rule: the criteria that are ticked in the picker."""
    head.go("/work")
    head.press(head.page.locator(".q-actions a.btn-primary"))
    page = head.page
    page.fill("[name=title]", title)
    for name, value in ticks:
        box = page.locator(f"[name='audience.{name}'][value='{value}']")
        unfold(box)
        box.check()
    head.press(page.locator(".q-form-foot button.btn-primary"))


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_assigned_to_a_rule_done_returned_accepted_and_kept(colleague, firm, width):
    title = fresh_title()
    head = colleague("supervisor", width=width)
    team = firm.program("manager").get("/teams")["items"][0]["id"]
    assigns(head, title, ("team", team), ("team_role", "relationship"), ("team_role", "support"))
    names = head.page.locator("#people tbody .q-main-cell").all_inner_texts()
    assert len(names) == 2, names
    manager, support = colleague("manager", width=width), colleague("support", width=width)
    head.press(head.page.locator("form[action$='/send'] button.btn-primary"))
    expect(head.page.locator("#items tbody tr")).to_have_count(2)

    hands_in(manager, title, "走访 6 户，4 户同意续存，两户要比利率。")
    hands_in(support, title, "材料已备齐。")
    who = firm.program("manager").get("/me")["name"], firm.program("support").get("/me")["name"]
    decides(head, title, who[0], "accept")
    decides(head, title, who[1], "return", "请逐户写明材料清单")
    hands_in(support, title, "六户材料逐户列明，见附表。", accepts=False)
    decides(head, title, who[1], "accept")

    head.go(f"/work/people/{firm.program('support').id}/done")
    row = head.page.locator("tbody tr").filter(has_text=title)
    expect(row).to_contain_text("六户材料逐户列明")
    expect(row.locator("td.q-num")).to_have_text("1")
    head.go("/work/assigned")
    expect(head.page.locator("tbody tr").filter(has_text=title)).to_contain_text(re.compile(r"2 / 2|2 of 2"))
    assert head.page.evaluate("document.documentElement.scrollWidth") <= head.page.viewport_size["width"]


def test_one_follow_up_to_five_people_takes_three_clicks(colleague, firm):
    title = fresh_title()
    head = colleague("supervisor")
    people = [firm.program(who).get("/me")["name"] for who in ("manager", "business", "support", "leader", "trainee")]
    page = head.go("/work")
    page.add_init_script(COUNT_CLICKS)
    page.reload()
    page.evaluate("sessionStorage.setItem('taps', 0)")
    head.press(page.locator(".q-actions a.btn-primary"))
    page.keyboard.type(title)
    page.keyboard.press("Tab")
    page.keyboard.type("、".join(people))
    head.press(page.locator(".q-form-foot button.btn-primary"))
    head.press(page.locator("form[action$='/send'] button.btn-primary"))
    expect(page.locator("#items tbody tr")).to_have_count(5)
    assert int(page.evaluate("sessionStorage.getItem('taps')")) == 3


def test_without_scripts_it_goes_the_same_way(colleague, firm):
    title = fresh_title()
    head = colleague("supervisor", scripts=False)
    team = firm.program("manager").get("/teams")["items"][0]["id"]
    assigns(head, title, ("team", team), ("team_role", "relationship"))
    head.submit("form[action$='/send'] button.btn-primary")
    manager = colleague("manager", scripts=False)
    hands_in(manager, title, "已办。")
    head.go("/work")
    expect(head.page.locator("#now li.q-turn").filter(has_text=title)).to_have_count(1)
