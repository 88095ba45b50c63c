"""Routines at the browser's door: one tap, why something is skipped, my people's day, editing a list."""

from datetime import timedelta

import pytest

from app.core import clock
from app.work.operations import routines as operations
from app.work.queries import routines as queries
from tests.factories import people


@pytest.fixture
def lobby(app, frozen_clock):
    people.root()
    operations.sync_routines()
    return people.create_person("林大堂", post="lobby_manager")


def post_mark(client, item="lm_huddle", **more):
    return client.post("/work/routines/marks", data={"item": item, "state": "done", **more})


def test_one_tap_and_back(client, lobby):
    client.sign_in(lobby)
    page = client.page("/work/routines")
    assert len(page.css(".q-tick")) == 20 and not page.css(".q-tick-done")
    assert post_mark(client).status_code == 303
    assert post_mark(client).status_code == 303
    assert len(client.page("/work/routines").css("#item-lm_huddle.q-tick-done")) == 1
    post_mark(client, state="none")
    assert not client.page("/work/routines").css(".q-tick-done")


def test_a_script_gets_only_the_line_and_the_progress(client, lobby):
    client.sign_in(lobby)
    answer = client.post(
        "/work/routines/marks", data={"item": "lm_huddle", "state": "done"}, headers={"HX-Request": "true"}
    )
    assert "q-tick-done" in answer.text and "1/20" in answer.text and "<html" not in answer.text


def test_skipping_asks_why_at_the_item(client, lobby):
    client.sign_in(lobby)
    answer = post_mark(client, state="skipped", reason=" ")
    assert answer.status_code == 422 and 'id="error-lm_huddle"' in answer.text
    post_mark(client, state="skipped", reason="装修")
    assert "装修" in client.page("/work/routines").text("#item-lm_huddle")


def test_the_day_page_shows_progress_and_what_comes_next(client, lobby):
    page = client.sign_in(lobby).page("/today")
    assert "0/20" in page.text("#routine") and len(page.css("#routine .q-tick")) == 4
    post_mark(client, next="/today")
    assert "1/20" in client.page("/today").text("#routine")


def test_what_is_not_mine_is_not_there(client, lobby):
    client.sign_in(lobby)
    assert post_mark(client, item="wm_market").status_code == 404
    assert client.get("/work/routines/team").status_code == 403
    assert client.get("/work/routines/templates").status_code == 403


def test_a_day_without_work_says_so(client, lobby, frozen_clock):
    frozen_clock.move(days=3)
    client.sign_in(lobby)
    assert client.page("/work/routines").css(".q-empty")
    assert not client.page("/today").css("#routine")


def test_the_supervisor_reads_who_skipped_what_and_why(client, lobby):
    operations.mark(people.actor(lobby), "lm_hall", skipped=True, reason="装修封闭")
    boss = people.create_person(post="branch_manager", role="supervisor")
    page = client.sign_in(boss).page("/work/routines/team")
    assert "林大堂" in page.text("#people") and "装修封闭" in page.text("#people")
    assert client.page("/work/routines/team?day=2026-09-13").css(".q-empty")


def test_hr_edits_a_list_for_tomorrow(client, lobby, frozen_clock):
    hr = people.create_person(post="hr_officer", role="hr")
    client.sign_in(hr)
    assert client.page("/work/routines/templates").css("table a[href$='/lobby_manager']")
    page = client.page("/work/routines/templates/lobby_manager")
    seen = page.css("[name=seen]")[0].attributes["value"]
    rows = {
        "seen": seen,
        "before.0.zh": "第二项",
        "before.0.place": "20",
        "before.1.zh": "第一项",
        "before.1.place": "10",
    }
    assert client.post("/work/routines/templates/lobby_manager", data=rows).status_code == 303
    late = client.post("/work/routines/templates/lobby_manager", data=rows)
    assert late.status_code == 409 and "第二项" in late.text  # what was typed stands there still
    bad = client.post("/work/routines/templates/lobby_manager", data={**rows, "seen": "2", "before.0.zh": "长" * 201})
    assert bad.status_code == 422 and "before-1-zh-error" in bad.text
    tomorrow = clock.today() + timedelta(days=1)
    texts = [item.text["zh"] for item in queries.my_day(people.actor(lobby), tomorrow).items]
    assert texts == ["第一项", "第二项"]
    assert client.get("/work/routines/templates/nobody").status_code == 404


def test_a_supervisor_writes_only_for_own_units(client, lobby):
    unit = people.create_unit("东门网点", parent=people.root())
    boss = people.create_person(unit=unit, post="branch_manager", role="supervisor")
    client.sign_in(boss)
    above = people.root().id
    assert client.get(f"/work/routines/templates/lobby_manager?unit={above}").status_code == 404
    page = client.page("/work/routines/templates/lobby_manager?from=wealth_manager")
    assert page.css("[name=unit] option")[0].attributes["value"] == str(unit.id)


def test_a_coming_day_is_a_plain_list(client, lobby):
    page = client.sign_in(lobby).page("/work/routines?day=2026-09-10")
    assert len(page.css(".q-tick")) == 20 and not page.css(".q-tick-box") and not page.css(".q-ticks form")
    assert "20 项" in page.text("#routine-progress") and "0/20" not in page.text("#routine-progress")
