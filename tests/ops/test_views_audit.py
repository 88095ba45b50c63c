"""The auditor's pages: who sees them, what they find, the export, and whether history holds."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core import audit, clock, settings
from app.core.actor import SYSTEM, Actor
from app.core.audit import AuditRow
from app.core.database import session, unit_of_work
from app.core.wiring import seal_history
from app.ops.operations.verifications import verify
from app.ops.views import words
from app.people.operations import set_calendar_day
from app.people.operations.settings import change_setting
from tests.factories import people, workflow
from tests.workflow.processes import body

audit.declare("tests.renamed", "Renamed a thing", ("count",))


@pytest.fixture
def auditor(client):
    client.sign_in(people.create_person("审计员", username="auditor1", role="auditor"))
    return client


def rename(person, number: int, old: str = "old", new: str = "new", address: str = "10.1.2.3") -> int:
    with unit_of_work():
        audit.record(
            Actor(id=person.id, name=person.name, address=address), "tests.renamed", target=("thing", number),
            changes={"name": (old, new)}, count=number,
        )  # fmt: skip
    session.commit()
    return session.scalar(select(AuditRow.id).where(AuditRow.target_kind == "thing", AuditRow.target_id == number))


def shown(page) -> set[str]:
    return {node.text(strip=True) for node in page.css("#audit-rows td[data-label]:nth-child(4)")}


def test_only_the_auditor_reads_it(client):
    for role in (None, "sysadmin", "secadmin", "hr", "supervisor", "leader"):
        client.sign_out()
        client.sign_in(people.create_person(role=role))
        for url in ("/audit", "/audit/1", "/audit/head"):
            assert client.get(url).status_code == 403, (role, url)
        for url in ("/audit/export", "/audit/verify"):
            assert client.post(url).status_code == 403, (role, url)


def test_what_was_done_stands_in_the_list_with_old_and_new_behind_it(auditor):
    li = people.create_person("李明")
    number = rename(li, 41, "旧名", "新名")
    page = auditor.page("/audit?kind=thing")
    assert "李明" in page.text("#audit-rows")
    assert "Renamed a thing" in page.text("#audit-rows")
    assert "10.1.2.3" in page.text("#audit-rows")
    detail = auditor.page(f"/audit/{number}")
    assert "旧名" in detail.text("main")
    assert "新名" in detail.text("main")
    assert "41" in detail.text("main")


def test_filters_narrow_the_list(auditor):
    li, wang = people.create_person("李明", username="liming"), people.create_person("王芳")
    rename(li, 1, address="10.0.0.1")
    rename(wang, 2, address="10.0.0.2")
    today = clock.today().isoformat()
    cases = {
        "actor=李明": {"thing 1"},
        "actor=liming": {"thing 1"},
        "actor=nobody": set(),
        "address=10.0.0.2": {"thing 2"},
        "address=10.0.0.": {"thing 1", "thing 2"},
        "target=2": {"thing 2"},
        "action=tests.renamed": {"thing 1", "thing 2"},
        f"since={today}&until={today}": {"thing 1", "thing 2"},
        "until=2020-01-01": set(),
    }
    for query, found in cases.items():
        assert shown(auditor.page(f"/audit?kind=thing&{query}")) == found, query


def test_changes_of_settings_are_found_and_named_with_their_unit(auditor):
    keeper = people.actor(people.create_person("设置员", role="secadmin", post="administrator"))
    key = next(
        known.key for known in settings.declared() if known.field and known.field.kind == "money" and known.control
    )
    title = str(settings.find(key).title)
    change_setting(keeper, key, "7654321")
    session.commit()
    page = auditor.page("/audit?kind=setting")
    assert len(page.css("#audit-rows tr")) == 1
    assert title in page.text("#audit-rows") and "设置“" in page.text("#audit-rows")
    assert auditor.page("/audit?kind=setting&action=people.setting_changed").css("#audit-rows tr")
    detail = auditor.page(page.css("#audit-rows a")[0].attributes["href"])
    assert "7,654,321.00 元" in detail.text("main") and title in detail.text("main")
    answer = auditor.post("/audit/export", data={"kind": "setting"})
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    cells = " ".join(str(cell) for line in sheet for cell in line)
    assert f"{title}：" in cells and "7,654,321.00 元" in cells
    rename(people.create_person("李明"), 6)
    assert auditor.page("/audit?kind=thing").css("#audit-rows tr")


def test_kinds_of_records_have_names_apart(app):
    with app.test_request_context():
        titles = [str(title) for title in words.KINDS.values()]
    assert len(set(titles)) == len(titles)


def test_what_is_kept_of_a_day_of_the_calendar_is_said_in_words(auditor):
    keeper = people.actor(people.create_person("设置员", role="sysadmin", post="administrator"))
    set_calendar_day(keeper, clock.today(), False, "停业")
    set_calendar_day(keeper, clock.today(), True, "营业")
    session.commit()
    row = auditor.page("/audit?action=people.calendar_set").css("#audit-rows a")[0].attributes["href"]
    assert "working" not in auditor.page(row).text("main")


def test_what_the_product_does_itself_has_a_name(auditor):
    rename(Actor(id=0), 5)
    page = auditor.page("/audit?kind=thing&actor=system")
    assert shown(page) == {"thing 5"}
    assert "系统" in page.text("#audit-rows")


def test_a_filter_that_cannot_be_taken_is_named(auditor):
    page = auditor.page("/audit?since=yesterday&target=x", status=422)
    assert len(page.css(".q-notice")) == 2
    for query in (
        "cursor=bad",
        "cursor=eyJ4",
        "target=99999999999999999999",
        "action=x",
        "address=" + "a" * 5000,
    ):
        assert auditor.get(f"/audit?{query}").status_code == 422, query


@pytest.mark.parametrize("path", ["/audit/99999999", "/audit/99999999999999999999", "/audit/0"])
def test_a_row_that_is_not_there(auditor, path):
    assert auditor.get(path).status_code == 404


def test_pages_follow_one_another_without_gaps(auditor):
    li = people.create_person("李明")
    for number in range(60):
        rename(li, number)
    first = auditor.page("/audit?kind=thing")
    second = auditor.page(first.css(".q-pager a")[0].attributes["href"])
    assert len(shown(first)) == 50
    assert shown(first) | shown(second) == {f"thing {n}" for n in range(60)}
    assert not shown(first) & shown(second)


def test_the_number_of_statements_does_not_grow(auditor, statements):
    li = people.create_person("李明")

    def count() -> int:
        auditor.page("/audit?kind=thing")
        with statements() as seen:
            auditor.page("/audit?kind=thing")
        return seen.count

    for number in range(3):
        rename(li, number)
    few = count()
    for number in range(3, 40):
        rename(people.create_person(), number)
    assert count() == few


def test_the_export_holds_what_the_list_holds_inert_and_is_itself_noted(auditor):
    li = people.create_person("李明")
    rename(li, 1, "=cmd()", "+1")
    rename(li, 2)
    answer = auditor.post("/audit/export", data={"kind": "thing"})
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    assert {row[4] for row in rows[1:]} == {"thing 1", "thing 2"}
    assert "名称：=cmd() → +1" in rows[2][8]
    noted = session.scalar(select(AuditRow.data).where(AuditRow.action == "ops.audit_exported"))
    assert noted == {"rows": 2, "filters": {"kind": "thing"}}


def test_whether_history_holds_stands_beside_it(auditor):
    assert "尚未验证" in auditor.page("/audit").text("aside")
    seal_history()
    verify(SYSTEM, None)
    page = auditor.page("/audit")
    assert "完好" in page.text("aside")
    head = auditor.get("/audit/head")
    assert head.json["seal"] == 1
    assert "attachment" in head.headers["Content-Disposition"]


def test_an_auditor_asks_for_verification(auditor):
    page = auditor.page("/audit")
    page = auditor.submit(page, "form[action='/audit/verify']")
    assert not page.css("form[action='/audit/verify']")


def test_no_seal_yet_is_said(auditor):
    assert auditor.get("/audit/head").status_code == 422


def test_english_readers_read_english(client):
    client.sign_in(people.create_person("Auditor", role="auditor", locale="en"))
    page = client.page("/audit")
    assert "Does the history hold?" in page.text("aside")
    assert "Nothing" not in page.text("h1")


def test_steps_of_workflows_are_a_list_of_their_own(auditor):
    workflow.set_up()
    writer, decider = people.create_person("李明", username="liming"), people.create_person("王芳")
    workflow.cast(writers=writer.id, deciders=decider.id, heads=decider.id)
    run = workflow.create_run("deciding", owner=writer.id)
    workflow.complete(writer.id, workflow.turn(run).id, "skip", reason="不需要")
    page = auditor.page("/audit/steps")
    rows = page.text("#audit-rows")
    assert "李明" in rows
    assert "完成步骤" in rows
    assert "收集" in rows
    assert "127.0.0.1" in rows
    assert "不需要" not in page.text("main")
    assert len(auditor.page("/audit/steps?actor=liming&action=completed").css("#audit-rows tr")) == 1
    assert len(auditor.page("/audit/steps?actor=王芳").css("#audit-rows tr")) == 0
    assert len(auditor.page(f"/audit/steps?target={run.id}").css("#audit-rows tr")) >= 2
    assert len(auditor.page("/audit/steps?address=10.").css("#audit-rows tr")) == 0
    assert len(auditor.page("/audit/steps?until=2020-01-01").css("#audit-rows tr")) == 0
    assert auditor.get("/audit/steps?action=nothing").status_code == 422
    answer = auditor.post("/audit/steps/export", data={"actor": "liming"})
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert {row[1] for row in sheet[1:]} == {"李明"}
    assert "完成步骤" in {row[3] for row in sheet[1:]}


def test_a_sealed_step_tells_the_auditor_neither_time_nor_outcome(auditor):
    workflow.set_up()
    steps = [{k: v for k, v in step.items() if k != "children"} for step in body("observing")["steps"]]
    workflow.publish("observing", steps=steps)
    trainee, coach = people.create_person("学员", username="trainee1"), people.create_person("教练", username="coach1")
    workflow.cast(trainees=trainee.id, coaches=coach.id)
    run = workflow.create_run("observing", owner=coach.id)
    workflow.complete(trainee.id, workflow.turn(run, "plan").id)
    workflow.complete(trainee.id, workflow.turn(run, "own_report").id, fields={"text": "谈得不好"})
    page = auditor.page("/audit/steps?action=completed")
    sealed, plan = (" ".join(row.text(separator=" ").split()) for row in page.css("#audit-rows tr"))
    assert "密封" in sealed
    assert "完成 " not in sealed.replace("完成步骤", "")
    assert "密封" not in plan
    assert len(auditor.page("/audit/steps?action=completed&until=2100-01-01").css("#audit-rows tr")) == 1
