"""The OpenAPI 3.1 document, made of the doors as they are declared."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.api.rules.shapes import Id, Many, Number, Shape, Text, Thing, components

VERSION = "1.0.0"
Fault = Thing(
    name="Fault",
    keys={"field": Text(most=300), "code": Text(most=40), "message": Text(most=2000)},
)
Lacking = Thing(
    name="Lacking",
    keys={
        "kind": Text(most=20, about="field, checklist, evidence, guard or lane"),
        "key": Text(most=300),
        "message": Text(most=2000),
    },
)
Problem = Thing(
    name="Problem",
    keys={
        "type": Text(most=200),
        "title": Text(most=2000),
        "status": Number(least=400, most=599),
        "detail": Text(most=4000),
        "code": Text(most=40),
        "errors": Many(of=Fault, most=1000, about="What cannot be taken, field by field"),
        "missing": Many(of=Lacking, most=1000, about="What is missing to move on"),
    },
    optional=frozenset({"detail", "code", "errors", "missing"}),
)
REFUSALS: Mapping[int, tuple[str, str]] = {
    400: ("Unreadable", "The body is not JSON"),
    401: ("Unknown", "No good token"),
    403: ("Forbidden", "Within reach, but without the right"),
    404: ("NotFound", "Not there, or outside the scope: the two are told alike"),
    409: (
        "Conflict",
        "The record has changed since it was read, somebody was faster, or the Idempotency-Key stands for another request",
    ),
    413: ("TooLarge", "More than can be taken at once"),
    415: ("WrongKind", "The content type is not taken here"),
    422: ("Refused", "Values that cannot be taken (errors), or something is missing to move on (missing)"),
    429: ("TooMany", "Too many unknown tokens from this address; see Retry-After"),
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The same key and body give the first answer again for two days, another body 409. "
    "A refusal is not kept: nothing has happened, so the same key may be tried again.",
}


def document(doors: Iterable[Any], server: str) -> dict[str, Any]:
    """The whole document. ``doors``: the declared ones; ``server``: their common address."""
    doors = list(doors)
    named: dict[str, Thing] = {}
    for shape in (Problem, *(s for d in doors for s in (d.answer, d.body) if s is not None)):
        components(shape, named)
    paths: dict[str, Any] = {}
    for entry in doors:
        paths.setdefault(entry.path, {})[entry.method.lower()] = _operation(entry)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Qiao",
            "version": VERSION,
            "description": "Programs act with exactly the rights of the person whose token they carry. Times are UTC, "
            "ISO 8601, ending in Z; amounts of money and decimals are strings. Lists: items and a cursor of the next page.",
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {name: thing.body() for name, thing in sorted(named.items())},
            "responses": {
                name: {
                    "description": text,
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for name, text in REFUSALS.values()
            },
        },
    }


def _operation(entry: Any) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": Id.schema()}
        for name in re.findall(r"\{(\w+)\}", entry.path)
    ]
    if entry.query is not None:
        parameters += [_parameter(name, shape) for name, shape in entry.query.keys.items()]
    if entry.method == "POST":
        parameters.append(KEY)
    found: dict[str, Any] = {
        "operationId": entry.name,
        "tags": [entry.path.split("/")[1]],
        "summary": entry.summary,
        "parameters": parameters,
        "responses": {
            str(entry.status): {
                "description": "Done",
                "content": {"application/json": {"schema": entry.answer.schema()}},
            },
            **{str(status): {"$ref": f"#/components/responses/{REFUSALS[status][0]}"} for status in _refusals(entry)},
        },
        "x-permission": entry.permission,
    }
    if entry.about:
        found["description"] = entry.about
    if entry.permission == "public":
        found["security"] = []
    if entry.body is not None:
        content: dict[str, Any] = {"application/json": {"schema": entry.body.schema()}}
        if entry.files:
            form = entry.body.body()
            form["properties"] |= {name: {"type": "string", "format": "binary"} for name in entry.files}
            content["multipart/form-data"] = {"schema": form}
        found["requestBody"] = {"required": set(entry.body.keys) != entry.body.optional, "content": content}
    return found


def _parameter(name: str, shape: Shape) -> dict[str, Any]:
    schema = shape.schema()
    about = schema.pop("description", "")
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        **({"description": about} if about else {}),
    }


def _refusals(entry: Any) -> list[int]:
    found = {401, 429} if entry.permission != "public" else set()
    if entry.permission not in ("public", "signed in") or entry.method != "GET":
        found.add(403)
    if "{" in entry.path:
        found.add(404)
    if entry.query is not None:
        found.add(422)
    if entry.method != "GET":
        found |= {409, 422}
    if entry.body is not None:
        found |= {400, 413, 415}
    return sorted(found)
