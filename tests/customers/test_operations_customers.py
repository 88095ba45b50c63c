"""Creating and changing customers, on both engines."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.actor import SYSTEM
from app.core.audit import AuditValue
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.customers import operations, queries
from app.customers.models import Customer, Portfolio, Secret
from app.customers.queries.customers import customer_for, duplicates
from tests.factories import customers, people

pytestmark = pytest.mark.usefixtures("app")


def codes(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {e.field: e.code for e in error.value.errors}


@pytest.fixture
def manager():
    unit = people.create_unit(parent=people.root())
    person = people.create_person("李经理", unit=unit)
    people.create_team(unit=unit, relationship=person)
    return person


def test_a_manager_adds_a_customer_and_holds_it(manager):
    actor = people.actor(manager)
    made = operations.create_customer(
        actor, name=" 王  小明 ", kind="person", tier="gold", asset_value="1,234.50", phone="138 1234 5678"
    )
    assert made.name == "王 小明"
    assert made.number.startswith("K")
    assert (made.holder_id, made.team_id, made.unit_id) == (manager.id, *actor.team_ids, actor.home_unit_id)
    assert made.asset_value == Decimal("1234.50")
    assert made.phone_masked == "138****5678"
    held = session.scalars(select(Portfolio)).one()
    assert (held.holder_id, held.origin, held.valid_to) == (manager.id, "new", None)
    assert session.scalars(select(Secret.value)).one() == "13812345678"


def test_the_whole_number_is_in_no_history(manager):
    operations.create_customer(
        people.actor(manager),
        name="王小明",
        kind="person",
        tier="gold",
        phone="13812345678",
        identity="11010519491231002X",
    )
    session.commit()
    told = " ".join(str(v) for v in session.scalars(select(AuditValue.value)))
    assert "138****5678" in told
    assert "13812345678" not in told
    assert "11010519491231002" not in told


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", " ", "required"),
        ("name", "?!", "required"),
        ("name", "长" * 121, "too_long"),
        ("name", "a\x00b", "characters"),
        ("about", "\ud800", "characters"),
        ("kind", "dog", "unknown"),
        ("tier", "x" * 1000, "unknown"),
        ("industry", "'; drop table", "unknown"),
        ("number", "=1+1", "not_number"),
        ("number", "A" * 33, "not_number"),
        ("phone", "12", "not_phone"),
        ("phone", "1" * 10_000, "not_phone"),
        ("identity", "110105194912310021", "not_identity"),
        ("asset_value", "NaN", "not_amount"),
        ("asset_value", "1e400", "not_amount"),
        ("asset_value", "1.001", "not_amount"),
        ("asset_value", "-1", "out_of_range"),
        ("asset_value", "9" * 17, "out_of_range"),
        ("unit_id", 2**70, "unknown_unit"),
        ("team_id", 2**70, "unknown"),
        ("holder_id", 2**70, "unknown_holder"),
        ("holder_id", -5, "unknown_holder"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(manager, field, value, code):
    given = {"name": "王小明", "kind": "person", "tier": "gold"} | {field: value}
    with pytest.raises(Invalid) as error:
        operations.create_customer(people.actor(manager), **given)
    assert codes(error)[field] == code


def test_a_number_is_given_once(manager):
    operations.create_customer(people.actor(manager), name="甲", kind="person", number="k-1")
    with pytest.raises(Invalid) as error:
        operations.create_customer(people.actor(manager), name="乙", kind="person", number="Ｋ-1")
    assert codes(error) == {"number": "taken"}


def test_two_who_take_a_number_at_once(manager, at_once):
    actor = people.actor(manager)

    def make(name):
        with unit_of_work():
            return operations.create_customer(actor, name=name, kind="person", number="K1").name

    answers = at_once(lambda: make("甲"), lambda: make("乙"))
    assert sum(isinstance(answer, Invalid) for answer in answers) == 1
    assert len(session.scalars(select(Customer)).all()) == 1


def test_another_spelling_of_a_name_warns_and_does_not_bar(manager):
    actor = people.actor(manager)
    operations.create_customer(actor, name="华泰 贸易(有限)公司", kind="company")
    with pytest.raises(Invalid) as error:
        operations.create_customer(actor, name="华泰贸易（有限）公司", kind="company")
    assert codes(error) == {"name": "duplicate"}
    assert operations.create_customer(actor, name="华泰贸易（有限）公司", kind="company", despite_duplicates=True).id


def test_a_duplicate_outside_the_scope_is_told_without_who_it_is(manager):
    customers.create_customer("华泰", unit=people.create_unit(parent=people.root()))
    found = duplicates(people.actor(manager), "华泰")
    assert (list(found.seen), found.hidden) == ([], 1)


def test_nobody_adds_customers_for_others(manager):
    stranger_unit = people.create_unit(parent=people.root())
    stranger = people.create_person(unit=stranger_unit)
    team = people.create_team(unit=stranger_unit, relationship=stranger)
    given = {"name": "甲", "kind": "person"}
    actor = people.actor(manager)
    for owners in ({"holder_id": stranger.id}, {"holder_id": 0, "team_id": team.id}, {"unit_id": stranger_unit.id}):
        with pytest.raises(Invalid) as error:
            operations.create_customer(actor, **given, **owners)
        assert "outside" in codes(error).values()
    with pytest.raises(Invalid) as error:
        operations.create_customer(actor, **given, team_id=team.id)
    assert codes(error) == {"holder_id": "not_in_team"}
    hr = people.create_person(unit=stranger_unit, role="hr")
    with pytest.raises(Forbidden):
        operations.create_customer(people.actor(hr), **given)


def test_a_change_keeps_what_was_not_given(manager):
    actor = people.actor(manager)
    made = operations.create_customer(actor, name="王小明", kind="person", phone="13812345678", about="老客户")
    changed = operations.update_customer(actor, made.id, made.version, name="王晓明", tier="diamond")
    assert (changed.name, changed.about, changed.phone_masked, changed.version) == (
        "王晓明",
        "老客户",
        "138****5678",
        2,
    )
    assert [row.id for row in queries.customers.search_customers(actor, "wxm")] == [made.id]
    operations.update_customer(actor, made.id, 2, phone="")
    assert session.scalars(select(Secret)).all() == []


def test_a_stale_version_changes_nothing(manager):
    actor = people.actor(manager)
    made = operations.create_customer(actor, name="王小明", kind="person")
    operations.update_customer(actor, made.id, 1, name="甲")
    for version in (1, -1, 2**62):
        with pytest.raises(Conflict):
            operations.update_customer(actor, made.id, version, name="乙")
    assert made.name == "甲"


def test_of_two_who_change_at_once_one_wins(manager, at_once):
    actor = people.actor(manager)
    made = operations.create_customer(actor, name="王小明", kind="person").id

    def change(name):
        with unit_of_work():
            return operations.update_customer(actor, made, 1, name=name).name

    answers = at_once(lambda: change("甲"), lambda: change("乙"))
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1


def test_outside_the_scope_there_is_nothing(manager):
    other = customers.create_customer(unit=people.create_unit(parent=people.root()))
    actor = people.actor(manager)
    for customer_id in (other.id, 0, -1, 2**63, 10**30):
        with pytest.raises(NotFound):
            customer_for(actor, customer_id)
        with pytest.raises(NotFound):
            operations.update_customer(actor, customer_id, 1, name="甲")


def test_seeing_is_not_changing():
    unit = people.create_unit(parent=people.root())
    business = people.create_person(unit=unit)
    team = people.create_team(unit=unit, business=business)
    made = customers.create_customer(team=team)
    with pytest.raises(Forbidden):
        operations.update_customer(people.actor(business), made.id, 1, name="甲")


def test_only_who_answers_for_a_unit_moves_a_customer_there(manager, app: Flask):
    home, other = people.create_unit(parent=people.root()), people.create_unit(parent=people.root())
    chief = people.create_person(unit=home, role="supervisor")
    made = customers.create_customer(unit=home)
    with pytest.raises(Invalid) as error:
        operations.update_customer(people.actor(chief), made.id, 1, unit_id=other.id)
    assert codes(error) == {"unit_id": "outside"}
    assert operations.update_customer(SYSTEM, made.id, 1, unit_id=other.id).unit_id == other.id
    with pytest.raises(NotFound):
        customer_for(people.actor(chief), made.id)


def test_relations_read_from_both_sides(manager):
    actor = people.actor(manager)
    mother = operations.create_customer(actor, name="集团", kind="company")
    child = operations.create_customer(actor, name="子公司", kind="company")
    hidden = customers.create_customer("外", unit=people.create_unit(parent=people.root()))
    link = operations.relate(actor, child.id, mother.id, "parent")
    reading = queries.customers.related
    assert [(r.id, r.relation) for r in reading(actor, child.id)] == [(mother.id, "parent")]
    assert [(r.id, r.relation) for r in reading(actor, mother.id)] == [(child.id, "subsidiary")]
    for other, code in ((mother.id, "taken"), (child.id, "itself"), (hidden.id, "unknown"), (2**70, "unknown")):
        with pytest.raises(Invalid) as error:
            operations.relate(actor, child.id, other, "parent")
        assert codes(error) == {"other_id": code}
    operations.unrelate(actor, mother.id, link.id)
    assert reading(actor, child.id) == []


def test_key_persons(manager):
    actor = people.actor(manager)
    made = operations.create_customer(actor, name="集团", kind="company")
    boss = operations.add_key_person(actor, made.id, name="赵总", post="董事长", decides=True, phone="0755-12345678")
    operations.add_key_person(actor, made.id, name="钱会计")
    assert boss.phone_masked == "075*****5678"
    assert [p.name for p in queries.customers.key_persons(made.id)] == ["赵总", "钱会计"]
    operations.update_key_person(actor, boss.id, 1, post="总经理")
    assert (boss.post, boss.phone_masked) == ("总经理", "075*****5678")
    with pytest.raises(Conflict):
        operations.update_key_person(actor, boss.id, 1, post="x")
    with pytest.raises(Invalid):
        operations.add_key_person(actor, made.id, name="\x00", phone="abc")
    operations.remove_key_person(actor, boss.id, 2)
    assert [p.name for p in queries.customers.key_persons(made.id)] == ["钱会计"]
    assert session.scalars(select(Secret)).all() == []
