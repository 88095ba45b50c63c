"""Meetings at the door: called again in two clicks, attendance on one screen, decisions become work items (D32)."""

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.database import session
from app.people.rules.audiences import of_persons
from app.work.models import Decision, Meeting, WorkItem
from app.work.operations.meetings import stage_of
from tests.factories import meetings as factory
from tests.factories import people, sales


@pytest.fixture
def bank(database, frozen_clock):
    return sales.create_bank()


@pytest.fixture
def meeting(bank, frozen_clock):
    found = factory.call(bank)
    session.commit()
    frozen_clock.move(days=1)
    return found


def fresh(meeting):
    session.expire_all()
    return session.get_one(Meeting, meeting.id)


def test_a_meeting_is_called_with_its_purpose_and_people(client, bank):
    client.sign_in(bank.supervisor)
    page = client.page("/work/meetings/new")
    typed = {
        "purpose": "",
        "at": "08:30",
        "audience.unit": str(bank.unit.id),
        "kind": "morning",
        "agenda": "昨日要点\n今日安排",
    }
    again = client.submit(page, "main form[data-once]", status=422, data=typed)
    assert "purpose" in again.errors() and "今日安排" in again.text("textarea")
    done = client.submit(
        again, "main form[data-once]", purpose="分派今天的走访", data={"weekdays": ["0", "1"], "at": "08:30"}
    )
    assert "晨会" in done.text("h1") and "分派今天的走访" in done.text("main") and "每周例会" in done.text("#facts")
    made = session.scalars(select(Meeting)).one()
    assert made.series_id and clock.local(made.starts_at).hour == 8


def test_from_called_to_closed_at_the_door(client, bank, meeting):
    client.sign_in(bank.support)
    page = client.page(f"/work/meetings/{meeting.id}")
    absent = {f"attendance.{bank.business.id}": "excused", "held": "1"}
    again = client.submit(page, "#attendance form", status=422, data=absent)
    assert again.css(f"input[name='reason.{bank.business.id}'][aria-invalid]") and stage_of(fresh(meeting)) == "planned"
    page = client.submit(again, "#attendance form", data={**absent, f"reason.{bank.business.id}": "外出走访"})
    assert stage_of(fresh(meeting)) == "held" and "75%" in page.text("#people")
    page = client.submit(
        page, "#minutes form", data={"minutes.0": "走访12户。", "title.2": "临时议题", "minutes.2": "下周再议。"}
    )
    assert "走访12户。" in page.text("#minutes")
    due = (clock.today()).isoformat()
    page = client.submit(page, "#decide", text="约见建材商会", owner=str(bank.manager.id), due_on=due)
    assert "约见建材商会" in page.text("#decisions") and bank.manager.name in page.text("#decisions")
    page = client.submit(page, "#minutes form", data={"done": "1"})
    assert stage_of(fresh(meeting)) == "minutes"
    client.sign_out()
    page = client.sign_in(bank.leader).page(f"/work/meetings/{meeting.id}")
    page = client.submit(page, "#step-form", outcome="confirm")
    assert stage_of(fresh(meeting)) == "closed"
    page = client.page(f"/work/meetings/{meeting.id}")
    assert not page.css("#decide") and "确认" in page.text("#minutes")
    page = client.submit(page, "#corrections form", text="12户应为13户。")
    assert "13户" in page.text("#corrections")
    client.sign_out()
    assert "约见建材商会" in client.sign_in(bank.manager).page("/work").text("main")


def test_a_decision_sent_twice_is_one_work_item(client, bank, meeting):
    client.sign_in(bank.support)
    page = client.page(f"/work/meetings/{meeting.id}")
    for _n in range(2):
        client.submit(page, "#decide", text="约见商会", owner=str(bank.manager.id), due_on=clock.today().isoformat())
    assert session.scalar(select(func.count()).select_from(Decision)) == 1
    assert session.scalar(select(func.count()).select_from(WorkItem)) == 1


def test_the_next_one_is_two_clicks_from_the_last_with_what_is_open(client, bank, meeting):
    client.sign_in(bank.leader)
    page = client.page(f"/work/meetings/{meeting.id}")
    client.submit(page, "#decide", text="约见商会", owner=str(bank.manager.id), due_on=clock.today().isoformat())
    form = client.page(page.links["再开一次"])
    assert "约见商会" in form.text("#before")
    made = client.submit(form, "main form[data-once]")
    assert "约见商会" in made.text("#before") and "排定本周走访" in made.text("main")
    assert "4" in made.text("#people .q-count")


def test_invited_people_find_it_and_others_do_not(client, bank, meeting):
    client.sign_in(bank.manager)
    assert "周例会" in client.page("/work/meetings").text("main") or "Weekly" in client.page("/work/meetings").text(
        "main"
    )
    page = client.page(f"/work/meetings/{meeting.id}")
    assert not page.css("#attendance form, #decide, #minutes form")
    assert (
        client.post(
            f"/work/meetings/{meeting.id}/attendance", data={f"attendance.{bank.manager.id}": "present"}
        ).status_code
        == 403
    )
    assert client.get(f"/work/meetings/{meeting.id}/edit").status_code == 403
    client.sign_out()
    client.sign_in(bank.risk)
    for path in ("", "/edit"):
        assert client.get(f"/work/meetings/{meeting.id}{path}").status_code == 404


def test_it_is_called_off_with_a_reason(client, bank, meeting):
    client.sign_in(bank.leader)
    page = client.page(f"/work/meetings/{meeting.id}")
    refused = client.submit(page, "form[action$='/cancel']", reason_key="nothing")
    assert stage_of(fresh(meeting)) == "planned" and refused.css(".q-flash, .alert, [role=status]")
    client.submit(page, "form[action$='/cancel']", reason_key="clash")
    assert stage_of(fresh(meeting)) == "cancelled"
    assert "取消" in client.page("/work/meetings?show=past").text("main")


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("attendance", {"attendance.99999999999999999999999": "present"}), ("attendance", {"attendance.7": "sleeping"}),
        ("minutes", {"version": "x", "title.0": "a"}), ("minutes", {"version": "9" * 40}),
        ("decisions", {"text": "x"}), ("decisions", {"text": "x", "owner": "zz", "due_on": "never", "submission": "s"}),
        ("decisions", {"text": "\x00", "owner": "1", "due_on": "2026-12-01", "submission": "s"}),
    ],
)  # fmt: skip
def test_forged_input_is_never_a_fault_of_ours(client, bank, meeting, path, typed):
    client.sign_in(bank.support)
    assert client.post(f"/work/meetings/{meeting.id}/{path}", data=typed).status_code in (303, 409, 422)
    assert session.scalar(select(Decision.id)) is None


def test_statements_do_not_grow_with_meetings_or_people(client, bank, statements):
    client.sign_in(bank.supervisor)
    counts = {}
    for number in (3, 300):
        crowd = [people.create_person(unit=bank.unit) for _n in range(number)]
        for _n in range(3 if number == 3 else 40):
            factory.call(bank, by=bank.supervisor)
        big = factory.call(bank, by=bank.supervisor, rule=of_persons([p.id for p in crowd]))
        session.commit()
        for name, url in (("list", "/work/meetings"), ("one", f"/work/meetings/{big.id}"), ("today", "/today")):
            client.page(url)
            with statements() as seen:
                client.page(url)
            counts.setdefault(name, []).append(seen.count)
    assert all(few == many for few, many in counts.values()), counts
