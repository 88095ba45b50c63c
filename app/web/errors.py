"""Refusals become pages for people and RFC 9457 problems for programs, here and nowhere else."""

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from app.core.database import begin_writing, session
from app.core.errors import Conflict, DomainError, FieldError, Invalid, Missing
from app.core.texts import _
from app.web.access import PUBLIC, came_from, rule_of, to_sign_in
from app.web.current import find_actor
from app.web.render import page

log = logging.getLogger(__name__)


def wants_problem() -> bool:
    """Whether the present request wants a problem document rather than a page."""
    return request.path.startswith("/api/")


def problem(status: int, title: str, **members: Any) -> Response:
    """An ``application/problem+json`` answer (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, **members}
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def field_errors(errors: list[FieldError] | Any) -> list[dict[str, str]]:
    """Field errors as the API gives them."""
    return [{"field": e.field, "code": e.code, "message": str(e.message)} for e in errors]


def answer(error: DomainError) -> Response | tuple[str, int]:
    """The page or problem document of a refusal."""
    if wants_problem():
        members: dict[str, Any] = {"code": error.code, "detail": str(error.message)}
        if isinstance(error, Invalid):
            members["errors"] = field_errors(error.errors)
        if isinstance(error, Missing):
            members["missing"] = [{"kind": i.kind, "key": i.key, "message": str(i.message)} for i in error.items]
        return problem(error.status, str(error.message), **members)
    messages = []
    if isinstance(error, Missing):
        messages = [item.message for item in error.items]
    elif isinstance(error, Invalid):
        messages = [item.message for item in error.errors]
    return page(
        f"errors/{error.status}.html", message=error.message, messages=messages, back=came_from("/")
    ), error.status


def _http(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    session.rollback()
    status = error.code or 500
    titles = {
        400: _("This request could not be read."),
        401: _("Sign in first."),
        403: _("You do not have the right to do this."),
        404: _("There is nothing here that you may see."),
        405: _("This cannot be done here."),
        413: _("That is more than can be taken at once."),
        429: _("Too many attempts. Wait a little and try again."),
    }
    title = titles.get(status, titles[400] if status < 500 else _("Something went wrong on our side."))
    if wants_problem():
        members = {"detail": error.description} if status in (400, 415, 422) and error.description else {}
        response: Any = problem(status, title, **members)
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response
    known = status if status in (400, 403, 404, 405, 409, 413, 422, 429) else (400 if status < 500 else 500)
    return page(f"errors/{known}.html", message=title, messages=[], back=came_from("/")), status


def _unproven(error: CSRFError) -> Any:
    """A form without its proof: mostly its session has ended, and the reader signs in and finds what was typed."""
    if find_actor() is None and not wants_problem() and request.endpoint and rule_of(request.endpoint) != PUBLIC:
        return to_sign_in()
    return _http(error)


def _database(error: Exception) -> Any:
    """A constraint or lock refused what two people did at once: a conflict, never a fault page."""
    session.rollback()
    begin_writing(False)  # the page of the refusal only reads, and must not wait for the lock that was not to be had
    log.warning("the database refused: %s", str(error).splitlines()[0])
    return answer(Conflict())


def _unreadable(error: Exception) -> Any:
    session.rollback()
    log.warning("the database could not take a value: %s", str(error).splitlines()[0])
    return answer(Invalid("", "invalid", _("A value is out of range.")))


def _domain(error: DomainError) -> Any:
    if not g.get("keep_writes"):
        session.rollback()
    return answer(error)


def _fault(error: Exception) -> Any:
    session.rollback()
    log.exception("request %s failed", g.get("request_id"))
    return _http(InternalServerError())


def register(app: Flask) -> None:
    """Answer every refusal of ``app`` in one place."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _unproven)
    app.register_error_handler(IntegrityError, _database)
    app.register_error_handler(StaleDataError, _database)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(DataError, _unreadable)
    app.register_error_handler(OverflowError, _unreadable)
    if not app.testing:
        app.register_error_handler(Exception, _fault)
