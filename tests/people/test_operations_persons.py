"""Persons, posts, teams, leaving."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import operations, queries, signals
from app.people.models import Person
from app.people.operations.leaving import close_leavers
from app.people.operations.teams import tell_ended
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def heard(monkeypatch):
    """Facts that were told."""
    told: list[tuple[str, dict]] = []
    for signal in (signals.person_left, signals.membership_ended, signals.unit_moved):
        name = signal.name
        monkeypatch.setattr(signal, "receivers", [lambda name=name, **facts: told.append((name, facts))])
    return told


def test_a_person_is_found_by_name_pinyin_and_number() -> None:
    sysadmin = make.actor(make.create_person(role="sysadmin"))
    make.create_person("单雅琴", username="danyaqin", staff_number="A0815")
    for q in ("单雅", "shanyaqin", "syq", "A0815", "danyaqin"):
        assert [line.name for line in queries.people_page(sysadmin, q).items] == ["单雅琴"], q
    assert queries.people_page(sysadmin, "不存在").items == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("username", {"username": "Zhang San"}),
        ("username", {"username": "taken"}),
        ("staff_number", {"staff_number": "T1"}),
        ("staff_number", {"staff_number": "a b"}),
        ("name", {"name": ""}),
        ("name", {"name": "a\x00b"}),
        ("name", {"name": "x" * 100_000}),
        ("email", {"email": "no mail"}),
        ("post", {"post": "emperor"}),
        ("grade", {"grade": "x"}),
        ("unit_id", {"unit_id": 10**12}),
        ("post", {"post": None}),
    ],
)
def test_bad_input_is_told_at_its_field(field: str, typed: dict) -> None:
    make.create_person(username="taken", staff_number="T1")
    sysadmin = make.actor(make.create_person(role="sysadmin"))
    given = {"username": "new", "name": "新人", "unit_id": make.root().id, "post": "teller", **typed}
    with pytest.raises(Invalid) as refused:
        operations.create_person(sysadmin, **given)
    assert refused.value.errors[0].field == field


def test_posts_are_dated_and_nobody_posts_themselves() -> None:
    unit, other = make.create_unit(parent=make.root()), make.create_unit(parent=make.root())
    person, hr = make.create_person(unit=unit), make.create_person(role="hr")
    day = clock.today()
    operations.post_person(make.actor(hr), person.id, unit_id=other.id, post="wealth_manager", grade="senior", day=day)
    assert queries.person_for(SYSTEM, person.id).unit_id == other.id
    assert [row.unit_id for row in queries.person_history(person.id) if row.superseded_at is None] == [
        other.id,
        unit.id,
    ]
    with pytest.raises(Forbidden):
        operations.post_person(make.actor(hr), hr.id, unit_id=other.id, post="teller")
    local = make.actor(make.create_person(unit=unit, role="hr"))
    with pytest.raises(NotFound):
        operations.post_person(local, person.id, unit_id=unit.id, post="teller")


def test_editing_keeps_versions() -> None:
    sysadmin, person = make.actor(make.create_person(role="sysadmin")), make.create_person()
    given = {"username": person.username, "staff_number": None, "email": None, "hired_on": None}
    operations.update_person(sysadmin, person.id, name="新名字", version=1, **given)
    with pytest.raises(Conflict):
        operations.update_person(sysadmin, person.id, name="又一个", version=1, **given)


def test_joining_and_leaving_a_team_by_days(heard) -> None:
    person, boss = make.create_person(), make.actor(make.create_person(role="supervisor"))
    team, day = make.create_team(), clock.today()
    operations.join_team(boss, team.id, person_id=person.id, role="relationship", day=day - timedelta(days=10))
    operations.join_team(boss, team.id, person_id=person.id, role="leader", day=day - timedelta(days=5))
    assert [m.role for m in queries.team_members(team.id, day - timedelta(days=7))] == ["relationship"]
    assert [m.role for m in queries.team_members(team.id)] == ["leader", "relationship"]
    with pytest.raises(Invalid):
        operations.join_team(boss, team.id, person_id=person.id, role="leader")
    operations.leave_team(boss, team.id, person_id=person.id, role="leader")
    assert queries.team_role_holders(team.id, "leader") == []
    assert queries.team_role_holders(team.id, "relationship") == [person.id]
    assert queries.team_role_holders(team.id, "leader", day - timedelta(days=1)) == [person.id]
    assert [facts["role"] for _name, facts in heard] == ["leader"]
    with pytest.raises(NotFound):
        operations.leave_team(boss, team.id, person_id=person.id, role="leader")


def test_nobody_gives_a_team_role_to_themselves() -> None:
    person = make.create_person(role="supervisor")
    with pytest.raises(Forbidden):
        operations.join_team(make.actor(person), make.create_team().id, person_id=person.id, role="leader")


def test_a_membership_that_runs_out_is_told_once(heard, frozen_clock) -> None:
    person, team = make.create_person(), make.create_team()
    make.join(team, person, "support", until=clock.today() + timedelta(days=2))
    session.commit()
    assert tell_ended(SYSTEM) == 0
    frozen_clock.move(days=3)
    assert tell_ended(SYSTEM) == 1
    assert tell_ended(SYSTEM) == 0
    assert [(name, facts["person_id"]) for name, facts in heard] == [("people.membership_ended", person.id)]


def test_closing_a_team_ends_every_membership(heard) -> None:
    a, b = make.create_person(), make.create_person()
    team = make.create_team(leader=a, relationship=b)
    operations.close_team(SYSTEM, team.id)
    assert queries.team_members(team.id) == []
    assert len(heard) == 2
    assert make.actor(a).team_ids == frozenset()
    with pytest.raises(Conflict):
        operations.join_team(SYSTEM, team.id, person_id=a.id, role="leader")


def test_a_leaver_loses_everything_on_the_day_and_hands_over(heard) -> None:
    unit = make.create_unit(parent=make.root())
    person, successor, absent = (make.create_person(unit=unit) for _ in range(3))
    make.create_team(unit=unit, relationship=person)
    make.grant(person, "hr", unit)
    make.create_absence(absent, person)
    token = operations.create_token(make.actor(person), name="x")
    hr = make.actor(make.create_person(unit=unit, role="hr"))
    operations.leave_institution(hr, person.id, successor_id=successor.id)
    left = make.actor(person)
    assert not left.grants
    assert not left.team_ids
    assert left.home_unit_id is None
    assert queries.deputy_of(absent.id) is None
    assert queries.person_for_token(token.secret) is None
    assert queries.person_for(SYSTEM, person.id).state == "left"
    assert heard[-1] == ("people.person_left", {"person_id": person.id, "successor_id": successor.id, "actor": hr})
    with pytest.raises(Conflict):
        operations.leave_institution(SYSTEM, person.id)


def test_a_planned_leaver_works_until_the_day(heard, frozen_clock) -> None:
    person = make.create_person(role="relationship", team=make.create_team())
    operations.leave_institution(SYSTEM, person.id, day=clock.today() + timedelta(days=3))
    session.commit()
    assert "relationship" in make.actor(person).roles
    assert close_leavers() == 0
    frozen_clock.move(days=3)
    assert "relationship" not in make.actor(person).roles
    assert close_leavers() == 1
    assert close_leavers() == 0
    assert [name for name, _facts in heard] == ["people.person_left"]
    assert session.get_one(Person, person.id).state == "left"


def test_leaving_is_for_others_and_with_a_real_successor() -> None:
    hr, person = make.create_person(role="hr"), make.create_person()
    with pytest.raises(Forbidden):
        operations.leave_institution(make.actor(hr), hr.id)
    for successor in (person.id, 10**9):
        with pytest.raises(Invalid):
            operations.leave_institution(make.actor(hr), person.id, successor_id=successor)
