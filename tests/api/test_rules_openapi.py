"""The document: whole, in one piece, and of the running application."""

import json
import re

from jsonschema import Draft202012Validator

from app.api.doors import doors
from app.core.permissions import is_permission
from tests.api.programs import PREFIX, described


def test_anybody_may_read_it(client):
    answer = client.get(f"{PREFIX}/openapi.json")
    assert answer.status_code == 200
    assert answer.json["openapi"].startswith("3.1")
    assert answer.json == described()


def test_every_route_is_described_and_every_description_is_a_route(app):
    running = {
        (method, re.sub(r"<(?:[^:>]*:)?(\w+)>", r"{\1}", rule.rule.removeprefix(PREFIX)))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and not rule.rule.endswith("openapi.json")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    told = {(method.upper(), path) for path, methods in described()["paths"].items() for method in methods}
    assert told == running


def test_the_doors_of_the_contract_are_there():
    contract = """GET /me, GET /people, GET /teams, GET /turns, GET /turns/{turn_id}, POST /turns/{turn_id}/claim,
        POST /turns/{turn_id}/complete, POST /turns/{turn_id}/return, POST /turns/{turn_id}/reassign,
        POST /turns/{turn_id}/evidence, GET /runs/{run_id}, GET /runs/{run_id}/events, GET /opportunities,
        POST /opportunities, GET /opportunities/{opportunity_id}, POST /opportunities/{opportunity_id}/close,
        GET /customers, POST /customers, GET /customers/{customer_id}, PATCH /customers/{customer_id}"""
    told = {f"{method.upper()} {path}" for path, methods in described()["paths"].items() for method in methods}
    assert {" ".join(door.split()) for door in contract.split(",")} <= told


def test_every_reference_leads_somewhere_and_every_schema_is_one():
    text = json.dumps(described())
    for reference in set(re.findall(r'"#/([^"]+)"', text)):
        place = described()
        for part in reference.split("/"):
            place = place[part]
    for schema in described()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_operations_have_names_of_their_own_and_known_permissions():
    operations = [operation for methods in described()["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations) == len(doors)
    for operation in operations:
        assert operation["summary"]
        assert operation["x-permission"] in ("signed in", "public") or is_permission(operation["x-permission"])


def test_lists_have_one_form():
    for path, methods in described()["paths"].items():
        if "get" in methods and not path.endswith("}") and path != "/me":
            schema = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            body = described()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
            assert set(body["properties"]) == {"items", "next"}, path
            assert {"cursor", "limit"} <= {parameter["name"] for parameter in methods["get"]["parameters"]}, path


def test_every_post_takes_an_idempotency_key():
    for methods in described()["paths"].values():
        if "post" in methods:
            assert "Idempotency-Key" in {parameter["name"] for parameter in methods["post"]["parameters"]}
