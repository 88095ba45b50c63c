"""Days that matter with a customer, by the page: added once, refused at the field, changed, ticked off."""

import pytest
from sqlalchemy import select

from app.core.database import session
from app.customers.models import CustomerDate
from tests.factories import people
from tests.factories import sales as factory


@pytest.fixture
def bank(app):
    return factory.create_bank()


def rows():
    session.expire_all()
    return session.scalars(select(CustomerDate).order_by(CustomerDate.id)).all()


@pytest.mark.both_engines
def test_from_the_customer_s_page_and_back(client, bank):
    customer = factory.create_customer(bank)
    client.sign_in(bank.manager)
    page = client.page(f"/customers/{customer.id}")
    assert page.css("#dates")
    form = client.page(f"/customers/{customer.id}/dates")
    typed = {"kind": "maturity", "day": "2027-03-01", "text": "一年期定期存款", "amount": "500,000"}
    refused = client.submit(form, status=422, **{**typed, "amount": "很多"})
    assert "amount" in refused.errors()
    assert refused.form()["text"] == "一年期定期存款"
    shown = client.submit(form, **typed)
    client.submit(form, **typed)
    assert len(rows()) == 1
    assert "一年期定期存款" in shown.text("#dates") and "50.0万" in shown.text("#dates")
    edit = client.page(f"/customers/dates/{rows()[0].id}")
    client.submit(edit, text="三年期大额存单")
    client.submit(edit, text="旧的", status=409)
    assert rows()[0].text == "三年期大额存单"
    client.send(f"/customers/dates/{rows()[0].id}/done", {"version": "2"})
    assert "三年期" not in client.page(f"/customers/{customer.id}").text("#dates")
    client.send(f"/customers/dates/{rows()[0].id}/remove", {"version": "3"})
    assert client.get(f"/customers/dates/{rows()[0].id}").status_code == 404


def test_whoever_does_not_see_the_customer_finds_nothing(client, bank):
    customer = factory.create_customer(bank)
    other = factory.create_bank("城西支行")
    client.sign_in(other.manager)
    assert client.get(f"/customers/{customer.id}/dates").status_code == 404
    assert people.actor(other.manager).may("customers:customer:view")
