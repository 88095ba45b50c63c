"""From a person to an actor: exactly today's rights, in a constant number of statements."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.actor import Granted, Scope
from app.core.database import session
from app.core.errors import NotFound
from app.people import queries
from app.people.permissions import ABSENCE_VIEW, PERSON_VIEW, PROFILE_EDIT, UNIT_VIEW
from app.work.permissions import ASSIGN
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")


def test_every_account_is_staff_and_no_more() -> None:
    actor = make.actor(make.create_person())
    assert actor.roles == {"staff"}
    assert actor.scope(PROFILE_EDIT) == Granted(Scope.SELF)
    assert not actor.may(UNIT_VIEW)


def test_a_supervisor_reaches_the_subtree_and_the_root_everything() -> None:
    root = make.root()
    branch = make.create_unit(parent=root)
    outlet = make.create_unit(parent=branch)
    make.create_unit(parent=root)
    supervisor = make.actor(make.create_person(unit=branch, role="supervisor"))
    assert supervisor.scope(PERSON_VIEW) == Granted(Scope.UNIT, frozenset({branch.id, outlet.id}))
    assert supervisor.home_unit_id == branch.id
    assert make.actor(make.create_person(role="supervisor")).scope(PERSON_VIEW) == Granted(Scope.ALL)


def test_two_offices_add_up() -> None:
    root = make.root()
    a, b = make.create_unit(parent=root), make.create_unit(parent=root)
    person = make.create_person(unit=a, role="supervisor")
    make.grant(person, "hr", b)
    assert make.actor(person).scope(PERSON_VIEW).unit_ids == {a.id, b.id}
    assert make.actor(person).scope("people:posting:edit").unit_ids == {b.id}


def test_team_roles_come_from_dated_membership_only(frozen_clock) -> None:
    person, team = make.create_person(), make.create_team()
    make.join(team, person, "relationship", until=clock.today() + timedelta(days=1))
    assert make.actor(person).roles == {"staff", "relationship"}
    assert make.actor(person).team_ids == {team.id}
    frozen_clock.move(days=1)
    assert make.actor(person).roles == {"staff"}
    assert make.actor(person).team_ids == frozenset()


def test_who_leads_one_team_and_belongs_to_another_leads_in_the_first_alone() -> None:
    person, member, other = make.create_person(), make.create_person(), make.create_person()
    led, joined = make.create_team(leader=person, support=member), make.create_team(support=person, relationship=other)
    actor = make.actor(person)
    assert actor.team_ids == {led.id, joined.id}
    assert actor.scope(ASSIGN).team_ids == {led.id}
    assert actor.scope("workflow:run:view").team_ids == {led.id, joined.id}
    reached = {line.id for line in queries.people_page(actor, permission=ASSIGN).items}
    assert member.id in reached and other.id not in reached


def test_a_moved_unit_moves_the_reach() -> None:
    from app.core.actor import SYSTEM
    from app.people import operations

    root = make.root()
    a, b = make.create_unit(parent=root), make.create_unit(parent=root)
    outlet = make.create_unit(parent=a, level="outlet")
    boss = make.create_person(unit=a, role="supervisor")
    assert outlet.id in make.actor(boss).scope(PERSON_VIEW).unit_ids
    operations.move_unit(SYSTEM, outlet.id, parent_id=b.id)
    assert outlet.id not in make.actor(boss).scope(PERSON_VIEW).unit_ids


def test_nobody_is_nobody() -> None:
    with pytest.raises(NotFound):
        queries.actor_for(10**9)


def test_heads_and_role_holders_nearest_first() -> None:
    root = make.root()
    branch = make.create_unit(parent=root)
    outlet = make.create_unit(parent=branch)
    top, middle, near = (make.create_person(unit=u, role="supervisor") for u in (root, branch, outlet))
    make.create_person(unit=make.create_unit(parent=root), role="supervisor")
    assert queries.heads_of_unit(outlet.id) == [near.id, middle.id, top.id]
    assert queries.role_holders("supervisor", branch.id) == [middle.id, top.id]
    assert queries.heads_of_unit(10**9) == []


def grow(rounds: int) -> None:
    for _ in range(rounds):
        unit = make.create_unit(parent=make.root())
        a, b = make.create_person(unit=unit, role="supervisor"), make.create_person(unit=unit)
        make.create_team(unit=unit, leader=a, relationship=b)
        make.create_absence(a, b)
    session.flush()


def test_statements_do_not_grow(statements) -> None:
    root = make.root()
    branch = make.create_unit(parent=root)
    boss = make.create_person(unit=branch, role="supervisor")
    top = make.create_person(role="sysadmin")
    reads = (
        lambda actor: queries.people_page(actor, limit=200),
        lambda actor: queries.people_page(actor, "员工", limit=200),
        lambda actor: queries.teams_page(actor, limit=200),
        lambda actor: queries.grants_page(actor, limit=200),
        lambda actor: queries.absences_page(actor, limit=200, permission=ABSENCE_VIEW),
        queries.units,
        lambda actor: queries.unit_choices(actor, UNIT_VIEW),
        lambda actor: queries.members_of([team.id for team in queries.teams_page(actor, limit=200).items]),
        lambda actor: queries.heads_of_unit(branch.id),
    )
    seen = []
    for rounds in (1, 30):
        grow(rounds)
        session.expunge_all()
        counts = []
        for person_id in (boss.id, top.id):
            with statements() as count:
                actor = make.actor(person_id)
            counts.append(count.count)
        for read in reads:
            with statements() as count:
                read(actor)
            counts.append(count.count)
        seen.append(counts)
    assert seen[0] == seen[1]
    assert seen[0][0] <= 3
    assert seen[0][1] <= 3


def test_pages_of_a_long_list_give_everybody_once() -> None:
    for n in range(7):
        make.create_person(f"同名{n % 2}")
    actor = make.actor(make.create_person(role="sysadmin"))
    found, cursor = [], None
    while True:
        page = queries.people_page(actor, cursor=cursor, limit=3)
        found += [line.id for line in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(found) == len(set(found)) == 8


def test_list_search_detail_and_choices_show_the_same_persons() -> None:
    root = make.root()
    a, b = make.create_unit(parent=root), make.create_unit(parent=root)
    outlet = make.create_unit(parent=a)
    people = [make.create_person("王共同", unit=unit) for unit in (a, b, outlet, root) for _ in range(2)]
    make.create_team(unit=b, leader=people[0], support=people[2])
    readers = [
        people[0],
        people[1],
        make.create_person("王共同", unit=a, role="supervisor"),
        make.create_person("王共同", unit=root, role="hr"),
        make.create_person("王共同", role="auditor"),
    ]
    everybody = [*people, *readers]
    for reader in readers:
        actor = make.actor(reader)
        listed = {line.id for line in queries.people_page(actor, limit=200).items}
        searched = {line.id for line in queries.people_page(actor, "wgt", limit=200).items}
        opened = set()
        for person in everybody:
            try:
                opened.add(queries.person_for(actor, person.id).id)
            except NotFound:
                continue
        assert listed == searched == opened
        assert reader.id in listed
