"""The desk's numbers on both engines: own and others' turns, still cases, what another unit's cases tell, and its statements."""

import pytest

from app.core.database import session
from app.work import queries
from app.work.queries import Narrowed
from app.work.queries.desk import candidates, overdue_turns, stalled_since, whose
from app.workflow import operations as workflow
from app.workflow.queries import following
from tests.factories import people
from tests.factories import sales as factory

ALL = Narrowed()


@pytest.fixture
def bank(database):
    return factory.create_bank()


def late(bank, frozen_clock, number=2):
    """Sales that nobody has touched for a month."""
    found = [
        factory.create_opportunity(bank, factory.create_customer(bank, f"迟{n}号商行"), title=f"Late {n}")
        for n in range(number)
    ]
    frozen_clock.move(days=30)
    return found


def line(actor, person, by=ALL):
    """The desk's line of a person."""
    return next(p for p in queries.desk(actor, by).people if p.id == person.id)


def test_a_line_says_how_much_how_late_and_what_lies_still(bank, frozen_clock):
    late(bank, frozen_clock)
    factory.create_opportunity(bank, factory.create_customer(bank, "新商行"))
    session.commit()
    boss = people.actor(bank.supervisor)
    found = line(boss, bank.manager)
    assert (found.open, found.overdue, found.stalled, found.blocked) == (3, 2, 2, 0)
    assert found.oldest is not None and found.last is None
    desk = queries.desk(boss, ALL)
    assert (desk.overdue, desk.late, desk.stalled, desk.busiest) == (2, 1, 2, 3)


def test_many_people_are_counted_as_few_are(bank, frozen_clock, monkeypatch):
    late(bank, frozen_clock)
    session.commit()
    who = whose(people.actor(bank.supervisor), ALL)
    few = following.loads(who, stalled_since())
    monkeypatch.setattr(following, "FEW", 0)
    assert following.loads(who, stalled_since()) == few
    assert few[bank.manager.id].stalled == 2


def test_a_paused_case_is_nobodys_burden(bank, frozen_clock):
    runs = [opportunity.run_id for opportunity in late(bank, frozen_clock)]
    boss = people.actor(bank.supervisor)
    workflow.pause(boss, runs[0], "等材料")
    session.commit()
    assert (line(boss, bank.manager).open, line(boss, bank.manager).overdue) == (1, 1)


def test_what_others_hold_on_my_cases_stands_beside_my_people(bank, frozen_clock):
    stranger = people.create_person(unit=people.create_unit(parent=people.root()))
    first = late(bank, frozen_clock)[0]
    boss = people.actor(bank.supervisor)
    turn = factory.waiting(first, bank.manager)
    session.commit()
    who = whose(boss, ALL)
    assert stranger.id not in who.people
    assert following.things(who, of=bank.manager.id, overdue=True)[0].reached
    assert [t.id for t in following.things(who, since=stalled_since())].count(turn.turn_id) == 1
    assert following.things(who, untaken=True) == []
    assert following.things(who, of=stranger.id) == []


def test_everything_overdue_is_found_once_and_not_again_once_nudged(bank, frozen_clock):
    late(bank, frozen_clock, 3)
    boss = people.actor(bank.supervisor)
    found = overdue_turns(boss, ALL, None, 100)
    assert len(found) == len({turn for turn, _version in found}) == 3
    assert overdue_turns(boss, ALL, [bank.manager.id], 2) == found[:2]
    assert overdue_turns(boss, ALL, [bank.leader.id], 100) == []
    workflow.nudge(boss, found[0][0], "快点")
    session.commit()
    assert overdue_turns(boss, ALL, None, 100) == found[1:]


@pytest.mark.parametrize("by", [Narrowed(process="sale"), Narrowed(mine=True), Narrowed(process="none", mine=True)])
def test_it_is_narrowed_to_cases(bank, frozen_clock, by):
    late(bank, frozen_clock)
    session.commit()
    expected = 2 if by == Narrowed(process="sale") else 0
    assert line(people.actor(bank.supervisor), bank.manager, by).open == expected
    assert line(people.actor(bank.leader), bank.manager, Narrowed(team=bank.team.id)).open == 2


def test_candidates_say_what_they_have_and_where_they_belong(bank, frozen_clock):
    late(bank, frozen_clock)
    people.create_absence(bank.manager, bank.leader)
    session.commit()
    found = {c.id: c for c in candidates(people.actor(bank.supervisor))}
    assert found[bank.manager.id].open == 2 and found[bank.manager.id].away is not None
    assert bank.team.name in found[bank.manager.id].teams and found[bank.leader.id].open == 0
