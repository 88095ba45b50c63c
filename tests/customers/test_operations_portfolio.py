"""Who serves whom from when on, and how often a customer is contacted; on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.core.dated import in_force
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.customers import operations, queries
from app.customers.models import Customer, Portfolio
from app.customers.operations.portfolio import follow_portfolios
from app.customers.operations.tiers import recount, set_frequencies
from app.customers.queries.customers import customer_for
from app.customers.queries.tiers import frequencies
from app.customers.rules.contacts import NEVER
from tests.factories import customers, people

pytestmark = pytest.mark.usefixtures("app", "frozen_clock")


@pytest.fixture
def unit():
    return people.create_unit(parent=people.root())


@pytest.fixture
def leader(unit):
    return people.create_person("组长", unit=unit)


@pytest.fixture
def managers(unit, leader):
    first, second = people.create_person("甲", unit=unit), people.create_person("乙", unit=unit)
    team = people.create_team(unit=unit, leader=leader)
    people.join(team, first, "relationship")
    people.join(team, second, "relationship")
    return first, second


def holders(customer, day=None, known_at=None):
    rows = session.scalars(
        select(Portfolio).where(Portfolio.customer_id == customer.id, in_force(Portfolio, day, known_at))
    )
    return [row.holder_id for row in rows]


def test_a_leader_hands_over_within_the_team(leader, managers, frozen_clock):
    first, second = managers
    customer = customers.create_customer(holder=first)
    start = clock.today()
    known = clock.now()
    frozen_clock.move(days=10)
    operations.assign_holder(people.actor(leader), customer.id, second.id, reason="轮岗", version=1)
    assert (customer.holder_id, customer.since, customer.version) == (second.id, clock.today(), 2)
    assert holders(customer) == [second.id]
    assert holders(customer, start) == [first.id]
    assert holders(customer, clock.today(), known) == [first.id], "what was known then"
    told = [(e.kind, e.holder, e.text) for e in queries.timeline_page(people.actor(leader), customer.id).items]
    assert told == [("holder", "乙", "轮岗"), ("holder", "甲", "")]


def test_a_change_of_the_same_day_corrects(leader, managers):
    first, second = managers
    customer = customers.create_customer(holder=first)
    operations.assign_holder(people.actor(leader), customer.id, second.id)
    operations.assign_holder(people.actor(leader), customer.id, first.id)
    assert holders(customer) == [first.id]
    assert customer.holder_id == first.id


def test_a_later_day_waits_for_the_job(leader, managers, frozen_clock):
    first, second = managers
    customer = customers.create_customer(holder=first)
    operations.assign_holder(people.actor(leader), customer.id, second.id, from_day=clock.today() + timedelta(days=3))
    session.commit()
    assert (customer.holder_id, follow_portfolios()) == (first.id, 0)
    frozen_clock.move(days=3)
    assert follow_portfolios() == 1
    session.expire_all()
    assert customer.holder_id == second.id
    assert follow_portfolios() == 0


def test_days_past_are_refused(leader, managers):
    customer = customers.create_customer(holder=managers[0])
    for day in (clock.today() - timedelta(days=1), clock.today() + timedelta(days=400)):
        with pytest.raises(Invalid):
            operations.assign_holder(people.actor(leader), customer.id, managers[1].id, from_day=day)


def test_the_pool_owes_no_contact(leader, managers, unit):
    customer = customers.create_customer(holder=managers[0], tier="diamond")
    assert customer.contact_due_on == clock.today() + timedelta(days=30)
    chief = people.create_person(unit=unit, role="supervisor")
    operations.assign_holder(people.actor(chief), customer.id, None)
    assert (customer.holder_id, customer.contact_due_on) == (None, NEVER)
    with pytest.raises(NotFound):
        customer_for(people.actor(managers[0]), customer.id)
    assert holders(customer) == [None]


def test_who_may_assign_whom(leader, managers, unit):
    first, second = managers
    customer = customers.create_customer(holder=first)
    outsider = people.create_person(unit=people.create_unit(parent=people.root()))
    with pytest.raises(Forbidden):
        operations.assign_holder(people.actor(first), customer.id, second.id)
    for holder in (outsider.id, 2**70, -1):
        with pytest.raises(Invalid):
            operations.assign_holder(people.actor(leader), customer.id, holder)
    with pytest.raises(NotFound):
        operations.assign_holder(people.actor(outsider), customer.id, outsider.id)
    chief = people.create_person(unit=unit, role="supervisor")
    with pytest.raises(Invalid):
        operations.assign_holder(people.actor(chief), customer.id, outsider.id)
    with pytest.raises(Conflict):
        operations.assign_holder(people.actor(chief), customer.id, second.id, version=9)


def test_of_two_who_decide_at_once_one_wins(leader, managers, at_once):
    first, second = managers
    customer_id = customers.create_customer(holder=first).id
    actor = people.actor(leader)

    def give(holder_id):
        with unit_of_work():
            return operations.assign_holder(actor, customer_id, holder_id, version=1).id

    first_id, second_id = first.id, second.id
    answers = at_once(lambda: give(second_id), lambda: give(first_id))
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert len(holders(session.get_one(Customer, customer_id))) == 1


def test_the_database_itself_refuses_two_holders_at_once(managers):
    customer = customers.create_customer(holder=managers[0])
    session.add(
        Portfolio(customer_id=customer.id, holder_id=managers[1].id, valid_from=clock.today() + timedelta(days=5))
    )
    with pytest.raises(DatabaseError):
        session.flush()
    session.rollback()


def test_many_at_once_and_what_could_not_be_done(leader, managers):
    first, second = managers
    ours = [customers.create_customer(holder=first).id for _ in range(3)]
    other = customers.create_customer(unit=people.create_unit(parent=people.root())).id
    given, refused = operations.assign_many(people.actor(leader), [*ours, other, ours[0]], second.id)
    assert given == 3
    assert [customer_id for customer_id, _error in refused] == [other]


def test_a_leaver_leaves_nobody_unserved(leader, managers):
    first, second = managers
    made = [customers.create_customer(holder=first) for _ in range(3)]
    assert operations.hand_over(SYSTEM, first.id, second.id) == 3
    session.expire_all()
    assert {c.holder_id for c in made} == {second.id}
    assert operations.hand_over(SYSTEM, second.id, None) == 3
    session.expire_all()
    assert {c.holder_id for c in made} == {None}


def test_only_who_answers_for_everything_sets_frequencies(unit):
    chief = people.create_person(role="supervisor")
    head = people.create_person(unit=unit, role="supervisor")
    with pytest.raises(Forbidden):
        set_frequencies(people.actor(head), {"gold": (1, 10)})
    for bad in ({"gold": (5, 2)}, {"gold": (-1, 10)}, {"wood": (1, 10)}, {"gold": (1, 10**9)}):
        with pytest.raises(Invalid):
            set_frequencies(people.actor(chief), bad)
    set_frequencies(people.actor(chief), {"gold": (2, 30)})
    assert frequencies()["gold"].interval == 15


def test_new_frequencies_reach_every_customer(managers, monkeypatch):
    monkeypatch.setattr("app.customers.operations.tiers.PIECE", 2)
    made = [customers.create_customer(holder=managers[0], tier="gold") for _ in range(5)]
    pool = customers.create_customer(unit=people.root(), tier="gold")
    chief = people.create_person(role="supervisor")
    set_frequencies(people.actor(chief), {"gold": (1, 10)})
    session.commit()
    assert recount() == 5
    session.expire_all()
    assert {c.contact_due_on for c in made} == {clock.today() + timedelta(days=10)}
    assert pool.contact_due_on == NEVER
    assert recount() == 0


def test_looks_are_never_changed_or_removed(managers):
    customer = customers.create_customer(holder=managers[0])
    operations.note_look(people.actor(managers[0]), customer.id)
    session.commit()
    for statement in ("UPDATE customers_look SET person_id = 1", "DELETE FROM customers_look"):
        with pytest.raises(DatabaseError):
            session.execute(text(statement))
        session.rollback()
