"""Headers and cookies that hold the browser to our rules: strict content policy, no framing, no guessing of types."""

import re
import uuid
from datetime import timedelta

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

csrf = CSRFProtect()
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
LOOPBACK = re.compile(r"^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$")


def _number_request() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if re.fullmatch(r"[A-Za-z0-9-]{8,36}", given) else str(uuid.uuid4())


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), camera=(self)")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cache-Control", "private, no-cache")
    headers["X-Request-ID"] = g.get("request_id", "")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


def secure_cookies() -> bool:
    """Whether cookies carry Secure: always, but for plain HTTP to the loopback address, where they would not return."""
    return request.is_secure or LOOPBACK.match(request.host) is None


class Sessions(SecureCookieSessionInterface):
    """The signed cookie, Secure by where the request came to."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """By configuration behind HTTPS, else by the present request."""
        return bool(app.config["HTTPS"]) or secure_cookies()


def register(app: Flask) -> None:
    """Set up CSRF protection, cookies, the proxy's forwarded headers (only as many as configured) and the headers."""
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=bool(app.config.get("HTTPS")),
        SESSION_COOKIE_NAME="__Host-qiao" if app.config.get("HTTPS") else "qiao",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=app.config["SESSION_HOURS"]),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
        MAX_CONTENT_LENGTH=24 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
    )
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.session_interface = Sessions()
    app.before_request(_number_request)
    csrf.init_app(app)
    app.after_request(_set_headers)
