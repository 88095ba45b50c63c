"""Work logs: the supervisor reviews one after the other without touching the mouse, and what was said reaches the writer."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


def shown(page):
    """Number of the log that is looked at."""
    return page.locator("[data-review-log]").get_attribute("data-review-log")


def press(page, *keys):
    """Press keys and answer which log is there then; it is another one."""
    before = shown(page)
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator(f"[data-review-log='{before}']")).to_have_count(0)
    return before


def test_logs_are_reviewed_by_keyboard(colleague):
    supervisor = colleague("supervisor")
    page = supervisor.go("/work/log/review")
    left = int(page.locator("[data-review-log]").get_attribute("data-review-left"))
    assert left >= 6
    expect(page.locator("#review-keys")).to_be_visible()
    first = shown(page)
    # looking ahead and back changes nothing
    press(page, "n")
    press(page, "k")
    assert shown(page) == first
    accepted = press(page, "4", "a")
    expect(page.locator("[data-review-count]")).to_have_text(str(left - 1))
    remarked = shown(page)
    page.keyboard.press("5")
    page.keyboard.press("m")
    page.keyboard.type("问到了真问题，讲给大家听。")
    page.keyboard.press("Escape")
    press(page, "a")
    # returning without a word puts the cursor where the word is wanted
    returned = shown(page)
    page.keyboard.press("r")
    expect(page.locator("[name=remark]")).to_be_focused()
    page.keyboard.type("写具体些：明天先做什么？")
    page.keyboard.press("Escape")
    with page.expect_response(lambda answer: f"/work/log/{returned}/review" in answer.url):
        press(page, "r")
    page.reload()
    assert int(page.locator("[data-review-log]").get_attribute("data-review-left")) == left - 3
    for log, words in ((accepted, "评分 4/5"), (remarked, "问到了真问题"), (returned, "写具体些")):
        expect(supervisor.go(f"/work/log/{log}").locator("main")).to_contain_text(words)


def test_without_scripts_the_same_buttons_lead_on(visit):
    visitor = visit("supervisor", scripts=False)
    page = visitor.go("/work/log/review")
    before = shown(page)
    page.check("[name=score][value='3']", force=True)
    page.click("button[value=accept]")
    assert shown(page) != before


def test_a_routine_is_ticked_with_one_tap_on_a_phone(colleague):
    """Only on a day on which people work; otherwise the page says that nobody does."""
    manager = colleague("manager", width="phone")
    page = manager.go("/work/routines")
    if page.locator(".q-empty").count():
        expect(page.locator(".q-empty")).to_be_visible()
        return
    item = page.locator(".q-tick:not(.q-tick-done):not(.q-tick-skipped)").first
    number = item.get_attribute("id")
    item.locator("button.q-tick-box").tap()
    expect(page.locator(f"#{number}.q-tick-done")).to_have_count(1)
    expect(page.locator("#routine-progress")).to_have_text(re.compile(r"\d+/\d+"))
