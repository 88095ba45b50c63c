"""Accompanied visits: planned by whoever may, sealed until both have written, scored by skill, counted on both sides."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session
from app.core.errors import DomainError, Forbidden, Invalid, Missing, NotFound
from app.core.measures import get
from app.people import operations as people_operations
from app.sales import operations
from app.sales.queries import accompanied as reading
from app.workflow.models import Run
from app.workflow.operations import complete
from app.workflow.queries import events_page, open_run
from app.workflow.queries.known import known
from tests.factories import accompanied as make
from tests.factories import people, sales
from tests.support.application import Database

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def bank() -> sales.Bank:
    return sales.create_bank()


def run_of(visit: Any) -> Run:
    session.expire_all()
    return session.get_one(Run, visit.run_id)


def seen_by(visit: Any, person: Any) -> str:
    """Everything of the visit that somebody may read, as one text: what is known, and its events."""
    actor = people.actor(person)
    told = events_page(actor, visit.run_id, limit=200).items
    return str([done.values for done in known(open_run(actor, visit.run_id))] + [event.texts for event in told])


def test_from_plan_to_acknowledgement(bank: sales.Bank) -> None:
    visit = make.plan(bank)
    make.carry(bank, visit)
    assert run_of(visit).state == "success"
    assert [(row.skill, row.score) for row in reading.scores_of(visit.id)] == list(
        zip(make.SKILLS, (1, 2, 3, 4), strict=True)
    )
    start, end = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    both = [bank.manager.id, bank.supervisor.id]
    assert get("sales.observations_received").count(both, start, end) == {bank.manager.id: 1}
    assert get("sales.accompanied_made").count(both, start, end) == {bank.supervisor.id: 1}
    assert get("sales.accompanied_made").count(both, end, end + timedelta(days=1)) == {}
    seen = reading.skills_seen(people.actor(bank.manager), bank.manager.id)
    assert [(one.skill, one.last, one.count) for one in seen] == [
        (s, n, 1) for s, n in zip(make.SKILLS, (1, 2, 3, 4), strict=True)
    ]


@pytest.mark.parametrize("first", ["manager", "supervisor"])
def test_reports_are_sealed_until_both_are_in(bank: sales.Bank, first: str) -> None:
    visit = make.plan(bank)
    make.carry(bank, visit, "report")
    writer = getattr(bank, first)
    other = bank.supervisor if first == "manager" else bank.manager
    overseer = people.create_person("上级", unit=people.root(), role="supervisor")
    make.do(visit, writer)
    secret = f"{writer.name}看到的经过"
    assert secret in seen_by(visit, writer)
    for reader in (other, overseer):
        assert secret not in seen_by(visit, reader)
    make.do(visit, other)
    for reader in (writer, other, overseer):
        assert secret in seen_by(visit, reader)
        assert f"{other.name}看到的经过" in seen_by(visit, reader)


def test_a_second_round_of_reports_is_sealed_anew(bank: sales.Bank) -> None:
    visit = make.plan(bank)
    make.carry(bank, visit, "coach")
    from app.workflow.operations import return_to

    turn = make.turn_of(visit, bank.supervisor)
    return_to(people.actor(bank.supervisor), turn.turn_id, to="report", reason="写得太笼统")
    make.do(visit, bank.manager, happened="重写的经过", went_well="好", otherwise="改", promised="下周")
    assert "重写的经过" not in seen_by(visit, bank.supervisor)
    make.do(visit, bank.supervisor)
    assert "重写的经过" in seen_by(visit, bank.supervisor)


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([{"skill": "dossier_building"}], "scores.0.score"),
        ([{"skill": "dossier_building", "score": "s6"}], "scores.0.score"),
        ([{"skill": "bargaining", "score": "s3"}], "scores.0.skill"),
        ([{"skill": "dossier_building", "score": "s3"}] * 2, "scores.1.skill"),
    ],
)
def test_what_is_no_score_is_said_at_its_row(bank: sales.Bank, rows: list[dict[str, str]], field: str) -> None:
    visit = make.plan(bank)
    make.carry(bank, visit, "coach")
    with pytest.raises((Invalid, Missing)) as refused:
        make.do(visit, bank.supervisor, **{**make.FIELDS["coach"], "scores": rows})
    error: Any = refused.value
    assert field in [
        getattr(item, "field", getattr(item, "key", ""))
        for item in getattr(error, "errors", getattr(error, "items", []))
    ]
    assert not reading.scores_of(visit.id)


def test_scores_that_nobody_gave_are_refused(bank: sales.Bank) -> None:
    visit = make.plan(bank)
    make.carry(bank, visit, "coach")
    turn = make.turn_of(visit, bank.supervisor)
    fields = {key: value for key, value in make.FIELDS["coach"].items() if key != "scores"}
    with pytest.raises((Invalid, Missing)):
        complete(people.actor(bank.supervisor), turn.turn_id, outcome="done", fields=fields, checklist=["talked"])


def test_talking_again_and_thinking_again(bank: sales.Bank) -> None:
    visit = make.plan(bank)
    make.do(visit, bank.manager)
    make.do(visit, bank.supervisor, outcome="revise", reason="目标太大", watch="")
    assert make.turn_of(visit, bank.manager).step.key == "plan"
    make.do(visit, bank.manager)
    make.do(visit, bank.supervisor)
    make.do(visit, bank.manager)
    make.do(visit, bank.supervisor)
    make.do(visit, bank.supervisor)
    make.do(visit, bank.manager, outcome="again", reason="追问那一段我想解释", will_do="")
    scores = [{"skill": "dossier_building", "score": "s5"}]
    make.do(visit, bank.supervisor, **{**make.FIELDS["coach"], "scores": scores})
    assert [(row.skill, row.score) for row in reading.scores_of(visit.id)] == [("dossier_building", 5)]


def test_who_may_plan_with_whom(bank: sales.Bank) -> None:
    elsewhere = sales.create_bank("城西支行")
    customer = sales.create_customer(bank)
    plan = {"customer_id": customer.id, "step": "prepare", "day": clock.today()}
    for by, trainee, error in (
        (bank.supervisor, elsewhere.manager, Invalid),
        (bank.supervisor, bank.supervisor, Invalid),
        (bank.manager, bank.support, Forbidden),
        (elsewhere.supervisor, elsewhere.manager, Invalid),  # the customer is another's
    ):
        with pytest.raises(error):
            operations.plan_accompanied(people.actor(by), trainee_id=trainee.id, **plan)
    for wrong in (
        {"step": "sign_nothing"},
        {"day": clock.today() - timedelta(days=60)},
        {"day": None},
        {"opportunity_id": 10**9},
    ):
        with pytest.raises(Invalid):
            operations.plan_accompanied(people.actor(bank.supervisor), trainee_id=bank.manager.id, **{**plan, **wrong})
    visit = operations.plan_accompanied(
        people.actor(bank.leader), trainee_id=bank.manager.id, submission="once", **plan
    )
    again = operations.plan_accompanied(
        people.actor(bank.leader), trainee_id=bank.manager.id, submission="once", **plan
    )
    assert visit.id == again.id


def test_who_sees_it(bank: sales.Bank) -> None:
    elsewhere = sales.create_bank("城西支行")
    visit = make.plan(bank)
    for person in (bank.manager, bank.supervisor):
        assert reading.accompanied_for(people.actor(person), visit.id).trainee == bank.manager.name
        assert open_run(people.actor(person), visit.run_id)
    for person in (bank.leader, bank.support, elsewhere.supervisor, elsewhere.manager):
        with pytest.raises(NotFound):
            reading.accompanied_for(people.actor(person), visit.id)
        with pytest.raises(NotFound):
            open_run(people.actor(person), visit.run_id)
        assert not reading.accompanied_page(people.actor(person)).items


def test_dropping_it_and_leaving(bank: sales.Bank) -> None:
    first, second, third = make.plan(bank), make.plan(bank), make.plan(bank, trainee=bank.support)
    with pytest.raises(DomainError):
        operations.drop_accompanied(people.actor(bank.manager), first.id, reason_key="postponed")
    with pytest.raises(Invalid):
        operations.drop_accompanied(people.actor(bank.supervisor), first.id, reason_key="")
    operations.drop_accompanied(people.actor(bank.supervisor), first.id, reason_key="postponed")
    assert (run_of(first).state, run_of(first).end) == ("cancelled", "dropped")
    people_operations.leave_institution(SYSTEM, bank.manager.id)
    assert (run_of(second).state, run_of(second).end_reason) == ("cancelled", "left")
    assert run_of(third).state == "open"


def test_the_database_holds_the_limits(bank: sales.Bank, database: Database) -> None:
    visit = make.plan(bank)
    make.carry(bank, visit)
    session.commit()
    for statement in (
        "UPDATE sales_accompanied_score SET score = 6",
        "UPDATE sales_accompanied_score SET skill = 'same'",
        "UPDATE sales_accompanied_visit SET trainee_id = coach_id",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()
