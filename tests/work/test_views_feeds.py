"""The calendar for programs: legal iCalendar, only for whoever knows the secret, gone with its person."""

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.core import clock
from app.core.database import session
from app.customers import operations as customers
from app.customers.operations import dates as customer_dates
from app.ops.logs import shown
from app.work.models import CalendarFeed
from app.work.operations import feeds as operations
from app.work.rules.pace import Pace
from app.work.views import feeds
from tests.factories import people
from tests.factories import sales as factory

LONG = "一年期人民币整存整取定期存款，到期自动转存，请提前三个工作日与客户确认是否改为大额存单或理财产品"


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    monkeypatch.setattr(feeds, "reading", Pace(30, 60))
    monkeypatch.setattr(feeds, "guessing", Pace(30, 60))


@pytest.fixture
def bank(app):
    return factory.create_bank()


@pytest.fixture
def secret(bank):
    return operations.make_feed(people.actor(bank.manager))


def mature(bank, text=LONG):
    customer = factory.create_customer(bank, "恒昌石材有限公司")
    return customer_dates.add_date(
        people.actor(bank.manager), customer.id, kind="maturity", day=clock.today() + timedelta(days=3), text=text
    )


def events(answer):
    return {str(e["uid"]): e for e in Calendar.from_ical(answer.data).walk("vevent")}


@pytest.mark.both_engines
def test_it_opens_without_signing_in_and_shows_what_the_person_s_calendar_shows(client, bank, secret):
    factory.create_opportunity(bank, title="旺季备货")
    row = mature(bank)
    answer = client.get(f"/calendar/{secret}.ics")
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    found = events(answer)
    event = found[f"customer-date-{row.id}-{bank.manager.id}@qiao"]
    assert LONG in str(event["summary"])
    assert event["dtstart"].dt == clock.today() + timedelta(days=3)
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(days=1)
    assert str(event["url"]).startswith("http://") and str(event["url"]).endswith(f"/customers/{row.customer_id}")
    assert any("旺季备货" in str(e["summary"]) for e in found.values())
    assert b"13800" not in answer.data


def test_every_line_is_at_most_75_octets_and_never_cuts_a_character(client, bank, secret):
    mature(bank)
    body = client.get(f"/calendar/{secret}.ics").data
    lines = body.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode("utf-8")
    assert body.endswith(b"END:VCALENDAR\r\n")


def test_numbers_and_bytes_stay_the_same_and_an_unchanged_feed_is_not_sent_again(client, bank, secret):
    mature(bank)
    first = client.get(f"/calendar/{secret}.ics")
    again = client.get(f"/calendar/{secret}.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    mature(bank, "贷款")
    changed = client.get(f"/calendar/{secret}.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert set(events(first)) < set(events(changed))


def test_moments_are_in_utc(client, bank, secret):
    from app.workflow.models import Turn

    opportunity = factory.create_opportunity(bank)
    due = datetime.combine(clock.today() + timedelta(days=1), datetime.min.time(), UTC).replace(hour=7)
    session.query(Turn).filter_by(run_id=opportunity.run_id).update({"due_at": due})
    body = client.get(f"/calendar/{secret}.ics").data
    assert f"DTSTART:{due:%Y%m%dT%H%M%SZ}".encode() in body


@pytest.mark.both_engines
def test_only_a_digest_is_kept_and_renewing_closes_the_old_address(client, bank, secret):
    assert secret not in str(session.execute(select(CalendarFeed.__table__)).all())
    client.sign_in(bank.manager)
    page = client.send("/work/calendar/feed")
    fresh = page.text("#secret").rsplit("/", 1)[1].removesuffix(".ics")
    assert client.get(f"/calendar/{secret}.ics").status_code == 404
    assert client.get(f"/calendar/{fresh}.ics").status_code == 200
    assert client.page("/me").css("#feed form[action$='/revoke']")
    client.send("/work/calendar/feed/revoke")
    assert client.get(f"/calendar/{fresh}.ics").status_code == 404


@pytest.mark.parametrize("state", ["left", "locked"])
def test_the_feed_of_whoever_has_left_or_is_locked_is_gone(client, bank, secret, state):
    bank.manager.state = state
    assert client.get(f"/calendar/{secret}.ics").status_code == 404


def test_it_shows_nothing_that_the_person_may_no_longer_see(client, bank, secret):
    row = mature(bank)
    from app.customers.models import Customer

    session.get_one(Customer, row.customer_id).holder_id = bank.leader.id
    assert f"customer-date-{row.id}-{bank.manager.id}@qiao" not in events(client.get(f"/calendar/{secret}.ics"))


def test_who_asks_too_often_is_asked_to_wait(client, bank, secret, monkeypatch):
    monkeypatch.setattr(feeds, "reading", Pace(2, 60))
    monkeypatch.setattr(feeds, "guessing", Pace(2, 60))
    statuses = [client.get(f"/calendar/{secret}.ics") for _ in range(3)]
    assert [answer.status_code for answer in statuses] == [200, 200, 429]
    assert 1 <= int(statuses[-1].headers["Retry-After"]) <= 61
    assert [client.get("/calendar/guess.ics").status_code for _ in range(3)] == [404, 404, 429]


def test_in_the_person_s_language(client, bank):
    reader = people.create_person("Lee", locale="en", unit=bank.unit)
    secret = operations.make_feed(people.actor(reader))
    people.create_absence(reader, bank.manager)
    assert b"Away" in client.get(f"/calendar/{secret}.ics", headers={"Accept-Language": "zh"}).data


def test_when_it_was_read_is_shown(client, bank, secret):
    client.get(f"/calendar/{secret}.ics")
    assert session.scalars(select(CalendarFeed.read_at)).one() is not None


def test_the_log_never_keeps_the_address():
    assert shown("/calendar/abcdef123.ics") == "/calendar/…"
    assert shown("/work/calendar") == "/work/calendar"
    assert logging.getLogger("qiao.request").name


def test_the_number_of_statements_does_not_grow(client, bank, secret, statements):
    counts = []
    me = people.actor(bank.manager)
    customer = factory.create_customer(bank)
    for number in (3, 300):
        for n in range(number):
            customers.add_key_person(me, customer.id, name=f"人{n}", birthday=date(1980, 1 + n % 12, 1 + n % 28))
        client.get(f"/calendar/{secret}.ics")
        with statements() as seen:
            client.get(f"/calendar/{secret}.ics")
        counts.append(seen.count)
    assert counts[0] == counts[1]
