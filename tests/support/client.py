"""The test's browser: signs in as a person does, reads pages with the standing checks, fills in and sends forms."""

import contextvars
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from app.core.database import begin_writing, session
from tests.support.page import Page

SAFE = {"GET", "HEAD", "OPTIONS"}
PASSWORD = "qiao-tests-2026"
"""Every person that a factory creates has it."""


class Client(FlaskClient):
    """A client whose requests stand alone: own context, own session, own transaction."""

    application: Flask

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:  # type: ignore[override]
        """Send a request. What the test has added is committed before; an unsafe one carries the CSRF token."""
        session.commit()
        method = str(kwargs.get("method", "GET")).upper()
        path = str(args[0]) if args else str(kwargs.get("path", ""))
        if csrf and method not in SAFE and not path.startswith("/api/"):
            kwargs["headers"] = {**dict(kwargs.get("headers") or {}), "X-CSRFToken": self.csrf_token()}
        response = contextvars.copy_context().run(self._alone, *args, **kwargs)
        session.expire_all()
        return response

    def _alone(self, *args: Any, **kwargs: Any) -> TestResponse:
        begin_writing(False)
        with self.application.app_context():
            return super().open(*args, **kwargs)

    def csrf_token(self) -> str:
        """A token that goes with this client's cookie."""
        return contextvars.copy_context().run(self._csrf_token)

    def _csrf_token(self) -> str:
        with (
            self.application.app_context(),
            self.session_transaction() as cookie,
            self.application.test_request_context(),
        ):
            from flask import session as own

            own.update(cookie)
            token: str = generate_csrf()
            cookie.update(own)
            return token

    def sign_in(self, person: Any, password: str = PASSWORD) -> "Client":
        """Sign in as ``person`` (a row with ``username``, or the username) through the sign-in page; returns itself."""
        username = person if isinstance(person, str) else person.username
        answer = self.post("/login", data={"username": username, "password": password})
        assert answer.status_code == 303, (
            f"{username} could not sign in: {answer.status_code}\n{Page(answer).text('main')}"
        )
        return self

    def sign_out(self) -> None:
        """Forget the cookies."""
        self._cookies.clear()

    def page(self, url: str, *, status: int = 200, **kwargs: Any) -> Page:
        """GET a page, follow redirects, expect ``status``, and hold it to the standing checks."""
        kwargs.setdefault("follow_redirects", True)
        return self._read(self.get(url, **kwargs), status)

    def send(self, url: str, data: dict[str, Any] | None = None, *, status: int = 200, **kwargs: Any) -> Page:
        """POST ``data``, follow the redirect, expect ``status``, and hold the answer to the standing checks."""
        kwargs.setdefault("follow_redirects", True)
        return self._read(self.post(url, data=data or {}, **kwargs), status)

    def submit(self, page: Page, selector: str = "main form", *, status: int = 200, **typed: Any) -> Page:
        """Fill in the form of ``page`` that matches and send it where it says, hidden fields and defaults included.

        ``typed`` gives what the person types, by field name; None leaves a field out. A name with a dash is given in
        ``data={"a-b": ...}``.
        """
        form = page.css(selector)
        assert form, f"no {selector} on {page.title!r}"
        named = typed.pop("data", {})
        values = {**page.form(selector), **typed, **named}
        data = {name: value for name, value in values.items() if value is not None}
        action = form[0].attributes.get("action") or page.response.request.path
        if (form[0].attributes.get("method") or "get").lower() == "get":
            return self.page(action, query_string=data, status=status)
        return self.send(action, data, status=status, csrf=False)

    def _read(self, response: TestResponse, status: int) -> Page:
        page = Page(response)
        where = f"{response.request.method} {response.request.path}"
        assert page.status == status, f"{where}: {page.status}, not {status}\n{page.text('main')[:2000]}"
        if response.mimetype == "text/html":
            page.check()
        return page
