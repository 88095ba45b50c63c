"""People are named while typing: by pinyin initials and the keyboard, several without leaving the box, one in a form that asks for one."""

import re

import pytest
from playwright.sync_api import expect
from pypinyin import Style, lazy_pinyin

from tests.journeys.test_work_items import COUNT_CLICKS, fresh_title

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


def initials(name):
    """As somebody types who is in a hurry."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))


def picks(page, name):
    """Type the initials, walk down to the one who is meant, choose with Enter."""
    box = page.locator("#names")
    page.keyboard.type(initials(name), delay=20)
    option = page.locator("ul[role=listbox] [role=option]").filter(has_text=re.compile(f"^{name}"))
    expect(option).to_have_count(1)
    expect(box).to_have_attribute("aria-expanded", "true")
    for _step in range(10):
        if option.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    page.keyboard.press("Enter")
    expect(page.locator(".q-chip").filter(has_text=name)).to_have_count(1)
    expect(box).to_be_focused()
    expect(box).to_have_value("")


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_to_five_people_by_initials_with_three_clicks(colleague, firm, width):
    title = fresh_title()
    head = colleague("supervisor", width=width)
    names = [firm.program(who).get("/me")["name"] for who in ("manager", "business", "support", "leader", "trainee")]
    page = head.go("/work")
    page.add_init_script(COUNT_CLICKS)
    page.reload()
    page.evaluate("sessionStorage.setItem('taps', 0)")
    head.press(page.locator(".q-actions a.btn-primary"))
    page.keyboard.type(title)
    page.keyboard.press("Tab")
    for name in names:
        picks(page, name)
    expect(page.locator("#audience-preview")).to_contain_text("5 人")
    head.press(page.locator(".q-form-foot button.btn-primary"))
    head.press(page.locator("form[action$='/send'] button.btn-primary"))
    expect(page.locator("#items tbody tr")).to_have_count(5)
    assert int(page.evaluate("sessionStorage.getItem('taps')")) == 3


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_the_list_is_heard_seen_and_taken_back(colleague, firm, width):
    head = colleague("supervisor", width=width)
    name = firm.program("manager").get("/me")["name"]
    page = head.go("/work/assign")
    box, said = page.locator("#names"), page.locator("#field-names [role=status]")
    box.click()
    page.keyboard.type(initials(name), delay=20)
    expect(page.locator("#names + ul[role=listbox]")).to_be_visible()
    expect(said).to_contain_text(re.compile(r"\d+ 人"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        head.visitor.check_accessibility()
    head.visitor.check_width()
    if width == "phone":
        assert (
            min(option.bounding_box()["height"] for option in page.locator("ul[role=listbox] [role=option]").all())
            >= 44
        )
    page.keyboard.press("Escape")
    expect(page.locator("#names + ul[role=listbox]")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.locator("ul[role=listbox] [role=option]").filter(has_text=re.compile(f"^{name}")).click()
    expect(said).to_contain_text(name)
    off = page.get_by_role("button", name=f"移除{name}")
    if width == "phone":
        assert min(off.bounding_box()["height"], off.bounding_box()["width"]) >= 44
    head.visitor.check_accessibility()
    off.click()
    expect(page.locator(".q-chip")).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.type("qqxxzz", delay=5)
    expect(said).to_have_text("没有找到人员。")


def test_answers_that_come_late_are_dropped(colleague, firm):
    head = colleague("supervisor")
    name = firm.program("manager").get("/me")["name"]
    page = head.go("/work/assign")
    held = []
    first = initials(name)[:1]
    page.route(f"**/audiences/suggestions?*q={first}", lambda route: held.append(route))
    page.locator("#names").click()
    with page.expect_request("**/audiences/suggestions?*"):
        page.keyboard.type(first)
    page.keyboard.type(initials(name)[1:], delay=20)
    option = page.locator("ul[role=listbox] [role=option]").filter(has_text=re.compile(f"^{name}"))
    expect(option).to_have_count(1)
    shown = page.locator("ul[role=listbox] [role=option]").all_inner_texts()
    held[0].fulfill(json={"people": [{"id": 1, "name": "迟到的人", "note": ""}], "more": False})
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').filter((e) => e.name.includes('/suggestions')).length >= 2"
    )
    assert page.locator("ul[role=listbox] [role=option]").all_inner_texts() == shown


def test_a_form_that_asks_for_one_keeps_what_was_chosen(colleague, firm):
    head = colleague("supervisor")
    name = firm.program("leader").get("/me")["name"]
    page = head.go("/work/meetings/new")
    chair = page.locator("#chair")
    chair.click()
    expect(page.locator("ul[role=listbox] [role=option]").first).to_be_visible()
    page.keyboard.type(initials(name), delay=20)
    option = page.locator("ul[role=listbox] [role=option]").filter(has_text=re.compile(f"^{name}"))
    expect(option).to_have_count(1)
    option.click()
    expect(chair).to_have_value(name)
    assert page.locator("select[name=chair]").evaluate("s => s.selectedOptions[0].textContent.trim()") == name
    head.visitor.check_accessibility()
    chair.click()
    page.keyboard.type("qqxxzz")
    assert not chair.evaluate("input => input.checkValidity()")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(chair).to_have_value(name)
    assert chair.evaluate("input => input.checkValidity()")
