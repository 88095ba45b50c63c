"""Doors of the interface: each says its path, what it takes and gives, and who may; the frame does the rest.

The frame reads the request against the declared shapes, gives a POST its first answer again under the same
Idempotency-Key, and writes the answer. The OpenAPI document is made of the same declarations.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request

from app.api import operations
from app.api.queries import Kept
from app.api.rules import digests, shapes
from app.api.rules.shapes import ABSENT, Faults, Shape, Text, Thing
from app.core.database import session
from app.core.errors import Invalid
from app.core.texts import _, _l
from app.web.access import SIGNED_IN, access, public, signed_in
from app.web.current import actor

MAX_JSON = 2 * 1024 * 1024
MAX_ID = 2**63 - 1
bp = Blueprint("api", __name__, url_prefix="/api/v1")
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view gives when it is not simply its body with the door's status."""

    body: Any
    status: int | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One method of one path. ``files``: names of file fields, when the door also takes multipart forms."""

    method: str
    path: str
    summary: str
    about: str
    permission: str
    query: Thing | None
    body: Thing | None
    files: tuple[str, ...]
    answer: Shape
    status: int
    missing: bool
    view: View

    @property
    def name(self) -> str:
        """Its operation id."""
        return self.view.__name__


doors: list[Door] = []


def door(
    method: str,
    path: str,
    *,
    summary: str,
    answer: Shape,
    permission: str = SIGNED_IN,
    query: Thing | None = None,
    body: Thing | None = None,
    files: tuple[str, ...] = (),
    status: int = 200,
    about: str = "",
    missing: bool = False,
) -> Callable[[View], View]:
    """Register a view under ``path`` (``/turns/{turn_id}``: every name in braces is a record's number).

    The view is called with its numbers, ``query`` and ``body`` as far as they are declared. ``missing``: it may refuse
    with a list of what is missing.
    """

    def register(view: View) -> View:
        entry = Door(
            method=method, path=path, summary=summary, about=about, permission=permission, query=query, body=body, files=files,
            answer=answer, status=status, missing=missing, view=view,
        )  # fmt: skip
        doors.append(entry)

        def serve(**numbers: int) -> Response:
            return _serve(entry, numbers)

        guard = signed_in if permission == SIGNED_IN else public if permission == "public" else access(permission)
        rule = re.sub(r"\{(\w+)\}", rf"<int(max={MAX_ID}):\1>", path)
        bp.add_url_rule(rule, endpoint=entry.name, view_func=guard(serve), methods=[method])
        return view

    return register


def _serve(entry: Door, numbers: dict[str, int]) -> Response:
    if actor().channel != "api":
        abort(401)  # a cookie never opens a door: another site could use it
    faults: Faults = []
    named: dict[str, Any] = dict(numbers)
    if entry.query is not None:
        named["query"] = _read_query(entry.query, faults)
    digest = ""
    if entry.body is not None:
        raw, digest = _read_body(entry)
        named["body"] = entry.body.read(raw, "", faults)
    key = _key(faults) if entry.method == "POST" else None
    if faults:
        raise Invalid.many(faults)
    if key is None:
        found = _answer(entry, named)
        return _write(found.body, found.status or entry.status, found.location)
    kept = operations.begin(actor(), key, f"{entry.method} {request.path}", digest)
    if kept is not None:
        return _replay(kept)
    found = _answer(entry, named)
    operations.keep(actor(), key, found.status or entry.status, found.body, found.location)
    return _write(found.body, found.status or entry.status, found.location)


def _answer(entry: Door, named: dict[str, Any]) -> Answer:
    given = entry.view(**named)
    session.flush()  # what a constraint refuses is refused before the answer is written
    return given if isinstance(given, Answer) else Answer(given)


def _write(body: Any, status: int, location: str | None) -> Response:
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    response = Response(plain, status=status, mimetype="application/json")
    if location:
        response.headers["Location"] = location
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _replay(kept: Kept) -> Response:
    response = _write(kept.answer, kept.status or 200, kept.location)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _read_query(shape: Thing, faults: Faults) -> dict[str, Any]:
    """The declared parameters that were given; others are not looked at. A repeated one is a list where one is taken."""
    found = {}
    for key, inner in shape.keys.items():
        raw = request.args.get(key)
        if raw is None or (raw == "" and not isinstance(inner, Text)):
            continue
        value = inner.read(int(raw) if inner.schema().get("type") == "integer" and _is_whole(raw) else raw, key, faults)
        found[key] = value
    return found


def _is_whole(raw: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,19}", raw) is not None


def _key(faults: Faults) -> str | None:
    raw = request.headers.get("Idempotency-Key")
    if raw is None:
        return None
    key = Text(least=1, most=200).read(raw, "Idempotency-Key", faults)
    return key if isinstance(key, str) else None


def _read_body(entry: Door) -> tuple[Any, str]:
    kind = (request.mimetype or "").lower()
    if entry.files and kind == "multipart/form-data":
        return _read_form(entry)
    if (request.content_length or 0) > MAX_JSON:
        abort(413)
    data = request.get_data(cache=True)
    if len(data) > MAX_JSON:
        abort(413)
    if not data and entry.body is not None and set(entry.body.keys) == entry.body.optional:
        return {}, digests.of_json({})
    if kind != "application/json" and not kind.endswith("+json"):
        abort(415, _("Send JSON with the content type application/json."))
    body = _parse(data)
    return body, digests.of_json(body)


def _parse(data: bytes) -> Any:
    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    try:
        return json.loads(data.decode("utf-8"), parse_constant=refuse, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):  # also numbers of thousands of digits
        abort(400, _("The body is not JSON in UTF-8."))


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of the body; which of two values of one key was meant nobody knows (RFC 8259, 4), so neither is taken."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            abort(400, _("“%(key)s” stands in one object of the body more than once.", key=shapes.printable(key)))
        found[key] = value
    return found


def _read_form(entry: Door) -> tuple[dict[str, Any], str]:
    body: dict[str, Any] = {}
    for name, texts in request.form.lists():
        if len(texts) > 1:
            raise Invalid(name[:100], "repeated", _l("Give this once."))
        body[name] = texts[0]
    contents = []
    for name, files in request.files.lists():
        if name not in entry.files or len(files) > 1:
            raise Invalid(name[:100], "unknown", _l("There is no such field."))
        stream: Any = files[0].stream
        contents.append((name, files[0].filename or "", hashlib.file_digest(stream, "sha256").hexdigest()))
        stream.seek(0)
    return body, digests.of_form(list(body.items()), contents)


def given(values: dict[str, Any], key: str) -> Any:
    """A value of a body, or :data:`ABSENT` when its key was not sent."""
    return values.get(key, ABSENT)
