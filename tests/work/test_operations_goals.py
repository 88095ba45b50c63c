"""A goal from being set to its next cycle: agreement before work, proposal before decision, evaluation by both."""

from datetime import date
from decimal import Decimal

import pytest

from app.core import clock
from app.core.errors import Conflict, Forbidden, Invalid, Missing, NotFound
from app.work.models.goals import Goal
from app.work.operations import goal_entries, goal_following, goal_parts
from app.work.operations import goals as operations
from app.work.queries import goals as queries
from app.work.queries.goal_parts import candidates
from app.work.queries.progress import progress_of
from app.workflow import operations as workflow
from app.workflow.queries import events_page
from tests.factories import customers, people
from tests.factories import goals as factory
from tests.factories import sales as sales_factory

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def bank(app):
    return sales_factory.create_bank()


def stage(goal: Goal, bank) -> str:
    return queries.goal_row(people.actor(bank.supervisor), goal.id).stage


def reach_evaluation(bank, goal, frozen_clock):
    factory.complete(goal, bank.manager, "accept")
    frozen_clock.set(clock.now().replace(month=10, day=2))
    assert goal_following.end_periods() == 1


def test_a_goal_is_agreed_by_whoever_is_to_reach_it(bank):
    goal = factory.set_goal(bank)
    assert (goal.starts_on, goal.ends_on) == (date(2026, 7, 1), date(2026, 9, 30))
    assert factory.waiting(goal).assignee_id == bank.manager.id
    factory.complete(goal, bank.manager, "accept")
    turn = factory.waiting(goal)
    assert (turn.step, turn.assignee_id) == ("underway", bank.manager.id)
    assert clock.local(turn.due_at).date() == date(2026, 10, 1)  # midnight that ends the last day


def test_the_owner_proposes_and_the_setter_decides(bank):
    goal = factory.set_goal(bank)
    with pytest.raises(Missing):
        factory.complete(goal, bank.manager, "propose", reason="Too many", proposed="40")
    factory.complete(goal, bank.manager, "propose", reason="Too many", proposed="30")
    assert factory.waiting(goal).assignee_id == bank.supervisor.id
    assert goal.target == 40
    with pytest.raises(Missing):  # who proposed does not decide
        factory.complete(goal, bank.manager, "take")
    factory.complete(goal, bank.supervisor, "take")
    assert (goal.target, goal.proposed) == (30, None)
    assert factory.waiting(goal).step == "underway"


def test_the_setter_may_keep_the_figure_with_a_reason(bank):
    goal = factory.set_goal(bank)
    factory.complete(goal, bank.manager, "propose", reason="Too many", proposed="30")
    with pytest.raises(Missing):
        factory.complete(goal, bank.supervisor, "keep")
    factory.complete(goal, bank.supervisor, "keep", reason="The market has 200 shops")
    assert goal.target == 40
    assert factory.waiting(goal).step == "underway"


@pytest.mark.parametrize("by_decision", [False, True])
def test_another_figure_after_the_agreement_is_agreed_anew(bank, by_decision):
    goal = factory.set_goal(bank)
    if by_decision:
        factory.complete(goal, bank.manager, "propose", reason="Too many", proposed="30")
        factory.complete(goal, bank.supervisor, "take")
    else:
        factory.complete(goal, bank.manager, "accept")
    said = {"title": goal.title, "target": "50"}
    with pytest.raises(Invalid):
        operations.change_goal(people.actor(bank.supervisor), goal.id, goal.version, **said)
    with pytest.raises(Forbidden):
        operations.change_goal(people.actor(bank.manager), goal.id, goal.version, **said, reason="I can")
    operations.change_goal(people.actor(bank.supervisor), goal.id, goal.version, **said, reason="New market")
    turn = factory.waiting(goal)
    assert (turn.step, turn.assignee_id, goal.target) == ("agree", bank.manager.id, 50)
    kinds = [event.kind for event in events_page(people.actor(bank.supervisor), goal.run_id).items]
    assert "subject_changed" in kinds and "voided" in kinds


def test_ones_own_goal_is_agreed_by_the_leader(bank):
    goal = factory.set_goal(bank, by=bank.manager)
    assert goal.team_id == bank.team.id
    assert factory.waiting(goal).assignee_id == bank.leader.id
    factory.complete(goal, bank.leader, "accept")
    assert factory.waiting(goal).assignee_id == bank.manager.id


def test_nobody_sets_goals_for_others_or_where_nobody_could_judge(bank):
    for level in ("unit", "team"):
        with pytest.raises(Invalid):
            factory.set_goal(bank, by=bank.manager, level=level)
    with pytest.raises(Invalid):
        factory.set_goal(bank, by=bank.manager, owner_id=bank.leader.id)
    with pytest.raises(Missing):
        factory.set_goal(bank, by=bank.supervisor, level="unit")  # nobody stands above the only head


def test_the_end_of_the_period_freezes_the_figure_and_opens_the_evaluations(bank, frozen_clock):
    goal = factory.set_goal(bank)
    customer = sales_factory.create_customer(bank)
    customers.create_visit(bank.manager, customer)
    factory.complete(goal, bank.manager, "accept")
    assert goal_following.end_periods() == 0
    with pytest.raises(Missing):
        factory.complete(goal, bank.manager, "ended")
    frozen_clock.set(clock.now().replace(month=10, day=2))
    assert goal_following.end_periods() == 1
    assert goal_following.end_periods() == 0
    assert goal.final == 1
    assert factory.waiting(goal).step == "self_evaluation"
    factory.complete(goal, bank.manager, "done", own_result="missed", own_words="一次")
    assert factory.waiting(goal).assignee_id == bank.leader.id
    with pytest.raises(Missing):
        factory.complete(goal, bank.leader, "missed", joint_words="差得远")
    factory.complete(
        goal, bank.leader, "missed", joint_words="差得远", cause="没有预约", adjustment="先约", next_target="20"
    )
    row = queries.goal_row(people.actor(bank.supervisor), goal.id)
    assert (row.state, row.end) == ("failure", "missed")


def test_the_next_cycle_takes_the_adjusted_figure_once(bank, frozen_clock):
    goal = factory.set_goal(bank)
    with pytest.raises(Conflict):
        operations.next_cycle(people.actor(bank.leader), goal.id)
    reach_evaluation(bank, goal, frozen_clock)
    factory.complete(goal, bank.manager, "done", own_result="partly", own_words="一半")
    factory.complete(
        goal, bank.leader, "partly", joint_words="一半", cause="下雨", adjustment="雨天打电话", next_target="35.50"
    )
    made = operations.next_cycle(people.actor(bank.leader), goal.id)
    assert (made.target, made.starts_on, made.ends_on) == (Decimal("35.50"), date(2026, 10, 1), date(2026, 12, 31))
    assert operations.next_cycle(people.actor(bank.leader), goal.id).id == made.id
    assert factory.waiting(made).step == "agree"


def test_the_next_cycle_of_a_part_belongs_to_that_of_its_whole(bank, frozen_clock):
    whole = factory.set_goal(bank, level="team", target="100")
    part, alone = factory.set_goal(bank, parent_id=whole.id), factory.set_goal(bank)
    for goal, owner in ((whole, bank.leader), (part, bank.manager), (alone, bank.manager)):
        factory.complete(goal, owner, "accept")
    frozen_clock.set(clock.now().replace(month=10, day=2))
    assert goal_following.end_periods() == 3
    for goal, owner, manager in (
        (whole, bank.leader, bank.supervisor), (part, bank.manager, bank.leader), (alone, bank.manager, bank.leader),
    ):  # fmt: skip
        factory.complete(goal, owner, "done", own_result="reached", own_words="完成")
        factory.complete(goal, manager, "reached", joint_words="完成")
    again = operations.next_cycle(people.actor(bank.supervisor), whole.id)
    assert again.parent_id is None
    assert operations.next_cycle(people.actor(bank.leader), part.id).parent_id == again.id
    assert operations.next_cycle(people.actor(bank.leader), alone.id).parent_id is None


def test_what_is_kept_by_hand_is_entered_with_a_note_and_withdrawn(bank):
    goal = factory.set_goal(bank, measure=None, counted_in="户", target="10")
    owner = people.actor(bank.manager)
    factory.complete(goal, bank.manager, "accept")
    first = goal_entries.enter_progress(owner, goal.id, day=clock.today(), amount="3.5", note="三户半", submission="a")
    assert goal_entries.enter_progress(owner, goal.id, day=clock.today(), amount="9", note="x", submission="a") is first
    goal_entries.enter_progress(owner, goal.id, day=clock.today(), amount="-1", note="重复登记一户")
    assert progress_of([goal])[goal.id].actual == Decimal("2.50")
    goal_entries.withdraw_entry(owner, first.id)
    assert progress_of([goal])[goal.id].actual == Decimal("-1.00")
    with pytest.raises(Forbidden):
        goal_entries.enter_progress(people.actor(bank.supervisor), goal.id, day=clock.today(), amount="1", note="x")
    for wrong in (
        {"amount": "0"},
        {"amount": "x"},
        {"note": " "},
        {"day": date(2026, 1, 1)},
        {"day": date(2026, 9, 29)},
    ):
        with pytest.raises(Invalid):
            goal_entries.enter_progress(owner, goal.id, **{"day": clock.today(), "amount": "1", "note": "一", **wrong})
    counted = factory.set_goal(bank)
    with pytest.raises(Conflict):
        goal_entries.enter_progress(owner, counted.id, day=clock.today(), amount="1", note="x")


def test_a_unit_is_divided_to_teams_and_persons_in_one_go(bank):
    top = people.create_person("总行领导", unit=people.root(), post="branch_manager", role="supervisor")
    goal = factory.set_goal(bank, by=top, level="unit", target="100")
    assert factory.waiting(goal).assignee_id == bank.supervisor.id
    rows = candidates(goal)
    team = f"team-{bank.team.id}"
    members = [row.key for row in rows if row.above == team]
    assert len(members) == 4
    person = f"person-{bank.team.id}-{bank.manager.id}"
    head = people.actor(bank.supervisor)
    done = goal_parts.hand_out(head, goal.id, {team: Decimal(100), person: Decimal(60)})
    assert (done.made, done.changed) == (2, 0)
    again = candidates(goal)
    assert {r.key: r.figure for r in again if r.goal} == {team: 100, person: 60}
    part = next(r.goal for r in again if r.key == person)
    assert (part.parent_id, part.team_id) == (next(r.goal.id for r in again if r.key == team), bank.team.id)
    with pytest.raises(Invalid) as refused:
        goal_parts.hand_out(head, goal.id, {team: Decimal(100), person: Decimal(70)})
    assert refused.value.errors[0].field == person  # another figure needs a reason
    done = goal_parts.hand_out(head, goal.id, {team: Decimal(100), person: Decimal(70)}, "旺季")
    assert (done.made, done.changed) == (0, 1)
    with pytest.raises(Forbidden):
        goal_parts.hand_out(people.actor(bank.manager), goal.id, {})


def test_a_part_counts_the_same_in_the_same_period(bank):
    whole = factory.set_goal(bank, level="team")
    for other in ({"measure": "sales.won"}, {"period": "month"}):
        with pytest.raises(Invalid):
            factory.set_goal(bank, parent_id=whole.id, **other)
    part = factory.set_goal(bank, parent_id=whole.id)
    with pytest.raises(Invalid):
        factory.set_goal(bank, parent_id=part.id)


def test_a_leavers_visits_still_count_for_the_unit(bank, frozen_clock):
    top = people.create_person("总行领导", unit=people.root(), post="branch_manager", role="supervisor")
    goal = factory.set_goal(bank, by=top, level="unit", target="100")
    customers.create_visit(bank.support, sales_factory.create_customer(bank))
    frozen_clock.move(days=1)
    from app.core.actor import SYSTEM
    from app.people import operations as people_operations

    people_operations.leave_institution(SYSTEM, bank.support.id)
    assert progress_of([goal])[goal.id].actual == 1


def test_others_see_what_concerns_them(bank):
    other = sales_factory.create_bank("城西支行")
    own, team = factory.set_goal(bank), factory.set_goal(bank, level="team")

    def seen(person) -> set[int]:
        return {row.goal.id for row in queries.goals_page(people.actor(person), queries.GoalFilter()).items}

    assert seen(bank.manager) == {own.id, team.id}
    assert seen(bank.business) == {team.id}
    assert seen(bank.leader) == seen(bank.supervisor) == {own.id, team.id}
    assert seen(other.supervisor) == seen(other.leader) == set()
    with pytest.raises(NotFound):
        queries.goal_row(people.actor(other.leader), own.id)


def test_a_goal_is_dropped_with_a_reason(bank):
    goal = factory.set_goal(bank)
    with pytest.raises(Invalid):
        operations.drop_goal(people.actor(bank.supervisor), goal.id, " ")
    with pytest.raises(Forbidden):
        operations.drop_goal(people.actor(bank.manager), goal.id, "No")
    operations.drop_goal(people.actor(bank.supervisor), goal.id, "市场关闭")
    assert queries.goal_row(people.actor(bank.manager), goal.id).end == "dropped"


def test_the_same_form_twice_is_one_goal(bank):
    first = factory.set_goal(bank, submission="form")
    assert factory.set_goal(bank, submission="form").id == first.id


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"target": "0"}, "target"),
        ({"target": "1.005"}, "target"),
        ({"title": " "}, "title"),
        ({"measure": "no.such"}, "measure"),
        ({"measure": None}, "counted_in"),
        ({"period": "free"}, "ends_on"),
        ({"period": "week"}, "period"),
        ({"starts_on": date(2026, 1, 5)}, "ends_on"),
    ],
)
def test_what_cannot_be_a_goal_is_said_at_its_field(bank, given, field):
    with pytest.raises(Invalid) as refused:
        factory.set_goal(bank, **given)
    assert field in [error.field for error in refused.value.errors]


def test_reassigned_work_stays_a_matter_of_the_workflow(bank):
    goal = factory.set_goal(bank)
    turn = factory.waiting(goal)
    workflow.comment(people.actor(bank.manager), turn.id, "请再看一眼")
