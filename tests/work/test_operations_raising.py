"""What is raised reaches the unit, is answered, and comes back to whoever raised it."""

import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core import calendar
from app.core.actor import SYSTEM
from app.core.database import session
from app.core.errors import Invalid, Missing
from app.work.models import Assignment, Raised, WorkItem
from app.work.operations import kinds as keeping
from app.work.operations.raising import Proof, raise_report
from app.workflow import operations as workflow
from app.workflow.models import Run, Turn, TurnCandidate
from app.workflow.queries.definitions import latest, latest_digest
from app.workflow.queries.seeds import seed_of
from tests.factories import people

REQUEST = {"need": "三个月对账单", "needed_by": "2026-12-01", "urgency": "soon"}


@dataclass
class House:
    """A branch with its head, a back office with head and staff, and somebody at the front."""

    branch: Any
    office: Any
    head: Any
    office_head: Any
    clerk: Any
    front: Any


@pytest.fixture
def house(database):
    workflow.sync_seeds()
    return build()


def build() -> House:
    """The house with its people."""
    branch = people.create_unit("城东支行", parent=people.root())
    office = people.create_unit("运营管理部", parent=people.root())
    return House(
        branch,
        office,
        people.create_person("行长", unit=branch, role="supervisor"),
        people.create_person("部门主管", unit=office, role="supervisor"),
        people.create_person("办事员", unit=office),
        people.create_person("客户经理", unit=branch),
    )


def waiting(item: WorkItem) -> Turn:
    session.expire_all()
    return session.scalars(select(Turn).where(Turn.run_id == item.run_id, Turn.state == "waiting")).one()


def candidates(turn: Turn) -> set[int]:
    if turn.assignee_id:
        return {turn.assignee_id}
    return set(session.scalars(select(TurnCandidate.person_id).where(TurnCandidate.turn_id == turn.id)))


def done(person: Any, item: WorkItem, outcome: str, **fields: Any) -> None:
    reason = fields.pop("reason", "")
    ticks = fields.pop("ticks", ())
    workflow.complete(
        people.actor(person), waiting(item).id, outcome=outcome, fields=fields, checklist=ticks, reason=reason
    )


def test_a_request_is_answered_asked_again_and_settled(house):
    sender = people.actor(house.front)
    item = raise_report(
        sender, "work_service_request", "要对账单", house.office.id, fields=REQUEST,
        evidence=[Proof("paper", text="客户的原话")],
    )  # fmt: skip
    raised = session.get_one(Raised, item.id)
    assert (raised.unit_id, raised.receivers) == (house.office.id, "heads")
    assert candidates(waiting(item)) == {house.office_head.id}
    done(house.office_head, item, "hand_in", result="done", reply="已导出")
    assert candidates(waiting(item)) == {house.front.id}
    done(house.front, item, "back", reason="缺十月份")
    assert candidates(waiting(item)) == {house.office_head.id}
    done(house.office_head, item, "hand_in", result="done", reply="补齐了")
    done(house.front, item, "confirm", satisfied="yes")
    run = session.get_one(Run, item.run_id)
    assert (run.state, run.unit_id, run.owner_id) == ("success", house.office.id, house.front.id)
    assert session.get_one(WorkItem, item.id).done_at is not None


def test_people_of_the_unit_may_claim_when_the_route_says_so(house):
    keeper = people.actor(people.create_person(role="hr"))
    keeping.set_route(keeper, "work_service_request", 0, unit_id=house.office.id, receivers="people")
    item = raise_report(people.actor(house.front), "work_service_request", "要对账单", house.office.id, fields=REQUEST)
    assert candidates(waiting(item)) == {house.clerk.id}


def to_the_people(house):
    """Requests are received by the people of the office, of whom there are two."""
    keeper = people.actor(people.create_person(role="hr"))
    keeping.set_route(keeper, "work_service_request", 0, unit_id=house.office.id, receivers="people")
    return people.create_person("第二位办事员", unit=house.office)


def test_a_request_that_nobody_takes_becomes_the_heads_own(house, frozen_clock):
    second = to_the_people(house)
    item = raise_report(people.actor(house.front), "work_service_request", "要对账单", house.office.id, fields=REQUEST)
    session.commit()
    assert candidates(waiting(item)) == {house.clerk.id, second.id}
    due = waiting(item).due_at
    frozen_clock.set(due + timedelta(minutes=1))
    workflow.sweep_deadlines()
    assert waiting(item).assignee_id is None  # overdue, but not yet a working day
    frozen_clock.set(calendar.add_working_days(due, 1) + timedelta(minutes=1))
    workflow.sweep_deadlines()
    assert waiting(item).assignee_id == house.office_head.id
    assert session.get_one(WorkItem, item.id).person_id == house.office_head.id
    done(house.office_head, item, "hand_in", result="done", reply="已导出")
    assert candidates(waiting(item)) == {house.front.id}


def test_a_request_that_somebody_has_taken_stays_theirs_and_the_head_is_told(house, frozen_clock):
    to_the_people(house)
    item = raise_report(people.actor(house.front), "work_service_request", "要对账单", house.office.id, fields=REQUEST)
    workflow.claim(people.actor(house.clerk), waiting(item).id)
    session.commit()
    frozen_clock.move(days=30)
    workflow.sweep_deadlines()
    assert (waiting(item).assignee_id, waiting(item).escalated_to) == (house.clerk.id, "unit_head")


def test_an_institution_that_runs_already_gets_the_shipped_process_as_a_new_version(database):
    older = copy.deepcopy(seed_of("work_service_request").body)
    rung = next(step for step in older["steps"] if step["key"] == "answer")["escalation"][0]
    assert rung.pop("hand_over") and rung.pop("unclaimed")
    workflow.publish(SYSTEM, older, origin="seed")
    house = build()
    item = raise_report(people.actor(house.front), "work_service_request", "要对账单", house.office.id, fields=REQUEST)
    workflow.sync_seeds()
    assert latest("work_service_request").steps["answer"].escalation[0].unclaimed
    assert session.get_one(Run, item.run_id).digest != latest_digest("work_service_request")  # goes on as it began


def test_a_project_is_assessed_by_the_people_and_approved_by_the_head(house):
    fields = {"customer": "宏远建材", "amount": "3000000", "background": "扩店", "risks": "应收集中",
              "plan": [{"what": "尽调", "who": "小陈", "by": "2026-12-01"}]}  # fmt: skip
    item = raise_report(people.actor(house.front), "work_project", "宏远扩店", house.office.id, fields=fields)
    assert candidates(waiting(item)) == {house.clerk.id}
    done(house.clerk, item, "hand_in", advice="yes", opinion="可行", ticks=["amount_checked", "related_checked"])
    assert house.office_head.id in candidates(waiting(item)) and house.clerk.id not in candidates(waiting(item))
    with pytest.raises(Missing):
        done(house.office_head, item, "approve")
    done(house.office_head, item, "approve", approved_amount="2500000")
    done(house.clerk, item, "hand_in", number="P-1", leader="小陈", first_check="2027-01-10")
    done(house.front, item, "confirm", satisfied="yes")
    assert session.get_one(Run, item.run_id).state == "success"


def test_a_refused_project_ends_with_its_reason(house):
    fields = {"customer": "宏远建材", "amount": "1", "background": "扩店", "risks": "无",
              "plan": [{"what": "尽调", "who": "小陈", "by": "2026-12-01"}]}  # fmt: skip
    item = raise_report(people.actor(house.front), "work_project", "宏远扩店", house.office.id, fields=fields)
    done(house.clerk, item, "hand_in", advice="no", opinion="不可行", ticks=["amount_checked", "related_checked"])
    done(house.office_head, item, "refuse", reason="现金流不够")
    assert session.get_one(Run, item.run_id).end == "refused"


def test_the_lead_unit_that_was_named_carries_a_coordination_out(house):
    unit = str(house.branch.id)
    item = raise_report(
        people.actor(house.front), "work_coordination", "开发区", house.office.id,
        fields={"object": "开发区", "why": "跨区", "units": [unit], "wish": "一起做"},
    )  # fmt: skip
    plan = {"lead_unit": unit, "division": [{"unit": unit, "what": "牵头", "by": "2026-12-20"}]}
    done(house.clerk, item, "hand_in", ticks=["units_heard"], **plan)
    assert session.get_one(Raised, item.id).lead_unit_id == house.branch.id
    done(house.office_head, item, "approve")
    assert candidates(waiting(item)) == {house.head.id}


def test_competitor_information_is_shared_with_a_summary_only(house):
    report = {"competitor": "某行", "product": "快贷", "terms": "3.2%", "seen_on": "2026-11-01", "source": "visit"}
    item = raise_report(people.actor(house.front), "work_competitor_info", "某行快贷", house.office.id, fields=report)
    answer = {"threat": "high", "reply": "用我行信用贷应对", "shared": True}
    with pytest.raises(Invalid) as refused, session.begin_nested():
        done(house.office_head, item, "hand_in", **answer)
    assert refused.value.errors[0].field == "digest"
    done(house.office_head, item, "hand_in", digest="某行推快贷 3.2%", **answer)
    raised = session.get_one(Raised, item.id)
    assert raised.shared_at is not None and raised.digest == "某行推快贷 3.2%"


def test_what_cannot_be_raised_is_refused_at_the_field_and_leaves_nothing(house):
    sender = people.actor(house.front)
    for changes, field in (
        ({"title": " "}, "title"),
        ({"kind": "work_task"}, "kind"),
        ({"kind": "nonsense"}, "kind"),
        ({"unit_id": 0}, "unit_id"),
        ({"unit_id": 2**70}, "unit_id"),
    ):
        given = {"kind": "work_service_request", "title": "要对账单", "unit_id": house.office.id, **changes}
        with pytest.raises(Invalid) as refused, session.begin_nested():
            raise_report(sender, fields=REQUEST, **given)
        assert refused.value.errors[0].field == field
    with pytest.raises(Missing), session.begin_nested():
        raise_report(sender, "work_service_request", "要对账单", house.office.id)
    assert session.scalar(select(Assignment.id)) is None


def test_the_same_form_sent_twice_raises_one_thing(house):
    sender = people.actor(house.front)
    given = ("work_service_request", "要对账单", house.office.id)
    first = raise_report(sender, *given, fields=REQUEST, submission="abc")
    assert raise_report(sender, *given, fields=REQUEST, submission="abc").id == first.id


def test_a_retired_kind_is_offered_no_more(house):
    keeper = people.actor(people.create_person(role="hr"))
    keeping.retire_kind(keeper, "work_service_request")
    with pytest.raises(Invalid):
        raise_report(people.actor(house.front), "work_service_request", "x", house.office.id, fields=REQUEST)
    keeping.restore_kind(keeper, "work_service_request")
    raise_report(people.actor(house.front), "work_service_request", "x", house.office.id, fields=REQUEST)
