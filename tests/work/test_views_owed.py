"""What somebody owes to somebody else is not theirs to end, by whichever door."""

from decimal import Decimal

import pytest

from app.core import settings
from app.core.database import session
from app.core.errors import Invalid
from app.people.rules.audiences import of_persons
from app.work import operations as work
from app.work.models import Notice
from app.work.models.goals import Goal
from app.work.operations import goal_parts
from app.work.queries.goal_parts import candidates
from app.workflow.models import Run
from tests.factories import goals, notices, people, sales
from tests.factories import work as items


@pytest.fixture
def office(app, client):
    return items.create_office()


def state_of(run_id):
    return session.get_one(Run, run_id, populate_existing=True).state


def test_whoever_has_to_do_an_item_does_not_end_it(client, office):
    item = items.item_of(items.assign(office), office.staff[0])
    client.sign_in(office.staff[0])
    assert client.post(f"/runs/{item.run_id}/close", data={"end": "cancelled", "reason": "x"}).status_code == 403
    assert state_of(item.run_id) == "open"
    assert f"/runs/{item.run_id}/close" not in client.page(f"/runs/{item.run_id}").html


def test_whoever_is_to_reach_a_goal_does_not_end_it(app, client):
    bank = sales.create_bank()
    goal = goals.set_goal(bank)
    client.sign_in(bank.manager)
    assert client.post(f"/runs/{goal.run_id}/close", data={"end": "dropped", "reason": "x"}).status_code == 403
    assert state_of(goal.run_id) == "open"


def test_a_stale_table_of_parts_takes_nobodys_figure_back(app, client):
    bank = sales.create_bank()
    head = people.create_person(unit=people.root(), post="branch_manager", role="supervisor")
    whole = goals.set_goal(bank, level="unit", by=head)
    actor = people.actor(head)
    one, two = [row.key for row in candidates(whole)][:2]
    goal_parts.hand_out(actor, whole.id, {one: Decimal(10), two: Decimal(5)})
    seen = {one: Decimal(10), two: Decimal(5)}
    goal_parts.hand_out(actor, whole.id, {one: Decimal(12), two: Decimal(5)}, "旺季", seen=seen)
    goal_parts.hand_out(actor, whole.id, {one: Decimal(10), two: Decimal(6)}, "另一行", seen=seen)
    figures = {row.key: row.figure for row in candidates(session.get_one(Goal, whole.id))}
    assert (figures[one], figures[two]) == (Decimal(12), Decimal(6))


def test_a_raised_kind_is_not_assigned_and_a_title_has_one_line(office):
    head, rule = people.actor(office.head), of_persons(office.ids)
    with pytest.raises(Invalid):
        work.assign(head, "work_product_idea", "想法", rule=rule)
    made = work.assign(head, items.TASK, "回访\r\nBcc: x@y.z", rule=rule)
    assert made.title == "回访 Bcc: x@y.z"


def test_what_a_second_person_checked_is_not_changed_behind_them(app, client):
    bank = sales.create_bank()
    notice = notices.publish(bank.supervisor, notices.everybody(bank.unit))
    settings.put("work.notices_checked", True)
    session.commit()
    client.sign_in(bank.supervisor)
    page = client.page(f"/work/notices/{notice.id}/edit")
    values = page.form("form[data-once]")
    answer = client.post(f"/work/notices/{notice.id}/edit", data={**values, "title": "另一回事"})
    assert answer.status_code == 409
    assert session.get_one(Notice, notice.id, populate_existing=True).title != "另一回事"
