"""Again and again: each day once, free days respected; newcomers of a standing rule; leavers, absences, moved units."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session
from app.core.errors import Invalid
from app.people import operations as staff
from app.people.rules.audiences import of_persons
from app.work import operations
from app.work.models import Assignment, Series, WorkItem
from app.work.operations.files import add_file
from app.work.queries.assignments import files_of, may_read_file
from app.work.queries.item_pages import item_for
from app.work.rules.recurring import Pattern
from app.workflow import operations as workflow
from app.workflow.models import Turn
from tests.factories import people, work
from tests.factories.work import act, hand_in, item_of
from tests.factories.workflow import turn

MORNING = datetime(2026, 2, 9, 1, 0, tzinfo=clock.now().tzinfo)
"""A Monday at nine, the week before the Spring Festival of 2026 (15 to 23 February; Saturday 14 and 28 are made up)."""


@pytest.fixture
def office(database):
    return work.create_office()


def planned(office, pattern, starts_on, *, shift="next", due_days=0, rule=None):
    head = people.actor(office.head)
    made = operations.draft(head, work.TASK, "晨间巡检", rule=rule or of_persons(office.ids[:1]))
    operations.plan(head, made, pattern, starts_on=starts_on, shift=shift, due_days=due_days)
    operations.send_planned(head, made, made.version)
    session.commit()
    return made


def days_made(series_id: int) -> list[date]:
    rows = session.scalars(
        select(Assignment.series_on).where(Assignment.series_id == series_id, Assignment.state == "open")
    )
    return sorted(rows)


def test_each_day_is_made_once_and_the_festival_is_passed_over(office):
    with clock.at(MORNING):
        made = planned(office, Pattern("DAILY"), date(2026, 2, 9), shift="skip")
    for n in range(1, 17):
        with clock.at(MORNING + timedelta(days=n)):
            operations.make_series()
            operations.make_series()
    assert days_made(made.series_id) == [date(2026, 2, d) for d in (9, 10, 11, 12, 13, 14, 24, 25)]
    assert session.scalar(select(func.count(WorkItem.id))) == 8


def test_a_free_day_moves_to_the_next_working_day_once(office):
    with clock.at(MORNING):
        made = planned(office, Pattern("WEEKLY", weekdays=("MO", "FR")), date(2026, 2, 9), shift="next")
    for n in range(1, 20):
        with clock.at(MORNING + timedelta(days=n)):
            operations.make_series()
    assert days_made(made.series_id) == [date(2026, 2, d) for d in (9, 13, 24, 27)]


def test_what_is_planned_for_later_is_sent_on_its_day_with_its_time(office):
    with clock.at(MORNING):
        made = planned(office, Pattern("MONTHLY", monthday=-1), date(2026, 2, 10), due_days=2)
        assert made.state == "draft" and made.series_on == date(2026, 2, 28)
        operations.make_series()
        session.refresh(made)
        assert made.state == "draft"
    with clock.at(MORNING + timedelta(days=19)):
        assert operations.make_series() == 1
        session.refresh(made)
        assert (made.state, made.due_on) == ("open", date(2026, 3, 3))
        series = session.get_one(Series, made.series_id)
        assert series.next_on == date(2026, 3, 31)


def test_days_without_a_runner_are_not_made_up_for(office):
    with clock.at(MORNING):
        made = planned(office, Pattern("DAILY"), date(2026, 2, 9))
    with clock.at(MORNING + timedelta(days=4)):
        operations.make_series()
    assert days_made(made.series_id) == [date(2026, 2, 9), date(2026, 2, 13)]


def test_a_series_whose_sender_lost_the_right_ends_and_says_so(office):
    with clock.at(MORNING):
        made = planned(office, Pattern("DAILY"), date(2026, 2, 9))
    staff.leave_institution(SYSTEM, office.head.id)
    session.commit()
    operations.make_series()
    series = session.get_one(Series, made.series_id, populate_existing=True)
    assert series.ended_at and series.failure


def test_ended_it_makes_no_more(office):
    with clock.at(MORNING):
        made = planned(office, Pattern("DAILY"), date(2026, 2, 9))
        operations.end_series(people.actor(office.head), made.id)
        session.commit()
    with clock.at(MORNING + timedelta(days=3)):
        assert operations.make_series() == 0


def test_a_pattern_without_any_day_is_refused(office):
    head = people.actor(office.head)
    made = operations.draft(head, work.TASK, "x", rule=of_persons(office.ids))
    today = clock.today()
    with pytest.raises(Invalid):
        operations.plan(
            head, made, Pattern("DAILY", until=today - timedelta(days=1)), starts_on=today, shift="keep", due_days=0
        )
    with pytest.raises(Invalid):
        operations.plan(head, made, Pattern("DAILY"), starts_on=today - timedelta(days=1), shift="keep", due_days=0)


def test_newcomers_of_a_standing_rule_get_it_and_nobody_loses_theirs(office):
    head = people.actor(office.head)
    made = operations.assign(head, work.TASK, "读制度", rule=work.of_unit(office.unit), standing=True)
    begun = item_of(made, office.ids[0])
    act(office.ids[0], begun, "accept")
    newcomer = people.create_person("新人", unit=office.unit)
    staff.post_person(
        SYSTEM, office.ids[0], unit_id=people.create_unit(parent=people.root()).id, post="teller", grade=None,
        day=clock.today(),
    )  # fmt: skip
    session.commit()
    assert operations.add_newcomers() == 1
    assert operations.add_newcomers() == 0
    workflow.make_batches()
    assert item_of(made, newcomer).run_id
    assert turn(begun.run_id).assignee_id == office.ids[0]
    operations.close_assignment(head, made.id, None)
    people.create_person("更新的人", unit=office.unit)
    session.commit()
    assert operations.add_newcomers() == 0


def test_a_leaver_orphans_nothing(office):
    made = work.assign(office)
    item = item_of(made, office.ids[0])
    act(office.ids[0], item, "accept")
    staff.leave_institution(SYSTEM, office.ids[0])
    session.commit()
    waits = turn(item.run_id)
    assert waits.assignee_id is None or waits.assignee_id == office.head.id
    lead = people.actor(office.head)
    account = operations.reassign_items(lead, made.id, [item.id], office.ids[1], "前任离职")
    assert account.done == 1, account
    assert turn(item.run_id).assignee_id == office.ids[1]


def test_a_sender_who_leaves_hands_over_what_waits_for_review(office):
    made = work.assign(office, office.ids[0])
    item = item_of(made, office.ids[0])
    hand_in(office.ids[0], item)
    staff.leave_institution(SYSTEM, office.head.id, successor_id=office.above.id)
    session.commit()
    waits = turn(item.run_id)
    assert waits.assignee_id in (None, office.above.id)
    if waits.assignee_id is None:
        workflow.claim(people.actor(office.above), waits.id)
    assert act(office.above, item, "accept").end == "archived"
    assert session.get_one(Assignment, made.id, populate_existing=True).sender_id == office.above.id


def test_the_deputy_of_somebody_absent_does_it_on_their_behalf(office):
    made = work.assign(office, office.ids[0])
    item = item_of(made, office.ids[0])
    people.create_absence(office.staff[0], office.staff[1], days=3)
    session.commit()
    act(office.staff[1], item, "accept")
    done = session.execute(
        select(Turn.completed_by_id, Turn.acted_by_id).where(Turn.run_id == item.run_id, Turn.state == "done")
    ).one()
    assert tuple(done) == (office.ids[0], office.ids[1])
    assert turn(item.run_id).assignee_id == office.ids[0]


def test_a_moved_unit_keeps_its_items_with_its_people_and_its_new_heads_see_them(office):
    made = work.assign(office, office.ids[0])
    item = item_of(made, office.ids[0])
    other = people.create_unit("新分行", parent=people.root())
    head = people.create_person("新主管", unit=other, role="supervisor")
    staff.move_unit(SYSTEM, office.unit.id, parent_id=other.id)
    session.commit()
    assert turn(item.run_id).assignee_id == office.ids[0]
    assert item_for(people.actor(head), item.id).item.id == item.id


def test_what_is_assigned_again_goes_with_the_files_of_the_first(office, app):
    head = people.actor(office.head)
    with clock.at(MORNING):
        made = operations.draft(head, work.TASK, "晨检", rule=of_persons(office.ids[:1]))
        operations.plan(head, made, Pattern("DAILY"), starts_on=date(2026, 2, 9), shift="next", due_days=0)
        row = add_file(head, made, BytesIO("巡检表".encode()), "巡检表.txt")
        operations.send_planned(head, made, made.version)
        session.commit()
    with clock.at(MORNING + timedelta(days=1)):
        operations.make_series()
        again = session.scalars(select(Assignment).order_by(Assignment.id.desc()).limit(1)).one()
        assert again.id != made.id
        assert [one.name for one in files_of(again.id)] == ["巡检表.txt"]
        assert may_read_file(people.actor(office.staff[0]), row.file_id)
        assert not may_read_file(people.actor(office.staff[1]), row.file_id)
