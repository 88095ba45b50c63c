"""The opportunity's own pages: opening, showing, changing, approving, closing."""

import io

import pytest

from app.core.database import session
from app.customers import operations as customer_operations
from app.sales.models import Attachment, Note, Opportunity, Product
from app.workflow.models import Run
from tests.factories import customers, people, sales


@pytest.fixture
def bank(database, frozen_clock):
    return sales.create_bank()


@pytest.fixture
def manager(bank, client):
    return client.sign_in(bank.manager)


def as_somebody(app, person):
    """Another browser, signed in."""
    return app.test_client().sign_in(person)


def url_of(opportunity, rest=""):
    return f"/sales/opportunities/{opportunity.id}{rest}"


def test_a_customer_is_found_by_initials_and_an_opportunity_opened(bank, manager):
    customer = sales.create_customer(bank, "宏远建材有限公司")
    found = manager.page("/sales/opportunities/new?q=hyjc")
    form = manager.page(found.links["宏远建材有限公司"])
    page = manager.submit(form, "form[method=post][data-once]", title="续贷不过桥", amount="3,260,000", source="market")
    opportunity = session.query(Opportunity).one()
    assert (opportunity.customer_id, str(opportunity.amount), opportunity.source) == (
        customer.id,
        "3260000.00",
        "market",
    )
    assert page.text("h1") == "续贷不过桥" and "第一步等您办理" in page.text("main")


def test_before_anything_is_typed_ones_own_customers_are_offered(bank, manager):
    sales.create_customer(bank, "宏远建材有限公司")
    assert "宏远建材有限公司" in manager.page("/sales/opportunities/new").links


def test_the_search_says_when_nobody_fits(manager):
    assert "没有符合" in manager.page("/sales/opportunities/new?q=没有").text("main")
    partial = manager.page("/sales/opportunities/new?q=x", headers={"HX-Request": "true"})
    assert not partial.css("html h1")


def test_what_was_typed_survives_a_refusal(bank, manager):
    customer = sales.create_customer(bank)
    form = manager.page(f"/sales/opportunities/new?customer={customer.id}")
    page = manager.submit(form, "form[data-once]", title="好的", amount="很多", expected_on="2026-12-01", status=422)
    assert page.form("form[data-once]")["title"] == "好的"
    assert "请填写以元为单位" in page.text("#field-amount")
    assert session.query(Opportunity).count() == 0


def test_a_second_open_one_is_warned_of_and_opened_all_the_same(bank, manager):
    customer = sales.create_customer(bank)
    sales.create_opportunity(bank, customer, title="第一单")
    form = manager.page(f"/sales/opportunities/new?customer={customer.id}")
    assert "第一单" in form.text(".q-notice")
    again = manager.submit(form, "form[data-once]", title="第二单", status=422)
    assert "仍然新建" in again.text("form[data-once]") and session.query(Opportunity).count() == 1
    manager.submit(again, "form[data-once]")
    assert session.query(Opportunity).count() == 2
    manager.submit(again, "form[data-once]")
    assert session.query(Opportunity).count() == 2, "the same form sent twice opens one"


@pytest.mark.parametrize(
    "data",
    [
        {}, {"title": ""}, {"title": "x" * 100_000}, {"title": "a\x00b"}, {"title": "😀" * 50, "amount": str(2**80)},
        {"title": "<script>", "source": "moon"}, {"title": "x", "expected_on": "soon"}, {"title": "x", "owner_id": "a"},
    ],
)  # fmt: skip
def test_bad_input_is_never_a_fault_of_ours(bank, manager, data):
    customer = sales.create_customer(bank)
    answer = manager.post("/sales/opportunities/new", data={"customer_id": customer.id, **data})
    assert answer.status_code == 422
    for forged in ("0", "-1", "x", str(2**80), "999999"):
        assert manager.post("/sales/opportunities/new", data={"customer_id": forged, "title": "x"}).status_code == 404


def test_the_page_answers_what_is_missing_and_who_is_accountable(bank, manager):
    opportunity = sales.create_opportunity(bank, title="续贷不过桥", amount="3260000.00", source="market")
    page = manager.page(url_of(opportunity))
    assert len(page.css(".q-track-item")) == 8
    assert page.css(".q-track-now[aria-current=step]")
    assert len(page.css(".q-missing li")) == 7 and "请填写“辖区特点”" in page.text(".q-missing")
    assert "准备完成，去约见" in page.text(".q-step-foot .btn-primary")
    assert "怎样算做得好" in page.text(".q-coach") and "辖区分析" in page.text(".q-coach")
    assert page.css(".q-coach .q-prose strong"), "the coaching card is set as Markdown"
    team = page.text("#team")
    for name in ("梁组长", "陈经理", "白业务", "刘辅助", "负责人"):
        assert name in team
    assert "专业市场" in page.text("#facts") and "3,260,000.00" in page.text("#facts")


def test_the_timeline_tells_everything_newest_first(bank, manager, frozen_clock):
    customer = sales.create_customer(bank)
    opportunity = sales.create_opportunity(bank, customer)
    frozen_clock.move(minutes=1)
    sales.complete(opportunity, bank.manager)
    customers.create_visit(bank.manager, customer, said="谈了过桥", opportunity_id=opportunity.id)
    manager.send(url_of(opportunity, "/notes"), {"text": "先约林敏", "submission": "n"})
    form = manager.page(url_of(opportunity, "/edit"))
    manager.submit(form, "form.q-form-wide", title="改了名字")
    frozen_clock.move(minutes=1)
    manager.post(url_of(opportunity, "/files"), data={"file": (io.BytesIO(b"%PDF-1.4"), "方案.pdf")})
    page = manager.page(url_of(opportunity))
    words = page.text(".q-timeline")
    for told in ("添加文件", "方案.pdf", "改了名字", "先约林敏", "谈了过桥", "摸清辖区与客户", "新建商机"):
        assert told in words, told
    assert words.index("方案.pdf") < words.index("新建商机")


def test_older_happenings_come_on_request(bank, manager, frozen_clock):
    opportunity = sales.create_opportunity(bank)
    for n in range(20):
        frozen_clock.move(minutes=1)
        manager.send(url_of(opportunity, "/notes"), {"text": f"第{n}条。", "submission": str(n)})
    page = manager.page(url_of(opportunity))
    shown = page.text(".q-timeline")
    assert "第19条。" in shown and "第0条。" not in shown
    older = manager.page(page.links["更早"], headers={"HX-Request": "true"}).text()
    assert "第0条。" in older and "第19条。" not in older
    for n in range(20):
        assert (f"第{n}条。" in shown) != (f"第{n}条。" in older)
    assert manager.page(url_of(opportunity, "/timeline?before=nonsense"))


def test_the_business_manager_reads_what_the_survey_found(bank, app):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="survey")
    sales.complete(opportunity, bank.manager, present="月均进账 560 万元", latent="应收可做保理")
    page = as_somebody(app, bank.business).page(url_of(opportunity))
    assert "月均进账 560 万元" in page.text("#known") and "应收可做保理" in page.text("#known")
    assert "设计一揽子方案" in page.text(".q-step-head")
    options = page.css("select[name='fields.products.0.product'] option")
    assert "流动资金贷款" in " ".join(option.text() for option in options)


def test_approval_shows_what_is_asked_by_whom_and_what_changed(bank, app, frozen_clock):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="decide")
    leader = as_somebody(app, bank.leader)
    page = leader.page(url_of(opportunity))
    asked = page.text(".q-ask")
    for words in ("陈经理申请审批", "3,000,000.00", "流动资金贷款", "4.25%", "写清楚了"):
        assert words in asked
    assert "与上次相比" not in asked
    answer = leader.submit(page, "#step-form", data={"outcome": "refuse", "reason": ""}, status=422)
    assert "原因" in answer.text("main")
    leader.submit(page, "#step-form", data={"outcome": "refuse", "reason": "先谈担保"})
    frozen_clock.move(minutes=10)
    sales.complete(opportunity, bank.manager, amount="2500000.00")
    again = leader.page(url_of(opportunity))
    assert "金额：3,000,000.00 → 2,500,000.00" in again.text(".q-ask-changed")
    done = leader.submit(again, "#step-form", data={"outcome": "approve", "fields.opinion": "先落实账户变更"})
    assert "签约" in done.text("main")
    assert "先落实账户变更" in done.text(".q-timeline")


def test_above_the_authority_the_primary_way_leads_to_the_second_link(bank, app):
    opportunity = sales.create_opportunity(bank)
    sales.ANSWERS["amount"] = "9000000.00"
    try:
        sales.carry(bank, opportunity, until="decide")
    finally:
        sales.ANSWERS["amount"] = "3000000.00"
    leader = as_somebody(app, bank.leader)
    page = leader.page(url_of(opportunity))
    assert "超出组长权限" in page.text(".q-ask")
    assert page.text("#step-form .btn-primary") == "同意，报审批机构"
    leader.submit(page, "#step-form", data={"outcome": "approve"}, status=422)
    leader.submit(page, "#step-form", data={"outcome": "pass_on"})
    risk = as_somebody(app, bank.risk)
    second = risk.page(url_of(opportunity))
    assert "组长审批 · 梁组长" in second.text(".q-ask")
    risk.submit(second, "#step-form", data={"outcome": "approve"})
    assert session.get_one(Run, opportunity.run_id).step == "sign"


def test_others_see_the_proposal_without_its_buttons(bank, manager):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="decide")
    page = manager.page(url_of(opportunity))
    assert "申请审批" in page.text(".q-ask")
    assert not page.css(".q-step-foot button[value=approve]")


def test_the_edit_page_changes_the_plan_and_voids_what_rested_on_it(bank, manager):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="sign")
    form = manager.page(url_of(opportunity, "/edit"))
    page = manager.submit(form, "form.q-form-wide", data={"products.1.product": "AQ01", "products.1.amount": "50,000"})
    assert "原审批失效" in page.text("main")
    assert session.get_one(Run, opportunity.run_id).step == "decide"
    bad = manager.submit(
        form, "form.q-form-wide", data={"products.1.product": "AQ01", "products.1.amount": "x"}, status=409
    )
    assert bad.text("h1")
    fresh = manager.page(url_of(opportunity, "/edit"))
    bad = manager.submit(fresh, "form.q-form-wide", data={"products.0.amount": "x"}, status=422)
    assert "请填写以元为单位" in bad.text("main")


def test_who_did_not_propose_is_told_so_instead_of_asked(bank, app):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="decide")
    leader = as_somebody(app, bank.leader)
    form = leader.page(url_of(opportunity, "/edit"))
    assert "已报审" in form.text("main") and not form.css("[name=amount]")
    leader.submit(form, "form.q-form-wide", title="新名字")
    leader.send(url_of(opportunity, "/edit"), {**form.form("form.q-form-wide"), "amount": "1.00"}, status=409)
    session.refresh(opportunity)
    assert (opportunity.title, str(opportunity.amount)) == ("新名字", "3000000.00")


def test_closing_asks_for_a_reason_of_the_tree(bank, manager):
    opportunity = sales.create_opportunity(bank)
    form = manager.page(url_of(opportunity, "/close"))
    assert "贷款利率高于同业" in form.text("select[name=reason_key]")
    manager.submit(form, "form[data-once]", reason_key="", status=422)
    manager.submit(form, "form[data-once]", reason_key="lost.other", reason="", status=422)
    manager.submit(form, "form[data-once]", reason_key="won.whatever", status=422)
    page = manager.submit(form, "form[data-once]", reason_key="lost.loan_rate", reason="农商行 4.0%")
    assert "失败" in page.text(".q-notice") and "贷款利率高于同业" in page.text(".q-notice")
    assert not page.css("#step-form")


def test_contacts_of_the_customer_take_their_part(bank, manager):
    customer = sales.create_customer(bank)
    person = customer_operations.add_key_person(people.actor(bank.manager), customer.id, name="林敏", post="会计")
    opportunity = sales.create_opportunity(bank, customer)
    page = manager.page(url_of(opportunity))
    page = manager.submit(page, "#contacts form", key_person_id=str(person.id), role="handles")
    assert "林敏" in page.text("#contacts .q-list") and "经办" in page.text("#contacts .q-list")
    page = manager.send(url_of(opportunity, "/contacts"), {"key_person_id": "x", "role": "king"})
    assert "请选择" in page.text("main")
    page = manager.send(url_of(opportunity, f"/contacts/{person.id}/remove"))
    assert not page.css("#contacts .q-list")


def test_files_are_read_by_those_who_see_the_opportunity(bank, manager, app):
    opportunity = sales.create_opportunity(bank)
    manager.post(url_of(opportunity, "/files"), data={"file": (io.BytesIO(b"%PDF-1.4 a"), "方案.pdf")})
    file = session.query(Attachment).one().file_id
    with as_somebody(app, bank.support).get(f"/files/{file}") as answer:
        assert answer.status_code == 200 and answer.data.startswith(b"%PDF")
    stranger = people.create_person("外人", unit=bank.unit)
    people.create_team(unit=bank.unit, relationship=stranger)
    assert as_somebody(app, stranger).get(f"/files/{file}").status_code == 404
    assert (
        manager.post(url_of(opportunity, "/files"), data={"file": (io.BytesIO(b"<html>"), "x.pdf")}).status_code == 422
    )
    assert "请先选择文件" in manager.send(url_of(opportunity, "/files")).text("main")
    assert as_somebody(app, bank.leader).post(url_of(opportunity, f"/files/{file}/remove")).status_code == 403
    manager.send(url_of(opportunity, f"/files/{file}/remove"))
    assert manager.get(f"/files/{file}").status_code == 404


def test_a_note_is_kept_once_and_withdrawn_by_its_author(bank, manager, app):
    opportunity = sales.create_opportunity(bank)
    for _n in range(2):
        manager.send(url_of(opportunity, "/notes"), {"text": "先约林敏", "submission": "same"})
    note = session.query(Note).one()
    assert as_somebody(app, bank.leader).post(f"/sales/notes/{note.id}/withdraw").status_code == 403
    manager.send(f"/sales/notes/{note.id}/withdraw")
    assert "先约林敏" not in manager.page(url_of(opportunity)).text("main")
    assert manager.post("/sales/notes/999999/withdraw").status_code == 404
    assert "备注未保存" in manager.send(url_of(opportunity, "/notes"), {"text": " "}).text("main")


def test_outside_the_scope_is_404_and_without_the_right_403(bank, app):
    opportunity = sales.create_opportunity(bank)
    other = sales.create_bank("城西支行")
    stranger = as_somebody(app, other.manager)
    for rest in ("", "/move", "/edit", "/close", "/timeline"):
        assert stranger.get(url_of(opportunity, rest)).status_code == 404, rest
    for rest in ("/move", "/edit", "/close", "/notes", "/files", "/contacts"):
        assert stranger.post(url_of(opportunity, rest), data={"text": "x", "title": "x"}).status_code in (404, 422), (
            rest
        )
    support = as_somebody(app, bank.support)
    assert support.get(url_of(opportunity, "/close")).status_code == 403
    assert support.get("/sales/opportunities/new").status_code == 403
    hr = as_somebody(app, people.create_person(role="hr"))
    assert hr.get("/sales").status_code == 403 and hr.get(url_of(opportunity)).status_code == 403


def test_the_page_asks_the_database_equally_often_whatever_has_happened(bank, manager, statements):
    customer = sales.create_customer(bank)
    opportunity = sales.create_opportunity(bank, customer)
    sales.carry(bank, opportunity, until="survey")
    counts = []
    for number in (3, 60):
        for n in range(number):
            manager.send(url_of(opportunity, "/notes"), {"text": "x", "submission": f"{number}-{n}"})
            if number == 60:
                customers.create_visit(bank.manager, customer, said=f"第{n}次", opportunity_id=opportunity.id)
        manager.get(url_of(opportunity))
        with statements() as seen:
            manager.page(url_of(opportunity))
        counts.append(seen.count)
    assert counts[0] == counts[1] <= 30


def test_the_customers_page_shows_its_opportunities(bank, manager):
    customer = sales.create_customer(bank)
    opportunity = sales.create_opportunity(bank, customer, title="续贷不过桥")
    page = manager.page(f"/customers/{customer.id}")
    assert page.links["续贷不过桥"] == url_of(opportunity)
    assert f"/sales/opportunities/new?customer={customer.id}" in page.links.values()


def test_the_catalogue_is_looked_at_by_all_and_kept_by_few(bank, app, client):
    reader = as_somebody(app, bank.manager).page("/sales/products")
    assert "流动资金贷款" in reader.text("main") and "新增产品" not in reader.text("main")
    supervisor = as_somebody(app, bank.supervisor)
    assert supervisor.get("/sales/products/new").status_code == 403, "an office at a sub-branch is not the institution"
    keeper = client.sign_in(people.create_person("许管理", role="sysadmin"))
    form = keeper.page("/sales/products/new")
    bad = keeper.submit(form, "form[data-once]", code="LN01", name="重名贷", status=422)
    assert "已有其他产品使用" in bad.text("#field-code")
    keeper.submit(form, "form[data-once]", code="LN99", name="测试贷", kind="loan", audience="company")
    product = session.query(Product).filter_by(code="LN99").one()
    edit = keeper.page(f"/sales/products/{product.id}")
    keeper.submit(edit, "form[data-once]", name="改名贷")
    assert keeper.post(f"/sales/products/{product.id}", data=edit.form("form[data-once]")).status_code == 409
    session.refresh(product)
    keeper.send(f"/sales/products/{product.id}/retire", {"version": product.version, "retired": "1"})
    assert "改名贷" not in keeper.page("/sales/products").text("main")
    assert "改名贷" in keeper.page("/sales/products?retired=1&kind=loan").text("main")
    assert keeper.post(f"/sales/products/{product.id}/retire", data={"version": "1"}).status_code == 409
    assert keeper.get("/sales/products/999999").status_code == 404
    assert keeper.post("/sales/products/load").status_code == 409


def test_an_empty_catalogue_offers_the_shipped_one(database, client):
    keeper = client.sign_in(people.create_person("许管理", role="sysadmin"))
    page = keeper.page("/sales/products")
    assert "产品目录为空" in page.text("main")
    assert "已添加 40 个产品" in keeper.send("/sales/products/load").text("main")
