"""Granting: never to oneself, never above oneself, never the last administrator away."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import operations, queries
from app.people.models import Grant
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def secadmin():
    return make.create_person(role="secadmin")


def test_a_granted_role_works_at_once_and_a_withdrawn_one_no_longer(secadmin) -> None:
    person, unit = make.create_person(), make.root()
    assert not make.actor(person).may("people:unit:edit")
    grant = operations.grant_role(make.actor(secadmin), person.id, role="hr", unit_id=unit.id)
    assert make.actor(person).may("people:unit:edit")
    operations.revoke_role(make.actor(secadmin), grant)
    assert not make.actor(person).may("people:unit:edit")


def test_a_role_for_a_time_ends_by_itself(secadmin, frozen_clock) -> None:
    person = make.create_person()
    day = clock.today()
    operations.grant_role(
        make.actor(secadmin),
        person.id,
        role="hr",
        unit_id=make.root().id,
        day=day + timedelta(days=1),
        until=day + timedelta(days=3),
    )
    seen = []
    for _ in range(4):
        seen.append("hr" in make.actor(person).roles)
        frozen_clock.move(days=1)
    assert seen == [False, True, True, False]


def test_nobody_grants_to_themselves_or_without_the_right(secadmin) -> None:
    unit = make.root()
    with pytest.raises(Forbidden):
        operations.grant_role(make.actor(secadmin), secadmin.id, role="hr", unit_id=unit.id)
    sysadmin = make.create_person(role="sysadmin")
    with pytest.raises(Forbidden):
        operations.grant_role(make.actor(sysadmin), make.create_person().id, role="hr", unit_id=unit.id)


def test_nobody_grants_above_themselves() -> None:
    branch = make.create_unit(parent=make.root())
    local = make.create_person(unit=branch, role="secadmin")
    person = make.create_person(unit=branch)
    operations.grant_role(make.actor(local), person.id, role="supervisor", unit_id=branch.id)
    with pytest.raises(Forbidden):
        operations.grant_role(make.actor(local), person.id, role="supervisor", unit_id=make.root().id)


def test_the_three_administrators_exclude_one_another(secadmin) -> None:
    sysadmin = make.create_person(role="sysadmin")
    with pytest.raises(Invalid) as refused:
        operations.grant_role(make.actor(secadmin), sysadmin.id, role="auditor", unit_id=make.root().id)
    assert refused.value.errors[0].code == "exclusive"


def test_the_last_administrator_stays(secadmin) -> None:
    first = make.create_person(role="sysadmin")
    grant = session.query(Grant).filter_by(person_id=first.id).one()
    other = make.create_person(role="secadmin")
    for act in (
        lambda: operations.revoke_role(make.actor(secadmin), grant.id),
        lambda: operations.lock_account(make.actor(other), first.id),
        lambda: operations.leave_institution(SYSTEM, first.id),
    ):
        with pytest.raises(Conflict):
            act()
    make.create_person(role="sysadmin")
    operations.revoke_role(make.actor(secadmin), grant.id)
    assert len(queries.administrators("sysadmin")) == 1


def test_two_who_remove_each_other_at_once_leave_one(at_once, secadmin) -> None:
    two = [make.create_person(role="sysadmin") for _ in range(2)]
    grants = [session.query(Grant).filter_by(person_id=person.id).one().id for person in two]
    boss = make.actor(secadmin)

    def revoke(grant_id: int):
        def run() -> None:
            with unit_of_work():
                operations.revoke_role(boss, grant_id)

        return run

    answers = at_once(*(revoke(grant_id) for grant_id in grants))
    assert sum(answer is None for answer in answers) == 1
    assert len(queries.administrators("sysadmin")) == 1


def test_granting_twice_and_forged_ids(secadmin) -> None:
    person, unit, boss = make.create_person(), make.root(), make.actor(secadmin)
    operations.grant_role(boss, person.id, role="hr", unit_id=unit.id)
    with pytest.raises(Invalid):
        operations.grant_role(boss, person.id, role="hr", unit_id=unit.id)
    with pytest.raises(Invalid):
        operations.grant_role(boss, person.id, role="leader", unit_id=unit.id)
    with pytest.raises(Invalid):
        operations.grant_role(boss, person.id, role="hr", unit_id=10**9)
    with pytest.raises(NotFound):
        operations.grant_role(boss, 10**9, role="hr", unit_id=unit.id)
    with pytest.raises(NotFound):
        operations.revoke_role(boss, 10**9)
