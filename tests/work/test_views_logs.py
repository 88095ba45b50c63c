"""Work logs at the browser's door: written with the facts beside, reviewed one after the other (D32, D34)."""

from datetime import date
from types import SimpleNamespace

import pytest

from app.core.database import session
from app.work.models import WorkLog
from app.work.operations import logs as operations
from app.work.queries import logs as queries
from app.workflow import operations as workflow
from app.workflow.models import Turn
from tests.factories import customers, people
from tests.factories import sales as factory
from tests.support.page import Page

TEXT = {"remarks": "见了三户。", "tomorrow": "先见周总。"}


@pytest.fixture
def bank(app, frozen_clock):
    made = factory.create_bank()
    new = [people.create_person(f"新人{n}", unit=made.unit, hired_on=date(2026, 6, 1)) for n in range(3)]
    operations.make_logs()
    return SimpleNamespace(unit=made.unit, manager=made.manager, supervisor=made.supervisor, new=new, selling=made)


def log_of(person):
    return session.query(WorkLog).filter_by(person_id=person.id).one()


def turn_of(person):
    return session.query(Turn).filter_by(run_id=log_of(person).run_id, state="waiting").one().id


def hand_in(person, **more):
    workflow.complete(people.actor(person), turn_of(person), outcome="hand_in", fields={**TEXT, **more})


def decide(client, log, outcome="accept", **more):
    return client.post(f"/work/log/{log.id}/review", data={"outcome": outcome, **more})


def test_the_records_stand_beside_the_form(client, bank):
    people.join(bank.selling.team, bank.new[0], "relationship")
    customers.create_visit(bank.new[0], factory.create_customer(bank.selling, "明珠建材"), said="谈了结算。")
    log = log_of(bank.new[0])
    page = client.sign_in(bank.new[0]).page("/today")
    assert f"/work/log/{log.id}" in str([a.attributes for a in page.css("#now a")])
    page = client.page(f"/work/log/{log.id}")
    assert "明珠建材" in page.text("#facts") and page.css("#step-form")
    assert client.page("/work/log").css("#owed .btn-primary")


def test_a_refusal_comes_back_to_the_log_with_what_was_typed(client, bank):
    log = log_of(bank.new[0])
    client.sign_in(bank.new[0])
    data = {"outcome": "hand_in", "fields.remarks": "只写了一半", "whole": "1", "here": f"/work/log/{log.id}"}
    answer = client.post(f"/turns/{turn_of(bank.new[0])}/complete", data=data)
    assert answer.status_code == 422 and "只写了一半" in answer.text and 'id="facts"' in answer.text


def test_after_the_decision_the_next_one_is_there(client, bank):
    for person in bank.new:
        hand_in(person)
    client.sign_in(bank.supervisor)
    first, second, third = (log_of(person) for person in bank.new)
    page = client.page("/work/log/review")
    assert page.css(f"[data-review-log='{first.id}'][data-review-next='{second.id}']")
    answer = decide(client, first, score="4", remark="好")
    assert answer.location.endswith(f"/work/log/review?log={second.id}")
    assert (log_of(bank.new[0]).score) == 4
    answer = decide(client, second, "return", remark="写具体")
    assert answer.location.endswith(f"log={third.id}")
    assert decide(client, third, score="3").location.endswith("done=1")
    assert client.page("/work/log/review?done=1").css("#review-done .q-empty")
    assert decide(client, third).status_code == 409


def test_a_returned_log_says_so_on_the_day_page_and_lacks_nothing_that_stands_in_its_form(client, bank):
    writer = bank.new[0]
    hand_in(writer)
    client.sign_in(bank.supervisor)
    decide(client, log_of(writer), "return", remark="写具体")
    client.sign_out()
    day = client.sign_in(writer).page("/today").text("#now")
    assert "已退回" in day and "还缺" not in day
    form = client.page(f"/work/log/{log_of(writer).id}")
    assert TEXT["remarks"] in form.html and "已齐备" in form.text("main")
    sent = {"fields.remarks": "", "fields.tomorrow": TEXT["tomorrow"], "whole": "1"}
    assert client.post(f"/turns/{turn_of(writer)}/draft", data=sent).status_code == 303
    assert "还缺：收获与说明" in client.page("/today").text("#now")


def test_returning_needs_a_remark_and_keeps_the_score(client, bank):
    hand_in(bank.new[0])
    log = log_of(bank.new[0])
    client.sign_in(bank.supervisor)
    answer = decide(client, log, "return", score="2")
    assert answer.status_code == 422 and 'value="2" checked' in answer.text
    assert decide(client, log, "accept", score="9").status_code == 422
    assert decide(client, log, "burn").status_code == 422


def test_accepting_needs_a_score_and_says_so_there(client, bank):
    hand_in(bank.new[0])
    client.sign_in(bank.supervisor)
    answer = decide(client, log_of(bank.new[0]), remark="好")
    assert answer.status_code == 422
    page = Page(answer)
    assert "1 到 5" in page.text(".q-scores [data-review-error]") and not page.css(".q-review-said")
    assert log_of(bank.new[0]).score is None


def test_nobody_is_shown_an_average_of_nothing(client, bank, frozen_clock):
    hand_in(bank.new[0])
    frozen_clock.move(hours=10)
    client.sign_in(bank.new[0])
    assert "按时交日志" in client.page("/today").text("main") and "日志平均分" not in client.page("/today").text("main")
    client.sign_out()
    decide(client.sign_in(bank.supervisor), log_of(bank.new[0]), score="4")
    client.sign_out()
    assert "日志平均分" in client.sign_in(bank.new[0]).page("/today").text("main")


def test_a_script_gets_the_one_after_what_it_shows(client, bank):
    for person in bank.new:
        hand_in(person)
    client.sign_in(bank.supervisor)
    first, second, third = (log_of(person) for person in bank.new)
    part = client.get(f"/work/log/review?part=1&log={second.id}")
    assert "<html" not in part.text and f'data-review-log="{second.id}"' in part.text
    fetch = {"X-Requested-With": "fetch"}
    url = f"/work/log/{first.id}/review"
    answer = client.post(url, data={"outcome": "accept", "score": "3", "showing": str(second.id)}, headers=fetch)
    assert f'data-review-log="{third.id}"' in answer.text
    url = f"/work/log/{second.id}/review"
    assert (
        client.post(url, data={"outcome": "accept", "score": "3", "showing": str(third.id)}, headers=fetch).status_code
        == 204
    )


def test_the_writer_reads_score_and_remark(client, bank):
    hand_in(bank.new[0])
    client.sign_in(bank.supervisor)
    decide(client, log_of(bank.new[0]), score="5", remark="问到了真问题")
    client.sign_out()
    page = client.sign_in(bank.new[0]).page(f"/work/log/{log_of(bank.new[0]).id}")
    assert "问到了真问题" in page.text("#remark") and "见了三户" in page.text("#said")
    assert "已批阅" in client.page("/work/log").text("#logs")


def test_the_supervisor_sees_who_has_not_written_and_late_ones(client, bank, frozen_clock):
    frozen_clock.move(hours=10)
    hand_in(bank.new[0])
    client.sign_in(bank.supervisor)
    page = client.page("/work/log/team")
    assert "新人1" in page.text("#logs") and "新人0" not in page.text("#logs")
    assert "迟交" in client.page("/work/log/team?show=waiting").text("#logs")
    assert client.page(f"/work/log/team?person={bank.new[0].id}").css("#logs")


def test_nobody_else_gets_in(client, bank):
    log = log_of(bank.new[0])
    client.sign_in(bank.manager)
    assert client.get(f"/work/log/{log.id}").status_code == 404
    assert client.get("/work/log/team").status_code == 403
    assert decide(client, log).status_code == 404
    assert client.page("/work/log/review").css("#review-done .q-empty")


def test_from_the_day_page_one_comes_straight_to_the_decision(client, bank):
    hand_in(bank.new[0])
    log = log_of(bank.new[0])
    client.sign_in(bank.supervisor)
    assert client.get(f"/work/log/{log.id}?turn=1").location.endswith(f"/work/log/review?log={log.id}")
    assert client.page(f"/work/log/{log.id}").css(".q-actions .btn-primary")


def test_the_number_of_statements_of_a_review_does_not_grow(client, bank, statements):
    counts = []
    for number in (3, 60):
        fresh = [
            people.create_person(f"又{number}{n}", unit=bank.unit, hired_on=date(2026, 6, 1)) for n in range(number)
        ]
        operations.make_logs()
        for person in fresh:
            hand_in(person)
        client.sign_in(bank.supervisor)
        client.page("/work/log/review")
        with statements() as seen:
            client.page("/work/log/review")
        counts.append(seen.count)
        client.sign_out()
    assert counts[0] == counts[1]
    assert len(queries.review_queue(people.actor(bank.supervisor))) == 63
