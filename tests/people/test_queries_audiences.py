"""Whom a rule means: each criterion, the reach of whoever asks, constant statements, and quickly for thousands."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session
from app.core.errors import Forbidden, Invalid
from app.people import operations, queries
from app.people.models import Person, Posting
from app.people.permissions import GRANT_EDIT, PERSON_VIEW
from app.people.rules.audiences import Part, Rule
from tests.factories.customers import create_customer
from tests.factories.people import actor, create_person, create_team, create_unit, root
from tests.support.application import Database
from tests.support.statements import Seen

Statements = Callable[[], AbstractContextManager[Seen]]


def rule(also: tuple[int, ...] = (), without: tuple[int, ...] = (), /, **parts: str | list[str]) -> Rule:
    """A rule from its parts."""
    return Rule(
        tuple(Part(key, (value,) if isinstance(value, str) else tuple(value)) for key, value in parts.items()),
        also,
        without,
    )


def meant(asked: Rule, who: Any = SYSTEM) -> set[str]:
    """Names of those whom the rule means."""
    return {one.name for one in queries.resolve(who, asked, PERSON_VIEW)}


def test_each_criterion(database: Database) -> None:
    east, far = create_unit("城东支行", parent=root()), create_unit("远郊支行", parent=root())
    below = create_unit("河畔网点", parent=east)
    today = clock.today()
    ann = create_person("安一", unit=below, grade="senior", hired_on=today - relativedelta(months=3))
    bo = create_person("包二", unit=east, post="teller", hired_on=today - relativedelta(years=5))
    cai = create_person("蔡三", unit=far, role="trainee")
    team = create_team("一组", unit=east, leader=bo, support=ann)
    create_customer("大客户", holder=ann, unit=east, tier="diamond")
    assert meant(rule(unit=str(east.id))) == {"安一", "包二"}
    assert meant(rule(unit=[str(below.id), str(far.id)])) == {"安一", "蔡三"}
    assert meant(rule(post="teller")) == {"包二"}
    assert meant(rule(grade=["senior", "junior"])) == {"安一", "包二", "蔡三"}
    assert meant(rule(hired="newer:6")) == {"安一"}
    assert meant(rule(hired="older:6")) == {"包二"}
    assert meant(rule(hired=f"before:{today.isoformat()}")) == {"安一", "包二"}
    assert meant(rule(hired=f"after:{(today - timedelta(days=200)).isoformat()}")) == {"安一"}
    assert meant(rule(team=str(team.id))) == {"安一", "包二"}
    assert meant(rule(team_role="leader")) == {"包二"}
    assert meant(rule(role="trainee")) == {"蔡三"}
    assert meant(rule(customer_tier="diamond")) == {"安一"}
    assert meant(rule(unit=str(east.id), post="teller")) == {"包二"}
    assert meant(rule((cai.id,), (bo.id,), unit=str(east.id))) == {"安一", "蔡三"}
    assert meant(rule()) == set()


def test_a_role_belongs_to_the_team_that_is_named_with_it(database: Database) -> None:
    ann, bo = create_person("安一"), create_person("包二")
    first = create_team("一组", leader=ann, support=bo)
    create_team("二组", leader=bo)
    assert meant(rule(team_role="leader")) == {"安一", "包二"}
    assert meant(rule(team=str(first.id), team_role="leader")) == {"安一"}


def test_reasons_and_rules_in_words(database: Database) -> None:
    east = create_unit("城东支行", parent=root())
    ann, bo = create_person("安一", unit=east), create_person("包二", unit=root())
    asked = rule((bo.id,), (), unit=str(east.id), post=["teller", "customer_manager"])
    found = queries.resolve(SYSTEM, asked, PERSON_VIEW)
    assert [one.person_id for one in found] == [ann.id, bo.id]
    assert found[0].why == (("unit", str(east.id)), ("post", "customer_manager"))
    assert queries.wordings([one.why for one in found]) == ["机构：城东支行 · 岗位：客户经理", "按姓名选定"]
    assert queries.wording(found[1].why) == "按姓名选定"
    assert queries.describe(SYSTEM, asked, PERSON_VIEW) == ["机构：城东支行", "岗位：柜员或客户经理", "另加：包二"]
    left_out = rule((), (ann.id,), hired=["newer:12", "before:2026-01-01"])
    assert queries.describe(SYSTEM, left_out, PERSON_VIEW) == [
        "入职日期：不超过 12 个月或早于 2026-01-01",
        "不含：安一",
    ]


def test_nobody_beyond_ones_reach_and_nobody_who_has_left(database: Database) -> None:
    east, west = create_unit("城东", parent=root()), create_unit("城西", parent=root())
    head = create_person("主管", unit=east, role="supervisor")
    inside, outside = create_person("内", unit=east), create_person("外", unit=west)
    gone, locked = create_person("走", unit=east), create_person("锁", unit=east)
    operations.lock_account(SYSTEM, locked.id)
    operations.leave_institution(SYSTEM, gone.id, day=clock.today(), successor_id=None, version=gone.version)
    everybody = rule((outside.id, gone.id), (), post="customer_manager")
    assert meant(everybody, actor(head)) == {"主管", "内"}
    assert meant(everybody) == {"主管", "内", "外"}
    assert meant(rule((inside.id,)), actor(inside)) == {"内"}
    with pytest.raises(Forbidden):
        queries.resolve(actor(inside), everybody, GRANT_EDIT)


def test_a_team_leader_reaches_the_team(database: Database) -> None:
    leader, mate, other = create_person("组长"), create_person("组员"), create_person("旁人")
    create_team(leader=leader, support=mate)
    assert meant(rule((other.id,), (), post="customer_manager"), actor(leader)) == {"组长", "组员"}


@pytest.mark.parametrize("bad", [rule(shoe_size="42"), rule(unit="x"), rule(hired="soon"), rule(role="king")])
def test_unknown_criteria_and_values_are_refused(database: Database, bad: Rule) -> None:
    with pytest.raises(Invalid):
        queries.resolve(SYSTEM, bad, PERSON_VIEW)


def test_who_has_changed_since(database: Database) -> None:
    ann, bo = create_person("安一", post="teller"), create_person("包二", post="teller")
    asked = rule(post="teller")
    before = [one.person_id for one in queries.resolve(SYSTEM, asked, PERSON_VIEW)]
    operations.leave_institution(SYSTEM, bo.id, day=clock.today(), successor_id=None, version=bo.version)
    create_person("蔡三", post="teller")
    joined, left = queries.compare(before, queries.resolve(SYSTEM, asked, PERSON_VIEW))
    assert [one.name for one in joined] == ["蔡三"]
    assert left == [bo.id]
    assert ann.id in before


def _staff(unit_id: int, count: int, first: int = 0) -> None:
    """That many persons at once."""
    session.flush()
    start = 100_000 + first
    session.execute(
        Person.__table__.insert(),
        [
            {"id": start + n, "username": f"bulk{start + n}", "name": f"员工{n}", "pinyin": f"yuangong{n}",
             "search_text": "", "state": "active", "hired_on": date(2020, 1, 1) + timedelta(days=n % 2000)}
            for n in range(count)
        ],
    )  # fmt: skip
    session.execute(
        Posting.__table__.insert(),
        [
            {"person_id": start + n, "unit_id": unit_id, "post": ("teller", "customer_manager")[n % 2],
             "valid_from": date(2020, 1, 1)}
            for n in range(count)
        ],
    )  # fmt: skip


def test_statements_do_not_grow_with_persons(database: Database, statements: Statements) -> None:
    unit = create_unit("大行", parent=root())
    asked = rule(unit=str(unit.id), post=["teller", "customer_manager"], hired="older:1", customer_tier="diamond")
    counts = []
    for first, more in ((0, 3), (3, 297)):
        _staff(unit.id, more, first)
        with statements() as seen:
            queries.resolve(SYSTEM, asked, PERSON_VIEW)
        counts.append(seen.count)
    assert counts == [5, 5]


def test_five_thousand_persons_are_found_with_reasons(database: Database) -> None:
    unit = create_unit("大行", parent=root())
    _staff(unit.id, 5000)
    asked = rule(unit=str(unit.id), post=["teller", "customer_manager"], hired="older:1")
    found = queries.resolve(SYSTEM, asked, PERSON_VIEW)
    assert len(found) == len(queries.wordings([one.why for one in found])) == 5000
