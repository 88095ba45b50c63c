"""The calendar: feasts and make-up days, one's own dates, and a supervisor's look at their people's."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock
from app.core.database import session
from app.customers.operations import dates as customer_dates
from app.work.rules.spans import span
from app.workflow.models import Turn
from tests.factories import people
from tests.factories import sales as factory


@pytest.fixture
def bank(app):
    return factory.create_bank()


def mature(bank, customer, number=1, text="定期存款"):
    for n in range(number):
        customer_dates.add_date(
            people.actor(bank.manager), customer.id, kind="maturity", day=clock.today(), text=f"{text}{n}"
        )


def test_spring_festival_is_free_and_its_make_up_saturday_is_worked(client, bank):
    client.sign_in(bank.manager)
    page = client.page("/work/calendar?day=2026-02-14")
    assert "春节" in page.text(".q-cal")
    assert "调休上班" in page.text(".q-cal") or "补班" in page.text(".q-cal") or "上班" in page.text(".q-cal")
    free = [cell.css_first(".q-cal-day").text().split()[1] for cell in page.css("td.q-cal-free:not(.q-cal-out)")]
    assert "17" in free and "18" in free
    assert "14" not in free


def test_a_year_that_is_not_published_says_so(client, bank):
    client.sign_in(bank.manager)
    assert "2031" in client.page("/work/calendar?day=2031-05-01").text(".q-notice, [class*=notice]")
    assert "provisional" not in client.page("/work/calendar?day=2026-05-01").html


@pytest.mark.both_engines
def test_turns_and_dates_stand_in_their_day(client, bank):
    opportunity = factory.create_opportunity(bank, title="旺季备货")
    customer = factory.create_customer(bank, "恒昌石材有限公司")
    mature(bank, customer)
    session.query(Turn).filter_by(run_id=opportunity.run_id, state="waiting").update(
        {"due_at": datetime.combine(clock.today(), datetime.min.time(), clock.ZONE).replace(hour=15).astimezone(UTC)}
    )
    client.sign_in(bank.manager)
    for view in ("month", "week", "day"):
        page = client.page(f"/work/calendar?view={view}")
        assert "旺季备货" in page.text("main"), view
        assert "15:00" in page.text("main"), view
        assert "恒昌石材有限公司" in page.text("main"), view


@pytest.mark.both_engines
def test_a_supervisor_looks_at_one_or_all_of_their_people_and_at_nobody_else(client, bank):
    customer = factory.create_customer(bank)
    mature(bank, customer)
    stranger = people.create_person("外人", unit=people.create_unit(parent=people.root()))
    client.sign_in(bank.supervisor)
    assert "定期存款" not in client.page("/work/calendar?view=day").text("main")
    assert "定期存款0" in client.page("/work/calendar?view=day&person=all").text("main")
    assert bank.manager.name in client.page("/work/calendar?view=day&person=all").text(".q-dates")
    assert "定期存款0" in client.page(f"/work/calendar?view=day&person={bank.manager.id}").text("main")
    assert client.get(f"/work/calendar?person={stranger.id}").status_code == 404
    client.sign_out()
    client.sign_in(bank.business)
    assert client.get(f"/work/calendar?person={bank.manager.id}").status_code == 404
    assert not client.page("/work/calendar").css("select[name=person]")


@pytest.mark.both_engines
def test_who_is_away_shows(client, bank):
    people.create_absence(bank.manager, bank.support, days=3)
    client.sign_in(bank.support)
    assert f"代理{bank.manager.name}" in client.page("/work/calendar?view=day").text("main")
    client.sign_out()
    client.sign_in(bank.supervisor)
    assert "外出" in client.page("/work/calendar?view=day&person=all").text("main")


@pytest.mark.parametrize(
    "query", ["view=year", "day=nonsense", "day=9999-12-31", "day=0001-01-01", "view=week&day=2026-13-40"]
)
def test_any_address_gives_a_page(client, bank, query):
    client.sign_in(bank.manager)
    client.page(f"/work/calendar?{query}")


def test_the_number_of_statements_does_not_grow(client, bank, statements):
    customer = factory.create_customer(bank)
    client.sign_in(bank.supervisor)
    counts = []
    for number in (3, 300):
        mature(bank, customer, number)
        for n in range(number // 30):
            factory.create_opportunity(bank, customer, title=f"商机{number}{n}")
        client.page("/work/calendar?person=all")
        with statements() as seen:
            client.page("/work/calendar?person=all")
        counts.append(seen.count)
    assert counts[0] == counts[1]


@given(st.sampled_from(["month", "week", "day"]), st.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_spans_touch_and_hold_their_day(view, day):
    shown = span(view, day)
    assert shown.first <= day <= shown.last
    assert len(shown.days) % 7 == 0 or view == "day"
    assert view == "day" or shown.first.weekday() == 0
    later, before = span(view, shown.after), span(view, shown.before)
    assert span(view, later.before).first == shown.first and before.first < shown.first
