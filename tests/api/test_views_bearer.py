"""Tokens: who is let in, who is not, and what a cookie is worth here."""

import pytest

from app.api.models import RefusedToken
from app.api.queries import GUESSES
from app.core.actor import SYSTEM
from app.core.database import session
from app.people import operations, queries
from app.people.models import ApiToken
from tests.factories import people


def ask(client, header=None, path="/api/v1/me", **more):
    headers = {} if header is None else {"Authorization": header}
    return client.get(path, headers=headers, **more)


def test_a_token_acts_with_exactly_its_person_s_rights(program, sellers):
    me = sellers.leader.get("/me")
    actor = queries.actor_for(sellers.leader.id)
    assert (me["id"], me["name"], me["username"]) == (actor.id, actor.name, actor.username)
    assert me["roles"] == sorted(actor.roles)
    assert me["permissions"] == sorted(actor.grants)
    assert me["teams"] == [{"id": sellers.team.id, "name": sellers.team.name, "roles": ["leader"]}]
    assert [unit["name"] for unit in me["units"]] == ["城东支行"]


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer x", "Bearer qiao_" + "x" * 43, "Basic YTpi", "Bearer qiao_\u00e9", "Bearer " + "a" * 9000,
     "bearer a b", "Token qiao_x"],
)  # fmt: skip
def test_without_a_good_token_nobody_is_known(client, header):
    answer = ask(client, header)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == 401


def test_what_is_withdrawn_is_gone_at_the_next_request(client, program):
    person = people.create_person(role="auditor")
    one = program(person)
    assert one.get("/me")["id"] == person.id
    operations.revoke_token(people.actor(person), one.token_id)
    assert one.send("GET", "/me").status_code == 401


def test_a_token_ends(program, frozen_clock):
    one = program(people.create_person())
    frozen_clock.move(days=366)
    assert one.send("GET", "/me").status_code == 401


@pytest.mark.parametrize("state", ["locked", "left"])
def test_an_account_that_is_closed_opens_nothing(program, state):
    person = people.create_person()
    one = program(person)
    person.state = state
    assert one.send("GET", "/me").status_code == 401


def test_a_role_withdrawn_is_a_right_withdrawn(program, sellers):
    assert sellers.relationship.send("GET", "/customers").status_code == 200
    member = sellers.relationship.id
    operations.leave_team(SYSTEM, sellers.team.id, person_id=member, role="relationship")
    assert sellers.relationship.send("GET", "/customers").status_code == 403


def test_a_cookie_opens_no_door(client):
    client.sign_in(people.create_person())
    assert ask(client).status_code == 401
    assert client.post("/api/v1/customers", json={"name": "x", "kind": "company"}).status_code == 401


def test_the_bearer_header_opens_no_page(client, program):
    one = program(people.create_person())
    answer = client.get("/today", headers={"Authorization": f"Bearer {one.secret}"})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login")


def test_no_csrf_token_is_asked_of_a_program(sellers):
    sellers.relationship.post("/customers", {"name": "新客户", "kind": "company"}, status=201)


def test_guessing_is_slowed_and_a_good_token_is_not(client, program, frozen_clock):
    one = program(people.create_person())
    answers = [ask(client, f"Bearer qiao_guess{n}") for n in range(GUESSES + 3)]
    assert {a.status_code for a in answers[:GUESSES]} == {401}
    assert {a.status_code for a in answers[GUESSES:]} == {429}
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].mimetype == "application/problem+json"
    assert one.get("/me")
    assert session.query(RefusedToken).count() == GUESSES
    frozen_clock.move(minutes=11)
    assert ask(client, "Bearer qiao_guess").status_code == 401


def test_the_use_of_a_token_is_noted_once_a_minute(program, frozen_clock):
    one = program(people.create_person())
    one.get("/me")
    first = session.get(ApiToken, one.token_id).last_used_at
    assert first == frozen_clock.now
    frozen_clock.move(seconds=30)
    one.get("/me")
    session.expire_all()
    assert session.get(ApiToken, one.token_id).last_used_at == first
    frozen_clock.move(seconds=60)
    one.get("/me")
    session.expire_all()
    assert session.get(ApiToken, one.token_id).last_used_at > first
