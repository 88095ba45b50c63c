"""A kind of work from its first word to its first answer: written, published, raised, answered, confirmed; also without scripts."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_kind_is_made_without_yaml_and_used_the_same_day(visit, scripts):
    name = f"印章外借{'一' if scripts else '二'}"
    writer = visit("hr", scripts=scripts)
    page = writer.go("/work/kinds")
    page.get_by_role("link", name="新建类型").click()
    page.fill("[name='title.zh']", name)
    page.fill("[name='title.en']", f"Seal {'one' if scripts else 'two'}")
    page.check("[name=direction][value=raised]")
    page.get_by_role("button", name="开始").click()
    page.locator("ol.q-list > li").first.get_by_role("button", name="修改").click()
    if scripts:
        page.fill("[name='title.zh']", "申请外借")
        expect(page.locator("#preview h3")).to_have_text("申请外借")
    page.get_by_role("button", name="增加字段").click()
    page.fill("[name='fields.1.title.zh']", "用途")
    page.fill("[name='fields.1.title.en']", "Purpose")
    page.select_option("[name='fields.1.type']", "choice")
    page.get_by_role("button", name="保存草稿").last.click()
    expect(page.locator("#fields-1 .q-error").first).to_be_visible()
    page.fill("[name='fields.1.options']", "签合同 | Contract\n开证明 | Certificate")
    page.get_by_role("button", name="保存并返回步骤").click()
    page.get_by_role("button", name="保存并查看").click()
    expect(page.locator("main")).to_contain_text("须由他人发布")

    second = visit("sysadmin", scripts=scripts)
    page = second.go(page.url.removeprefix(writer.server.url))
    page.locator("summary", has_text="发布").click()
    page.locator("form[action$='/publish'] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("第 1 版")

    sender = visit("manager", width="phone", scripts=scripts)
    page = sender.go("/work/reports/new")
    page.get_by_role("link", name=name, exact=True).click()
    page.fill("[name=title]", f"{name}：签授信合同")
    page.select_option(
        "[name=unit_id]", label=page.locator("[name=unit_id] option", has_text="滨江支行").first.inner_text()
    )
    page.fill("[name='fields.content']", "周三上午去客户处签字")
    page.select_option("[name='fields.purpose']", label="签合同")
    sender.check_width()
    page.locator("main form [type=submit]", has_text="提交").click()
    expect(page.locator("#known")).to_contain_text("签合同")

    head = visit("supervisor", scripts=scripts)
    page = head.go("/work/reports?show=received")
    page.get_by_role("link", name=f"{name}：签授信合同").click()
    page.fill("[name='fields.reply']", "可以，由综合员陪同前往")
    page.locator("#step-form [name=outcome]").first.click()

    page = sender.go("/work/reports")
    page.get_by_role("link", name=f"{name}：签授信合同").click()
    expect(page.locator("#known")).to_contain_text("由综合员陪同前往")
    page.locator("#step-form [name=outcome][value=confirm]").click()
    page = sender.go("/work/reports?state=closed")
    expect(page.locator("#reports")).to_contain_text(f"{name}：签授信合同")
