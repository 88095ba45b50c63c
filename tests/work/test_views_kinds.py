"""The form builder: a kind made without YAML by one person, published by a second, raised by a third."""

import pytest

from app.work.queries import kinds
from app.workflow import operations as workflow
from app.workflow import queries as processes
from tests.factories import people
from tests.support.statements import counting


@pytest.fixture
def writer(database, client):
    workflow.sync_seeds()
    return client.sign_in(people.create_person("小何", role="hr"))


@pytest.fixture
def publisher(writer, app):
    return app.test_client().sign_in(people.create_person("小魏", role="sysadmin"))


def begin(writer, **typed):
    page = writer.page("/work/kinds/new")
    data = {"title.zh": "借用展业工具", "title.en": "Borrow tools", "direction": "raised", **typed}
    return writer.submit(page, "main form", data=data)


def press(writer, page, act, **typed):
    return writer.submit(page, "main form", data={"act": act, **typed})


STEP = "/work/kinds/kind_borrow_tools/steps/1"


def test_from_the_first_word_to_the_first_request(writer, publisher, app):
    page = begin(writer)
    assert "Borrow" in page.html and page.text("ol.q-list").count("修改") == 3
    page = press(writer, writer.page(STEP), "fields.add", **{"title.zh": "申请", "title.en": "Ask"})
    assert "没有标题" in page.text("#fields") or page.css("#fields-1[open]")
    page = writer.submit(
        page, "main form",
        data={"act": "save", "fields.1.title.zh": "借什么", "fields.1.title.en": "What", "fields.1.type": "choice",
              "fields.1.required": "1"},
    )  # fmt: skip
    assert page.css("#fields-1 .q-error"), "a choice without options is told of at its place"
    page = writer.submit(page, "main form", data={"act": "save", "fields.1.options": "易拉宝 | Banner\n平板 | Tablet"})
    assert not page.css("#fields-1 .q-error") and page.css("#preview option")[1].text() == "易拉宝"
    body = processes.draft_of("kind_borrow_tools").body
    assert body["steps"][0]["fields"][1] == {
        "key": "what", "type": "choice", "title": {"zh": "借什么", "en": "What"}, "required": True,
        "options": [{"key": "banner", "title": {"zh": "易拉宝", "en": "Banner"}},
                    {"key": "tablet", "title": {"zh": "平板", "en": "Tablet"}}],
    }  # fmt: skip
    assert not writer.page("/work/kinds/kind_borrow_tools").css("form[action$='/publish']")
    writer.send("/work/kinds/kind_borrow_tools/publish", status=403)
    done = publisher.submit(publisher.page("/work/kinds/kind_borrow_tools"), "form[action$='/publish']")
    assert "1" in done.text("main") and processes.draft_of("kind_borrow_tools") is None
    front = app.test_client().sign_in(people.create_person("小陈"))
    assert "借用展业工具" in front.page("/work/reports/new").text("main")
    assert front.page("/work/reports/new/kind_borrow_tools").css("select[name='fields.what']")


def test_a_step_that_nobody_takes_may_go_to_the_head(writer):
    begin(writer)
    step = "/work/kinds/kind_borrow_tools/steps/2"
    typed = {"due": "2", "tell_after": "1", "hand_over": "1"}
    page = writer.submit(writer.page(step), "main form", data={"act": "save", **typed})
    assert page.form("main form")["hand_over"] == "1"
    rungs = processes.draft_of("kind_borrow_tools").body["steps"][1]["escalation"]
    assert [(rung["to"], rung["hand_over"], rung["unclaimed"]) for rung in rungs] == [("unit_head", True, True)]
    writer.submit(page, "main form", data={"act": "save", "hand_over": None})
    assert "hand_over" not in processes.draft_of("kind_borrow_tools").body["steps"][1]["escalation"][0]


def test_a_draft_says_who_may_publish_it_and_waits_on_their_day_page(writer, publisher, app):
    begin(writer)
    assert "系统管理员" in writer.page("/work/kinds/kind_borrow_tools").text("main")
    assert "借用展业工具" not in writer.page("/today").text("main"), "who wrote it is not asked"
    page = publisher.page("/today")
    assert "小何" in page.text("#agenda")
    link = page.css("#agenda a[href='/work/kinds/kind_borrow_tools']")
    assert "借用展业工具" in link[0].text()
    publisher.submit(publisher.page("/work/kinds/kind_borrow_tools"), "form[action$='/publish']")
    assert "借用展业工具" not in publisher.page("/today").text("main")


def test_what_was_edited_is_told_in_words(writer, publisher):
    begin(writer)
    publisher.submit(publisher.page("/work/kinds/kind_borrow_tools"), "form[action$='/publish']")
    page = press(writer, writer.page(STEP), "fields.add")
    press(
        writer,
        page,
        "save",
        **{"fields.1.title.zh": "数量", "fields.1.title.en": "How many", "fields.1.type": "integer", "due": "2"},
    )
    page = publisher.page("/work/kinds/kind_borrow_tools")
    assert "步骤“提出” › 字段“数量”" in page.text("main") and "2 个工作日" in page.text("main")
    publisher.submit(page, "form[action$='/publish']")
    assert processes.versions("kind_borrow_tools")[0].number == 2


def test_steps_are_added_moved_and_taken_out(writer):
    begin(writer)
    edit = "/work/kinds/kind_borrow_tools/edit"
    page = press(writer, writer.page(edit), "add")
    assert page.response.request.path.endswith("/steps/3")
    press(writer, page, "done", **{"title.zh": "登记", "title.en": "Note it"})
    page = press(writer, writer.page(edit), "3.up")
    titles = [step["title"]["zh"] for step in processes.draft_of("kind_borrow_tools").body["steps"]]
    assert titles == ["提出", "登记", "办理并答复", "确认结果"]
    page = press(writer, page, "2.remove", accept_first="1", approval="unit_head")
    steps = processes.draft_of("kind_borrow_tools").body["steps"]
    assert [step["outcomes"][0]["key"] for step in steps] == ["hand_in", "accept", "hand_in", "approve", "confirm"]
    page = press(writer, page, "1.remove")
    assert "提出人" in page.text(".q-notice"), "a raised kind begins with whoever raises it"


def test_what_cannot_be_taken_is_said_at_the_field_and_nothing_is_lost(writer):
    begin(writer)
    typed = {"due": "soon", "title.zh": "新标题", "act": "save"}
    page = writer.submit(writer.page(STEP), "main form", data=typed, status=422)
    assert page.css("#b-due-error") and page.form("main form")["due"] == "soon"
    assert page.form("main form")["title.zh"] == "新标题"


def test_two_writers_do_not_overwrite_each_other(writer, publisher):
    begin(writer)
    mine, theirs = writer.page(STEP), publisher.page(STEP)
    press(publisher, theirs, "save", **{"title.zh": "他们的"})
    page = writer.submit(mine, "main form", data={"act": "save", "title.zh": "我的"}, status=409)
    assert page.form("main form")["title.zh"] == "我的"
    assert processes.draft_of("kind_borrow_tools").body["steps"][0]["title"]["zh"] == "他们的"


def test_the_preview_follows_what_is_typed_and_keeps_nothing(writer):
    begin(writer)
    form = writer.page(STEP).form("main form")
    answer = writer.post(STEP + "/preview", data={**form, "title.zh": "随手改的"})
    assert "随手改的" in answer.text
    assert processes.draft_of("kind_borrow_tools").body["steps"][0]["title"]["zh"] == "提出"


def test_a_copy_of_a_shipped_kind_keeps_its_fields(writer):
    begin(writer, **{"from": "work_project", "title.zh": "小额项目", "title.en": "Small project"})
    body = processes.draft_of("kind_small_project").body
    assert body["steps"][0]["fields"][-1]["columns"] and body["key"] == "kind_small_project"
    writer.send(
        "/work/kinds/new", {"title.zh": "小额项目", "title.en": "Small project", "direction": "raised"}, status=409
    )
    writer.send("/work/kinds/new", {"title.zh": "", "direction": "raised"}, status=422)
    writer.send("/work/kinds/new", {"title.zh": "x", "direction": "sideways"}, status=422)


def test_every_shipped_kind_has_its_pages(writer):
    for kind in kinds.published():
        writer.page(f"/work/kinds/{kind.key}")
        simple = kind.key != "work_task"
        writer.page(f"/work/kinds/{kind.key}/edit", status=200 if simple else 404)
        if simple:
            writer.page(f"/work/kinds/{kind.key}/steps/1")
    writer.page("/work/kinds/sale", status=404)
    writer.page("/work/kinds/nonsense", status=404)
    writer.page("/work/kinds/work_visit/steps/99", status=404)


def test_retired_and_offered_again(writer):
    page = writer.submit(writer.page("/work/kinds/work_visit"), "form[action$='/retire']")
    assert "停用" in page.text("main")
    assert "拜访任务" in writer.page("/work/kinds").text("main")
    writer.submit(page, "form[action$='/retire']")
    assert kinds.setting_of("work_visit").retired_at is None


def test_routes_are_set_on_one_page(writer):
    office = people.create_unit("运营管理部", parent=people.root())
    page = writer.page("/work/kinds/routes")
    form = {
        **page.form("main form"),
        "unit.work_service_request": str(office.id),
        "receivers.work_service_request": "people",
    }
    writer.send("/work/kinds/routes", form)
    assert kinds.setting_of("work_service_request").unit_id == office.id
    stale = {**form, "receivers.work_service_request": "heads"}
    assert "运营管理部" in writer.send("/work/kinds/routes", stale, status=409).text("main")
    writer.send(
        "/work/kinds/routes",
        {**form, "version.work_service_request": "1", "receivers.work_service_request": "x"},
        status=409,
    )


def test_who_only_looks_changes_nothing(writer, app):
    auditor = app.test_client().sign_in(people.create_person(role="auditor"))
    assert "服务请求" in auditor.page("/work/kinds").text("main")
    assert not auditor.page("/work/kinds/work_visit").css("main form")
    auditor.page("/work/kinds/work_visit/edit", status=403)
    auditor.page("/work/kinds/routes", status=403)


def test_the_list_asks_a_constant_number_of_statements(writer):
    writer.page("/work/kinds")
    with counting() as few:
        writer.page("/work/kinds")
    for n in range(20):
        begin(writer, **{"title.zh": f"类型{n}", "title.en": f"Kind number {n}"})
    with counting() as many:
        writer.page("/work/kinds")
    assert many.count == few.count
