"""What happens in a process is told to those whom it concerns, never to whoever did it, and with the reason."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.database import session
from app.core.texts import in_language
from app.work.models import Notification
from app.work.queries.notifications import told
from app.workflow import operations as workflow
from tests.factories import people
from tests.factories import sales as factory
from tests.factories import workflow as workflow_factory


@pytest.fixture
def bank(app):
    return factory.create_bank()


@pytest.fixture
def sale(bank):
    return factory.create_opportunity(bank, title="旺季备货")


def kinds(person) -> list[str]:
    stmt = select(Notification.kind).where(Notification.person_id == person.id).order_by(Notification.id)
    return [kind.removeprefix("work.") for kind in session.scalars(stmt)]


def lines(person, language="zh") -> list[tuple[str, str]]:
    with in_language(language):
        return [(line.sentence, line.why) for line in told(people.actor(person)).items]


def turn_of(sale, person) -> int:
    return factory.waiting(sale, person).turn_id


def test_nobody_is_told_what_they_did_themselves(bank, sale):
    factory.carry(bank, sale, until="design")
    assert kinds(bank.manager) == []


def test_a_step_that_comes_to_somebody_is_told_in_their_language(bank, sale):
    factory.carry(bank, sale, until="decide")
    assert kinds(bank.leader)[-1] == "turn_opened"
    sentence, why = lines(bank.leader)[0]
    assert bank.manager.name in sentence and "旺季备货" in sentence and why == "因为这一步由您负责"
    assert "hands you" in lines(bank.leader, "en")[0][0]


def test_a_decision_reaches_whoever_answers_for_the_case(bank, sale):
    factory.carry(bank, sale, until="decide")
    factory.complete(sale, bank.leader)
    assert "decided" in kinds(bank.manager)
    assert "turn_opened" in kinds(bank.manager)


def test_what_is_returned_is_told_as_returned(bank, sale):
    factory.carry(bank, sale, until="decide")
    workflow.return_to(people.actor(bank.leader), turn_of(sale, bank.leader), to="terms", reason="价格再谈")
    assert kinds(bank.manager)[-1] == "turn_returned"


def test_both_hands_learn_of_a_reassignment(bank, sale):
    workflow.reassign(people.actor(bank.leader), turn_of(sale, bank.manager), bank.support.id, "人手不足")
    assert kinds(bank.support) == ["turn_given"]
    assert kinds(bank.manager) == ["turn_taken"]
    assert bank.support.name in lines(bank.manager)[0][0]


def test_time_asked_blocked_and_given(bank, sale):
    turn = turn_of(sale, bank.manager)
    until = clock.now() + timedelta(days=30)
    workflow.ask_for_time(people.actor(bank.manager), turn, until, "客户出差")
    workflow.report_blocked(people.actor(bank.manager), turn, "缺报表")
    assert kinds(bank.leader) == ["time_asked", "blocked"]
    workflow.extend(people.actor(bank.leader), turn, until, "同意")
    assert kinds(bank.manager) == ["time_given"]


def test_a_ladder_tells_whom_it_reaches(bank, sale):
    with clock.at(clock.now() + timedelta(days=60)):
        workflow.sweep_deadlines()
    assert "escalated" in kinds(bank.leader)
    assert bank.manager.name in " ".join(sentence for sentence, _why in lines(bank.leader))


def test_a_mention_reaches_those_who_may_see_the_case_and_nobody_else(bank, sale):
    stranger = people.create_person("外人甲", unit=people.create_unit(parent=people.root()))
    turn = turn_of(sale, bank.manager)
    workflow.comment(
        people.actor(bank.leader), turn, f"@{bank.support.name}请看，@外人甲 也看看 @{bank.manager.username}"
    )
    assert kinds(bank.support) == ["mentioned"]
    assert kinds(bank.manager) == ["mentioned"]
    assert kinds(stranger) == []
    workflow.comment(people.actor(bank.leader), turn, "尽快")
    assert kinds(bank.manager) == ["mentioned", "commented"]


def test_the_end_of_a_case_is_told(bank, sale):
    workflow.close(people.actor(bank.leader), sale.run_id, end="cancelled", reason_key=None, reason="客户撤回")
    assert kinds(bank.manager)[-1] == "ended"


def test_of_a_sealed_step_no_decision_is_told_and_of_an_anonymous_one_not_who(bank):
    workflow_factory.set_up()
    workflow_factory.cast(
        raters=[bank.manager.id, bank.business.id], trainees=[bank.support.id], writers=[bank.support.id]
    )
    try:
        run = workflow_factory.create_run(
            "rating",
            owner=bank.support.id,
            team_id=bank.team.id,
            unit_id=bank.unit.id,
            actor=people.actor(bank.support),
        )
        workflow_factory.complete(bank.support.id, workflow_factory.turn(run).id)
        turn = next(t for t in workflow_factory.waiting(run) if t.assignee_id == bank.manager.id)
        workflow.report_blocked(people.actor(bank.manager), turn.id, "不了解此人")
        assert "blocked" in kinds(bank.leader)
        sentences = " ".join(sentence for sentence, _why in lines(bank.leader))
        assert bank.manager.name not in sentences and "某人" in sentences
        workflow_factory.complete(bank.manager.id, turn.id, "good", fields={"score": 4})
        assert "decided" not in kinds(bank.support)
    finally:
        workflow_factory.scenery.clear()
