"""The first day of an empty institution: its three administrators, the checklist page, and the first sale."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.colleague import Colleague
from tests.support.browser import Visitor
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

PASSWORDS = {"sysadmin": "lake-7-Bridge-stone", "secadmin": "Hill-8-cloud-paper", "auditor": "river-9-Glass-lamp"}
STAFF = {
    "leader": ("梁组长", "liang"),
    "relationship": ("陈经理", "chen"),
    "business": ("白业务", "bai"),
    "support": ("刘辅助", "liu"),
}


@pytest.fixture
def empty(_browser: Browser, tmp_path):
    """A fresh institution begun by ``flask init``, served; ``empty(name)`` signs an account in."""
    server = Server(tmp_path, workers=1)
    server.flask("db", "upgrade")
    server.flask("init", "--name", "滨江银行总行", typed="\n".join(PASSWORDS.values()) + "\n")
    server.start()
    visitors: list[Visitor] = []

    def come(username: str, password: str) -> Colleague:
        context = _browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
        visitors.append(Visitor(context, server))
        return Colleague(visitors[-1].sign_in(username, password))

    yield server, come
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.context.close()
    server.stop()
    assert not faults, "\n".join(faults)


def left_to_do(person):
    """The lines of the checklist that are not done yet."""
    page = person.go("/admin")
    return page.locator(".q-task:not(.q-task-done) strong").all_inner_texts()


def makes(person, path, **typed):
    """Fill in and send the form of a page, choosing from lists by what they say."""
    page = person.go(path)
    form = page.locator("main form[method=post]").first
    for name, value in typed.items():
        control = form.locator(f"[name={name}]")
        if control.evaluate("control => control.tagName") == "SELECT":
            option = control.locator("option", has_text=value).first
            control.select_option(option.get_attribute("value"))
        else:
            control.fill(value)
    person.press(form.locator("button.btn-primary"))
    assert not page.locator(".q-error").count(), person.problems()


def begins(come, username, password):
    """The first sign-in: it asks for a password of one's own before anything else."""
    person = come(username, password)
    assert "/password" in person.path
    person.page.fill("[name=current]", password)
    for field in ("new", "again"):
        person.page.fill(f"[name={field}]", "tile-5-Market-bridge")
    person.press(person.page.locator("main form button[type=submit]").first)
    assert "/password" not in person.path, person.problems()
    return person


def test_three_administrators_bring_an_empty_institution_to_its_first_sale(empty):
    server, come = empty
    sysadmin = come("sysadmin", PASSWORDS["sysadmin"])
    assert len(left_to_do(sysadmin)) >= 6

    makes(sysadmin, "/admin/units/new", name="城东支行", level="支行", code="CD", parent_id="滨江银行总行")
    passwords = {}
    for name, username, post in (("孙主管", "sun", "机构负责人"), *((*who, "客户经理") for who in STAFF.values())):
        makes(sysadmin, "/admin/people/new", name=name, username=username, unit_id="城东支行", post=post, grade="初级")
        if username not in ("sun", "chen"):
            continue
        reset = sysadmin.page.locator("details:has(form[action$='/reset'])")
        reset.locator("summary").click()
        sysadmin.press(reset.locator("form button"))
        passwords[username] = sysadmin.page.locator("#secret").inner_text()

    # who grants is another person than who makes accounts
    secadmin = come("secadmin", PASSWORDS["secadmin"])
    page = secadmin.go("/admin/people")
    secadmin.press(page.locator("main a", has_text="孙主管").first)
    page.locator("form[action$='/grants'] [name=role]").evaluate("e => e.closest('details').open = true")
    page.select_option("form[action$='/grants'] [name=role]", "supervisor")
    page.locator("form[action$='/grants'] [name=unit_id]").select_option(label="城东支行")
    secadmin.press(page.locator("form[action$='/grants'] button.btn-primary"))
    expect(page.locator("main")).to_contain_text("主管")

    # the supervisor forms the team of her unit
    sun = begins(come, "sun", passwords["sun"])
    makes(sun, "/admin/teams/new", name="建材市场小组", unit_id="城东支行", industry="商贸")
    team = sun.path
    for role, (name, _username) in STAFF.items():
        page = sun.go(team)
        if not page.locator("form[action$='/members']").is_visible():
            page.locator("details.q-disclose:has(form[action$='/members']) > summary").click()
        page.select_option("form[action$='/members'] [name=person_id]", label=name)
        page.select_option("form[action$='/members'] [name=role]", role)
        sun.press(page.locator("form[action$='/members'] button.btn-primary"))
    expect(page.locator("main")).to_contain_text("刘辅助")

    page = sysadmin.go("/sales/products")
    sysadmin.press(page.locator("form[action$='/products/load'] button"))
    server.flask("jobs", "run", "--once")
    todo = left_to_do(sysadmin)
    assert len(todo) <= 2, f"mail and a later year of the calendar at most: {todo}"

    chen = begins(come, "chen", passwords["chen"])
    customer, _name = chen.adds_customer("宏远建材有限公司")
    opportunity = chen.opens_opportunity(customer, "续贷不过桥")
    expect(chen.form.locator("[name='fields.territory']")).to_be_visible()

    # the auditor sees who did what, and no business page
    auditor = come("auditor", PASSWORDS["auditor"])
    page = auditor.go("/audit")
    expect(page.locator("main table")).to_contain_text("陈经理")
    assert page.request.get(server.url + opportunity).status == 403
    assert server.flask("audit", "verify")
