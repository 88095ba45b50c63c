"""Work logs: who owes one on which day, written, reviewed, counted (D32, D34)."""

from datetime import date, datetime, timedelta

import pytest

from app.core import calendar, clock, settings
from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.core.errors import Forbidden, Missing, NotFound
from app.people import operations as people_operations
from app.work.models import WorkLog
from app.work.operations import logs as operations
from app.work.queries import logs as queries
from app.workflow import operations as workflow
from app.workflow.models import Run, Turn
from app.workflow.queries import open_run
from tests.factories import people

WEDNESDAY, FRIDAY = date(2026, 9, 9), date(2026, 9, 11)
TEXT = {"remarks": "见了三户。", "tomorrow": "先见周总。"}


@pytest.fixture
def bank(app, frozen_clock):
    """A unit with its supervisor, somebody hired in spring, and somebody hired long ago."""
    workflow.sync_seeds()
    top = people.root()
    branch = people.create_unit("城东支行", parent=top)

    class Bank:
        unit = branch
        boss = people.create_person("上级", post="branch_manager", role="supervisor")
        head = people.create_person("孙主管", unit=branch, post="branch_manager", role="supervisor")
        new = people.create_person("小新", unit=branch, hired_on=date(2026, 3, 2))
        old = people.create_person("老陈", unit=branch, hired_on=date(2019, 3, 2))

    return Bank


def on(frozen_clock, day, hour=8, minute=0):
    frozen_clock.set(datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.ZONE))


def logs(person=None):
    found = session.query(WorkLog).order_by(WorkLog.id).all()
    return [(row.period, row.day) for row in found if person is None or row.person_id == person.id]


def turn_of(row):
    return session.query(Turn).filter_by(run_id=row.run_id, state="waiting").one()


def hand_in(person, row, **more):
    return workflow.complete(people.actor(person), turn_of(row).id, outcome="hand_in", fields={**TEXT, **more})


def one(person):
    return session.query(WorkLog).filter_by(person_id=person.id).order_by(WorkLog.id.desc()).first()


def test_new_staff_owe_one_every_working_day_the_others_on_the_last_of_the_week(bank, frozen_clock):
    assert operations.make_logs() == 1
    assert logs() == [("daily", WEDNESDAY)]
    assert operations.make_logs() == 0  # nobody twice
    on(frozen_clock, FRIDAY)
    assert operations.make_logs() == 2
    assert logs(bank.old) == [("weekly", date(2026, 9, 7))]
    on(frozen_clock, FRIDAY + timedelta(days=1))
    assert operations.make_logs() == 0


def test_spring_festival_week_has_none_and_a_make_up_saturday_has_one(bank, frozen_clock):
    for day in range(16, 22):
        on(frozen_clock, date(2026, 2, day))
        assert not calendar.is_working(clock.today())
        assert operations.make_logs() == 0
    saturday = date(2026, 9, 12)
    calendar.set_day(saturday, True)
    on(frozen_clock, FRIDAY)
    assert operations.make_logs() == 1  # Friday is not the last working day any more
    on(frozen_clock, saturday)
    assert operations.make_logs() == 2
    assert one(bank.old).last_day == saturday


def test_after_a_year_the_rhythm_changes_by_itself(bank, frozen_clock):
    on(frozen_clock, date(2027, 3, 1))
    operations.make_logs()
    assert logs(bank.new) == [("daily", date(2027, 3, 1))]
    on(frozen_clock, date(2027, 3, 2))
    assert operations.make_logs() == 0  # hired a year ago today
    on(frozen_clock, date(2027, 3, 5))
    operations.make_logs()
    assert logs(bank.new)[1:] == [("weekly", date(2027, 3, 1))]
    settings.put("work.log_new_months", 0)
    on(frozen_clock, date(2027, 3, 8))
    assert operations.make_logs() == 0


def test_absent_people_leavers_and_other_posts_owe_none(bank, frozen_clock):
    teller = people.create_person("田柜员", unit=bank.unit, post="teller", hired_on=date(2026, 3, 2))
    gone = people.create_person("已走", unit=bank.unit, hired_on=date(2026, 3, 2))
    people_operations.leave_institution(SYSTEM, gone.id)
    people.create_absence(bank.new, bank.old, days=1)
    assert operations.make_logs() == 0
    settings.put("work.log_posts", ["teller"])
    assert operations.make_logs() == 1
    assert logs(teller)


def test_an_hour_that_an_administrator_sets_holds_for_logs_made_after_it(bank, frozen_clock):
    operations.make_logs()
    keeper = people.actor(people.create_person(post="administrator", role="sysadmin"))
    people_operations.change_setting(keeper, "work.log_due", "17:05")
    assert one(bank.new).due_at == datetime(2026, 9, 9, 18, 30, tzinfo=clock.ZONE)
    on(frozen_clock, WEDNESDAY + timedelta(days=1))
    operations.make_logs()
    made = session.query(WorkLog).filter_by(person_id=bank.new.id, day=WEDNESDAY + timedelta(days=1)).one()
    assert made.due_at == datetime(2026, 9, 10, 17, 5, tzinfo=clock.ZONE)


def test_it_is_due_at_the_fixed_hour_and_late_when_it_comes_later(bank, frozen_clock):
    operations.make_logs()
    row = one(bank.new)
    due = datetime(2026, 9, 9, 18, 30, tzinfo=clock.ZONE)
    turn = turn_of(row)
    assert (row.due_at, turn.due_at, turn.due_within) == (due, due, None)
    on(frozen_clock, WEDNESDAY, 19)
    assert queries.my_logs(people.actor(bank.new)).items[0].state == "late"
    hand_in(bank.new, row)
    line = queries.my_logs(people.actor(bank.new)).items[0]
    assert (line.state, line.late) == ("waiting", True)


def test_made_after_the_hour_it_is_due_at_the_end_of_the_day(bank, frozen_clock):
    on(frozen_clock, WEDNESDAY, 20)
    operations.make_logs()
    assert one(bank.new).due_at == calendar.end_of_day(WEDNESDAY)


def test_the_supervisor_of_the_nearest_unit_accepts_with_score_and_remark(bank, frozen_clock):
    operations.make_logs()
    row = one(bank.new)
    with pytest.raises(Missing):
        workflow.complete(people.actor(bank.new), turn_of(row).id, outcome="hand_in", fields={"remarks": "好"})
    hand_in(bank.new, row)
    review = turn_of(row)
    assert review.assignee_id == bank.head.id
    assert [one.log_id for one in queries.review_queue(people.actor(bank.head))] == [row.id]
    assert queries.review_queue(people.actor(bank.boss)) == []
    with pytest.raises(Missing):
        workflow.complete(people.actor(bank.new), review.id, outcome="accept")
    with pytest.raises(Forbidden):
        workflow.complete(people.actor(bank.boss), review.id, outcome="accept")
    workflow.complete(people.actor(bank.head), review.id, outcome="accept", fields={"score": 4, "remark": "很好。"})
    session.refresh(row)
    assert (row.score, session.get(Run, row.run_id).state) == (4, "success")
    run = open_run(people.actor(bank.new), row.run_id)
    assert queries.reviewed(run) == {"score": 4, "remark": "很好。"}
    assert queries.written(run)["tomorrow"] == "先见周总。"


def test_returned_logs_are_written_again_and_keep_their_first_time(bank, frozen_clock):
    operations.make_logs()
    row = one(bank.new)
    on(frozen_clock, WEDNESDAY, 18)
    hand_in(bank.new, row)
    with pytest.raises(Missing):
        workflow.complete(people.actor(bank.head), turn_of(row).id, outcome="return")
    workflow.complete(people.actor(bank.head), turn_of(row).id, outcome="return", reason="写具体")
    assert queries.my_logs(people.actor(bank.new)).items[0].state == "returned"
    on(frozen_clock, FRIDAY, 9)
    hand_in(bank.new, row, remarks="周总要到账快。")
    line = queries.my_logs(people.actor(bank.new)).items[0]
    assert (line.state, line.late) == ("waiting", False)


def test_a_supervisors_deputy_reviews_but_never_ones_own(bank, frozen_clock):
    operations.make_logs()
    hand_in(bank.new, one(bank.new))
    people.create_absence(bank.head, bank.new)
    review = turn_of(one(bank.new))
    with pytest.raises(Missing):
        workflow.complete(people.actor(bank.new), review.id, outcome="accept")


def test_whoever_leaves_owes_nothing_more(bank, frozen_clock):
    operations.make_logs()
    people_operations.leave_institution(SYSTEM, bank.new.id)
    assert session.get(Run, one(bank.new).run_id).state == "cancelled"


def test_others_do_not_see_it(bank, frozen_clock):
    operations.make_logs()
    row = one(bank.new)
    for who in (bank.new, bank.head, bank.boss):
        assert queries.log_for(people.actor(who), row.id)[0].id == row.id
    for stranger in (
        bank.old,
        people.create_person("别处主管", unit=people.create_unit("城西支行", parent=people.root()), role="supervisor"),
    ):
        with pytest.raises(NotFound):
            queries.log_for(people.actor(stranger), row.id)
    with pytest.raises(Forbidden):
        queries.team_logs(people.actor(bank.old))


def test_missing_ones_are_counted_and_listed_within_reach(bank, frozen_clock):
    on(frozen_clock, FRIDAY)
    operations.make_logs()
    hand_in(bank.old, one(bank.old))
    on(frozen_clock, FRIDAY, 19)
    head = people.actor(bank.head)
    assert queries.team_counts(head) == queries.Counts(1, 1, 1)
    assert [line.person_id for line in queries.team_logs(head, "missing").items] == [bank.new.id]
    assert [line.person_id for line in queries.team_logs(head, "waiting").items] == [bank.old.id]
    assert len(queries.team_logs(head, "all", bank.new.id).items) == 1


def test_measures_count_what_was_in_time_and_the_average_score(bank, frozen_clock):
    for day, score in ((date(2026, 9, 7), 5), (date(2026, 9, 8), 4), (WEDNESDAY, None)):
        on(frozen_clock, day)
        operations.make_logs()
        on(frozen_clock, day, 19 if day == WEDNESDAY else 18)
        hand_in(bank.new, one(bank.new))
        if score is not None:
            workflow.complete(
                people.actor(bank.head), turn_of(one(bank.new)).id, outcome="accept", fields={"score": score}
            )
    start, end = calendar.start_of_day(date(2026, 9, 7)), calendar.end_of_day(FRIDAY)
    assert queries.on_time([bank.new.id, bank.old.id], start, end) == {bank.new.id: 2}
    assert str(queries.average_score([bank.new.id], start, end)[bank.new.id]) == "4.5"


def test_a_killed_job_goes_on_where_it_was(bank, frozen_clock, monkeypatch):
    for n in range(25):
        people.create_person(f"新人{n}", unit=bank.unit, hired_on=date(2026, 6, 1))
    made = []
    real = operations.make_log

    def fall(writer, day, digest):
        if len(made) == 13:
            raise KeyboardInterrupt
        made.append(writer.id)
        return real(writer, day, digest)

    session.commit()
    monkeypatch.setattr(operations, "make_log", fall)
    with pytest.raises(KeyboardInterrupt):
        operations.make_logs()
    session.rollback()
    monkeypatch.setattr(operations, "make_log", real)
    assert len(logs()) == 10  # whole chunks stay
    assert operations.make_logs() == 16
    assert len(logs()) == 26


@pytest.mark.parametrize("show", ["all", "missing"])
def test_statements_do_not_grow_with_logs(bank, statements, frozen_clock, show):
    counts = []
    for number in (3, 300):
        with unit_of_work():
            for n in range(number):
                people.create_person(f"新{number}{n}", unit=bank.unit, hired_on=date(2026, 6, 1))
        operations.make_logs()
        head = people.actor(bank.head)
        queries.team_logs(head, show)
        with statements() as seen:
            page = queries.team_logs(head, show)
            queries.names_in(page.items)
            queries.team_counts(head)
            queries.review_queue(head)
        counts.append(seen.count)
    assert counts[0] == counts[1]
    assert len(page.items) == 50
