"""Meetings at the door: called again in two clicks, attendance on one screen, decisions become work items (D32)."""

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.database import session
from app.people.rules.audiences import of_persons
from app.work.models import AgendaPoint, Attendance, Decision, Meeting, WorkItem
from app.work.operations.meetings import stage_of
from app.work.queries import meetings as reading
from app.workflow.queries import open_waiting, verify
from tests.api.programs import Program
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
    absent = {f"attendance.{bank.business.id}": "excused", "do": "held"}
    again = client.submit(page, "#record", status=422, data=absent)
    assert again.css(f"input[name='reason.{bank.business.id}'][aria-invalid]") and stage_of(fresh(meeting)) == "planned"
    page = client.submit(again, "#record", data={**absent, f"reason.{bank.business.id}": "外出走访"})
    assert stage_of(fresh(meeting)) == "held" and "75%" in page.text("#people")
    page = client.submit(
        page,
        "#record",
        data={"do": "minutes", "minutes.0": "走访12户。", "title.2": "临时议题", "minutes.2": "下周再议。"},
    )
    assert "走访12户。" in page.text("#minutes")
    due = (clock.today()).isoformat()
    page = client.submit(page, "#record", do="decide", text="约见建材商会", owner=str(bank.manager.id), due_on=due)
    assert "约见建材商会" in page.text("#decisions") and bank.manager.name in page.text("#decisions")
    page = client.submit(page, "#record", do="done")
    assert stage_of(fresh(meeting)) == "minutes"
    client.sign_out()
    page = client.sign_in(bank.leader).page(f"/work/meetings/{meeting.id}")
    page = client.submit(page, "#step-form", outcome="confirm")
    assert stage_of(fresh(meeting)) == "closed"
    assert page.response.request.path == f"/work/meetings/{meeting.id}"  # where the chair was, not somewhere else
    assert not page.css("#decide") and "确认" in page.text("#minutes")
    page = client.submit(page, "#corrections form", text="12户应为13户。")
    assert "13户" in page.text("#corrections")
    client.sign_out()
    assert "约见建材商会" in client.sign_in(bank.manager).page("/work").text("main")


def test_a_decision_sent_twice_is_one_work_item(client, bank, meeting):
    client.sign_in(bank.support)
    page = client.page(f"/work/meetings/{meeting.id}")
    for _n in range(2):
        client.submit(
            page, "#record", do="decide", text="约见商会", owner=str(bank.manager.id), due_on=clock.today().isoformat(),
            data={f"attendance.{bank.manager.id}": "late"},
        )  # fmt: skip
    assert session.scalar(select(func.count()).select_from(Decision)) == 1
    assert session.scalar(select(func.count()).select_from(WorkItem)) == 1


def minuted(client, bank, meeting):
    """The page of the minute taker once the meeting has been held."""
    factory.hold(bank, meeting)
    session.commit()
    return client.sign_in(bank.support).page(f"/work/meetings/{meeting.id}")


def point(meeting):
    session.expire_all()
    return session.scalars(select(AgendaPoint).where(AgendaPoint.meeting_id == meeting.id)).first().minutes


def test_recording_a_decision_saves_the_minutes_that_were_typed(client, bank, meeting):
    page = minuted(client, bank, meeting)
    assert all(
        len(page.css(f"#record [name='{name}']")) == 1 for name in ("minutes.0", "text", "csrf_token", "seen.version")
    )
    typed = {"minutes.0": "走访12户。", f"attendance.{bank.manager.id}": "late", "do": "decide"}
    page = client.submit(page, "#record", data={**typed, "text": "约见商会", "due_on": clock.today().isoformat()})
    assert "约见商会" in page.text("#decisions") and "走访12户。" in page.text("#minutes textarea")
    assert point(meeting) == "走访12户。" and "迟到" in page.text("#people")


def test_a_refused_decision_loses_neither_minutes_nor_itself(client, bank, meeting):
    page = minuted(client, bank, meeting)
    again = client.submit(
        page, "#record", status=422, data={"minutes.0": "走访12户。", "do": "decide", "text": "约见商会"}
    )
    assert "due_on" in again.errors() and again.form("#record")["text"] == "约见商会"
    assert "走访12户。" in again.text("#minutes textarea") and point(meeting) == "走访12户。"
    done = client.submit(again, "#record", do="decide", due_on=clock.today().isoformat())
    assert "约见商会" in done.text("#decisions td")


@pytest.mark.parametrize(("do", "status"), [("minutes", 200), ("attendance", 200), ("", 200), ("done", 422)])
def test_a_decision_that_is_typed_and_not_recorded_stays_whatever_is_pressed(client, bank, meeting, do, status):
    page = minuted(client, bank, meeting)
    typed = {"minutes.0": "走访12户。", "do": do, "text": "约见商会"}
    again = client.submit(page, "#record", status=status, data=typed)
    assert again.form("#record")["text"] == "约见商会" and again.errors()["text"]
    assert point(meeting) == "走访12户。" and stage_of(fresh(meeting)) == "held"
    assert session.scalar(select(Decision.id)) is None


def test_who_only_records_a_decision_does_not_undo_what_another_has_written_meanwhile(client, bank, meeting, app):
    page = minuted(client, bank, meeting)
    chair = app.test_client().sign_in(bank.leader)
    sight = chair.page(f"/work/meetings/{meeting.id}")
    client.submit(page, "#record", data={"minutes.0": "走访12户。", "do": "minutes"})
    chair.submit(sight, "#record", do="decide", text="约见商会", due_on=clock.today().isoformat())
    assert point(meeting) == "走访12户。" and session.scalar(select(Decision.id))
    again = chair.submit(
        sight, "#record", status=409, data={"minutes.0": "走访13户。", "text": "再约", "do": "minutes"}
    )
    assert "走访13户。" in again.text("textarea") and again.form("#record")["text"] == "再约"
    assert point(meeting) == "走访12户。"


def test_a_chair_who_keeps_the_minutes_confirms_them_in_the_same_step(client, bank, frozen_clock):
    meeting = factory.call(bank, taker_id=bank.leader.id)
    session.commit()
    frozen_clock.move(days=1)
    client.sign_in(bank.leader)
    page = client.page(f"/work/meetings/{meeting.id}")
    page = client.submit(page, "#record", do="held")
    done = client.submit(page, "#record", data={"minutes.0": "走访12户。", "do": "done"})
    assert stage_of(fresh(meeting)) == "closed" and "走访12户。" in done.text("#minutes")


def confirming(client, bank, meeting):
    """The page of the chair who is to confirm the minutes."""
    factory.hold(bank, meeting)
    factory.write(bank, fresh(meeting))
    session.commit()
    assert stage_of(fresh(meeting)) == "minutes"
    return client.sign_in(bank.leader).page(f"/work/meetings/{meeting.id}")


@pytest.mark.parametrize(
    ("way", "stage"), [({"outcome": "confirm"}, "closed"), ({"outcome": "again", "reason": "少一户"}, "held")]
)
def test_a_chair_who_leaves_the_step_keeps_what_they_changed_in_the_minutes(client, bank, meeting, way, stage):
    page = confirming(client, bank, meeting)
    assert not page.css("#record")  # one form: no button sends less than all that was typed
    assert not page.css("#step-form [required]")  # no browser holds the step back for a decision that nobody made
    client.submit(page, "#step-form", data={"minutes.0": "走访13户。", **way})
    assert stage_of(fresh(meeting)) == stage and point(meeting) == "走访13户。"


@pytest.mark.parametrize("door", ["draft", "comment", "blocked"])
def test_other_buttons_of_the_step_keep_the_minutes_too(client, bank, meeting, door):
    page = confirming(client, bank, meeting)
    typed = {**page.form("#step-form"), "minutes.0": "走访13户。", "comment": "看过了", "why": "等数据"}
    action = page.css("#step-form")[0].attributes["action"].replace("/complete", f"/{door}")
    client.send(action, typed, csrf=False)
    assert stage_of(fresh(meeting)) == "minutes" and point(meeting) == "走访13户。"


def test_saving_the_minutes_keeps_the_reason_that_was_begun(client, bank, meeting):
    page = confirming(client, bank, meeting)
    typed = {**page.form("#step-form"), "do": "minutes", "minutes.0": "走访13户。", "reason": "少一户"}
    again = client.send(f"/work/meetings/{meeting.id}/record", typed, csrf=False)
    assert again.form("#step-form")["reason"] == "少一户" and point(meeting) == "走访13户。"


@pytest.mark.parametrize("outcome", ["confirm", "again"])
def test_a_decision_that_is_not_recorded_yet_keeps_the_chair_in_the_step(client, bank, meeting, outcome):
    page = confirming(client, bank, meeting)
    typed = {"minutes.0": "走访13户。", "text": "约见商会", "outcome": outcome, "reason": "少一户"}
    again = client.submit(page, "#step-form", status=422, data=typed)
    assert again.form("#step-form")["text"] == "约见商会" and again.errors()["text"]
    assert "走访13户。" in again.text("#minutes textarea")
    assert stage_of(fresh(meeting)) == "minutes"
    client.submit(again, "#step-form", data={"text": None, "outcome": outcome, "reason": "少一户"})
    assert stage_of(fresh(meeting)) != "minutes" and point(meeting) == "走访13户。"


def test_a_chair_does_not_confirm_over_what_was_written_meanwhile(client, bank, meeting, app):
    page = confirming(client, bank, meeting)
    taker = app.test_client().sign_in(bank.support)
    sight = taker.page(f"/work/meetings/{meeting.id}")
    taker.submit(sight, "#record", data={"minutes.0": "走访14户。", "do": "minutes"})
    again = client.submit(page, "#step-form", status=409, data={"minutes.0": "走访13户。", "outcome": "confirm"})
    assert "走访13户。" in again.text("#minutes textarea") and "走访14户。" in again.text("#minutes ol")
    assert stage_of(fresh(meeting)) == "minutes" and point(meeting) == "走访14户。"


@pytest.mark.parametrize("way", [{"outcome": "confirm"}, {"outcome": "again", "reason": "少一户"}])
def test_a_chair_does_not_fix_or_send_back_what_they_have_not_seen(client, bank, meeting, app, way):
    page = confirming(client, bank, meeting)
    taker = app.test_client().sign_in(bank.support)
    sight = taker.page(f"/work/meetings/{meeting.id}")
    taker.submit(sight, "#record", data={"minutes.0": "走访14户。", "do": "minutes"})
    again = client.submit(page, "#step-form", status=409, data=way)
    assert "走访14户。" in again.text("#minutes textarea") and "走访12户。" not in again.text("#minutes")
    assert "已有变动" in again.text("#step-form .q-notice")
    assert stage_of(fresh(meeting)) == "minutes" and point(meeting) == "走访14户。"
    client.submit(again, "#step-form", data=way)
    assert stage_of(fresh(meeting)) != "minutes" and point(meeting) == "走访14户。"


@pytest.mark.parametrize("part", ["minutes", "attendance", "decide"])
def test_nor_by_the_general_page_of_the_step_nor_by_a_program(client, bank, meeting, app, part):
    confirming(client, bank, meeting)
    turn = open_waiting(people.actor(bank.leader), fresh(meeting).run_id)
    page, by_program = client.page(f"/turns/{turn.turn_id}"), Program(app, bank.leader)
    seen = by_program.get(f"/turns/{turn.turn_id}")["version"]
    taker = app.test_client().sign_in(bank.support)
    sight = taker.page(f"/work/meetings/{meeting.id}")
    changes = {
        "minutes": {"minutes.0": "走访14户。"},
        "attendance": {f"attendance.{bank.manager.id}": "late"},
        "decide": {"text": "约见商会", "owner": str(bank.manager.id), "due_on": clock.today().isoformat()},
    }
    taker.submit(sight, "#record", data={"do": part, **changes[part]})
    client.submit(page, "#step-form", status=409, outcome="confirm")
    by_program.post(f"/turns/{turn.turn_id}/complete", {"outcome": "confirm", "version": seen}, status=409)
    assert stage_of(fresh(meeting)) == "minutes"
    now = by_program.get(f"/turns/{turn.turn_id}")["version"]
    by_program.post(f"/turns/{turn.turn_id}/complete", {"outcome": "confirm", "version": now})
    assert stage_of(fresh(meeting)) == "closed" and verify(fresh(meeting).run_id).broken is None


def test_a_chair_who_hands_the_step_on_keeps_the_minutes_they_typed(client, bank, meeting):
    page = confirming(client, bank, meeting)
    typed = {**page.form("#step-form"), "minutes.0": "走访13户。", "why": "等数据", "to": str(bank.supervisor.id)}
    action = page.css("#step-form")[0].attributes["action"].replace("/complete", "/reassign")
    client.send(action, typed, csrf=False)
    turn = open_waiting(people.actor(bank.supervisor), fresh(meeting).run_id)
    assert turn.turn.assignee == bank.supervisor.id and point(meeting) == "走访13户。"


def test_minutes_that_are_too_long_are_refused_at_their_place(client, bank, meeting):
    page = confirming(client, bank, meeting)
    long = "很长" * 3000
    again = client.submit(page, "#step-form", status=422, data={"minutes.0": long, "outcome": "confirm"})
    assert again.css("#minutes .q-error") and long in again.text("#minutes textarea")
    assert stage_of(fresh(meeting)) == "minutes"


def test_the_kind_has_to_be_chosen(client, bank):
    client.sign_in(bank.supervisor)
    page = client.page("/work/meetings/new")
    assert page.form("main form[data-once]")["kind"] == ""
    typed = {"purpose": "分派走访", "at": "08:30", "audience.unit": str(bank.unit.id)}
    again = client.submit(page, "main form[data-once]", status=422, data=typed)
    assert "kind" in again.errors() and session.scalar(select(Meeting.id)) is None


@pytest.mark.parametrize("who", ["leader", "supervisor"])
def test_a_meeting_is_saved_as_the_page_offers_it(client, bank, meeting, who):
    away = people.create_person("外请讲师", unit=people.create_unit("另一家支行"))
    session.add(Attendance(meeting_id=meeting.id, person_id=away.id))
    row = fresh(meeting)
    row.rule = of_persons([*(p.person_id for p in reading.people_of(row.id)), away.id]).as_json()
    session.commit()
    client.sign_in(getattr(bank, who))
    page = client.page(f"/work/meetings/{meeting.id}/edit")
    done = client.submit(page, "main form[data-once]", title="9223372036854775808")
    assert "9223372036854775808" in done.text("h1")
    assert len(reading.people_of(meeting.id)) == 5 and "外请讲师" in done.text("#people")
    page = client.page(f"/work/meetings/{meeting.id}/edit")
    client.submit(page, "main form[data-once]", data={"audience.also": [str(bank.manager.id), str(away.id)]})
    assert {place.person_id for place in reading.people_of(meeting.id)} == {bank.manager.id, away.id}
    again = client.submit(
        client.page(f"/work/meetings/{meeting.id}/edit"),
        "main form[data-once]",
        status=422,
        data={"audience.also": None},
    )
    assert again.css("#audience-error")


def test_a_chair_who_calls_no_meetings_changes_its_day_and_not_its_people(client, bank, meeting):
    fresh(meeting).chair_id = bank.manager.id
    session.commit()
    client.sign_in(bank.manager)
    page = client.page(f"/work/meetings/{meeting.id}/edit")
    assert not page.css("#field-audience")
    done = client.submit(page, "main form[data-once]", place="三楼")
    assert "三楼" in done.text() and len(reading.people_of(meeting.id)) == 4


def test_the_next_one_is_two_clicks_from_the_last_with_what_is_open(client, bank, meeting):
    client.sign_in(bank.leader)
    page = client.page(f"/work/meetings/{meeting.id}")
    due = clock.today().isoformat()
    client.submit(page, "#record", do="decide", text="约见商会", owner=str(bank.manager.id), due_on=due)
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
    assert not page.css("#record, #decide")
    assert (
        client.post(
            f"/work/meetings/{meeting.id}/record",
            data={"do": "attendance", f"attendance.{bank.manager.id}": "present"},
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
    ("do", "typed"),
    [
        ("attendance", {"attendance.99999999999999999999999": "present"}), ("attendance", {"attendance.7": "sleeping"}),
        ("minutes", {"seen.version": "x", "title.0": "a"}), ("minutes", {"seen.version": "9" * 40}),
        ("decide", {"text": "x"}), ("decide", {"text": "x", "owner": "zz", "due_on": "never", "submission": "s"}),
        ("decide", {"text": "\x00", "owner": "1", "due_on": "2026-12-01", "submission": "s"}),
    ],
)  # fmt: skip
def test_forged_input_is_never_a_fault_of_ours(client, bank, meeting, do, typed):
    client.sign_in(bank.support)
    assert client.post(f"/work/meetings/{meeting.id}/record", data={"do": do, **typed}).status_code in (303, 409, 422)
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
