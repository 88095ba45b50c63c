"""Behind every figure of one's week stands the list of exactly what it counts (D37)."""

from datetime import date, datetime

import pytest

from app.core import clock
from app.core.database import session
from app.core.measures import measures
from app.customers import operations as customers
from app.work.models import WorkLog
from app.work.operations import logs
from app.workflow import operations as workflow
from app.workflow.models import Turn
from tests.factories import accompanied, people, work
from tests.factories import sales as factory

WEEK = ("2026-09-02", 1), ("2026-09-07", 2), ("2026-09-08", 1)
"""Last week's Wednesday, and Monday and Tuesday of the week that is shown; how much was done on each."""


@pytest.fixture
def bank(database, frozen_clock):
    made = factory.create_bank()
    made.manager.hired_on = date(2026, 6, 1)
    for day, much in WEEK:
        frozen_clock.set(datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=clock.ZONE))
        sell(made, much)
        work_on(made, much)
        write_log(made, late=day.endswith("08"), frozen_clock=frozen_clock)
    frozen_clock.set(datetime(2026, 9, 9, 10, 0, tzinfo=clock.ZONE))
    session.commit()
    return made


def sell(bank, much):
    """Open and win sales, meet the customer, accompany and be accompanied."""
    customer = factory.create_customer(bank, "宏远建材")
    factory.create_opportunity(bank, customer)
    for _n in range(much):
        factory.carry(bank, factory.create_opportunity(bank, customer))
    for kind, number in (("visit", much), ("call", much + 1), ("message", 1)):
        for _n in range(number):
            customers.record_contact(people.actor(bank.manager), customer.id, kind, said="谈了存款。")
    for _n in range(much + 1):
        accompanied.carry(bank, accompanied.plan(bank, customer_id=customer.id))
    accompanied.plan(bank, customer_id=customer.id)
    visit = accompanied.plan(bank, customer_id=customer.id)
    accompanied.carry(bank, visit)
    visit.coach_id, visit.trainee_id = bank.manager.id, bank.leader.id


def work_on(bank, much):
    """Items that were accepted, one of them late."""
    office = work.Office(bank.unit, bank.supervisor, bank.supervisor, [bank.manager])
    for number in range(much + 1):
        item = work.item_of(work.assign(office, title=f"回访{number}"), bank.manager)
        work.hand_in(bank.manager, item)
        work.act(bank.supervisor, item, "accept")
        item.late = number == 0


def write_log(bank, *, late, frozen_clock):
    """The day's log, handed in and scored, or only handed in and after its hour."""
    logs.make_logs()
    log = session.query(WorkLog).filter_by(person_id=bank.manager.id, last_day=clock.today()).one()
    if late:
        frozen_clock.move(hours=10)
    texts = {"remarks": "见了三户。", "tomorrow": "先见周总。"}
    workflow.complete(people.actor(bank.manager), waiting(log), outcome="hand_in", fields=texts)
    if not late:
        workflow.complete(people.actor(bank.supervisor), waiting(log), outcome="accept", fields={"score": 4})


def waiting(log):
    """The turn of a log that waits."""
    return session.query(Turn).filter_by(run_id=log.run_id, state="waiting").one().id


BEHIND = {
    "sales.opened": 5, "sales.won": 3, "sales.amount_won": 3, "sales.observations_received": 5,
    "sales.accompanied_made": 2, "customers.visits_made": 6, "customers.calls_made": 5, "work.items_done": 5,
    "work.items_on_time": 3, "work.logs_on_time": 1, "work.log_score": 1,
}  # fmt: skip
"""How many records stand behind each figure of the week; every sale that was won had a visit of its own."""
SUMMED = {"sales.amount_won": "900.0万", "work.log_score": "4.0"}
"""Figures that are no number of records but what the records behind them come to."""


def rows_of(page):
    """How many rows the page's list has."""
    tables = page.css("main table")
    return len(tables[0].css("tbody tr")) if tables else 0


def figures_of(page):
    """Title, number and address of the figures of one's week."""
    for line in page.css("#week dl > div"):
        links = line.css("a")
        address = links[0].attributes["href"] if links else None
        yield line.css("dt")[0].text(), line.css("dd")[0].text().strip(), address


def test_every_figure_of_the_week_opens_exactly_its_records(app, client, bank):
    client.sign_in(bank.manager)
    with app.test_request_context():
        named = {str(measure.title): measure.name for measure in measures()}
    opened = {}
    for title, number, address in figures_of(client.page("/today")):
        if address is None:
            continue
        name = named[title]
        assert number == SUMMED.get(name, str(BEHIND[name])), name
        opened[name] = rows_of(client.page(address))
    assert opened == BEHIND
    with app.test_request_context():
        without = {measure.name for measure in measures() if measure.name not in opened}
    assert without == {"work.attendance"}, "a new measure with an address belongs into BEHIND"


def test_who_leads_finds_the_same_records_behind_a_figure_of_theirs(client, bank):
    addresses = [url for _title, _number, url in figures_of(client.sign_in(bank.manager).page("/today")) if url]
    client.sign_out()
    client.sign_in(bank.supervisor)
    found = []
    for address in addresses:
        theirs = address.replace("/work/log?", f"/work/log/team?show=all&person={bank.manager.id}&")
        found.append(rows_of(client.page(theirs)))
    assert sorted(found) == sorted(BEHIND.values())


def test_the_days_stay_through_pages_sorting_and_the_file_and_go_by_their_cross(client, bank):
    client.sign_in(bank.manager)
    address = f"/sales/list?owner={bank.manager.id}&state=all&opened_from=2026-09-07&opened_until=2026-09-09"
    page = client.page(address)
    assert "建立日期：09-07 至 09-09" in page.text(".q-chip")
    kept = {"opened_from": "2026-09-07", "opened_until": "2026-09-09"}
    assert kept.items() <= page.form("form.q-filter").items()
    assert kept.items() <= page.form("form[action='/sales/export']").items()
    for link in page.css("th a"):
        assert "opened_from=2026-09-07" in link.attributes["href"]
    first = client.page(f"{address}&limit=2")
    assert "opened_until=2026-09-09" in first.css(".q-pager a")[0].attributes["href"]
    everything = client.page(page.css(".q-chip a")[0].attributes["href"])
    assert rows_of(everything) == 7 and not everything.css(".q-chip")
    assert rows_of(client.page("/sales/list?state=all&closed_until=2026-09-02")) == 1
    assert "条件" in client.page("/sales/list?opened_from=gestern").text("main")


def test_i_am_among_those_to_choose_when_i_am_chosen(client, bank):
    client.sign_in(bank.business)
    page = client.page(f"/sales/list?owner={bank.business.id}")
    assert page.form("form.q-filter")["owner"] == str(bank.business.id)
    elsewhere = people.create_person("外人")
    assert "外人" not in client.page(f"/sales/list?owner={elsewhere.id}").text("main")
