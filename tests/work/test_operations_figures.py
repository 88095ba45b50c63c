"""Figures of a unit from the records; plans and costs."""

from datetime import date
from decimal import Decimal

import pytest

from app.core import clock
from app.core.actor import SYSTEM
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import operations as people_operations
from app.work.operations import branch as operations
from app.work.queries import branch as queries
from tests.factories import customers, people
from tests.factories import sales as sales_factory

pytestmark = pytest.mark.usefixtures("frozen_clock")
MONTH = date(2026, 9, 1)


@pytest.fixture
def bank(app):
    return sales_factory.create_bank()


def figures(bank, kind="month", unit=None, actor=None):
    book = queries.book(people.actor(actor or bank.supervisor), (unit or bank.unit).id, kind, clock.today())
    found = queries.records_of(book, book.below[book.unit_id], book.now)
    return queries.figures_of(found, book.now), found, book


def test_activity_counts_customer_managers_with_enough_visits(bank):
    customer = sales_factory.create_customer(bank)
    for _n in range(8):
        customers.create_visit(bank.manager, customer)
    values, found, _book = figures(bank)
    assert (values["activity"].top, values["activity"].bottom) == (1, 4)
    assert values["activity"].value == 25
    assert found.active == [bank.manager.id]
    assert figures(bank, "quarter")[0]["activity"].value == 0  # three times as many are wanted


def test_who_left_is_attrition_and_who_moved_is_kept(bank):
    elsewhere = people.create_unit("城西支行", parent=people.root())
    people_operations.leave_institution(SYSTEM, bank.support.id)
    people_operations.post_person(
        SYSTEM, bank.business.id, unit_id=elsewhere.id, post="customer_manager", grade=None, day=clock.today()
    )
    values, found, _book = figures(bank)
    assert found.fates == {
        bank.leader.id: "stayed", bank.manager.id: "stayed", bank.business.id: "moved", bank.support.id: "left",
    }  # fmt: skip
    assert (values["retention"].value, values["attrition"].value) == (75, 25)
    # four for eight days, two more on the ninth
    assert values["headcount"].value == Decimal("3.78")


def test_productivity_is_what_was_won_over_the_average_headcount(bank):
    opportunity = sales_factory.create_opportunity(bank)
    sales_factory.carry(bank, opportunity)
    values, found, _book = figures(bank)
    assert values["amount_won"].value == 3_000_000
    assert values["productivity"].value == 750_000
    assert found.amounts == {bank.manager.id: Decimal("3000000.00")}


def test_without_anybody_there_is_no_basis(bank):
    empty = people.create_unit("空机构", parent=bank.unit)
    values, _found, _book = figures(bank, unit=empty)
    for metric in ("activity", "productivity", "retention", "attrition", "cost_ratio"):
        assert values[metric].value is None, metric
    assert values["headcount"].value == 0 and values["cost"].value is None


def test_units_below_add_up_to_the_whole(bank):
    below = people.create_unit("网点", parent=bank.unit)
    people.create_person(unit=below)
    _values, found, book = figures(bank)
    parts = [queries.records_of(book, units, book.now) for units in ({bank.unit.id}, {below.id})]
    assert sorted(found.on_duty) == sorted([*parts[0].on_duty, *parts[1].on_duty])
    assert sum(found.days.values()) == sum(sum(part.days.values()) for part in parts)


def test_a_plan_is_written_once_and_not_over_another(bank):
    head = people.actor(bank.supervisor)
    wrote = operations.plan_figures(head, bank.unit.id, "2026-09", {"activity": "80", "amount_won": "1,000,000"}, {})
    assert wrote == {"activity": 80, "amount_won": 1_000_000}
    again = operations.plan_figures(
        head, bank.unit.id, "2026-09", {"activity": "80", "amount_won": "1000000"}, {"activity": "80"}
    )
    assert again == {}
    with pytest.raises(Invalid) as refused:  # seen as empty, but somebody has written 80
        operations.plan_figures(head, bank.unit.id, "2026-09", {"activity": "70", "amount_won": "1000000"}, {})
    assert [error.field for error in refused.value.errors] == ["activity"]
    seen = {"activity": "80", "amount_won": "1000000"}
    operations.plan_figures(head, bank.unit.id, "2026-09", {"activity": "", "amount_won": "1000000"}, seen)
    book = queries.book(head, bank.unit.id, "month", MONTH)
    assert queries.target_of(book, bank.unit.id, "activity") == (None, 0)
    assert queries.target_of(book, bank.unit.id, "amount_won") == (1_000_000, 0)
    quarter = queries.book(head, bank.unit.id, "quarter", MONTH)
    assert queries.target_of(quarter, bank.unit.id, "amount_won") == (1_000_000, 1)


@pytest.mark.parametrize("typed", ["x", "-1", "1.234", "NaN"])
def test_what_is_no_plan_is_refused(bank, typed):
    with pytest.raises(Invalid):
        operations.plan_figures(people.actor(bank.supervisor), bank.unit.id, "2026-09", {"activity": typed}, {})
    with pytest.raises(Invalid):
        operations.plan_figures(people.actor(bank.supervisor), bank.unit.id, "2026-13", {}, {})


def test_costs_are_kept_by_month_with_their_version(bank):
    head = people.actor(bank.supervisor)
    cost = operations.enter_cost(head, bank.unit.id, date(2026, 9, 17), "60000", "场地")
    assert (cost.month, cost.amount, cost.version) == (MONTH, 60_000, 1)
    with pytest.raises(Conflict):
        operations.enter_cost(head, bank.unit.id, MONTH, "70000")
    operations.enter_cost(head, bank.unit.id, MONTH, "70000", "场地", 1)
    assert queries.cost_of(bank.unit.id, MONTH).version == 2
    sales_factory.carry(bank, sales_factory.create_opportunity(bank))
    values = figures(bank)[0]
    assert values["cost"].value == 70_000
    assert values["cost_ratio"].value == Decimal("2.33")
    with pytest.raises(Invalid):
        operations.enter_cost(head, bank.unit.id, MONTH, "-1", "", 2)


def test_figures_stay_within_ones_units(bank):
    other = sales_factory.create_bank("城西支行")
    with pytest.raises(NotFound):
        figures(bank, actor=other.supervisor)
    with pytest.raises(NotFound):
        operations.plan_figures(people.actor(other.supervisor), bank.unit.id, "2026-09", {}, {})
    with pytest.raises(Forbidden):
        operations.enter_cost(people.actor(bank.leader), bank.unit.id, MONTH, "1")
