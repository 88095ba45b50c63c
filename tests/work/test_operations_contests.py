"""Contests: frozen competitors, a live ranking, a result that nobody edits."""

from datetime import date

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.people.rules.audiences import of_persons
from app.work.models.contests import Contest, ContestResult
from app.work.models.notification import Notification
from app.work.operations import contests as operations
from app.work.queries import contests as queries
from tests.factories import customers, people
from tests.factories import sales as sales_factory


@pytest.fixture
def bank(app, frozen_clock):
    return sales_factory.create_bank()


def open_contest(bank, **given) -> Contest:
    values = {
        "unit_id": bank.unit.id, "title": "走访竞赛", "rules": "比拜访。", "measure": "customers.visits_made",
        "starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 30),
        "rule": of_persons([bank.leader.id, bank.manager.id, bank.business.id]), **given,
    }  # fmt: skip
    return operations.open_contest(people.actor(bank.supervisor), **values)


def places(contest) -> dict[int, tuple[int, int]]:
    return {place.person_id: (place.place, int(place.figure)) for place in queries.ranking(contest)}


def test_the_ranking_is_live_and_ties_share_the_place(bank):
    contest = open_contest(bank)
    assert set(places(contest).values()) == {(1, 0)}
    customers.create_visit(bank.manager, sales_factory.create_customer(bank))
    assert places(contest) == {bank.manager.id: (1, 1), bank.leader.id: (2, 0), bank.business.id: (2, 0)}


def test_closing_freezes_the_result_and_gives_the_awards(bank, frozen_clock):
    contest = open_contest(bank)
    customers.create_visit(bank.manager, sales_factory.create_customer(bank))
    head = people.actor(bank.supervisor)
    with pytest.raises(Conflict):
        operations.close_contest(head, contest.id, contest.version, {})
    frozen_clock.set(frozen_clock.now.replace(month=10, day=2))
    with pytest.raises(Invalid):
        operations.close_contest(head, contest.id, contest.version, {bank.manager.id: ("", "勤")})
    with pytest.raises(Forbidden):
        operations.close_contest(people.actor(bank.manager), contest.id, contest.version, {})
    operations.close_contest(head, contest.id, contest.version, {bank.manager.id: ("一等奖", "脚勤")})
    with pytest.raises(Conflict):
        operations.close_contest(head, contest.id, contest.version, {})
    rows = queries.result_rows([contest.id])
    assert next((row.person_id, row.place, row.prize) for row in rows) == (bank.manager.id, 1, "一等奖")
    assert len(rows) == 3
    told = session.query(Notification).filter_by(person_id=bank.manager.id).all()
    assert {row.kind for row in told} >= {"work.contest_opened", "work.contest_awarded"}


def test_nobody_edits_a_closed_one_but_by_a_correction_with_its_reason(bank, frozen_clock):
    contest = open_contest(bank)
    frozen_clock.set(frozen_clock.now.replace(month=10, day=2))
    head = people.actor(bank.supervisor)
    operations.close_contest(head, contest.id, contest.version, {})
    for statement in (update(ContestResult).values(place=9), delete(ContestResult)):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(statement)
    said = {"place": "1", "figure": "3", "prize": "一等奖", "edition": 1}
    with pytest.raises(Invalid):
        operations.correct_result(head, contest.id, bank.business.id, **said)
    with pytest.raises(Invalid):
        operations.correct_result(head, contest.id, bank.business.id, **{**said, "place": "1.5"}, reason="补录")
    operations.correct_result(head, contest.id, bank.business.id, **said, reason="三次拜访补录")
    with pytest.raises(Conflict):  # seen before the correction
        operations.correct_result(head, contest.id, bank.business.id, **said, reason="再改")
    with pytest.raises(NotFound):
        operations.correct_result(head, contest.id, bank.support.id, **said, reason="没有参加")
    row = next(r for r in queries.result_rows([contest.id]) if r.person_id == bank.business.id)
    assert (row.edition, row.prize, row.reason) == (2, "一等奖", "三次拜访补录")
    assert len(queries.corrections_of(contest.id)) == 1


def test_a_contest_is_public_in_its_unit_and_nowhere_else(bank):
    contest = open_contest(bank)
    other = sales_factory.create_bank("城西支行")
    below = people.create_person(unit=people.create_unit("网点", parent=bank.unit))
    for person in (bank.support, below, bank.supervisor):
        assert queries.contest_for(people.actor(person), contest.id).id == contest.id
    for person in (other.manager, other.supervisor):
        with pytest.raises(NotFound):
            queries.contest_for(people.actor(person), contest.id)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"rules": ""}, "rules"),
        ({"measure": "no.such"}, "measure"),
        ({"ends_on": date(2026, 8, 1)}, "ends_on"),
        ({"unit_id": 999}, "unit_id"),
        ({"rule": of_persons([1])}, "audience"),
    ],
)
def test_what_cannot_be_a_contest_is_said_at_its_field(bank, given, field):
    with pytest.raises(Invalid) as refused:
        open_contest(bank, **given)
    assert field in [error.field for error in refused.value.errors]


def test_the_same_form_twice_is_one_contest(bank):
    assert open_contest(bank, submission="form").id == open_contest(bank, submission="form").id
    with pytest.raises(Forbidden):
        operations.open_contest(
            people.actor(bank.leader), unit_id=bank.unit.id, title="x", rules="x", measure="sales.won",
            starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30), rule=of_persons([bank.manager.id, bank.business.id]),
        )  # fmt: skip
