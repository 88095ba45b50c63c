"""Days that matter with a customer: written once, changed by whoever serves them, in the calendars of those alone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.core import clock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.customers import operations as customers
from app.customers.operations import dates
from app.customers.queries import dates as reading
from tests.factories import people
from tests.factories import sales as factory

START, END = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def bank(app, frozen_clock):
    return factory.create_bank()


@pytest.fixture
def customer(bank):
    return factory.create_customer(bank)


def add(person, customer, **given):
    values = {"kind": "maturity", "day": date(2026, 9, 20), "text": "一年期定期存款", "amount": "500,000", **given}
    return dates.add_date(people.actor(person), customer.id, **values)


def entries(read, person, start=START, end=END):
    return [(e.uid, clock.local(e.at).date(), e.done) for e in read(people.actor(person), start, end)]


def test_it_stands_in_the_holder_s_calendar_and_not_in_others(bank, customer):
    row = add(bank.manager, customer)
    assert row.amount == Decimal("500000.00")
    assert entries(reading.own_dates, bank.manager) == [(f"customer-date-{row.id}", date(2026, 9, 20), False)]
    assert entries(reading.own_dates, bank.leader) == []
    stranger = people.create_person(unit=people.create_unit(parent=people.root()))
    assert entries(reading.own_dates, stranger) == []
    with pytest.raises(NotFound):
        add(stranger, customer)
    found = reading.dates_of_people(people.actor(bank.supervisor), [bank.manager.id], START, END)
    assert [e.person_id for e in found] == [bank.manager.id]


def test_a_form_sent_twice_makes_one(bank, customer):
    assert add(bank.manager, customer, submission="m").id == add(bank.manager, customer, submission="m").id


def test_changed_done_removed(bank, customer):
    row = add(bank.manager, customer)
    me = people.actor(bank.manager)
    dates.change_date(me, row.id, 1, kind="check", day=date(2026, 9, 21), text="档案年检")
    with pytest.raises(Conflict):
        dates.change_date(me, row.id, 1, kind="check", day=date(2026, 9, 21), text="档案年检")
    dates.finish_date(me, row.id, 2)
    assert entries(reading.own_dates, bank.manager) == [(f"customer-date-{row.id}", date(2026, 9, 21), True)]
    assert reading.dates_of(customer.id) == []
    dates.remove_date(me, row.id, 3)
    assert entries(reading.own_dates, bank.manager) == []
    with pytest.raises(NotFound):
        dates.date_for(me, row.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "party"),
        ("day", None),
        ("day", date(1990, 1, 1)),
        ("text", " "),
        ("text", "长" * 121),
        ("amount", "viel"),
        ("amount", "-1"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(bank, customer, field, value):
    with pytest.raises(Invalid) as refused:
        add(bank.manager, customer, **{field: value})
    assert [e.field for e in refused.value.errors] == [field]


def test_whoever_may_only_look_writes_nothing(bank, customer):
    with pytest.raises((Forbidden, NotFound)):
        add(people.create_person(role="auditor", post="administrator"), customer)


def test_birthdays_of_key_persons(bank, customer):
    me = people.actor(bank.manager)
    for name, born in (("甲", date(1980, 9, 30)), ("乙", date(1975, 10, 2)), ("丙", date(1990, 1, 5))):
        customers.add_key_person(me, customer.id, name=name, birthday=born)
    assert [day for _uid, day, _done in entries(reading.own_birthdays, bank.manager)] == [date(2026, 9, 30)]
    year = entries(reading.own_birthdays, bank.manager, START, START + timedelta(days=364))
    assert sorted(day for _uid, day, _done in year) == [date(2026, 9, 30), date(2026, 10, 2), date(2027, 1, 5)]


def test_contacts_due_are_one_line_a_day_and_overdue_ones_one_line(bank):
    first = factory.create_customer(bank, "甲商行", tier="diamond")
    second = factory.create_customer(bank, "乙商行", tier="diamond")
    late = factory.create_customer(bank, "丙商行", tier="gold")
    for customer, due in ((first, date(2026, 9, 15)), (second, date(2026, 9, 15)), (late, date(2026, 9, 1))):
        customer.contact_due_on = due
    found = reading.own_contacts(people.actor(bank.manager), START, END)
    assert sorted((e.uid.split("-", 2)[2], clock.local(e.at).date()) for e in found) == [
        ("2026-09-15", date(2026, 9, 15)),
        ("overdue", date(2026, 9, 9)),
    ]


def test_the_number_of_statements_does_not_grow(bank, customer, statements):
    me = people.actor(bank.manager)
    counts = []
    for number in (3, 60):
        for n in range(number):
            add(bank.manager, customer, text=f"第{n}笔")
            customers.add_key_person(me, customer.id, name=f"人{n}", birthday=date(1980, 9, 1 + n % 28))
        with statements() as seen:
            for read in (reading.own_dates, reading.own_birthdays, reading.own_contacts):
                read(me, START, END)
        counts.append(seen.count)
    assert counts == [3, 3]
