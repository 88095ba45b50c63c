"""Board, list and export, at the doors people use."""

import io

import pytest
from python_calamine import CalamineWorkbook

from app.core.audit import AuditRow
from app.core.database import session
from app.workflow.models import Run
from tests.factories import people, sales


@pytest.fixture
def bank(database, frozen_clock):
    return sales.create_bank()


@pytest.fixture
def manager(bank, client):
    return client.sign_in(bank.manager)


def moved(bank, opportunity, page, **typed):
    """Post the form of a way on, as the card's menu has it."""
    return {**page.form(f"form:has(input[value='{typed.pop('way')}'])"), **typed}


def test_the_board_shows_eight_columns_with_cards(bank, manager):
    opportunity = sales.create_opportunity(bank, title="续贷不过桥", amount="3260000.00")
    page = manager.page("/sales")
    assert len(page.css(".q-col")) == 8
    card = page.text(".q-deal")
    for words in ("宏远建材有限公司", "续贷不过桥", "326.0万", "0 天", "经理"):
        assert words in card
    assert page.css(f".q-deal a[href='/sales/opportunities/{opportunity.id}']")
    assert "326.0万" in page.text(".q-col-sum")


def test_an_empty_board_says_what_to_do(manager):
    page = manager.page("/sales")
    assert "还没有进行中的商机" in page.text("main")
    assert page.links["新建商机"] == "/sales/opportunities/new"


def test_a_card_that_rests_is_marked_with_a_word_beside_the_colour(bank, manager, frozen_clock):
    sales.create_opportunity(bank)
    frozen_clock.move(days=40)
    page = manager.sign_in(bank.manager).page("/sales")
    assert page.css(".q-deal.q-age-2") and "停留过久" in page.text(".q-deal")


def test_later_cards_come_when_one_scrolls_to_them(bank, manager):
    customer = sales.create_customer(bank)
    for _n in range(23):
        sales.create_opportunity(bank, customer)
    page = manager.page("/sales")
    assert len(page.css(".q-deal")) == 20
    more = page.one(".q-more-cards").attributes["hx-get"]
    rest = manager.page(more, headers={"HX-Request": "true"})
    assert len(rest.css(".q-deal")) == 3 and not rest.css(".q-more-cards")
    assert "23" in page.text(".q-col .q-count")


def test_a_move_that_lacks_something_opens_the_form_with_exactly_that(bank, manager):
    opportunity = sales.create_opportunity(bank)
    menu = manager.page(f"/sales/opportunities/{opportunity.id}/move", headers={"HX-Request": "true"})
    data = moved(bank, opportunity, menu, way="done")
    page = manager.send(f"/sales/opportunities/{opportunity.id}/move", data, status=422)
    missing = page.text(".q-missing")
    assert "请填写“辖区特点”" in missing and "请勾选" in missing
    assert page.css("#field-territory") and page.css("a[href='#field-territory']")
    assert session.get_one(Run, opportunity.run_id).stage == "preparation"


def test_a_move_hands_in_what_the_draft_holds(bank, manager):
    opportunity = sales.create_opportunity(bank)
    turn = sales.waiting(opportunity, bank.manager)
    draft = {f"fields.{field.key}": "写好了" for field in turn.step.fields}
    draft |= {"checklist": [item.key for item in turn.step.checklist], "whole": "1"}
    manager.send(f"/turns/{turn.turn_id}/draft", draft)
    menu = manager.page(f"/sales/opportunities/{opportunity.id}/move")
    page = manager.send(f"/sales/opportunities/{opportunity.id}/move", moved(bank, opportunity, menu, way="done"))
    assert "已推进" in page.text("main")
    assert session.get_one(Run, opportunity.run_id).stage == "approach"


def test_a_card_is_moved_back_for_a_reason(bank, manager):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="survey")
    url = f"/sales/opportunities/{opportunity.id}/move"
    data = {"turn": sales.waiting(opportunity, bank.manager).turn_id, "to": "prepare"}
    refused = manager.send(url, {**data, "reason": ""}, status=422)
    assert "原因" in refused.text("main")
    manager.send(url, {**data, "reason": "客户换了负责人"})
    assert session.get_one(Run, opportunity.run_id).stage == "preparation"


@pytest.mark.parametrize(
    "data",
    [
        {"turn": "0", "outcome": "done"}, {"turn": "x"}, {"turn": str(2**70), "outcome": "done"}, {},
        {"outcome": "done", "version": "zzz"}, {"outcome": "done\x00"}, {"outcome": "none"}, {"to": "x" * 100_000},
        {"to": "design", "reason": "x" * 100_000},
    ],
)  # fmt: skip
def test_a_forged_move_is_never_a_fault_of_ours(bank, manager, data):
    opportunity = sales.create_opportunity(bank)
    known = {"turn": str(sales.waiting(opportunity, bank.manager).turn_id)}
    answer = manager.post(f"/sales/opportunities/{opportunity.id}/move", data={**known, **data})
    assert 400 <= answer.status_code < 500
    assert session.get_one(Run, opportunity.run_id).stage == "preparation"


def test_a_turn_of_another_sale_moves_nothing(bank, manager):
    first, second = sales.create_opportunity(bank), sales.create_opportunity(bank)
    turn = sales.waiting(second, bank.manager)
    answer = manager.post(f"/sales/opportunities/{first.id}/move", data={"turn": turn.turn_id, "outcome": "done"})
    assert answer.status_code == 404


def test_a_stale_card_is_a_conflict(bank, manager):
    opportunity = sales.create_opportunity(bank)
    sales.carry(bank, opportunity, until="survey")
    turn = sales.waiting(opportunity, bank.manager)
    data = {"turn": turn.turn_id, "outcome": "done", "version": turn.turn.version + 7}
    assert manager.post(f"/sales/opportunities/{opportunity.id}/move", data=data).status_code == 409


def test_list_and_board_are_one_page_away(manager):
    assert manager.page("/sales?view=list").text("h1") == manager.page("/sales/list").text("h1") == "商机"


def test_the_list_filters_sorts_and_finds_by_initials(bank, manager):
    first = sales.create_opportunity(bank, sales.create_customer(bank, "兴隆水产"), title="收单", amount="5.00")
    second = sales.create_opportunity(bank, sales.create_customer(bank, "安泰木业"), title="代发", amount="9.00")
    ids = {first.id: "兴隆水产", second.id: "安泰木业"}

    def order(query):
        return [link.text().strip() for link in manager.page(f"/sales/list?{query}").css("td.q-main-cell a")]

    assert order("sort=amount") == ["安泰木业", "兴隆水产"] and order("sort=customer") == ["安泰木业", "兴隆水产"]
    assert order("q=xlsc") == [ids[first.id]] and order("q=代发") == [ids[second.id]]
    assert "没有找到" in manager.page("/sales/list?q=没有这个").text("main")
    assert "无法识别" in manager.page("/sales/list?sort=evil").text("main")
    for query in ("cursor=zzz", "limit=0", "limit=9999", "cursor=%00"):
        assert manager.get(f"/sales/list?{query}").status_code == 422


def test_an_export_is_inert_and_logged(bank, manager):
    customer = sales.create_customer(bank, "=HYPERLINK(A1)公司")
    sales.create_opportunity(bank, customer, title="+cmd|' /C calc'!A0", amount="5000.50", source="market")
    answer = manager.post("/sales/export", data={"state": "all"})
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[0][:5] == ["编号", "客户", "客户编号", "商机", "金额（元）"]
    assert rows[1][1] == "'=HYPERLINK(A1)公司" and rows[1][3].startswith("'+cmd") and rows[1][4] == 5000.5
    noted = session.query(AuditRow).filter_by(action="sales.exported").one()
    assert noted.actor_id == bank.manager.id and noted.data["rows"] == 1


def test_only_sellers_export(bank, client):
    sales.create_opportunity(bank)
    client.sign_in(bank.support)
    assert "导出" not in client.page("/sales/list").text("main")
    assert client.post("/sales/export").status_code == 403


def test_several_are_moved_on_at_once_and_what_cannot_is_named(bank, manager):
    ready, bare = sales.create_opportunity(bank, title="已备好"), sales.create_opportunity(bank, title="没备好")
    turn = sales.waiting(ready, bank.manager)
    draft = {f"fields.{field.key}": "写好了" for field in turn.step.fields}
    manager.send(
        f"/turns/{turn.turn_id}/draft", {**draft, "checklist": [i.key for i in turn.step.checklist], "whole": "1"}
    )
    page = manager.send(
        "/sales/bulk", {"id": [str(ready.id), str(bare.id), "999", "x", str(2**70)], "next": "/sales/list"}
    )
    assert "已推进 1 个商机" in page.text("main") and "没备好：还缺 7 项" in page.text("main")
    assert session.get_one(Run, ready.run_id).stage == "approach"
    assert session.get_one(Run, bare.run_id).stage == "preparation"
    assert "请先勾选" in manager.send("/sales/bulk", {"next": "https://evil.example/"}).text("main")


def test_pages_ask_the_database_as_often_for_300_as_for_3(bank, manager, statements):
    customer = sales.create_customer(bank)
    counts = {}
    for total in (3, 300):
        while session.query(Run).count() < total:
            sales.create_opportunity(bank, customer, amount="1.00")
        for url in ("/sales", "/sales/list", "/sales/list?sort=customer&q=续贷"):
            manager.get(url)
            with statements() as seen:
                assert manager.get(url).status_code == 200
            counts.setdefault(url, []).append(seen.count)
    for url, (few, many) in counts.items():
        assert few == many, (url, few, many)
    assert counts["/sales"][1] <= 8


def test_english_readers_get_english(bank, client):
    sales.create_opportunity(bank)
    reader = people.create_person("Mary", locale="en", unit=bank.unit)
    people.join(bank.team, reader, "leader")
    client.sign_in(reader)
    for url, words in (
        ("/sales", "Preparation"),
        ("/sales/list", "Opportunities"),
        ("/sales/products", "Working-capital loan"),
    ):
        page = client.page(url)
        assert words in page.text("main")
        assert "阶段" not in page.text("main")
