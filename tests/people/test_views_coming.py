"""Somebody who is to come: entered beforehand, and counted from the day they come."""

from datetime import timedelta

import pytest

from app.core import clock
from app.people import queries
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(("days", "begins"), [(30, 30), (-30, -30), (None, 0)])
def test_the_post_begins_when_the_person_comes(client, days, begins) -> None:
    client.sign_in(make.create_person(role="sysadmin", post="administrator"))
    today, outlet = clock.today(), str(make.create_unit("网点", parent=make.root()).id)
    came = (today + timedelta(days=days)).isoformat() if days else ""
    page = client.page("/admin/people/new")
    typed = {"name": "赵敏", "username": "zhaomin", "unit_id": outlet, "post": "customer_manager", "hired_on": came}
    done = client.submit(page, "form.q-form", **typed)
    person = queries.person_by_username("zhaomin")
    assert [line.valid_from for line in queries.person_history(person)] == [today + timedelta(days=begins)]
    assert (person in queries.home_units([person])) is (begins <= 0)
    assert ("机构和岗位自" in done.text("body")) is (begins > 0)
