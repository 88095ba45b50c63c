"""Pages of contests: opening for an audience, closing with awards, the day page for a week."""

from datetime import date

import pytest

from app.people.rules.audiences import of_persons
from app.work.operations import contests as operations
from tests.factories import people
from tests.factories import sales as sales_factory


@pytest.fixture
def bank(app, frozen_clock):
    return sales_factory.create_bank()


def open_contest(bank, persons=None):
    ids = persons or [bank.leader.id, bank.manager.id]
    return operations.open_contest(
        people.actor(bank.supervisor), unit_id=bank.unit.id, title="走访竞赛", rules="**比拜访**", measure="customers.visits_made",
        starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30), rule=of_persons(ids),
    )  # fmt: skip


def test_a_contest_is_opened_for_an_audience(client, bank):
    client.sign_in(bank.supervisor)
    form = client.page("/work/contests/new")
    typed = {
        "title": "冬季竞赛", "rules": "比成交", "measure": "sales.amount_won", "starts_on": "2026-09-01", "ends_on": "2026-09-30",
        "data": {"audience.post": "customer_manager"},
    }  # fmt: skip
    wrong = client.submit(form, status=422, **{**typed, "ends_on": "2026-08-01"})
    assert wrong.css("#field-ends_on .q-error")
    nobody = client.submit(form, status=422, **{**typed, "data": {}})
    assert nobody.css("#field-audience .q-error")
    shown = client.submit(form, **typed)
    assert bank.manager.name in shown.text("#competitors") and "冬季竞赛" not in client.page("/work/contests").text(
        "main"
    )
    page = client.submit(shown)
    assert "冬季竞赛" in page.text("h1") and bank.manager.name in page.text("#ranking")
    client.sign_out()
    assert "冬季竞赛" in client.sign_in(bank.support).page("/work/contests").text("main")


def test_the_organiser_may_leave_themselves_out_and_sees_exactly_who_competes(client, bank):
    client.sign_in(bank.supervisor)
    typed = {
        "title": "冬季竞赛",
        "rules": "比成交",
        "measure": "sales.amount_won",
        "starts_on": "2026-09-01",
        "ends_on": "2026-09-30",
    }
    everybody = {"data": {"audience.also": [str(one.id) for one in (bank.supervisor, bank.leader, bank.manager)]}}
    shown = client.submit(client.page("/work/contests/new"), without_me="y", **typed, **everybody)
    assert "2" in shown.text(".q-meant-head") and bank.supervisor.name not in shown.text(".q-meant table")
    back = client.submit(shown, data={"change": "1"})
    assert back.css("#field-title input")[0].attributes["value"] == "冬季竞赛"
    ids = [str(one.id) for one in (bank.supervisor, bank.leader, bank.manager, bank.support)]
    newer = client.submit(shown, data={"audience.also": ids})
    assert bank.support.name in newer.text("#competitors"), "others than were shown are shown first"
    page = client.submit(shown, data={"audience.also": ids[:3]})
    assert bank.supervisor.name not in page.text("#ranking") and bank.leader.name in page.text("#ranking")


def test_nobody_has_a_rank_while_everybody_stands_at_nought(client, bank):
    contest = open_contest(bank)
    client.sign_in(bank.supervisor)
    cells = client.page(f"/work/contests/{contest.id}").css("#ranking tbody tr td:first-child")
    assert [cell.text().strip() for cell in cells] == ["–", "–"]


def test_awards_stand_on_the_day_page_for_a_week(client, bank, frozen_clock):
    contest = open_contest(bank)
    frozen_clock.set(frozen_clock.now.replace(month=10, day=2))
    client.sign_in(bank.supervisor)
    page = client.page(f"/work/contests/{contest.id}/close")
    prize, citation = f"prize-{bank.manager.id}", f"citation-{bank.manager.id}"
    wrong = client.submit(page, status=422, data={citation: "脚勤"})
    assert wrong.css(f"#{prize}-error")
    closed = client.submit(page, data={prize: "一等奖", citation: "脚勤"})
    assert "一等奖" in closed.text("#awards")
    client.sign_out()
    client.sign_in(bank.support)
    assert "脚勤" in client.page("/today").text("#awards")
    frozen_clock.move(days=8)
    client.sign_out()
    client.sign_in(bank.support)
    assert not client.page("/today").css("#awards")
    assert client.get(f"/work/contests/{contest.id}/correct/{bank.manager.id}").status_code == 403


def test_a_line_is_corrected_with_its_reason_for_all_to_read(client, bank, frozen_clock):
    contest = open_contest(bank)
    frozen_clock.set(frozen_clock.now.replace(month=10, day=2))
    operations.close_contest(people.actor(bank.supervisor), contest.id, contest.version, {})
    client.sign_in(bank.supervisor)
    page = client.page(f"/work/contests/{contest.id}/correct/{bank.leader.id}")
    wrong = client.submit(page, status=422, place="0", figure="2", reason="补录")
    assert wrong.css("#field-place .q-error")
    done = client.submit(page, place="1", figure="2", prize="一等奖", reason="两次补录")
    assert "两次补录" in done.text("#corrections")
    stale = client.post(
        f"/work/contests/{contest.id}/correct/{bank.leader.id}",
        data={"place": "1", "figure": "2", "reason": "再", "version": "1"},
    )
    assert stale.status_code == 409


@pytest.mark.parametrize("page", ["/work/contests", "/work/contests/{contest}"])
def test_the_number_of_statements_does_not_grow(client, bank, statements, page):
    client.sign_in(bank.supervisor)
    counts = []
    for number in (3, 300):
        contest = open_contest(bank, [people.create_person(unit=bank.unit).id for _n in range(number)])
        address = page.format(contest=contest.id)
        client.page(address)
        with statements() as seen:
            client.page(address)
        counts.append(seen.count)
    assert counts[0] == counts[1]
