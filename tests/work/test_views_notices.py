"""Notices at the door: read to the end on a phone, required ones never disappear, who has not read it is one click away (D29)."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session
from app.people.rules.audiences import of_persons
from app.web import dates
from app.work.models import Notice, Receipt
from app.work.operations import notice_delivering
from app.workflow.queries import open_waiting
from tests.factories import notices as factory
from tests.factories import people, sales


@pytest.fixture
def bank(database, frozen_clock):
    return sales.create_bank()


@pytest.fixture
def notice(bank):
    found = factory.publish(
        bank.supervisor, of_persons([bank.manager.id, bank.support.id]), title="反洗钱尽调新要求", required=True,
        body="## 要求\n\n- 双人**核实**", read_by=clock.today(),
    )  # fmt: skip
    session.commit()
    return found


def receipt(person, notice):
    session.expire_all()
    return session.scalar(select(Receipt).where(Receipt.person_id == person.id, Receipt.notice_id == notice.id))


def test_required_reading_stays_on_the_day_page_until_it_is_read(client, bank, notice):
    client.sign_in(bank.manager)
    assert "反洗钱尽调新要求" in client.page("/today").text("#reading")
    page = client.page(f"/work/notices/{notice.id}?next=/today")
    assert page.css(".q-prose strong") and receipt(bank.manager, notice).opened_at
    assert "反洗钱尽调新要求" in client.page("/today").text("#reading")
    client.submit(page, "#read")
    assert receipt(bank.manager, notice).read_at
    assert not client.page("/today").css("#reading")
    assert client.page("/work/notices").css("tr .q-tone-good")


def test_its_date_stands_in_the_calendar_until_it_is_read(client, bank, notice):
    source = next(s for s in dates.sources() if s.key == "reading")
    start, end = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    assert [entry.title for entry in source.entries(people.actor(bank.manager), start, end)] == [notice.title]
    page = client.sign_in(bank.manager).page(f"/work/notices/{notice.id}")
    client.submit(page, "#read")
    session.expire_all()
    assert source.entries(people.actor(bank.manager), start, end) == []


def test_wrong_answers_are_told_and_counted(client, bank):
    notice = factory.publish(
        bank.supervisor, of_persons([bank.manager.id]), required=True, questions=[factory.QUESTION], sign=True
    )
    session.commit()
    client.sign_in(bank.manager)
    page = client.page(f"/work/notices/{notice.id}")
    again = client.submit(page, "#read", status=422, data={"answer.0": "2", "name": bank.manager.name})
    assert "0" in again.text(".q-notice") and again.css("input[name='answer.0'][value='2'][checked]")
    assert receipt(bank.manager, notice).attempts == 1
    again = client.submit(page, "#read", status=422, data={"answer.0": "1", "name": "别人"})
    assert again.errors()["name"]
    client.submit(again, "#read", data={"answer.0": "1", "name": bank.manager.name})
    assert receipt(bank.manager, notice).signed_digest == notice.digest


def test_a_notice_is_written_looked_at_and_published(client, bank):
    client.sign_in(bank.supervisor)
    page = client.page("/work/notices/new")
    typed = {
        "title": "清明值班安排", "body": "请各网点报值班表。", "required": "y", "read_by": "2026-09-20", "audience.unit": str(bank.unit.id),
        "question.0.text": "几号前报？", "question.0.A": "18日", "question.0.B": "20日", "question.0.right": "B",
        "files": (io.BytesIO("值班表".encode()), "表.txt"),
    }  # fmt: skip
    shown = client.submit(page, "main form", data=typed)
    assert "清明值班安排" in shown.text("h1") and "表.txt" in shown.text(".q-files")
    notice = session.scalar(select(Notice))
    assert notice.questions == [{"text": "几号前报？", "options": ["18日", "20日"], "right": 1}]
    done = client.submit(shown, "form[action$='/publish']")
    assert "已发布" in done.text()
    notice_delivering.deliver_notices()
    client.sign_out()
    page = client.sign_in(bank.manager).page(f"/work/notices/{notice.id}")
    file = page.one(".q-files a").attributes["href"]
    with client.get(file) as answer:
        assert answer.data.decode() == "值班表"
    client.sign_out()
    client.sign_in(bank.risk)
    assert client.get(file).status_code == 404 and client.get(f"/work/notices/{notice.id}").status_code == 404


def test_no_answer_is_right_until_its_author_says_which(client, bank):
    client.sign_in(bank.supervisor)
    page = client.page("/work/notices/new")
    assert not page.css("input[name$='.right'][checked]") and page.text("#field-questions").count("正确答案") == 20
    typed = {
        "title": "清明值班安排", "body": "请报值班表。", "required": "y", "audience.unit": str(bank.unit.id),
        "question.0.text": "几号前报？", "question.0.A": "18日", "question.0.B": "20日", "question.0.right": "B",
        "question.1.text": "报给谁？", "question.1.A": "网点", "question.1.B": "支行",
    }  # fmt: skip
    again = client.submit(page, "main form", status=422, data=typed)
    assert set(again.errors()) == {"question.1.right"} and "正确" in again.errors()["question.1.right"]
    assert again.form("main form")["question.1.B"] == "支行" and again.form("main form")["question.0.right"] == "B"
    assert session.scalar(select(Notice)) is None
    shown = client.submit(again, "main form", data={"question.1.right": "A"})
    assert [q["right"] for q in session.scalar(select(Notice)).questions] == [1, 0]
    assert "报给谁" in shown.text("#duties")


def test_a_draft_shows_its_questions_and_exactly_whom_it_will_reach(client, bank):
    notice = factory.write(
        bank.supervisor, of_persons([bank.manager.id, bank.support.id]), required=True, read_by=clock.today(),
        questions=[factory.QUESTION],
    )  # fmt: skip
    session.commit()
    page = client.sign_in(bank.supervisor).page(f"/work/notices/{notice.id}")
    right = [node.text() for node in page.css("#duties li") if "正确答案" in node.text()]
    assert len(right) == 1 and factory.QUESTION["options"][factory.QUESTION["right"]] in right[0]
    assert "必读" in page.text("#duties") and page.css("#duties time, #duties li")
    assert "2 人" in page.text("#reach") and bank.manager.name in page.text("#reach tbody")
    client.submit(page, "form[action$='/publish']")
    notice_delivering.deliver_notices()
    client.sign_out()
    page = client.sign_in(bank.manager).page(f"/work/notices/{notice.id}")
    assert not page.css("#duties, #reach") and "正确答案" not in page.text("main")


def test_after_reading_it_is_said_which_was_read_and_that_the_next_one_stands_here(client, bank, notice):
    other = factory.publish(bank.supervisor, of_persons([bank.manager.id]), title="消防演练安排", required=True)
    session.commit()
    client.sign_in(bank.manager)
    page = client.submit(client.page(f"/work/notices/{notice.id}"), "#read")
    assert page.response.request.path == f"/work/notices/{other.id}"
    assert "反洗钱尽调新要求" in page.text("[data-flash]") and "下一份" in page.text("[data-flash]")
    page = client.submit(page, "#read")
    assert "消防演练安排" in page.text("[data-flash]") and "下一份" not in page.text("[data-flash]")


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(client, bank):
    client.sign_in(bank.supervisor)
    page = client.page("/work/notices/new")
    again = client.submit(page, "main form", status=422, data={"title": "", "body": "正文还在", "sign": "y"})
    assert "title" in again.errors() and "正文还在" in again.text("textarea")
    assert session.scalar(select(Notice)) is None


def test_a_change_on_an_old_sight_is_a_conflict(client, bank, notice):
    client.sign_in(bank.supervisor)
    page = client.page(f"/work/notices/{notice.id}/edit")
    client.submit(page, "main form", title="改一次")
    again = client.submit(page, "main form", title="改两次", status=409)
    assert "改两次" in again.html


def test_the_supervisor_sees_who_has_not_read_nudges_and_exports(client, bank, notice):
    client.sign_in(bank.supervisor)
    page = client.page(f"/work/notices/{notice.id}/readers")
    assert bank.manager.name in page.text("#people") and bank.support.name in page.text("#people")
    done = client.submit(page, "form[action$='/nudge']")
    assert "2" in done.text("[role=status], .q-flash, .alert")
    answer = client.get(f"/work/notices/{notice.id}/readers/export")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3 and rows[1][8] == "未读"


def test_following_a_notice_with_unread_people_is_not_offered_as_done(client, bank, notice):
    page = client.sign_in(bank.supervisor).page("/today")
    row = next(one.text() for one in page.css(".q-turn") if notice.title in one.text())
    assert "还有人没有读" in row and "全员已读" not in page.html
    titles = [outcome.title["zh"] for outcome in open_waiting(SYSTEM, notice.run_id).step.outcomes]
    assert titles == ["结束跟踪", "提前结束跟踪"]


def test_a_leader_sees_only_the_reading_of_the_own_team(client, bank):
    other = people.create_person("外组人", unit=bank.unit)
    notice = factory.publish(bank.supervisor, factory.everybody(bank.unit), required=True)
    session.commit()
    page = client.sign_in(bank.leader).page(f"/work/notices/{notice.id}/readers")
    assert bank.manager.name in page.text("#people") and other.name not in page.text("#people")
    client.sign_out()
    client.sign_in(bank.manager)
    assert client.get(f"/work/notices/{notice.id}/readers").status_code == 403
    assert client.post(f"/work/notices/{notice.id}/withdraw", data={"reason": "x"}).status_code == 403


def test_the_library_is_searched_by_title_and_category(client, bank):
    factory.publish(bank.supervisor, of_persons([bank.manager.id]), title="建材行业信贷观察", category="own_research")
    factory.publish(bank.supervisor, of_persons([bank.manager.id]), title="节日值班", category="notice")
    factory.publish(bank.supervisor, of_persons([bank.support.id]), title="建材客户名单", category="notice")
    session.commit()
    client.sign_in(bank.manager)
    assert "节日值班" in client.page("/work/library").text("#notices")
    found = client.page("/work/library?q=建材").text("#notices")
    assert "信贷观察" in found and "节日" not in found and "名单" not in found
    assert "信贷观察" in client.page("/work/library?category=own_research").text("#notices")
    assert client.get("/work/library?category=nothing").status_code == 422


@pytest.mark.parametrize("typed", [{"revision": "9" * 30}, {"revision": "x"}, {}, {"revision": "2"}])
def test_a_forged_reading_is_refused(client, bank, notice, typed):
    client.sign_in(bank.manager)
    assert client.post(f"/work/notices/{notice.id}/read", data=typed).status_code in (409, 422)
    assert receipt(bank.manager, notice).read_at is None


def test_statements_do_not_grow_with_notices_or_readers(client, bank, statements):
    client.sign_in(bank.supervisor)
    urls, counts = (
        ["/today", "/work/notices", "/work/notices?show=written", "/work/notices?show=followed", "/work/library"],
        {},
    )
    for number in (3, 300):
        for _n in range(number if number == 3 else 40):
            factory.publish(bank.supervisor, of_persons([bank.manager.id, bank.supervisor.id]), required=True)
        session.commit()
        for url in urls:
            client.page(url)
            with statements() as seen:
                client.page(url)
            counts.setdefault(url, []).append(seen.count)
    assert all(few == many for few, many in counts.values()), counts


def test_statements_of_the_readers_do_not_grow(client, bank, statements):
    client.sign_in(bank.supervisor)
    counts = []
    for number in (3, 300):
        crowd = [people.create_person(unit=bank.unit).id for _n in range(number)]
        notice = factory.publish(bank.supervisor, of_persons(crowd), required=True)
        session.commit()
        client.page(f"/work/notices/{notice.id}/readers")
        with statements() as seen:
            client.page(f"/work/notices/{notice.id}/readers")
        counts.append(seen.count)
    assert counts[0] == counts[1]
