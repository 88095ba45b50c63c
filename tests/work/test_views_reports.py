"""Raising something on one page, finding it again with its answer, and what may be shared with all."""

import io

import pytest
from sqlalchemy import select

from app.core.database import session
from app.work.operations import kinds as keeping
from app.work.operations.raising import raise_report
from app.workflow import operations as workflow
from app.workflow.models import Turn
from tests.factories import people
from tests.factories.customers import PNG
from tests.support.statements import counting

REQUEST = {
    "fields.need": "三个月对账单", "fields.needed_by": "2026-12-01", "fields.urgency": "soon", "text.paper": "客户原话",
}  # fmt: skip


@pytest.fixture
def office(database):
    workflow.sync_seeds()
    return people.create_unit("运营管理部", parent=people.root())


@pytest.fixture
def head(office):
    return people.create_person("部门主管", unit=office, role="supervisor")


@pytest.fixture
def front(office, client):
    return client.sign_in(people.create_person("小陈", unit=people.create_unit("城东支行", parent=people.root())))


def raise_one(client, office, title="要对账单", **changes):
    page = client.page("/work/reports/new/work_service_request")
    form = {**page.form("main form"), **REQUEST, "title": title, "unit_id": str(office.id), **changes}
    return client.post("/work/reports/new/work_service_request", data=form)


def test_choosing_writing_and_finding_it_again(front, office, head, app):
    page = front.page("/work/reports/new")
    assert "服务请求" in page.text("main") and "工作任务" not in page.text("main")
    answer = raise_one(front, office)
    assert answer.status_code == 303 and answer.location.startswith("/work/items/")
    page = front.page("/work/reports")
    assert (
        "要对账单" in page.text("#reports")
        and "办理并答复" in page.text("#reports")
        and head.name in page.text("#reports")
    )
    theirs = app.test_client().sign_in(head)
    assert "要对账单" in theirs.page("/work/reports?show=received").text("#reports")
    assert theirs.page("/work/reports").css(".q-empty")


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_missing(front, office, head):
    page = front.send("/work/reports/new/work_service_request", {"title": "", "unit_id": ""}, status=422)
    assert page.css("#title-error")
    typed = {
        "title": "要对账单",
        "unit_id": str(office.id),
        "fields.need": "对账单",
        "text.paper": "原话",
        "whole": "1",
    }
    page = front.send("/work/reports/new/work_service_request", typed, status=422)
    assert "对账单" in page.text("textarea[name='fields.need']") and "原话" in page.text("textarea[name='text.paper']")
    assert page.css(".q-missing li")
    assert front.page("/work/reports").css(".q-empty")


def test_the_receiving_unit_is_that_of_the_kind(front, office, head):
    keeper = people.actor(people.create_person(role="hr"))
    keeping.set_route(keeper, "work_service_request", 0, unit_id=office.id, receivers="heads")
    page = front.page("/work/reports/new/work_service_request")
    assert page.form("main form")["unit_id"] == str(office.id)


def test_what_is_not_raised_or_not_there_has_no_page(front):
    front.page("/work/reports/new/work_task", status=404)
    front.page("/work/reports/new/nonsense", status=404)


def test_somebody_else_sees_nothing_of_it(front, office, head, app):
    location = raise_one(front, office).location
    stranger = app.test_client().sign_in(people.create_person("路人"))
    assert stranger.page("/work/reports?show=received").css(".q-empty")
    assert stranger.get(location).status_code == 404


def test_filters_of_the_list(front, office, head):
    raise_one(front, office, "要对账单")
    raise_one(front, office, "要函证 100%")
    assert "要函证" not in front.page("/work/reports?q=对账").text("#reports")
    assert "要函证" in front.page("/work/reports?q=100%25").text("#reports")
    assert front.page("/work/reports?q=_").css(".q-empty")
    assert front.page("/work/reports?state=closed").css(".q-empty")
    assert front.page("/work/reports?kind=work_project").css(".q-empty")


@pytest.mark.parametrize("url", ["/work/reports", "/work/reports?show=received"])
def test_the_lists_ask_a_constant_number_of_statements(url, front, office, head, app):
    reader = app.test_client().sign_in(head) if "received" in url else front
    counts = []
    for number in (3, 27):
        for n in range(number):
            raise_one(front, office, f"请求 {number} {n}")
        reader.page(url)
        with counting() as seen:
            reader.page(url)
        counts.append(seen.count)
    assert counts[0] == counts[1]


def shared(office, head, title, digest):
    sender = people.actor(people.create_person(unit=office))
    report = {"competitor": "某行", "product": "快贷", "terms": "3.2%", "seen_on": "2026-11-01", "source": "visit"}
    item = raise_report(sender, "work_competitor_info", title, office.id, fields=report)
    turn = session.scalars(select(Turn.id).where(Turn.run_id == item.run_id, Turn.state == "waiting")).one()
    answer = {"threat": "high", "reply": "内部对策", "digest": digest, "shared": bool(digest)}
    workflow.complete(people.actor(head), turn, outcome="hand_in", fields=answer)
    return item


def test_everybody_finds_what_is_shared_and_only_the_summary_of_it(front, office, head):
    assert front.page("/work/reports/library").css(".q-empty")
    item = shared(office, head, "某行快贷", "年利率 3.2%，**三天**放款")
    shared(office, head, "不共享的", "")
    page = front.page("/work/reports/library")
    assert "三天" in page.text("#pieces") and "内部对策" not in page.html and "不共享的" not in page.html
    assert not page.css(f"a[href='/work/items/{item.id}']")
    assert front.page("/work/reports/library?q=快贷 三天").css("#pieces")
    assert front.page("/work/reports/library?q=理财").css(".q-empty")
    assert front.page("/work/reports/library?kind=work_market_info").css(".q-empty")


def test_the_answer_stands_on_the_page_and_what_was_raised_may_be_taken_back(front, office, head, app):
    location = raise_one(front, office).location
    page = front.page(location)
    assert "运营管理部" in page.text(".q-lead") and "三个月对账单" in page.text("#known")
    theirs = app.test_client().sign_in(head)
    page = theirs.page(location)
    assert not page.css("form[action$='/withdraw']")
    page = theirs.submit(
        page, "#step-form", data={"fields.result": "done", "fields.reply": "已导出并寄出", "outcome": "hand_in"}
    )
    page = front.page(location)
    assert "已导出并寄出" in page.text("#known")
    front.submit(page, "form[action$='/withdraw']", reason=" ")
    assert "要对账单" in front.page("/work/reports?state=open").text("#reports")
    front.submit(front.page(location), "form[action$='/withdraw']", reason="客户不要了")
    assert front.page("/work/reports?state=open").css(".q-empty")
    assert theirs.post(location.replace("items", "reports") + "/withdraw", data={"reason": "x"}).status_code == 404
    front.send("/work/reports/99/withdraw", {"reason": "x"}, status=404)


def test_what_a_supervisor_raised_is_not_among_what_they_assigned(front, office, head, app):
    other = people.create_unit("科技部", parent=people.root())
    people.create_person(unit=other, role="supervisor")
    theirs = app.test_client().sign_in(head)
    raise_one(theirs, other, "系统故障")
    assert "系统故障" not in theirs.page("/work/assigned").text("main")


def test_files_go_with_what_is_raised(front, office, head, app):
    page = front.page("/work/reports/new/work_service_request")
    form = {**page.form("main form"), **REQUEST, "title": "要对账单", "unit_id": str(office.id)}
    upload = {**form, "file.paper": (io.BytesIO(PNG), "委托书.png")}
    answer = front.post("/work/reports/new/work_service_request", data=upload, content_type="multipart/form-data")
    assert answer.status_code == 303
    theirs = app.test_client().sign_in(head)
    link = theirs.page(answer.location).css("#known a.q-file")[0]
    file = theirs.get(link.attributes["href"])
    assert "委托书.png" in link.text() and file.status_code == 200
    file.close()
    bad = {**form, "submission": "other", "file.paper": (io.BytesIO(b"MZ" + bytes(400)), "x.exe")}
    answer = front.post("/work/reports/new/work_service_request", data=bad, content_type="multipart/form-data")
    assert answer.status_code == 422 and "q-error" in answer.text


def test_the_units_of_a_coordination_are_called_by_their_names(front, office, head):
    other = people.create_unit("港口支行", parent=people.root())
    page = front.page("/work/reports/new/work_coordination")
    form = {**page.form("main form"), "title": "水产市场", "unit_id": str(office.id), "fields.object": "市场",
            "fields.why": "跨区", "fields.wish": "一起做", "fields.units": [str(office.id), str(other.id)]}  # fmt: skip
    page = front.send("/work/reports/new/work_coordination", form)
    assert "运营管理部" in page.text("#known") and "港口支行" in page.text("#known")


def test_the_head_sees_who_may_take_something_and_names_somebody(front, office, head, app):
    people_there = [people.create_person(f"员{n}", unit=office) for n in range(5)]
    boss = people.create_person("人力", role="hr")
    keeping.set_route(people.actor(boss), "work_service_request", None, unit_id=office.id, receivers="people")
    session.commit()
    item = raise_one(front, office).location
    theirs = app.test_client().sign_in(head)
    listed = theirs.page("/work/reports?show=received").text("#reports")
    assert "员0、员1、员2" in listed and "另外 2 人" in listed and "员3" not in listed
    page = theirs.page(item)
    form = "form.q-pop[action$='/reassign']"
    assert "指定受理人" in page.text("main")
    done = theirs.submit(page, form, to=str(people_there[3].id), why="这类由他办")
    assert "员3" in theirs.page("/work/reports?show=received").text("#reports"), done.text("main")
    assert "指定受理人" not in theirs.page(item).text("main")


def test_what_was_raised_is_not_said_to_have_been_assigned_in_the_record_of_who_answered_it(front, office, head, app):
    raise_one(front, office)
    theirs = app.test_client().sign_in(head)
    answering = session.scalars(select(Turn).where(Turn.state == "waiting")).one()
    answer = {"fields.result": "done", "fields.reply": "已导出", "outcome": "hand_in", "whole": "1"}
    theirs.send(f"/turns/{answering.id}/complete", answer)
    session.expire_all()
    settling = session.scalars(select(Turn).where(Turn.state == "waiting")).one()
    front.send(f"/turns/{settling.id}/complete", {"fields.satisfied": "yes", "outcome": "confirm", "whole": "1"})
    record = theirs.page(f"/work/people/{head.id}/done").text("tbody")
    assert "要对账单" in record and "提出人 小陈" in record and "交办人" not in record
