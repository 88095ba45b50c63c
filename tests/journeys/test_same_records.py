"""Whoever asks sees the same records through every door: list, board, search, export, details, API."""

import re
from io import BytesIO

import pytest
from python_calamine import load_workbook
from sqlalchemy import select

from app.core.database import session
from app.customers.models import Customer
from app.sales.models import Opportunity
from tests.api.programs import Program
from tests.factories import customers, people, sales
from tests.support.page import Page

ROLES = (
    "manager",
    "leader",
    "business",
    "support",
    "supervisor",
    "risk",
    "trainee",
    "hr",
    "auditor",
    "sysadmin",
    "secadmin",
)
WORD = "同名"
"""In every name and title, so that a search finds all that may be seen."""


@pytest.fixture
def world(app):
    """Two units; in one of them two teams; customers of holders, of a team only, of nobody; sales in all states."""
    east, west = sales.create_bank("城东支行"), sales.create_bank("城西支行")
    second = sales.Bank(
        east.unit,
        people.create_team(unit=east.unit, leader=(other := people.create_person(unit=east.unit))),
        *(other, people.create_person(unit=east.unit), east.business, east.support, east.supervisor, east.risk),
    )
    people.join(second.team, second.manager, "relationship")
    persons = {name: getattr(east, name) for name in ("manager", "leader", "business", "support", "supervisor", "risk")}
    for role in ("trainee", "hr", "auditor", "sysadmin", "secadmin"):
        persons[role] = people.create_person(role=role, unit=east.unit if role == "trainee" else people.root())
    customers.create_customer(f"无人{WORD}", unit=east.unit)
    customers.create_customer(f"见习{WORD}", holder=persons["trainee"], unit=east.unit)
    customers.create_customer(f"小组{WORD}", team=east.team, unit=east.unit)
    for n in range(24):  # more than a board's column shows at first
        sell(east, n)
    for bank in (second, west):
        for n in range(3):
            sell(bank, n)
    ended = sell(east, 99)
    sales.operations.close_opportunity(
        people.actor(east.manager), ended.id, result="lost", reason_key="faster", reason=""
    )
    deciding = sell(west, 50, amount="90000000")  # the officer takes part in one sale of another unit
    while (step := sales.waiting(deciding, west.leader).step.key) != "decide_unit":
        more = {"amount": "90000000.00"} if step == "terms" else {}
        doer = {"design": west.business, "decide": west.leader}.get(step, west.manager)
        sales.complete(deciding, doer, "pass_on" if step == "decide" else None, **more)
    session.commit()
    return persons


def sell(bank, n, **more):
    """A sale of the bank's team to a customer of its own."""
    customer = sales.create_customer(bank, f"{WORD}客户{n}号")
    return sales.create_opportunity(bank, customer, title=f"{WORD}商机{n}", **more)


def numbers(page, pattern):
    """Ids in the addresses of a page's links."""
    return {int(n) for a in page.css("main a[href]") for n in re.findall(pattern, a.attributes["href"] or "")}


def walk(client, url, pattern):
    """Ids on all pages of a list; None when the list is refused."""
    found = set()
    while url:
        answer = client.get(url)
        if answer.status_code == 403:
            return None
        page = Page(answer)
        found |= numbers(page, pattern)
        following = [a.attributes["href"] for a in page.css("main a[href*='cursor=']")]
        url = following[0] if following else None
    return found


def exported(client, url, column, **filters):
    """A column of an exported sheet; None when taking away is refused."""
    answer = client.post(url, data=filters)
    if answer.status_code == 403:
        return None
    sheet = load_workbook(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    return {str(row[column]).removesuffix(".0") for row in sheet[1:]}


def listed(program, path, **query):
    """Ids of all pages of an API list; None when it is refused."""
    if program.send("GET", path).status_code == 403:
        return None
    return {item["id"] for item in program.everything(path, **query)}


def test_everybody_sees_the_same_customers_through_every_door(app, world):
    everybody = {row.id: row.number for row in session.execute(select(Customer.id, Customer.number))}
    counts = {}
    for role in ROLES:
        seen = customers_of(app, world[role], everybody)
        counts[role] = len(seen) if seen is not None else None
    serving = dict.fromkeys(("manager", "leader", "business", "support"), 26)
    refused = dict.fromkeys(("risk", "hr", "auditor", "sysadmin", "secadmin"))
    assert counts == {**serving, "supervisor": 31, "trainee": 1, **refused}


def customers_of(app, person, everybody):
    """The customers that a person sees, the same everywhere; None when refused everywhere."""
    client, program = app.test_client().sign_in(person), Program(app, person)
    seen = walk(client, "/customers", r"^/customers/(\d+)$")
    assert walk(client, f"/customers?q={WORD}", r"^/customers/(\d+)$") == seen
    assert listed(program, "/customers") == seen
    assert listed(program, "/customers", q=WORD) == seen
    taken = exported(client, "/customers/export", 0)
    if taken is not None:
        assert taken == {everybody[n] for n in seen}
    for number in everybody:
        expected = 200 if number in (seen or ()) else 403 if seen is None else 404
        assert client.get(f"/customers/{number}").status_code == expected, number
        assert program.send("GET", f"/customers/{number}").status_code == expected, number
    return seen


def board(client):
    """Ids of the cards of all columns, also those that come later; None when the board is refused."""
    answer = client.get("/sales")
    if answer.status_code == 403:
        return None
    page = Page(answer)
    pattern = r"^/sales/opportunities/(\d+)$"
    found = numbers(page, pattern)
    more = [node.attributes["hx-get"] for node in page.css("[hx-get*='/sales/column/']")]
    while more:
        page = client.page(more.pop(), headers={"HX-Request": "true"})
        found |= {int(n) for a in page.css("a[href]") for n in re.findall(pattern, a.attributes["href"] or "")}
        more += [node.attributes["hx-get"] for node in page.css("[hx-get*='/sales/column/']")]
    return found


def test_everybody_sees_the_same_opportunities_through_every_door(app, world):
    everybody = set(session.scalars(select(Opportunity.id)))
    counts = {}
    for role in ROLES:
        seen = opportunities_of(app, world[role], everybody)
        counts[role] = len(seen) if seen is not None else None
    selling = dict.fromkeys(("manager", "leader", "business", "support"), 25)
    refused = dict.fromkeys(("hr", "auditor", "sysadmin", "secadmin"))
    assert counts == {**selling, "supervisor": 28, "risk": 1, "trainee": 0, **refused}


def opportunities_of(app, person, everybody):
    """The opportunities that a person sees, the same everywhere; None when refused everywhere."""
    client, program = app.test_client().sign_in(person), Program(app, person)
    pattern = r"^/sales/opportunities/(\d+)$"
    seen = walk(client, "/sales/list?state=all", pattern)
    still_open = walk(client, "/sales/list", pattern)
    assert board(client) == still_open
    assert walk(client, f"/sales/list?state=all&q={WORD}", pattern) == seen
    assert listed(program, "/opportunities", state="all") == seen
    assert listed(program, "/opportunities", state="all", q=WORD) == seen
    assert listed(program, "/opportunities", state="open") == still_open
    taken = exported(client, "/sales/export", 0, state="all")
    if taken is not None:
        assert taken == {str(n) for n in seen}
    for number in everybody:
        expected = 200 if number in (seen or ()) else 403 if seen is None else 404
        assert client.get(f"/sales/opportunities/{number}").status_code == expected, number
        assert program.send("GET", f"/opportunities/{number}").status_code == expected, number
    return seen
