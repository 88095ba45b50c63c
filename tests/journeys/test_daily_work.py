"""What people do dozens of times a day, in a real browser: few clicks, small screens, nothing typed is ever lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories.customers import PNG
from tests.journeys.answers import ANSWERS, IN_WORDS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

COUNT_CLICKS = """addEventListener("pointerup", () =>
    sessionStorage.setItem("taps", Number(sessionStorage.getItem("taps") || 0) + 1), true);"""


def start_counting(colleague):
    """Count from here on how often the person presses mouse button or screen, over all pages."""
    colleague.page.add_init_script(COUNT_CLICKS)
    colleague.page.reload()
    colleague.page.evaluate("sessionStorage.setItem('taps', 0)")


def taps(colleague):
    """How often it was."""
    return int(colleague.page.evaluate("sessionStorage.getItem('taps')"))


def types_through(page, wanted):
    """Walk the form with Tab from where the cursor is: type what is wanted, tick with Space, choose the first of a list."""
    left = dict(wanted)
    for _press in range(80):
        page.keyboard.press("Tab")
        name, kind, ticked = page.evaluate("e => [e.name, e.type, e.checked]", page.locator(":focus").element_handle())
        if kind == "checkbox" and not ticked:
            page.keyboard.press("Space")
        elif name in left and kind == "select-one":
            left.pop(name)
            page.keyboard.press("ArrowDown")
        elif name in left:
            page.keyboard.type(left.pop(name))
        if not left:
            return
    raise AssertionError(f"the keyboard does not reach {sorted(left)}")


def test_a_step_with_its_evidence_takes_two_clicks_and_typing_from_the_day_page(colleague, firm):
    sale = firm.sale(until="design")
    business = colleague("business")
    business.go("/today")
    start_counting(business)
    row = business.row_of(sale.title)
    business.page.evaluate("sessionStorage.setItem('taps', 0)")  # counted from its line on, wherever that stands
    business.press(row.locator("a.btn"))
    business.page.locator("#step-form [name^='fields.']").first.focus()
    business.page.keyboard.press("Shift+Tab")
    wanted = {f"fields.{name}": words for name, words in ANSWERS["design"].items()}
    wanted |= {f"text.{kind}": words for kind, words in IN_WORDS["design"].items()}
    types_through(business.page, wanted)
    expect(business.page.locator("[data-missing]")).to_have_class(re.compile("q-missing-none"))
    business.leaves_by("done")
    assert business.path.startswith("/today"), business.problems()
    assert taps(business) == 2
    assert firm.waiting(sale)["step"] == "discuss"


def test_an_approval_fits_one_phone_screen(colleague, firm):
    sale = firm.sale(until="decide")
    leader = colleague("leader", width="phone")
    leader.takes_up(sale.title)
    page = leader.page
    assert page.evaluate("scrollY") == 0
    for shown in (".q-ask-amount", ".q-ask-who", ".q-ask-case", "button[value=approve]", ".q-step-foot summary"):
        expect(page.locator(shown).first).to_be_in_viewport(ratio=1)
    expect(page.locator(".q-ask-amount")).to_contain_text("3,000,000.00")
    # nothing lies over the button: a thumb that presses it decides
    leader.leaves_by("approve")
    assert firm.waiting(sale)["step"] == "sign"


def test_a_visit_with_a_photo_takes_three_taps_on_a_phone(colleague, firm, tmp_path):
    customer = firm.customer()
    photo = tmp_path / "shop.png"
    photo.write_bytes(PNG)
    manager = colleague("manager", language="en", width="phone")
    page = manager.go(f"/customers/{customer['id']}")
    start_counting(manager)
    with page.expect_navigation():
        page.locator("main .q-actions a.btn-primary").tap()  # one: visit
    with page.expect_file_chooser() as chooser:
        page.locator("label.q-camera").tap()  # two: the camera
    chooser.value.set_files(photo)
    with page.expect_navigation():
        page.locator(".q-form-foot button.btn-primary").tap()  # three: save
    assert taps(manager) == 3
    expect(page.locator("[data-flash]")).to_contain_text("recorded")
    seen = page.locator("#timeline a[href^='/files/']").first
    expect(seen).to_be_visible()
    answer = page.request.get(manager.visitor.server.url + seen.get_attribute("href"))
    assert answer.status == 200 and answer.body() == PNG


def test_evidence_is_handed_in_as_a_file_and_one_stays_at_the_step(colleague, firm, tmp_path):
    sale = firm.sale(until="sign")
    paper = tmp_path / "合同.png"
    paper.write_bytes(PNG)
    manager = colleague("manager")
    manager.takes_up(sale.title)
    page, form = manager.page, manager.form
    form.locator("[name='fields.contract_number']").fill("JH-77")
    form.locator("[name='file.contract']").set_input_files(paper)
    manager.press(form.locator("#evidence-contract button[name=kind]"))
    expect(form.locator("#evidence-contract .q-files a")).to_have_text("合同.png")
    expect(form.locator("[name='fields.contract_number']")).to_have_value("JH-77")
    assert "Traceback" not in page.content()
    manager.fills("sign", {})
    manager.leaves_by("done")
    assert manager.path.startswith("/today"), "after acting one is back at the day"
    assert firm.waiting(sale)["step"] == "service_plan"


# -- the board -------------------------------------------------------------------------------------------------------


def test_a_card_is_moved_by_its_menu_and_what_is_missing_opens_the_form(colleague, firm):
    sale = firm.sale(until="plan_visit")
    manager = colleague("manager")
    page = manager.go("/sales?q=" + sale.customer)
    card = page.locator("li.q-deal").filter(has_text=sale.title)
    card.locator("details.q-menu > summary").click()
    manager.press(card.locator("form button", has_text="计划已定"))
    # refused: the form of the step is here, with exactly what is missing
    asked = {line.get_attribute("data-key") for line in page.locator("[data-missing] li").all()}
    assert asked == {"aim", "meet", "questions", "appointment", "opening_words"}
    manager.fills("plan_visit")
    manager.leaves_by("done")
    assert firm.waiting(sale)["step"] == "visit"

    page = manager.go("/sales?q=" + sale.customer)
    card = page.locator("li.q-deal").filter(has_text=sale.title)
    card.locator("details.q-menu > summary").click()
    card.locator("details.q-menu-more:has([name=to]) > summary").click()
    card.locator("form:has([name=to]) [name=reason]").fill("客户改了时间。")
    card.locator("[name=to]").select_option("plan_visit")
    manager.press(card.locator("form:has([name=to]) button"))
    assert firm.waiting(sale)["step"] == "plan_visit"
    expect(page.locator("li.q-deal").filter(has_text=sale.title)).to_be_visible()


def test_a_card_is_moved_by_the_keyboard_alone(colleague, firm):
    sale = firm.sale(until="plan_visit")
    manager = colleague("manager", language="en")
    manager.takes_up(sale.title)
    manager.fills("plan_visit")
    expect(manager.page.locator("[data-draft-state]")).to_contain_text("Draft saved")
    page = manager.go("/sales?q=" + sale.customer)
    page.keyboard.press("j")
    expect(page.locator("li.q-deal[data-at]")).to_contain_text(sale.title)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("li.q-deal details[open] form button").first.wait_for()
    for _press in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('li.q-deal form button')"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[data-flash]")).to_contain_text("Moved")
    assert firm.waiting(sale)["step"] == "visit", "the draft held all that was asked for"


# -- nothing typed is lost ---------------------------------------------------------------------------------------------


def test_a_half_typed_form_survives_a_reload_and_another_device(colleague, firm):
    sale = firm.sale()
    manager = colleague("manager")
    manager.takes_up(sale.title)
    manager.form.locator("[name='fields.territory']").fill("只写了一半")
    manager.form.locator("[value=public_sources]").check()
    expect(manager.page.locator("[data-draft-state]")).to_contain_text("草稿")
    manager.page.reload()
    expect(manager.form.locator("[name='fields.territory']")).to_have_value("只写了一半")
    expect(manager.form.locator("[value=public_sources]")).to_be_checked()
    elsewhere = colleague("manager", width="phone")
    elsewhere.takes_up(sale.title)
    expect(elsewhere.form.locator("[name='fields.territory']")).to_have_value("只写了一半")


def test_what_was_typed_stays_when_the_session_has_ended_meanwhile(colleague, firm):
    sale = firm.sale()
    manager = colleague("manager")
    manager.takes_up(sale.title)
    manager.page.context.clear_cookies()
    manager.fills("prepare")
    expect(manager.page.locator("[data-draft-state]")).to_contain_text("本机")
    manager.leaves_by("done")
    assert "/login" in manager.path
    manager.page.fill("[name=username]", "manager")
    manager.page.fill("[name=password]", "qiao-demo-2026")
    manager.submit("main form [type=submit]")
    expect(manager.form.locator("[name='fields.territory']")).to_have_value(ANSWERS["prepare"]["territory"])
    expect(manager.page.locator("[data-draft-state]")).to_contain_text("草稿已保存")
    manager.leaves_by("done")
    assert firm.waiting(sale)["step"] == "plan_visit"


def test_what_was_typed_stays_when_somebody_else_was_first(colleague, firm):
    sale = firm.sale(until="survey")
    manager = colleague("manager", language="en")
    manager.takes_up(sale.title)
    manager.fills("survey", {"present": "typed while the other was faster"})
    firm.complete(sale, firm.waiting(sale))
    manager.form.locator("button[value=done]").click()
    main = manager.page.locator("main")
    expect(main.locator(".q-notice.q-tone-bad, h1").first).to_be_visible()
    assert "typed while the other was faster" in manager.page.content(), "what was typed stands on the page"
    assert firm.waiting(sale)["step"] == "design", "and nothing was done twice"
    assert firm.number("SELECT count(*) FROM workflow_turn WHERE run_id = ? AND step = 'survey'", sale.run_id) == 1
