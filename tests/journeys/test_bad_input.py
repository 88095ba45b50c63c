"""Whatever is typed or forged into any form of any page: refused at its field or taken, never a fault of ours, nothing twice."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from app.core.database import session
from tests.journeys.everything import everything
from tests.journeys.pages import PAGES
from tests.support.page import Page

BAD = {
    "empty": " \u3000\t\n",
    "long": "长" * 34_000,  # 100 kB
    "nul": "a\x00b",
    "emoji and markup": "👩🏽‍💼🏦\u202e<script>alert(1)</script>\"'&{{7*7}}",
    "beyond 64 bits": str(2**63),
    "neither date nor number": "2026-13-45",
}
ALONE = ("nul", "beyond 64 bits")
"""What is also tried in each field by itself, the others as the page offers them."""
UNSEEN = ("version", "submission", "next", "here", "csrf_token")
"""What people do not type; forged, it is refused, and needs no word at its place."""
LEFT_OUT = ("/logout", "/language", "/sales/products/load")


@pytest.fixture
def world(app, client):
    """A unit that sells with things in it, somebody in each role, and what the marks in the addresses stand for."""
    return everything()


def forms_of(page):
    """Each form of a page: method, address and what it would send."""
    for number, form in enumerate(page.css("form:not([method=dialog])")):
        form.attrs["data-at"] = str(number)
        values = page.form(f"form[data-at='{number}']")
        flat = {name: value if isinstance(value, str) else value[0] for name, value in values.items()}
        action = form.attributes.get("action") or page.response.request.path
        method = (form.attributes.get("method") or "get").lower()
        for address in {action, *(b.attributes["formaction"] for b in form.css("button[formaction]"))}:
            yield method, address, flat


def every_form(app, who, numbers):
    """Every form that anybody meets, once: the signed-in client, method, address, values."""
    met = {}
    for role, paths in PAGES.items():
        client = app.test_client()
        if role:
            client.sign_in(who[role])
        for path in paths:
            answer = client.get(path.format_map(numbers))
            assert answer.status_code == 200, (role, path, answer.status_code)
            for method, address, values in forms_of(Page(answer)):
                kind = (method, re.sub(r"\d+", "0", urlsplit(address).path))
                if not address.endswith(LEFT_OUT):
                    met.setdefault(kind, (client, method, address, values))
    return met.values()


def sends(client, method, address, data, *, said):
    """Send it; a fault's description or None. ``said``: a refusal has to say something on the page."""
    try:
        if method == "get":
            answer = client.get(address, query_string={name: value[:3000] for name, value in data.items()})
        else:
            answer = client.post(address, data=data)
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"
    if answer.status_code >= 500:
        return str(answer.status_code)
    if said and answer.status_code == 422 and answer.mimetype == "text/html":
        page = Page(answer)
        if not page.css(".q-error, .q-notice, [data-missing] li, .q-reasons li, [data-flash]"):
            return "refused without a word"
    return None


@pytest.mark.timeout(600)
def test_nothing_typed_into_all_fields_of_a_form_brings_it_down(app, world):
    faults, count = [], 0
    for client, method, address, values in every_form(app, *world):
        typed = [name for name in values if name not in UNSEEN]
        for title, value in BAD.items() if typed else ():
            count += 1
            if fault := sends(client, method, address, {**values, **dict.fromkeys(typed, value)}, said=True):
                faults.append(f"{method} {address}, {title}: {fault}")
    assert not faults, f"{len(faults)} of {count}:\n" + "\n".join(faults)
    assert count > 300


@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_nothing_typed_or_forged_in_one_field_brings_a_form_down(app, world, caplog):
    """On PostgreSQL, which takes neither NUL nor what has more than 64 bits: the form has to say so, not the database."""
    faults, count = [], 0
    for client, _method, address, values in [form for form in every_form(app, *world) if form[1] == "post"]:
        for title in ALONE:
            for name in values:
                count += 1
                caplog.clear()
                data = {**values, name: BAD[title]}
                fault = sends(client, "post", address, data, said=name not in UNSEEN)
                if fault or "database" in caplog.text:
                    faults.append(f"{address}, {title} in {name}: {fault or 'it reached the database'}")
    assert not faults, f"{len(faults)} of {count}:\n" + "\n".join(faults)
    assert count > 200


def counted(table):
    """Rows of a table now."""
    session.commit()
    return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


TWICE = {
    "an opportunity": ("manager", "/sales/opportunities/new?customer={customer}", "sales_opportunity", {"title": "同一张表"}),
    "a note": ("manager", "/sales/opportunities/{preparing}", "sales_note", {"text": "同一条备注"}),
    "a visit": ("manager", "/customers/{customer}/visit", "customers_contact", {"said": "同一次拜访"}),
    "a customer": ("manager", "/customers/new", "customers_customer", {"name": "同一个客户", "kind": "company"}),
    "a person": (
        "sysadmin", "/admin/people/new", "people_person", {"name": "同一人", "username": "tongyi", "post": "teller"},
    ),
    "a unit": ("sysadmin", "/admin/units/new", "people_unit", {"name": "同一机构", "code": "TY", "level": "outlet"}),
}  # fmt: skip


@pytest.mark.parametrize("what", TWICE)
def test_a_form_sent_twice_makes_one(app, world, what):
    who, numbers = world
    role, path, table, typed = TWICE[what]
    client = app.test_client().sign_in(who[role])
    page = client.page(path.format_map(numbers))
    name = next(iter(typed))
    selector = f"form[method=post]:has([name={name}])"
    values = {**page.form(selector), **typed}
    if "despite" in values:
        values["despite"] = "1"
    for name in values.keys() & {"unit_id", "parent_id"}:
        values[name] = values[name] or str(numbers["unit"])
    address = page.css(selector)[0].attributes.get("action") or path.format_map(numbers)
    before = counted(table)
    statuses = [client.post(address, data=values).status_code for _n in range(2)]
    assert statuses[0] == 303, statuses
    assert statuses[1] in (303, 409, 422)
    assert counted(table) == before + 1, statuses


@pytest.mark.both_engines
def test_a_step_sent_twice_is_done_once_and_an_older_sight_of_it_not_at_all(app, world):
    who, numbers = world
    client = app.test_client().sign_in(who["leader"])
    page = client.page(f"/sales/opportunities/{numbers['deciding']}")
    values = {**page.form("#step-form"), "outcome": "approve"}
    address = page.one("#step-form").attributes["action"]
    stale = {**values, "version": "0"}
    assert client.post(address, data=stale).status_code == 409
    assert client.post(address, data={**values, "version": "99999999999999999999"}).status_code == 409
    statuses = [client.post(address, data=values).status_code for _n in range(2)]
    assert statuses[0] == 303
    assert statuses[1] == 409
    done = "SELECT count(*) FROM workflow_turn t JOIN sales_opportunity o ON o.run_id = t.run_id WHERE o.id = :id"
    count = session.execute(text(done + " AND t.step = 'sign'"), {"id": numbers["deciding"]}).scalar_one()
    assert count == 1
