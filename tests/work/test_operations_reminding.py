"""Reminders come some days before, once, in the reader's language, and stand on the day page until the day is over."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.core import clock, settings
from app.core.database import session
from app.core.texts import in_language
from app.customers import operations as customers
from app.customers.operations import dates as customer_dates
from app.sales.queries.planned import own_visits
from app.work.models import Notification
from app.work.operations import reminding
from app.work.queries.notifications import told
from app.work.queries.reminders import agenda
from tests.factories import people
from tests.factories import sales as factory


@pytest.fixture
def bank(app, frozen_clock):
    return factory.create_bank()


def mature(bank, days=1, text="定期存款"):
    customer = factory.create_customer(bank, f"{text}商行")
    day = clock.today() + timedelta(days=days)
    return customer_dates.add_date(people.actor(bank.manager), customer.id, kind="maturity", day=day, text=text)


def reminded(person) -> list[str]:
    session.expire_all()
    stmt = select(Notification.args).where(Notification.person_id == person.id, Notification.kind == "work.reminded")
    return [args["what"]["zh"] for args in session.scalars(stmt.order_by(Notification.id))]


def test_once_the_day_before(bank, frozen_clock):
    mature(bank, days=3)
    assert reminding.remind() == 0
    frozen_clock.move(days=2)
    assert reminding.remind() == 1
    assert reminding.remind() == 0
    frozen_clock.move(days=1)
    assert reminding.remind() == 0
    assert reminded(bank.manager) == ["到期：定期存款商行 – 定期存款"]
    with in_language("en"):
        (line,) = told(people.actor(bank.manager)).items
        assert "Maturity: " in line.sentence and line.why == "because it stands in your calendar"


def test_so_many_days_before_as_the_setting_says(bank):
    mature(bank, days=5)
    settings.put(reminding.REMIND_DAYS, 5)
    assert reminding.remind() == 1


def test_what_is_done_reminds_nobody(bank):
    row = mature(bank)
    customer_dates.finish_date(people.actor(bank.manager), row.id, 1)
    assert reminding.remind() == 0


def test_birthdays_and_steps_that_fall_due(bank, frozen_clock):
    customer = factory.create_customer(bank)
    born = clock.today().replace(year=1980) + timedelta(days=1)
    customers.add_key_person(people.actor(bank.manager), customer.id, name="沈总", birthday=born)
    assert reminding.remind() == 1
    assert "沈总" in reminded(bank.manager)[0]


def test_the_deputy_is_reminded_too(bank):
    mature(bank)
    people.create_absence(bank.manager, bank.support)
    assert reminding.remind() == 2
    assert reminding.remind() == 0


def test_it_stands_on_the_day_page_until_the_day_is_over(bank, frozen_clock, client):
    mature(bank)
    reminding.remind()
    session.commit()
    me = people.actor(bank.manager)
    assert [item.note for item in agenda(me)] == ["09-10"]
    frozen_clock.move(days=1)
    assert [str(item.note) for item in agenda(me)] == ["今日"]
    frozen_clock.move(days=1)
    assert agenda(me) == []


def test_a_planned_visit_stands_in_the_calendar_until_it_is_done(bank):
    opportunity = factory.create_opportunity(bank)
    factory.carry(bank, opportunity, until="plan_visit")
    day = clock.today() + timedelta(days=1)
    factory.complete(opportunity, bank.manager, visit_planned_on=day.isoformat())
    start = datetime.combine(clock.today(), datetime.min.time(), UTC) - timedelta(days=1)
    (entry,) = own_visits(people.actor(bank.manager), start, start + timedelta(days=9))
    assert clock.local(entry.at).date() == day
    assert reminding.remind() >= 1
    factory.complete(opportunity, bank.manager)
    assert own_visits(people.actor(bank.manager), start, start + timedelta(days=9)) == []


def test_killed_half_way_the_rest_is_told_and_nobody_twice(bank, monkeypatch):
    mature(bank)
    mature(bank, text="贷款")
    real, calls = reminding.notify, []

    def dying(*args, **given):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **given)

    session.commit()
    monkeypatch.setattr(reminding, "notify", dying)
    with pytest.raises(KeyboardInterrupt):
        reminding.remind()
    monkeypatch.setattr(reminding, "notify", real)
    assert reminding.remind() >= 1
    assert reminding.remind() == 0
    assert len(reminded(bank.manager)) == 2
