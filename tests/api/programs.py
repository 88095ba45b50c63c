"""Programs as the interface's users: each acts for a person, and each answer must be what the document promises."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

from app.api.doors import doors
from app.api.rules.openapi import document
from app.core.actor import SYSTEM
from app.core.database import session
from app.people import operations
from app.people.models import Person, Team
from app.workflow import operations as workflow
from tests.factories import people

PREFIX = "/api/v1"


@cache
def described() -> dict[str, Any]:
    """The document of the doors."""
    return document(doors, PREFIX)


@cache
def _registry() -> Registry[Any]:
    found: Registry[Any] = Registry().with_resource("urn:qiao", DRAFT202012.create_resource(described()))
    return found


def check(schema: dict[str, Any], value: Any) -> None:
    """Hold a value against a schema of the document."""
    located = _locate(schema)
    faults = [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}"
        for fault in Draft202012Validator(located, registry=_registry()).iter_errors(value)
    ]
    assert not faults, faults


def _locate(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {k: f"urn:qiao{v}" if k == "$ref" else _locate(v) for k, v in schema.items()}
    return [_locate(item) for item in schema] if isinstance(schema, list) else schema


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """What the document says of a method and a path; None when it says nothing."""
    bare = path.removeprefix(PREFIX).split("?")[0]
    for pattern, methods in described()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[0-9]+", pattern), bare) and method.lower() in methods:
            found: dict[str, Any] = methods[method.lower()]
            return found
    return None


def hold_to_the_document(method: str, path: str, response: TestResponse) -> None:
    """The status is one that the document names, the body is of its schema."""
    operation = operation_of(method, path)
    if operation is None:
        return
    answers = operation["responses"]
    assert str(response.status_code) in answers, f"{method} {path}: {response.status_code} is not in the document"
    answer = answers[str(response.status_code)]
    if "$ref" in answer:
        answer = described()["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
    content = answer["content"]
    assert response.mimetype in content, f"{method} {path}: {response.mimetype}"
    check(content[response.mimetype]["schema"], response.json)


class Program:
    """A program that acts for a person."""

    def __init__(self, app: Flask, person: Person | int) -> None:
        self.app = app
        self.id = person if isinstance(person, int) else person.id
        made = operations.create_token(SYSTEM, name="tests", person_id=self.id)
        self.token_id, self.secret = made.id, made.secret
        session.commit()

    def send(
        self, method: str, path: str, *, key: str | None = None, headers: dict[str, str] | None = None, **more: Any
    ) -> TestResponse:
        """One request with a client of its own; the answer is held to the document."""
        named = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        if key is not None:
            named["Idempotency-Key"] = key
        response = self.app.test_client().open(PREFIX + path, method=method, headers=named, **more)
        assert response.status_code < 500, response.text
        hold_to_the_document(method, PREFIX + path, response)
        return response

    def get(self, path: str, *, status: int = 200, **query: Any) -> Any:
        """The JSON of a GET that must answer ``status``."""
        return self._json(self.send("GET", path, query_string=query), status)

    def post(self, path: str, body: Any = None, *, status: int = 200, key: str | None = None, **more: Any) -> Any:
        """The JSON of a POST that must answer ``status``."""
        return self._json(self.send("POST", path, json=body if body is not None else {}, key=key, **more), status)

    def patch(self, path: str, body: Any, *, status: int = 200) -> Any:
        """The JSON of a PATCH that must answer ``status``."""
        return self._json(self.send("PATCH", path, json=body), status)

    def everything(self, path: str, **query: Any) -> list[Any]:
        """All items of a list, page by page."""
        found, cursor = [], None
        while True:
            page = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found

    @staticmethod
    def _json(response: TestResponse, status: int) -> Any:
        assert response.status_code == status, f"{response.status_code}: {response.text}"
        return response.json


@pytest.fixture
def program(app: Flask) -> Any:
    """``program(person)``: a program with a token of that person."""
    return lambda person: Program(app, person)


@dataclass
class Sellers:
    """A team of four with their programs, and somebody of another team."""

    team: Team
    leader: Program
    relationship: Program
    business: Program
    support: Program
    stranger: Program
    supervisor: Program

    @property
    def four(self) -> list[Program]:
        """The team's programs."""
        return [self.leader, self.relationship, self.business, self.support]


@pytest.fixture
def sellers(app: Flask) -> Sellers:
    """A customer team in a branch, the processes published, the catalogue loaded."""
    from app.sales.operations import load_catalogue

    workflow.sync_seeds()
    root = people.root()
    branch = people.create_unit("城东支行", parent=people.create_unit("省分行", parent=root))
    elsewhere = people.create_unit("城西支行", parent=root)
    team = people.create_team(unit=branch)
    cast = {
        role: people.create_person(unit=branch, role=role, team=team)
        for role in ("leader", "relationship", "business", "support")
    }
    stranger = people.create_person(unit=elsewhere, role="relationship", team=people.create_team(unit=elsewhere))
    head = people.create_person(unit=branch, role="supervisor")
    people.create_person(role="risk")
    load_catalogue(SYSTEM)
    session.commit()
    programs = {role: Program(app, person) for role, person in cast.items()}
    return Sellers(team=team, **programs, stranger=Program(app, stranger), supervisor=Program(app, head))
