"""Notices: one receipt a person, read means all of it, reminders once a rung, and a second person where the setting asks (D29)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.core import clock, outbox, settings
from app.core.actor import SYSTEM
from app.core.audit import AuditRow
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid, Missing, NotFound
from app.people.operations.leaving import leave_institution
from app.people.rules.audiences import of_persons
from app.work.models import Notice, NoticeRevision, Notification, Receipt
from app.work.operations import notice_delivering, notice_publishing, notice_reading, notice_reminding, notices
from app.work.rules import notices as rules
from app.workflow import operations as workflow
from app.workflow.models import Run
from app.workflow.queries import open_waiting
from tests.factories import notices as factory
from tests.factories import people, sales


@pytest.fixture
def bank(database, frozen_clock):
    return sales.create_bank()


def receipts(notice):
    rows = session.scalars(select(Receipt).where(Receipt.notice_id == notice.id)).all()
    return {row.person_id: row for row in rows}


def told(person, kind=None):
    stmt = select(Notification).where(Notification.person_id == person.id)
    return session.scalars(stmt.where(Notification.kind == kind) if kind else stmt).all()


def read(person, notice, **given):
    session.expire_all()
    return notice_reading.read_notice(people.actor(person), notice.id, revision=notice.revision, **given)


def test_everybody_it_is_for_gets_one_receipt_and_is_told_once(bank):
    notice = factory.publish(bank.supervisor, factory.everybody(bank.unit), required=True)
    found = receipts(notice)
    assert set(found) == {p.id for p in bank.everybody() if p is not bank.risk}
    assert notice_delivering.deliver_notices() == 0 and notice_delivering.add_newcomers() == 0
    assert len(told(bank.manager, notice_delivering.TOLD)) == 1
    session.refresh(notice)
    assert notice.delivered_at and notice.revision == notice.wanted == 1 and notice.digest


def test_a_delivery_that_was_killed_goes_on_where_it_stood(bank, monkeypatch):
    monkeypatch.setattr(notice_delivering, "CHUNK", 2)
    notice = factory.publish(bank.supervisor, factory.everybody(bank.unit), deliver=False)
    give, times = notice_delivering._give, []

    def dies(*given):
        times.append(1)
        if len(times) == 2:
            raise RuntimeError("killed")
        return give(*given)

    monkeypatch.setattr(notice_delivering, "_give", dies)
    with pytest.raises(RuntimeError):
        notice_delivering.deliver_notices()
    session.refresh(notice)
    assert len(receipts(notice)) == 2 and notice.delivered_at is None
    monkeypatch.setattr(notice_delivering, "_give", give)
    assert notice_delivering.deliver_notices() == 3
    assert len(receipts(notice)) == 5 and len(told(bank.manager)) <= 2


def test_nobody_has_two_receipts(bank):
    notice = factory.publish(bank.supervisor, of_persons([bank.manager.id]))
    session.add(Receipt(notice_id=notice.id, person_id=bank.manager.id))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_reading_it_twice_changes_nothing(bank):
    notice = factory.publish(bank.supervisor, of_persons([bank.manager.id]), required=True)
    assert read(bank.manager, notice).read
    first = receipts(notice)[bank.manager.id].read_at
    assert read(bank.manager, notice).read and receipts(notice)[bank.manager.id].read_at == first


def test_questions_are_asked_until_all_are_right_and_attempts_counted(bank):
    questions = [factory.QUESTION, {"text": "谁可以代签？", "options": ["同事", "谁都不可以"], "right": 1}]
    notice = factory.publish(bank.supervisor, of_persons([bank.manager.id]), required=True, questions=questions)
    outcome = read(bank.manager, notice, answers=[1, None])
    assert (outcome.read, outcome.right, outcome.asked) == (False, 1, 2)
    assert receipts(notice)[bank.manager.id].read_at is None
    assert read(bank.manager, notice, answers=[1, 1]).read
    row = receipts(notice)[bank.manager.id]
    assert (row.attempts, row.score, row.read_revision) == (2, 2, 1)


def test_a_signature_is_ones_own_name_and_holds_the_digest_of_the_text(bank):
    notice = factory.publish(bank.supervisor, of_persons([bank.manager.id]), required=True, sign=True)
    with pytest.raises(Invalid):
        read(bank.manager, notice, name="别人")
    assert read(bank.manager, notice, name=" 陈经理 ").read
    row = receipts(notice)[bank.manager.id]
    assert (row.signed_name, row.signed_digest) == ("陈经理", notice.digest)
    session.commit()
    assert (
        session.scalar(select(AuditRow.data).where(AuditRow.action == "work.notice_signed"))["digest"] == notice.digest
    )


def test_who_is_not_addressed_confirms_nothing_and_strangers_do_not_see_it(bank):
    notice = factory.publish(bank.supervisor, of_persons([bank.manager.id]), required=True)
    with pytest.raises(NotFound):
        read(bank.support, notice)
    with pytest.raises(Forbidden):
        read(bank.supervisor, notice)


def test_a_change_that_matters_is_read_again_and_one_that_does_not_is_not(bank):
    notice = factory.publish(bank.supervisor, of_persons([bank.manager.id]), required=True)
    read(bank.manager, notice)
    given = {
        "title": notice.title,
        "body": "改了一个错字。",
        "category": "notice",
        "rule": of_persons([bank.manager.id]),
        "required": True,
    }
    me = people.actor(bank.supervisor)
    notices.change_notice(me, notice.id, notice.version, **given)
    assert (notice.revision, notice.wanted) == (2, 1) and not notice_publishing.unread_of(notice.id)
    notices.change_notice(me, notice.id, notice.version, **{**given, "body": "口径变了。"}, again=True)
    assert (notice.revision, notice.wanted) == (3, 3) and notice_publishing.unread_of(notice.id)
    with pytest.raises(Conflict):
        notice_reading.read_notice(people.actor(bank.manager), notice.id, revision=1)
    assert read(bank.manager, notice).read
    assert [r.number for r in session.scalars(select(NoticeRevision).order_by(NoticeRevision.number))] == [1, 2, 3]


def test_what_was_published_is_never_rewritten(bank):
    factory.publish(bank.supervisor, of_persons([bank.manager.id]))
    session.commit()
    with pytest.raises(Exception, match="append-only"), unit_of_work():
        session.execute(text("UPDATE work_notice_revision SET body = 'x'"))


def test_a_stale_change_is_a_conflict(bank):
    notice = factory.write(bank.supervisor, of_persons([bank.manager.id]))
    with pytest.raises(Conflict):
        notices.change_notice(
            people.actor(bank.supervisor), notice.id, notice.version + 1, title="x", body="y", category="notice",
            rule=of_persons([bank.manager.id]),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", {"title": " "}), ("body", {"body": ""}), ("category", {"category": "x"}), ("audience", {"rule": of_persons([])}),
        ("read_by", {"read_by": factory.day("2026-12-01")}), ("required", {"sign": True}),
        ("questions.0", {"required": True, "questions": [{"text": "?", "options": ["一个"], "right": 0}]}),
        ("questions.1", {"required": True, "questions": [factory.QUESTION, {**factory.QUESTION, "right": 7}]}),
        ("questions", {"required": True, "questions": [factory.QUESTION] * 6}),
        ("expires_on", {"required": True, "read_by": factory.day("2026-12-02"), "expires_on": factory.day("2026-12-01")}),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_at_its_field(bank, field, given):
    with pytest.raises(Invalid) as refusal:
        factory.write(bank.supervisor, **{"rule": of_persons([bank.manager.id]), **given})
    assert field in [fault.field for fault in refusal.value.errors]


def test_the_same_form_sent_twice_is_one_notice(bank):
    first = factory.write(bank.supervisor, of_persons([bank.manager.id]), submission="s")
    assert factory.write(bank.supervisor, of_persons([bank.manager.id]), submission="s").id == first.id


def test_where_the_setting_asks_a_second_person_checks(bank):
    settings.put("work.notices_checked", True)
    head = people.create_person("总行主管", unit=people.root(), role="supervisor")
    notice = factory.write(bank.supervisor, of_persons([bank.manager.id]), required=True)
    me = people.actor(bank.supervisor)
    turn = open_waiting(me, notice.run_id)
    with pytest.raises(Missing), session.begin_nested():
        workflow.complete(me, turn.turn_id, outcome="publish")
    notice_publishing.hand_in(me, notice.id, notice.version)
    assert notice.state == "checking" and notice_delivering.deliver_notices() == 0
    with pytest.raises(Conflict):
        notices.change_notice(
            me, notice.id, notice.version, title="x", body="y", category="notice", rule=of_persons([1])
        )
    turn = open_waiting(people.actor(head), notice.run_id)
    with pytest.raises((Forbidden, Missing)), session.begin_nested():
        workflow.complete(me, turn.turn_id, outcome="publish")
    workflow.complete(people.actor(head), turn.turn_id, outcome="back", reason="口径不对")
    session.refresh(notice)
    assert notice.state == "draft"
    notice_publishing.hand_in(me, notice.id, notice.version)
    turn = open_waiting(people.actor(head), notice.run_id)
    workflow.complete(people.actor(head), turn.turn_id, outcome="publish")
    session.refresh(notice)
    assert notice.state == "published" and notice.revision == 1


def test_each_rung_is_told_once_and_the_last_one_to_the_supervisor(bank, frozen_clock):
    notice = factory.publish(
        bank.supervisor, of_persons([bank.manager.id, bank.support.id]), required=True,
        read_by=clock.today() + timedelta(days=14),
    )  # fmt: skip
    read(bank.support, notice)
    session.commit()
    seen = []
    for _day in range(24):
        notice_reminding.remind_readers()
        notice_reminding.remind_readers()
        seen.append(receipts(notice)[bank.manager.id].rung)
        frozen_clock.move(days=1)
    assert seen[0] == 0 and seen[-1] == 4 and sorted(seen) == seen
    kinds = [row.kind for row in told(bank.manager)]
    assert kinds.count(notice_reminding.DUE) == 2 and kinds.count(notice_reminding.LATE) == 2
    assert not [row for row in told(bank.support) if row.kind != notice_delivering.TOLD]
    assert len(told(bank.supervisor, notice_reminding.BEHIND)) == 1


def test_nudging_reaches_those_who_have_not_read_and_not_twice_within_an_hour(bank):
    notice = factory.publish(bank.supervisor, of_persons([bank.manager.id, bank.support.id]), required=True)
    read(bank.support, notice)
    assert notice_reminding.nudge(people.actor(bank.supervisor), notice.id) == 1
    assert notice_reminding.nudge(people.actor(bank.supervisor), notice.id) == 0
    assert len(told(bank.manager, notice_reminding.NUDGED)) == 1
    with pytest.raises(Forbidden):
        notice_reminding.nudge(people.actor(bank.manager), notice.id)


def test_many_are_nudged_without_holding_the_request(bank, monkeypatch):
    monkeypatch.setattr(notice_reminding, "CHUNK", 2)
    notice = factory.publish(bank.supervisor, factory.everybody(bank.unit), required=True)
    assert notice_reminding.nudge(people.actor(bank.supervisor), notice.id) == 5
    session.commit()
    count = select(func.count()).select_from(Notification).where(Notification.kind == notice_reminding.NUDGED)
    assert session.scalar(count) == 2
    last = max(receipts(notice))
    notice_reading.read_notice(people.actor(last), notice.id, revision=1)
    session.commit()
    outbox.deliver_due()
    assert session.scalar(count) == 4, "who has read it meanwhile is left alone"


def test_late_readers_are_told_once_a_day_of_all_they_owe_and_many_without_holding_the_request(
    bank, frozen_clock, monkeypatch
):
    monkeypatch.setattr(notice_reminding, "CHUNK", 2)
    late = factory.publish(bank.supervisor, factory.everybody(bank.unit), required=True, read_by=clock.today())
    factory.publish(bank.supervisor, of_persons([bank.manager.id]), required=True)  # without a day nobody is late
    frozen_clock.move(days=3)
    boss, everybody = people.actor(bank.supervisor), [person.id for person in bank.everybody()]
    found = notice_reminding.nudge_late(boss, everybody, "请今天读完")
    assert (found.people, found.later, list(found.refused)) == (2, 2, [])
    session.commit()
    last = max(person for person in receipts(late) if person != bank.supervisor.id)
    notice_reading.read_notice(people.actor(last), late.id, revision=1)
    session.commit()
    outbox.deliver_due()
    count = select(func.count()).select_from(Notification).where(Notification.kind == rules.NUDGED_LATE)
    assert session.scalar(count) == 3, "who has read it meanwhile is left alone"
    assert notice_reminding.nudge_late(boss, everybody, "再催").people == 0
    assert notice_reminding.nudge_late(people.actor(bank.manager), [bank.support.id], "越权").people == 0
    assert session.scalar(select(func.count()).where(AuditRow.action == "work.notice_late_nudged")) == 1


def test_a_standing_audience_adds_newcomers_until_the_date(bank, frozen_clock):
    by = clock.today() + timedelta(days=5)
    rule = factory.everybody(bank.unit)
    notice = factory.publish(bank.supervisor, rule, required=True, read_by=by, standing=True)
    newcomer = people.create_person(unit=bank.unit)
    session.commit()
    assert notice_delivering.add_newcomers() == 1 and newcomer.id in receipts(notice)
    frozen_clock.move(days=7)
    people.create_person(unit=bank.unit)
    session.commit()
    assert notice_delivering.add_newcomers() == 0


def test_when_the_author_has_left_the_supervisor_answers_for_it(bank):
    boss = people.create_person("上级", unit=people.root(), role="supervisor")
    notice = factory.publish(boss, factory.everybody(bank.unit), deliver=False)
    notice.unit_id = bank.unit.id
    leave_institution(SYSTEM, boss.id, successor_id=bank.supervisor.id, day=clock.today())
    session.commit()
    assert notice_delivering.sender_of(notice).id == bank.supervisor.id
    assert notice_delivering.deliver_notices() == 5


def test_the_publication_ends_when_all_have_read_or_nobody_has_to(bank):
    plain = factory.publish(bank.supervisor, of_persons([bank.manager.id]))
    assert session.get_one(Run, plain.run_id).end == "closed"
    notice = factory.publish(bank.supervisor, of_persons([bank.manager.id]), required=True)
    session.commit()
    notice_publishing.end_notices()
    assert session.get_one(Run, notice.run_id).state == "open"
    read(bank.manager, notice)
    session.commit()
    assert notice_publishing.end_notices() == 1
    session.expire_all()
    assert session.get_one(Run, notice.run_id).end == "closed" and notice.state == "published"


def test_a_notice_expires_and_a_withdrawn_one_asks_nobody(bank, frozen_clock):
    notice = factory.publish(bank.supervisor, of_persons([bank.manager.id]), required=True, expires_on=clock.today())
    other = factory.publish(bank.supervisor, of_persons([bank.manager.id]), required=True)
    notice_publishing.withdraw(people.actor(bank.supervisor), other.id, "发错了")
    assert other.state == "withdrawn" and session.get_one(Run, other.run_id).end == "withdrawn"
    with pytest.raises(Conflict):
        read(bank.manager, other)
    session.commit()
    frozen_clock.move(days=1)
    notice_publishing.end_notices()
    session.expire_all()
    assert session.get_one(Notice, notice.id).state == "expired"
    assert session.get_one(Run, notice.run_id).end == "closed"


def test_whoever_may_not_write_does_not(bank):
    with pytest.raises(Forbidden):
        factory.write(bank.manager, of_persons([bank.manager.id]))
    notice = factory.publish(bank.supervisor, of_persons([bank.leader.id]))
    with pytest.raises(Forbidden):
        notice_publishing.withdraw(people.actor(bank.leader), notice.id, "x")
