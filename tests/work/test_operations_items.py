"""Work items: assigned to each or to a group, done, returned, accepted; what their runs leave on them."""

from datetime import timedelta

import pytest

from app.core import calendar, clock
from app.core.database import session
from app.core.errors import Forbidden, Invalid
from app.people.rules.audiences import Rule, of_persons
from app.work import operations
from app.workflow import operations as workflow
from app.workflow.models import Batch, Run
from tests.factories import people, work
from tests.factories.work import act, hand_in, item_of
from tests.factories.workflow import turn


@pytest.fixture
def office(database):
    return work.create_office()


def test_each_person_gets_an_item_with_the_day_that_was_set(office):
    day = clock.today() + timedelta(days=9)
    made = work.assign(office, due_on=day, priority="urgent")
    for person in office.staff:
        item = item_of(made, person)
        run = session.get_one(Run, item.run_id)
        assert (run.owner_id, run.assignee_id, run.unit_id, run.priority) == (person.id, person.id, office.unit.id, 2)
        assert run.due_at == item.due_at == calendar.end_of_day(day)
        assert run.started_by_id == office.head.id
    assert session.get_one(Batch, made.batch_id).state == "made"


def test_done_returned_done_again_and_accepted(office):
    made = work.assign(office, office.ids[0])
    who, item = office.staff[0], item_of(made, office.ids[0])
    hand_in(who, item)
    assert item.handed_in_at and not item.late
    act(office.head, item, "return", reason="缺第三户的回访情况")
    assert (item.returns, item.handed_in_at) == (1, None)
    hand_in(who, item, "补上第三户。")
    run = act(office.head, item, "accept", fields={"remark": "很好"})
    assert run.end == "archived" and item.done_at == run.closed_at
    assert session.get_one(Batch, made.batch_id, populate_existing=True).succeeded == 1


def test_declined_it_waits_for_the_sender_and_does_not_count_as_handed_in(office):
    made = work.assign(office, office.ids[0])
    item = item_of(made, office.ids[0])
    act(office.ids[0], item, "decline", reason="休产假")
    assert item.handed_in_at is None
    assert turn(item.run_id).assignee_id == office.head.id
    act(office.head, item, "again", reason="请月底前办")
    assert (turn(item.run_id).assignee_id, item.returns) == (office.ids[0], 0)
    act(office.ids[0], item, "decline", reason="真的不行")
    assert act(office.head, item, "close").state == "failure"


def test_late_is_what_is_handed_in_after_the_day(office):
    now = clock.now()
    made = work.assign(office, office.ids[0], due_on=clock.today())
    with clock.at(now + timedelta(days=2)):
        item = item_of(made, office.ids[0])
        act(office.ids[0], item, "accept")
        hand_in(office.ids[0], item)
    assert item.late


def test_a_shared_item_is_done_by_whoever_takes_it(office):
    made = work.assign(office, mode="shared")
    item = item_of(made)
    first = turn(item.run_id)
    assert first.assignee_id is None and item.person_id is None
    workflow.claim(people.actor(office.staff[1]), first.id)
    session.refresh(item)
    assert item.person_id == office.ids[1]
    act(office.ids[1], item, "accept")
    assert turn(item.run_id).assignee_id == office.ids[1]
    workflow.give_back(people.actor(office.staff[1]), turn(item.run_id).id)
    session.refresh(item)
    assert item.person_id is None
    workflow.claim(people.actor(office.staff[2]), turn(item.run_id).id)
    session.refresh(item)
    hand_in(office.ids[2], item)
    assert item.person_id == office.ids[2]
    assert turn(item.run_id).assignee_id == office.head.id


def test_who_may_assign_to_whom(office):
    stranger = people.create_person(unit=people.create_unit(parent=people.root()))
    with pytest.raises(Forbidden):
        operations.assign(people.actor(stranger), work.TASK, "x", rule=of_persons(office.ids))
    head = people.actor(office.head)
    for rule in (Rule(), of_persons([stranger.id])):
        with pytest.raises(Invalid):
            operations.assign(head, work.TASK, "x", rule=rule)
    for wrong in ({"priority": "odd"}, {"mode": "odd"}, {"due_on": clock.today() - timedelta(days=1)}):
        with pytest.raises(Invalid):
            operations.assign(head, work.TASK, "x", rule=of_persons(office.ids), **wrong)
    for kind, title in (("sale", "x"), ("nothing", "x"), (work.TASK, " ")):
        with pytest.raises(Invalid):
            operations.assign(head, kind, title, rule=of_persons(office.ids))


def test_a_draft_freezes_its_people_and_says_who_changed_before_it_is_sent(office):
    head = people.actor(office.head)
    made = operations.draft(head, work.TASK, "清点", rule=work.of_unit(office.unit))
    assert made.state == "draft" and made.batch_id is None
    newcomer = people.create_person("新人", unit=office.unit)
    changes = operations.send(head, made, made.version)
    assert [one.person_id for one in changes.joined] == [newcomer.id] and not changes.left
    assert made.state == "draft"
    assert not operations.send(head, made, made.version)
    assert made.state == "open"
    assert item_of(made, newcomer).run_id


def test_sent_twice_with_the_same_mark_it_is_one(office):
    head = people.actor(office.head)
    first = operations.assign(head, work.TASK, "x", rule=of_persons(office.ids), submission="abc")
    assert operations.assign(head, work.TASK, "x", rule=of_persons(office.ids), submission="abc").id == first.id


def test_closed_while_it_is_handed_out_nobody_more_gets_it(database):
    office = work.create_office(25)
    made = work.assign(office)
    operations.close_assignment(people.actor(office.head), made.id, made.version)
    session.commit()
    assert workflow.make_batches() == 0
    assert session.get_one(Batch, made.batch_id, populate_existing=True).state == "stopped"
