"""What a person did comes together from the rooms that keep the records, without growing in statements."""

import pytest

from app.core import calendar, clock
from app.web import diary
from app.workflow import operations as workflow
from tests.factories import customers, people
from tests.factories import sales as factory


@pytest.fixture
def bank(app):
    return factory.create_bank()


def told(person):
    """Today's chapters of a person, as text by source."""
    start = calendar.start_of_day(clock.today())
    found = diary.chapters(person.id, start, calendar.end_of_day(clock.today()))
    return {chapter.key: [str(line.text) for line in chapter.lines] for chapter in found}


def test_visits_and_steps_of_the_day_are_told(app, bank, frozen_clock):
    opportunity = factory.create_opportunity(bank, title="旺季备货")
    customers.create_visit(bank.manager, factory.create_customer(bank, "明珠建材"), said="谈了结算。")
    factory.carry(bank, opportunity, until="plan_visit")
    found = told(bank.manager)
    assert "明珠建材" in found["customers.contacts"][0] and "谈了结算。" in found["customers.contacts"][0]
    assert any("旺季备货" in line for line in found["workflow.steps"])
    assert told(bank.support) == {}
    frozen_clock.move(days=1)
    assert told(bank.manager) == {}


def test_a_deputys_work_stands_in_the_deputys_diary(app, bank):
    opportunity = factory.create_opportunity(bank, title="旺季备货")
    people.create_absence(bank.manager, bank.leader, days=2)
    turn = factory.waiting(opportunity, bank.leader)
    step = turn.definition.step(turn.turn.step)
    workflow.complete(
        people.actor(bank.leader),
        turn.turn_id,
        outcome=step.outcomes[0].key,
        fields={field.key: factory.answer(field) for field in step.fields},
        checklist=[item.key for item in step.checklist],
    )
    assert "workflow.steps" in told(bank.leader)
    assert "workflow.steps" not in told(bank.manager)


def test_the_number_of_statements_does_not_grow(app, bank, statements):
    counts = []
    for number in (3, 300):
        customer = factory.create_customer(bank, f"客户{number}号商行")
        for _ in range(number):
            customers.create_visit(bank.manager, customer)
        told(bank.manager)
        with statements() as seen:
            told(bank.manager)
        counts.append(seen.count)
    assert counts[0] == counts[1]
