"""The way a request takes: refused by default, one transaction, redirects that stay in the house, hard headers."""

import pytest

from app.web.access import own_url, rule_of
from tests.factories import people
from tests.factories.people import PASSWORD
from tests.support.page import Page


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/sales?x=1", True),
        ("/", True),
        ("//evil.example", False),
        ("https://evil.example/", False),
        ("/\\evil.example", False),
        ("javascript:alert(1)", False),
        ("/a\r\nSet-Cookie: x=1", False),
        ("//[", False),
        ("//ex\uff03ample.com", False),
        ("///evil.example", False),
        ("sales", False),
        (None, False),
    ],
)
def test_redirects_stay_in_the_house(target, kept):
    assert own_url(target, "/today") == (target if kept else "/today")


def test_every_route_declares_who_may(app):
    silent = [r.endpoint for r in app.url_map.iter_rules() if r.endpoint != "static" and rule_of(r.endpoint) is None]
    methods = [e for e in silent if not hasattr(app.view_functions[e], "view_class")]
    assert methods == []


def test_hard_headers_stand_on_every_answer(client):
    headers = client.get("/healthz").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_an_unknown_address_is_a_page_not_a_fault(client):
    assert client.get("/nowhere").status_code in (303, 404)


def test_a_post_without_its_token_is_refused(client):
    assert client.post("/login", data={"username": "x", "password": "y"}, csrf=False).status_code == 400


@pytest.mark.parametrize(
    "path", ["/login?next=%00", "/static/../wsgi.py", "/static/%2e%2e/setup.cfg", "/" + "a" * 5000]
)
def test_hostile_addresses_are_no_faults(client, path):
    assert client.get(path).status_code < 500


def test_a_hostile_way_on_does_not_spoil_signing_in(client):
    """An address that no parser takes once made the sign-in with the right password fail."""
    person = people.create_person()
    answer = client.post("/login", data={"username": person.username, "password": PASSWORD, "next": "//["})
    assert (answer.status_code, answer.location) == (303, "/today")
    assert client.get("/login?next=//[").location == "/today"
    assert client.post("/language", data={"language": "en", "next": "//["}).location == "/login"


@pytest.mark.parametrize(("host", "secure"), [("localhost", False), ("127.0.0.1:8000", False), ("bank.example", True)])
def test_cookies_are_secure_but_on_the_loopback_address(client, host, secure):
    person, house = people.create_person(), f"http://{host}"
    token = Page(client.get("/login", base_url=house)).form("main form")["csrf_token"]
    sent = {"username": person.username, "password": PASSWORD, "language": "en", "csrf_token": token}
    for path in ("/language", "/login"):
        answer = client.post(path, data=sent, base_url=house, csrf=False)
        cookies = answer.headers.getlist("Set-Cookie")
        assert answer.status_code == 303 and cookies
        assert all(("Secure" in cookie) is secure for cookie in cookies), cookies
