"""The sale for programs: opened, carried through eight steps by four people, closed; scope, warnings and refusals."""

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.audit import AuditRow
from app.core.database import session
from app.customers.models import Look
from tests.api.carrying import carry


def customer(one, name="新宁贸易有限公司", **more):
    return one.post("/customers", {"name": name, "kind": "company", **more}, status=201)


def opportunity(one, customer_id, title="流动资金贷款", **more):
    return one.post("/opportunities", {"customer_id": customer_id, "title": title, **more}, status=201)


def test_a_sale_from_its_opening_to_its_review(sellers):
    one = sellers.relationship
    known = customer(one)
    made = opportunity(one, known["id"], amount="500000.00", expected_on="2026-12-31")
    assert made["team_id"] == sellers.team.id
    assert made["amount"] == "500000.00"
    assert made["customer"] == {"id": known["id"], "name": known["name"]}
    done = carry([sellers.leader, sellers.business, sellers.support, sellers.relationship], made["run_id"])
    run = one.get(f"/runs/{made['run_id']}")
    assert run["state"] == "success", (run["state"], done)
    assert len({turn["stage"] for turn in run["turns"]}) == 8
    assert len({who for _step, who in done}) >= 3
    after = one.get(f"/opportunities/{made['id']}")
    assert (after["state"], after["end"]) == ("success", run["end"])
    assert after["closed_at"].endswith("Z")


def test_the_same_opportunities_as_on_the_pages(sellers):
    one = sellers.relationship
    ids = [opportunity(one, customer(one, f"客户{n}")["id"], f"商机{n}")["id"] for n in range(5)]
    for reader, seen in (
        (one, set(ids)),
        (sellers.leader, set(ids)),
        (sellers.supervisor, set(ids)),
        (sellers.stranger, set()),
    ):
        assert {o["id"] for o in reader.everything("/opportunities", limit=2)} == seen
        for number in ids:
            assert reader.send("GET", f"/opportunities/{number}").status_code == (200 if number in seen else 404)


def test_opportunities_by_the_days_of_opening_and_closing(sellers):
    one = sellers.relationship
    made = opportunity(one, customer(one)["id"])
    today = clock.today().isoformat()
    assert [o["id"] for o in one.everything("/opportunities", opened_from=today, opened_until=today)] == [made["id"]]
    assert one.everything("/opportunities", opened_until="2020-01-01") == []
    assert one.everything("/opportunities", closed_from=today) == []
    assert one.send("GET", "/opportunities?opened_from=gestern").status_code in (400, 422)


def test_another_open_opportunity_is_a_warning(sellers):
    one = sellers.relationship
    known = customer(one)
    first = opportunity(one, known["id"])
    assert first["warnings"] == []
    second = opportunity(one, known["id"], "票据贴现")
    assert [(w["code"], w["ids"]) for w in second["warnings"]] == [("open_elsewhere", [first["id"]])]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "x"}, "customer_id"),
        ({"title": "", "customer_id": 1}, "title"),
        ({"title": "x", "customer_id": 99999}, "customer_id"),
        ({"title": "x", "customer_id": "1"}, "customer_id"),
        ({"title": "x", "customer_id": 1, "amount": 1.5}, "amount"),
        ({"title": "x", "customer_id": 1, "amount": "-1"}, "amount"),
        ({"title": "x", "customer_id": 1, "expected_on": "soon"}, "expected_on"),
        ({"title": "x", "customer_id": 1, "source": "dream"}, "source"),
        ({"title": "x", "customer_id": 1, "stage": "closing"}, "stage"),
        ({"title": "x", "customer_id": 1, "team_id": 99999}, "team_id"),
    ],
)
def test_what_cannot_be_opened(sellers, body, field):
    assert customer(sellers.relationship)["id"] == 1
    answer = sellers.relationship.post("/opportunities", body, status=422)
    assert field in [error["field"] for error in answer["errors"]]
    assert sellers.relationship.get("/opportunities")["items"] == []


def test_nobody_opens_for_another_s_customer(sellers):
    known = customer(sellers.relationship)
    sellers.stranger.post("/opportunities", {"customer_id": known["id"], "title": "x"}, status=422)
    sellers.business.post("/opportunities", {"customer_id": known["id"], "title": "x"}, status=403)


def test_closing_needs_a_reason_and_ends_the_sale(sellers):
    one = sellers.relationship
    made = opportunity(one, customer(one)["id"])
    path = f"/opportunities/{made['id']}/close"
    one.post(path, {"result": "won", "reason": "x"}, status=422)
    one.post(path, {"result": "lost"}, status=422)
    one.post(path, {"result": "lost", "reason": "x", "version": 99}, status=409)
    sellers.stranger.post(path, {"result": "lost", "reason": "x"}, status=404)
    sellers.support.post(path, {"result": "lost", "reason": "x"}, status=403)
    closed = one.post(path, {"result": "lost", "reason": "客户选择了他行"})
    assert (closed["state"], closed["end"]) == ("failure", "lost")
    one.post(path, {"result": "cancelled", "reason": "x"}, status=409)
    run = one.get(f"/runs/{made['run_id']}")
    assert {turn["state"] for turn in run["turns"]} == {"cancelled"}
    assert one.get("/turns", mine=1)["items"] == []


def test_filters_of_opportunities(sellers):
    one = sellers.relationship
    first, second = customer(one, "新宁贸易"), customer(one, "长江航运")
    opened, lost = opportunity(one, first["id"], "授信"), opportunity(one, second["id"], "结算")
    one.post(f"/opportunities/{lost['id']}/close", {"result": "lost", "reason": "x"})

    def ids(**query):
        return {item["id"] for item in one.get("/opportunities", **query)["items"]}

    assert ids() == {opened["id"], lost["id"]}
    assert ids(state="open") == {opened["id"]}
    assert ids(customer=second["id"]) == {lost["id"]}
    assert ids(q="授信") == {opened["id"]}
    assert ids(q="cjhy") == {lost["id"]}
    assert ids(owner=sellers.leader.id) == set()
    one.get("/opportunities", sort="id; drop", status=422)


def test_customers_are_found_and_changed_with_their_version(sellers):
    one = sellers.relationship
    made = customer(one, "新宁贸易", phone="13800138000", industry=None, asset_value="1200000")
    assert made["phone"] != "13800138000"
    assert "8000" in made["phone"]
    assert made["asset_value"] == "1200000.00"
    for q in ("新宁", "xnmy", made["number"], "xinning"):
        assert [c["id"] for c in one.get("/customers", q=q)["items"]] == [made["id"]], q
    changed = one.patch(f"/customers/{made['id']}", {"tier": "gold", "version": made["version"]})
    assert (changed["tier"], changed["name"]) == ("gold", "新宁贸易")
    assert changed["version"] > made["version"]
    one.patch(f"/customers/{made['id']}", {"tier": "silver", "version": made["version"]}, status=409)
    one.patch(f"/customers/{made['id']}", {"tier": "silver"}, status=422)
    one.patch(f"/customers/{made['id']}", {"holder_id": 1, "version": changed["version"]}, status=422)
    sellers.stranger.patch(f"/customers/{made['id']}", {"tier": "silver", "version": changed["version"]}, status=404)
    sellers.business.patch(f"/customers/{made['id']}", {"tier": "silver", "version": changed["version"]}, status=403)


def test_a_known_name_is_a_warning(sellers):
    one = sellers.relationship
    first = customer(one, "新宁贸易")
    second = customer(one, "新宁贸易")
    assert first["warnings"] == []
    assert [(w["code"], w["ids"]) for w in second["warnings"]] == [("duplicate", [first["id"]])]


def test_a_look_at_a_customer_is_noted(sellers):
    made = customer(sellers.relationship)
    sellers.leader.get(f"/customers/{made['id']}")
    looks = session.execute(select(Look.person_id, Look.channel, Look.kind)).all()
    assert looks == [(sellers.leader.id, "api", "view")]


def test_what_a_program_does_is_audited_as_the_api(sellers):
    made = customer(sellers.relationship)
    row = session.scalars(
        select(AuditRow).where(AuditRow.target_kind == "customer", AuditRow.target_id == made["id"])
    ).one()
    assert (row.actor_id, row.channel, row.address) == (sellers.relationship.id, "api", "127.0.0.1")


def test_the_same_customers_for_each_role_in_list_and_detail(sellers):
    ids = {customer(sellers.relationship, f"客户{n}")["id"] for n in range(4)}
    for reader in (*sellers.four, sellers.supervisor, sellers.stranger):
        listed = {c["id"] for c in reader.everything("/customers", limit=3)}
        opened = {i for i in ids if reader.send("GET", f"/customers/{i}").status_code == 200}
        assert listed == opened
    assert {c["id"] for c in sellers.supervisor.everything("/customers")} == ids


def test_people_and_teams_in_scope(sellers):
    mine = {p["id"] for p in sellers.leader.everything("/people", limit=2)}
    assert mine == {one.id for one in sellers.four}
    assert sellers.stranger.id not in mine
    (team,) = sellers.leader.get("/teams")["items"]
    assert {(m["id"], m["role"]) for m in team["members"]} >= {
        (sellers.leader.id, "leader"),
        (sellers.support.id, "support"),
    }
    name = sellers.support.get("/me")["name"]
    assert [p["id"] for p in sellers.leader.get("/people", q=name)["items"]] == [sellers.support.id]
    assert sellers.supervisor.get("/teams")["items"][0]["id"] == sellers.team.id


def test_the_number_of_statements_does_not_grow(sellers, statements):
    one = sellers.relationship

    def count(path):
        with statements() as seen:
            one.get(path, limit=200)
        return seen.count

    def more(first, last):
        for n in range(first, last):
            opportunity(one, customer(one, f"客户{n}")["id"], f"商机{n}")

    more(0, 3)
    few = [count(path) for path in ("/customers", "/opportunities", "/people", "/teams")]
    more(3, 30)
    assert [count(path) for path in ("/customers", "/opportunities", "/people", "/teams")] == few
