"""Meetings: called, held, written, confirmed and fixed; decisions become work items, once; series on working days (D31, D32, D47)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid, Missing, NotFound
from app.people.operations.leaving import leave_institution
from app.people.rules.audiences import of_persons
from app.web import dates, diary
from app.work.models import (
    AgendaPoint,
    Assignment,
    Attendance,
    Decision,
    Meeting,
    MeetingSeries,
    Notification,
    WorkItem,
)
from app.work.operations import meeting_series, meetings, minutes
from app.work.queries import meetings as reading
from app.workflow.models import Run
from app.workflow.queries import open_waiting
from tests.factories import meetings as factory
from tests.factories import people, sales


@pytest.fixture
def bank(database, frozen_clock):
    return sales.create_bank()


def decide(bank, meeting, *, mark="a", owner=None, by=None, **given):
    values = {"text": "走访建材市场8户", "due_on": clock.today() + timedelta(days=5), **given}
    who, doer = people.actor(by or bank.support), (owner or bank.manager).id
    return minutes.decide(who, meeting.id, owner_id=doer, submission=mark, **values)


def test_a_meeting_goes_from_called_to_closed(bank, frozen_clock):
    meeting = factory.call(bank)
    assert meetings.stage_of(meeting) == "planned" and meeting.title == "周例会"
    frozen_clock.move(days=1)
    factory.hold(bank, meeting, business=("excused", "客户现场"))
    assert meetings.stage_of(meeting) == "held"
    factory.write(bank, meeting)
    assert meetings.stage_of(meeting) == "minutes"
    factory.confirm(bank, meeting)
    session.refresh(meeting)
    assert meetings.stage_of(meeting) == "closed" and meeting.confirmed_by == bank.leader.id


def test_everybody_invited_is_told_once_and_has_it_in_the_calendar(bank):
    meeting = factory.call(bank)
    told = session.scalars(select(Notification.person_id).where(Notification.kind == meetings.INVITED)).all()
    assert set(told) == {bank.manager.id, bank.business.id, bank.support.id}
    source = next(s for s in dates.sources() if s.key == "meetings")
    now = clock.now()
    for person in (bank.leader, bank.manager):
        entries = source.entries(people.actor(person), now, now + timedelta(days=3))
        assert [entry.uid for entry in entries] == [f"meeting-{meeting.id}"]
    assert not source.entries(people.actor(bank.risk), now, now + timedelta(days=3))


def test_who_is_excused_says_why_and_nobody_is_left_out(bank):
    meeting = factory.call(bank)
    me = people.actor(bank.support)
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        minutes.mark_attendance(me, meeting.id, {bank.manager.id: ("excused", " ")})
    assert refusal.value.errors[0].field == f"reason.{bank.manager.id}"
    minutes.mark_attendance(me, meeting.id, {bank.manager.id: ("late", "堵车")})
    with pytest.raises(Missing), session.begin_nested():
        minutes.move_on(me, meeting.id, "hold", "held")
    with pytest.raises(Invalid):
        minutes.mark_attendance(me, meeting.id, {bank.risk.id: ("present", "")})


def test_minutes_say_something_before_they_go_to_the_chair(bank):
    meeting = factory.call(bank)
    factory.hold(bank, meeting)
    with pytest.raises(Missing), session.begin_nested():
        minutes.move_on(people.actor(bank.support), meeting.id, "write", "done")


def test_a_decision_becomes_a_work_item_of_its_owner_once(bank):
    meeting = factory.call(bank)
    factory.hold(bank, meeting)
    first = decide(bank, meeting)
    assert decide(bank, meeting).id == first.id
    assert session.scalar(select(func.count()).select_from(Assignment)) == 1
    made = session.get_one(Assignment, first.assignment_id)
    assert (made.sender_id, made.origin_kind, made.origin_id) == (bank.leader.id, "meeting", meeting.id)
    item = session.scalars(select(WorkItem).where(WorkItem.assignment_id == made.id)).one()
    assert item.person_id == bank.manager.id
    shown = reading.decisions_of([meeting.id])
    assert [(d.text, d.state) for d in shown] == [("走访建材市场8户", "open")] and shown[
        0
    ].url == f"/work/items/{item.id}"


def test_a_decision_is_for_somebody_of_the_meeting_and_within_reach(bank):
    meeting = factory.call(bank)
    factory.hold(bank, meeting)
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        decide(bank, meeting, owner=bank.risk)
    assert refusal.value.errors[0].field == "owner"
    with pytest.raises(Invalid) as refusal, session.begin_nested():
        decide(bank, meeting, due_on=clock.today() - timedelta(days=1))
    assert refusal.value.errors[0].field == "due_on"
    assert session.scalar(select(Decision.id)) is None


def test_confirmed_minutes_are_fixed_also_for_the_database(bank):
    meeting = factory.call(bank)
    factory.hold(bank, meeting)
    factory.write(bank, meeting)
    factory.confirm(bank, meeting)
    me = people.actor(bank.support)
    with pytest.raises(Conflict):
        minutes.write_minutes(me, meeting.id, meeting.version, [("x", "y")])
    with pytest.raises(Conflict):
        minutes.mark_attendance(me, meeting.id, {bank.manager.id: ("absent", "")})
    with pytest.raises(Conflict):
        decide(bank, meeting, mark="late")
    session.commit()
    for change in (update(AgendaPoint).values(minutes="x"), update(Attendance).values(state="absent")):
        with pytest.raises(Exception, match="confirmed"), unit_of_work():
            session.execute(change)
    one = minutes.correct(me, meeting.id, "8户应为9户。", "m")
    assert minutes.correct(me, meeting.id, "8户应为9户。", "m").id == one.id
    session.commit()
    with pytest.raises(Exception, match="append-only"), unit_of_work():
        session.delete(session.get_one(type(one), one.id))


def test_the_chair_may_send_minutes_back(bank):
    meeting = factory.call(bank)
    factory.hold(bank, meeting)
    factory.write(bank, meeting)
    minutes.move_on(people.actor(bank.leader), meeting.id, "confirm", "again", "漏了两户")
    assert meetings.stage_of(meeting) == "held"
    factory.write(bank, meeting)
    factory.confirm(bank, meeting)
    assert meetings.stage_of(meeting) == "closed"


def test_only_who_keeps_them_writes_minutes_and_strangers_see_nothing(bank):
    meeting = factory.call(bank)
    with pytest.raises(Forbidden):
        minutes.mark_attendance(people.actor(bank.manager), meeting.id, {bank.manager.id: ("present", "")})
    with pytest.raises(Forbidden):
        meetings.cancel_meeting(people.actor(bank.manager), meeting.id, "no_need", "")
    with pytest.raises(NotFound):
        reading.meeting_for(people.actor(bank.risk), meeting.id)
    assert reading.meeting_for(people.actor(bank.supervisor), meeting.id)
    with pytest.raises(Forbidden):
        factory.call(bank, by=bank.manager)


def test_a_meeting_that_is_called_off_tells_everybody_and_stays(bank):
    meeting = factory.call(bank)
    meetings.cancel_meeting(people.actor(bank.leader), meeting.id, "clash", "")
    assert meetings.stage_of(meeting) == "cancelled"
    assert session.get_one(Run, meeting.run_id).end_reason == "clash"
    told = session.scalars(select(Notification.person_id).where(Notification.kind == meetings.OFF)).all()
    assert bank.manager.id in told
    with pytest.raises(Conflict):
        minutes.mark_attendance(people.actor(bank.support), meeting.id, {bank.manager.id: ("present", "")})


def test_a_changed_meeting_tells_whom_it_concerns_and_hands_the_step_over(bank):
    meeting = factory.call(bank)
    given = {
        "kind": "weekly", "purpose": "排定本周走访", "minutes": 45, "starts_at": meeting.starts_at + timedelta(hours=1),
        "chair_id": bank.leader.id, "taker_id": bank.business.id, "agenda": ["一"],
        "rule": of_persons([bank.leader.id, bank.manager.id, bank.business.id]),
    }  # fmt: skip
    meetings.change_meeting(people.actor(bank.leader), meeting.id, meeting.version, **given)
    assert {place.person_id for place in reading.people_of(meeting.id)} == {
        bank.leader.id,
        bank.manager.id,
        bank.business.id,
    }
    assert open_waiting(SYSTEM, meeting.run_id).turn.assignee == bank.business.id
    moved = session.scalars(select(Notification.person_id).where(Notification.kind == meetings.MOVED)).all()
    assert set(moved) == {bank.manager.id, bank.business.id}
    with pytest.raises(Conflict):
        meetings.change_meeting(people.actor(bank.leader), meeting.id, 1, **given)


def test_a_weekly_series_is_made_ahead_once_and_not_on_holidays(bank, frozen_clock):
    meeting = factory.call(bank, weekdays=[0, 1, 2, 3, 4])  # from Thursday 2026-09-10
    session.commit()
    meeting_series.make_meetings()
    meeting_series.make_meetings()
    days = session.scalars(select(Meeting.series_on).order_by(Meeting.series_on)).all()
    assert days[0] == clock.local(meeting.starts_at).date() and len(days) == len(set(days)) == 10
    frozen_clock.move(days=14)
    meeting_series.make_meetings()
    days = session.scalars(select(Meeting.series_on).order_by(Meeting.series_on)).all()
    assert not [day for day in days if day.month == 10 and day.day in (1, 2, 3, 4, 5, 6, 7)]
    assert all(m.line_id == meeting.id for m in session.scalars(select(Meeting).where(Meeting.id != meeting.id)))


def test_a_job_killed_in_the_middle_of_a_series_goes_on(bank, monkeypatch):
    factory.call(bank, weekdays=[0, 1, 2, 3, 4])
    session.commit()
    make, times = meeting_series._make, []

    def dies(series, day):
        times.append(day)
        if len(times) == 3:
            raise RuntimeError("killed")
        return make(series, day)

    monkeypatch.setattr(meeting_series, "_make", dies)
    with pytest.raises(RuntimeError):
        meeting_series.make_meetings()
    session.rollback()
    monkeypatch.setattr(meeting_series, "_make", make)
    meeting_series.make_meetings()
    assert session.scalar(select(func.count()).select_from(Meeting)) == 10


def test_an_ended_series_makes_no_more_and_a_leaver_no_orphans(bank, frozen_clock):
    meeting = factory.call(bank, weekdays=[3])
    leave_institution(SYSTEM, bank.support.id, successor_id=bank.manager.id, day=clock.today())
    session.commit()
    meeting_series.make_meetings()
    later = session.scalars(select(Meeting).where(Meeting.id != meeting.id)).all()
    assert later and all(m.taker_id == bank.leader.id for m in later)
    meetings.stop_series(people.actor(bank.leader), meeting.id)
    session.commit()
    frozen_clock.move(days=30)
    before = session.scalar(select(func.count()).select_from(Meeting))
    meeting_series.make_meetings()
    assert session.scalar(select(func.count()).select_from(Meeting)) == before
    assert session.scalars(select(MeetingSeries)).one().stopped_at


def test_what_is_open_comes_along_to_the_next_meeting(bank, frozen_clock):
    meeting = factory.call(bank)
    factory.hold(bank, meeting)
    decide(bank, meeting)
    decide(bank, meeting, mark="b", text="已办的事")
    frozen_clock.move(days=2)
    later = factory.call(bank, previous_id=meeting.id)
    assert [d.text for d in reading.open_from_before(later)] == ["走访建材市场8户", "已办的事"]
    frozen_clock.move(days=2)
    third = factory.call(bank, previous_id=later.id)
    assert len(reading.open_from_before(third)) == 2 and third.line_id == meeting.id


def test_the_same_form_sent_twice_is_one_meeting(bank):
    assert factory.call(bank, submission="s").id == factory.call(bank, submission="s").id


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("purpose", {"purpose": " "}), ("kind", {"kind": "party"}), ("minutes", {"minutes": 1}), ("agenda", {"agenda": ["x"] * 21}),
        ("audience", {"rule": of_persons([])}), ("chair", {"chair_id": 10**9}), ("weekdays", {"weekdays": [9]}),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_at_its_field(bank, field, given):
    with pytest.raises(Invalid) as refusal:
        factory.call(bank, **given)
    assert field in [fault.field for fault in refusal.value.errors]


def test_attendance_is_a_measure_and_stands_in_the_diary(bank, frozen_clock):
    meeting = factory.call(bank)
    frozen_clock.move(days=1)
    factory.hold(bank, meeting, manager=("late", "堵车"), business=("absent", ""))
    start, end = clock.now() - timedelta(days=3), clock.now() + timedelta(days=3)
    rates = reading.attendance_rates([bank.manager.id, bank.business.id, bank.risk.id], start, end)
    assert rates == {bank.manager.id: 100, bank.business.id: 0}
    told = {c.key: c for c in diary.chapters(bank.manager.id, start, end)}
    assert meeting.title in str(told["meetings"].lines[0].text)
    assert "meetings" not in {c.key for c in diary.chapters(bank.business.id, start, end)}


def test_a_later_meeting_of_a_series_asks_nobody_for_anything_before_its_day(bank, frozen_clock):
    factory.call(bank, weekdays=[0, 1, 2, 3, 4])
    session.commit()
    meeting_series.make_meetings()
    later = session.scalars(select(Meeting).order_by(Meeting.starts_at)).all()
    assert [m.run_id is None for m in later[:3]] == [False, True, True]
    assert meetings.stage_of(later[2]) == "planned"
    meetings.cancel_meeting(people.actor(bank.leader), later[2].id, "merged", "")
    assert meetings.stage_of(later[2]) == "cancelled"
    session.commit()
    frozen_clock.move(days=2)
    meeting_series.make_meetings()
    session.expire_all()
    assert open_waiting(people.actor(bank.support), session.get_one(Meeting, later[1].id).run_id).turn.step == "hold"
