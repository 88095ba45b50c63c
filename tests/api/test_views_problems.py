"""Refusals of programs: always a problem document, never a page, never a fault of ours."""

import pytest

from app.api import doors
from app.core import database
from tests.api.programs import PREFIX, described
from tests.factories import people

MORE = "x" * 100_000
HOSTILE = [
    (b"", "application/json", {400}),
    (b"{", "application/json", {400}),
    (b"[1,", "application/json", {400}),
    (b"null", "application/json", {422}),
    (b"[]", "application/json", {422}),
    (b'"text"', "application/json", {422}),
    (b'{"a": NaN}', "application/json", {400}),
    (b'{"a": 1' + b"0" * 5000 + b"}", "application/json", {400, 422}),
    (b"\xff\xfe{}", "application/json", {400}),
    (b"[" * 100_000, "application/json", {400}),
    (b'{"a": "\\u0000"}', "application/json", {422}),
    (b'{"\\ud800": 1}', "application/json", {422}),
    (b"{}", "text/plain", {415}),
    (b"a=1", "application/x-www-form-urlencoded", {415}),
    (b"<a/>", "application/xml", {415}),
    (b"{}" + b" " * (3 * 1024 * 1024), "application/json", {413}),
]


def writing_doors():
    for path, methods in described()["paths"].items():
        for method in methods.keys() - {"get"}:
            yield method.upper(), path.replace("{", "").replace("}", "")


@pytest.fixture
def anybody(program):
    return program(people.create_person(role="relationship"))


@pytest.mark.parametrize(("body", "kind", "statuses"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies_are_refused_at_every_door(anybody, body, kind, statuses):
    for method, path in list(writing_doors()):
        place = "/".join("1" if part.endswith("_id") else part for part in path.split("/"))
        if kind == "application/json" and not body and path.endswith("/claim"):
            continue  # it needs no body
        answer = anybody.send(method, place, data=body, content_type=kind)
        assert answer.status_code in statuses | {403}, f"{method} {place}: {answer.text}"
        assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "key"),
    [('{"to": "x", "reason": "a", "reason": "b", "version": 1}', "reason"), ('{"fields": {"need": 1, "need": 1}}', "need"),
     ('{"evidence": [{"k\\u0000": 1, "k\\u0000": 2}]}', "k")],
)  # fmt: skip
def test_a_key_that_stands_twice_in_a_body_is_named_and_nothing_is_done(anybody, body, key):
    for method, path in writing_doors():
        place = "/".join("1" if part.endswith("_id") else part for part in path.split("/"))
        answer = anybody.send(method, place, data=body.encode(), content_type="application/json")
        assert answer.status_code in {400, 403}, f"{method} {place}: {answer.text}"
        assert answer.mimetype == "application/problem+json"
        assert answer.status_code == 403 or f"“{key}”" in answer.json["detail"]


def test_a_body_of_many_strange_keys_gets_a_short_answer(anybody):
    for method, path in writing_doors():
        place = "/".join("1" if part.endswith("_id") else part for part in path.split("/"))
        answer = anybody.send(method, place, json={f"key {n}": n for n in range(3000)})
        assert answer.status_code in {422, 403}, f"{method} {place}: {answer.text}"
        assert len(answer.json.get("errors", ())) <= 50


def test_a_body_is_read_before_anybody_else_has_to_wait_for_it(anybody, monkeypatch):
    held, parse = [], doors._parse

    def looks(data):
        held.append(database.session().in_transaction())
        return parse(data)

    monkeypatch.setattr(doors, "_parse", looks)
    answer = anybody.send("POST", "/turns/1/claim", json={"strange": 1})
    assert (answer.status_code, held) == (422, [False])


VALUES = [
    None,
    True,
    -1,
    0,
    2**63,
    2**200,
    1.5,
    "",
    "x",
    "\x00",
    "😀" * 10,
    MORE,
    "<script>alert(1)</script>",
    [],
    {},
    [[]],
    [{"a": [None]}],
]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_value_of_any_field_is_a_fault_of_ours(sellers, value):
    schemas = described()["components"]["schemas"]
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            if "requestBody" not in operation:
                continue
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            fields = schemas[schema["$ref"].rsplit("/", 1)[1]]["properties"]
            place = "/".join("1" if part.startswith("{") else part for part in path.split("/"))
            for field in fields:
                sellers.relationship.send(method.upper(), place, json={**dict.fromkeys(fields, "x"), field: value})
            sellers.relationship.send(method.upper(), place, json=dict.fromkeys(fields, value))


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/turns/0", "/turns/-1", "/turns/abc", "/turns/99999999999999999999999999", "/turns/1.5", "/turns/%00", "/me/x", "/",
     "/runs/9223372036854775808", "/customers/1/../../me", "/opportunities/1;drop", "/turns/12345678", "/customers/12345678"],
)  # fmt: skip
def test_what_is_not_there(anybody, path):
    answer = anybody.send("GET", path)
    assert answer.status_code == 404, answer.text
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/customers"), ("PUT", "/me"), ("POST", "/people"), ("PATCH", "/turns/1")]
)
def test_what_cannot_be_done_here(anybody, method, path):
    answer = anybody.send(method, path)
    assert answer.status_code == 405
    assert answer.mimetype == "application/problem+json"
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=-5", "limit=x", "limit=9999999999999999999999", "cursor=x", "cursor=%00",
     "cursor=" + "W" * 3000],
)  # fmt: skip
def test_lists_refuse_bad_pages(sellers, query):
    for path, methods in described()["paths"].items():
        parameters = {parameter["name"] for parameter in methods.get("get", {}).get("parameters", ())}
        if "cursor" in parameters and "{" not in path:
            answer = sellers.relationship.send("GET", f"{path}?{query}")
            assert answer.status_code == 422, f"{path}?{query}: {answer.text}"
            assert answer.json["errors"][0]["field"] in ("limit", "cursor")


@pytest.mark.parametrize(
    "value", ["", "x", "\x00", "-1", str(2**63), "9" * 100, "😀", "x" * 5000, "2026-13-45", "[]", "%", "'"]
)
def test_no_filter_brings_a_list_down(sellers, value):
    for path, methods in described()["paths"].items():
        if "{" in path:
            continue
        for parameter in methods.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query":
                answer = sellers.relationship.send("GET", path, query_string={parameter["name"]: value})
                assert answer.status_code in (200, 422), f"{path}?{parameter['name']}: {answer.text}"


def test_the_reader_s_language(client, program):
    for locale, words in (("zh", "请填写此项"), ("en", "Fill this in")):
        one = program(people.create_person(role="relationship", locale=locale))
        answer = one.send("POST", "/customers", json={})
        assert words in answer.json["errors"][0]["message"]


def test_headers_of_every_answer(anybody):
    answer = anybody.send("GET", "/me")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


def test_an_answer_without_rights_says_so(client, program):
    one = program(people.create_person(role="sysadmin"))
    for path in ("/customers", "/opportunities"):
        answer = one.send("GET", path)
        assert answer.status_code == 403
        assert answer.json["title"]
    assert client.get(PREFIX + "/me").headers["WWW-Authenticate"]
