"""Every route by every role: refused by default, 403 without the right, 404 outside the scope, and never a fault."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.core.permissions import GRANTED_ROLES, TEAM_ROLES, of_role
from app.web.access import PUBLIC, SIGNED_IN, rule_of
from tests.factories.people import create_person, create_team

NOBODY_S = 987_654_321
"""An id that no record has."""
ROLES = ("staff", *TEAM_ROLES, *GRANTED_ROLES)
MARKS: dict[str, Any] = {
    "IntegerConverter": NOBODY_S,
    "UnicodeConverter": "unknown",
    "PathConverter": "unknown",
    "AnyConverter": None,
    "FloatConverter": 1.5,
}


def routes(app: Flask) -> list[tuple[Rule, str, str]]:
    """Every route of the pages with an address that leads to nothing, and its method."""
    found = []
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static" or rule.rule.startswith(("/api/", "/static/")):
                continue
            values = {}
            for name, converter in rule._converters.items():
                mark = MARKS.get(type(converter).__name__)
                values[name] = mark if mark is not None else sorted(getattr(converter, "items", ["x"]))[0]
            url = adapter.build(rule.endpoint, values)
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found += [(rule, method, url) for method in methods]
    return found


def holder_of(role: str) -> Any:
    """Somebody with exactly that role."""
    if role == "staff":
        return create_person(post="teller")
    if role in TEAM_ROLES:
        return create_person(role=role, team=create_team())
    return create_person(role=role, post="administrator")


def test_without_signing_in_only_public_routes_answer(app, client):
    for rule, method, url in routes(app):
        status = client.open(url, method=method).status_code
        if rule_of(rule.endpoint) == PUBLIC:
            assert status < 500 or url == "/readyz", f"{method} {url}: {status}"
        else:
            assert status == 303, f"{method} {url} answered {status} to nobody"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_it_may_and_nothing_else(app, client, role):
    may = set(of_role("staff")) | set(of_role(role))
    client.sign_in(holder_of(role))
    for rule, method, url in routes(app):
        if rule.endpoint in {"people.logout"}:
            continue
        declared = rule_of(rule.endpoint)
        status = client.open(url, method=method).status_code
        assert status < 500 or url == "/readyz", f"{role}: {method} {url} answered {status}"
        if declared not in (PUBLIC, SIGNED_IN) and declared not in may:
            assert status == 403, f"{role} has no {declared}, but {method} {url} answered {status}"
        elif str(NOBODY_S) in url and method == "GET":
            assert status in (404, 403), f"{role}: {method} {url} answered {status} for a record that is not there"
        if method == "GET" and str(NOBODY_S) in url and declared in may:
            assert status == 404, f"{role} may {declared}: a record outside the scope is 404, not {status} ({url})"
