"""Pages of accompanied visits: planned, carried on, listed; the seal holds on page, API, day page and desk."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session
from app.people import operations as people_operations
from app.sales.models import AccompaniedVisit
from tests.factories import accompanied as make
from tests.factories import sales
from tests.support.statements import Seen

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def bank() -> sales.Bank:
    return sales.create_bank()


def test_planning_it_on_the_page(client, bank: sales.Bank) -> None:
    customer = sales.create_customer(bank)
    opportunity = sales.create_opportunity(bank, customer)
    client.sign_in(bank.supervisor)
    assert "宏远" in client.get("/sales/accompanied/new?q=hongyuan", headers={"HX-Request": "true"}).text
    page = client.page(f"/sales/accompanied/new?customer={customer.id}&opportunity={opportunity.id}")
    refused = client.submit(page, "main form.q-form", status=422, trainee_id="", step="")
    assert "请选择人员" in refused.text()
    typed = {"trainee_id": str(bank.manager.id), "step": "survey"}
    done = client.submit(page, "main form.q-form", **typed)
    assert "写拜访计划" in done.text()
    visit = session.query(AccompaniedVisit).one()
    assert (visit.coach_id, visit.opportunity_id, visit.day) == (bank.supervisor.id, opportunity.id, clock.today())
    client.submit(page, "main form.q-form", **typed)
    assert session.query(AccompaniedVisit).count() == 1
    for wrong in ("?customer=999999", "?customer=0&q=%00", "?customer=x"):
        assert client.get(f"/sales/accompanied/new{wrong}").status_code in (200, 404)
    assert client.post("/sales/accompanied/new", data={"customer_id": "9" * 30}).status_code == 404


def test_a_refused_step_comes_back_on_its_page(client, bank: sales.Bank) -> None:
    visit = make.plan(bank)
    turn = make.turn_of(visit, bank.manager)
    client.sign_in(bank.manager)
    page = client.page(f"/sales/accompanied/{visit.id}")
    form = page.form("form.q-step")
    answer = client.post(
        f"/turns/{turn.turn_id}/complete",
        data={**form, "fields.aim": "约到老板", "outcome": "done"},
    )
    assert answer.status_code == 422
    assert "约到老板" in answer.text
    assert "陪访" in answer.text


def test_the_seal_holds_at_every_door(client, app, bank: sales.Bank) -> None:
    visit = make.plan(bank)
    make.carry(bank, visit, "report")
    turn = make.turn_of(visit, bank.manager).turn_id
    make.do(visit, bank.manager)
    secret = f"{bank.manager.name}看到的经过"
    token = people_operations.create_token(SYSTEM, name="test", person_id=bank.supervisor.id).secret
    client.sign_in(bank.supervisor)
    pages = (
        f"/sales/accompanied/{visit.id}", "/sales/accompanied", f"/runs/{visit.run_id}", f"/turns/{turn}", "/today",
        "/team", f"/team?show=person&person={bank.manager.id}",
    )  # fmt: skip
    doors = (f"/runs/{visit.run_id}", f"/runs/{visit.run_id}/events", f"/turns/{turn}", "/turns?state=done")

    def read() -> dict[str, str]:
        headers = {"Authorization": f"Bearer {token}"}
        program = app.test_client()
        found = {path: client.get(path).text for path in pages}
        return found | {path: program.get(f"/api/v1{path}", headers=headers).get_data(as_text=True) for path in doors}

    before = read()
    assert not [
        path for path, text in before.items() if secret in text or secret.encode("unicode_escape").decode() in text
    ]
    assert "待写" in before[f"/sales/accompanied/{visit.id}"]
    make.do(visit, bank.supervisor)
    assert secret in read()[f"/sales/accompanied/{visit.id}"]


def test_scores_are_laid_out_and_shown(client, bank: sales.Bank) -> None:
    visit = make.plan(bank)
    make.carry(bank, visit, "coach")
    client.sign_in(bank.supervisor)
    page = client.page(f"/sales/accompanied/{visit.id}")
    form = page.form("form.q-step")
    assert [form[f"fields.scores.{n}.skill"] for n in range(4)] == list(make.SKILLS)
    assert "fields.scores.4.skill" not in form or not form["fields.scores.4.skill"]
    make.carry_on(bank, visit)
    client.sign_out()
    client.sign_in(bank.manager)
    text = client.page(f"/sales/accompanied/{visit.id}").text()
    assert "5 可以带人" not in text
    assert "4 熟练" in text
    assert "技能表现" in client.page("/sales/accompanied").text()


def test_dropping_it(client, bank: sales.Bank) -> None:
    visit = make.plan(bank)
    client.sign_in(bank.manager)
    assert "取消陪访" not in client.get(f"/sales/accompanied/{visit.id}").text
    assert client.post(f"/sales/accompanied/{visit.id}/drop", data={"reason_key": "unable"}).status_code == 403
    client.sign_out()
    client.sign_in(bank.supervisor)
    assert client.post(f"/sales/accompanied/{visit.id}/drop", data={"reason_key": "nonsense"}).status_code == 422
    assert (
        client.post(f"/sales/accompanied/{visit.id}/drop", data={"reason_key": "unable", "version": "99"}).status_code
        == 409
    )
    done = client.send(f"/sales/accompanied/{visit.id}/drop", {"reason_key": "unable"})
    assert "一方不能参加" in done.text()
    assert client.post(f"/sales/accompanied/{visit.id}/drop", data={"reason_key": "unable"}).status_code == 409


def test_beyond_ones_reach_it_is_not_there(client, bank: sales.Bank) -> None:
    visit = make.plan(bank)
    client.sign_in(bank.leader)
    client.page(f"/sales/accompanied/{visit.id}", status=404)
    client.page("/sales/accompanied/999999999999999999999", status=404)
    assert client.post(f"/sales/accompanied/{visit.id}/drop").status_code == 404


def test_filters_and_odd_addresses(client, bank: sales.Bank) -> None:
    make.carry(bank, make.plan(bank))
    client.sign_in(bank.supervisor)
    today = clock.today().isoformat()
    for query in (
        f"?person={bank.manager.id}&state=success&since={today}&until={today}",
        "?state=nonsense",
        "?person=-1",
    ):
        assert "宏远" in client.page(f"/sales/accompanied{query}").text()
    for query in ("?since=x&until=0001-01-01", "?person=99999999999999999999", "?cursor=x"):
        assert client.get(f"/sales/accompanied{query}").status_code in (200, 422)


def test_statements_do_not_grow(
    client, bank: sales.Bank, statements: Callable[[], AbstractContextManager[Seen]]
) -> None:
    customer = sales.create_customer(bank)
    client.sign_in(bank.supervisor)
    counts = []
    for more in (3, 27):
        for _n in range(more):
            make.plan(bank, customer_id=customer.id)
        client.get("/sales/accompanied")
        with statements() as seen:
            client.get("/sales/accompanied")
        counts.append(seen.count)
    assert counts[0] == counts[1]


def test_it_stands_in_the_calendar(bank: sales.Bank) -> None:
    from datetime import timedelta

    from app.core import calendar
    from app.sales.queries.accompanied import own_dates
    from tests.factories import people

    visit = make.plan(bank)
    start = calendar.start_of_day(visit.day)
    for person, other in ((bank.manager, bank.supervisor), (bank.supervisor, bank.manager)):
        found: Any = own_dates(people.actor(person), start, start + timedelta(days=1))
        assert [(entry.uid, entry.person_id) for entry in found] == [(f"accompanied-{visit.id}", person.id)]
        assert other.name in str(found[0].title)
    assert not own_dates(people.actor(bank.leader), start, start + timedelta(days=1))
    assert not own_dates(people.actor(bank.manager), start + timedelta(days=1), start + timedelta(days=9))
