"""From a meeting to work: called at a desk, marked and minuted on a phone, confirmed, and its decision done by its owner."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.core import clock
from tests.journeys.colleague import fresh_name

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


def call(leader, firm, purpose):
    """A meeting of the team, today just after midnight, minutes by the support; answers its address."""
    page = leader.go("/work/meetings/new")
    page.fill("[name=purpose]", purpose)
    page.select_option("[name=kind]", "weekly")
    page.fill("[name=day]", clock.today().isoformat())
    page.fill("[name=at]", "00:05")
    page.fill("[name=agenda]", "本周走访\n到期提醒")
    page.select_option("[name=taker]", str(firm.program("support").id))
    teams = page.locator("details.q-pick").filter(has=page.locator("input[name='audience.team']"))
    teams.locator("summary").click()
    teams.locator("input[name='audience.team']").first.check()
    expect(page.locator("#audience-preview")).to_contain_text("4 人")
    leader.press(page.get_by_role("button", name="安排会议"))
    assert re.search(r"/work/meetings/\d+$", leader.path), leader.problems()
    return leader.path


def test_a_meeting_becomes_work_and_its_minutes_are_fixed(colleague, firm):
    purpose, task = f"落实{fresh_name('市场')}走访分工", f"走访{fresh_name('市场')}八户"
    leader = colleague("leader")
    address = call(leader, firm, purpose)

    support = colleague("support", width="phone")
    page = support.go(address)
    support.visitor.check_width()
    expect(page.locator("#attendance [role=radiogroup]")).to_have_count(4)
    away = page.locator("#attendance [role=radiogroup]").filter(has_not_text="。").nth(0)
    away.get_by_label("请假", exact=True).check()
    away.locator("input[name^='reason.']").fill("外出培训")
    support.press(page.get_by_role("button", name="已召开，去写纪要"))
    expect(page.locator("#people")).to_contain_text("75%")
    page.locator("[name='minutes.0']").fill("分三组走访，周五汇总。")
    page.locator("#decide [name=text]").fill(task)
    page.locator("#decide [name=owner]").select_option(str(firm.program("manager").id))
    page.locator("#decide [name=due_on]").fill((clock.today() + timedelta(days=7)).isoformat())
    support.press(page.get_by_role("button", name="登记事项"))
    expect(page.locator("#decisions")).to_contain_text(task)
    expect(page.locator("[name='minutes.0']")).to_have_value("分三组走访，周五汇总。")
    support.press(page.get_by_role("button", name="提交主持人确认"))

    page = leader.go(address)
    expect(page.locator("#minutes")).to_contain_text("分三组走访")
    leader.leaves_by("confirm")
    assert leader.path == address
    expect(page.locator("#record")).to_have_count(0)

    manager = colleague("manager")
    page = manager.go(address)
    manager.press(page.locator("#decisions").get_by_role("link", name=task))
    assert re.search(r"/work/items/\d+", manager.path)
    manager.leaves_by("accept")
    expect(manager.go(address).locator("#decisions")).to_contain_text("办理中")

    # the next one is two clicks away, with what is still open
    page = leader.go(address)
    leader.press(page.get_by_role("link", name="再开一次"))
    expect(leader.page.locator("#before")).to_contain_text(task)
    leader.press(leader.page.get_by_role("button", name="安排会议"))
    expect(leader.page.locator("#before")).to_contain_text(task)
    expect(leader.page.locator("main")).to_contain_text(purpose)


DELIVER = """
from wsgi import app
from app.work.operations.notice_delivering import deliver_notices
with app.app_context():
    deliver_notices()
"""
"""What the job runner does every few seconds; the served institution has none."""


def test_required_reading_is_done_on_a_phone_and_leaves_the_day_page(colleague, firm):
    supervisor, title = colleague("supervisor"), f"请读{fresh_name('通知')}"
    page = supervisor.go("/work/notices/new")
    page.fill("[name=title]", title)
    page.fill("[name=body]", "## 要点\n\n- 双人走访\n- 当日登记")
    units = page.locator("details.q-pick").filter(has=page.locator("input[name='audience.unit']"))
    units.locator("summary").click()
    units.locator("input[name='audience.unit']").first.check()
    page.locator("[name=required]").check()
    page.locator("[name=sign]").check()
    supervisor.press(page.get_by_role("button", name="存为草稿并查看"))
    supervisor.press(page.get_by_role("button", name="发布", exact=True))
    address = supervisor.path

    manager = colleague("manager", width="phone")
    firm.server.python("-c", DELIVER)
    page = manager.go("/today")
    manager.press(page.get_by_role("link", name=title))
    manager.visitor.check_width()
    name = page.locator("[name=name]").get_attribute("placeholder")
    page.locator("[name=name]").fill(name)
    manager.press(page.get_by_role("button", name="签收：已阅知"))
    expect(manager.go("/today").get_by_role("link", name=title)).to_have_count(0)

    page = supervisor.go(address)
    supervisor.press(page.locator("#progress").get_by_role("link", name="谁还没读"))
    expect(page.locator("#readers")).not_to_contain_text(name)
    supervisor.press(page.get_by_role("button", name="全部催办"))
    expect(page.locator("[role=status], .q-flash").first).to_contain_text("已提醒")
