"""Who may call a route. A route that does not say is refused to everybody."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.permissions import is_permission
from app.web.current import find_actor

View = TypeVar("View", bound=Callable[..., Any])
SIGN_IN = "people.login"
PUBLIC = "public"
SIGNED_IN = "signed in"


def access(permission: str) -> Callable[[View], View]:
    """Let only actors with ``permission`` (declared somewhere) call the view."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Let anybody call the view: sign-in, health, files of the interface."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Let every account call the view: one's own day, profile and sign-out, and what decides by record (turns)."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def rule_of(endpoint: str) -> str | None:
    """What a route declares: a permission, ``public`` or ``signed in``; None when it declares nothing."""
    view = current_app.view_functions.get(endpoint)
    methods = getattr(view, "view_class", None)
    return getattr(view, "access", None) or getattr(methods, "access", None)


_gates: list[Callable[[], Response | None]] = []


def gate(check: Callable[[], Response | None]) -> None:
    """Register a check of every signed-in request (e.g. "change your first password"); an answer ends the request."""
    if check not in _gates:
        _gates.append(check)


def check_access() -> Response | None:
    """Before each request: refuse by default."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    rule = _rule_of_request()
    if rule == PUBLIC:
        return None
    actor = find_actor()
    if actor is None:
        if request.path.startswith("/api/"):
            abort(401)
        return to_sign_in()
    for check in _gates:
        answer = check()
        if answer is not None:
            return answer
    if rule == SIGNED_IN:
        return None
    if rule is None or not is_permission(rule) or not actor.may(rule):
        abort(403)
    return None


def to_sign_in() -> Response:
    """Lead to the sign-in page, and from there back to the page where the reader was."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else came_from("")
    return redirect(url_for(SIGN_IN, next=None if wanted in ("", "/", "/today") else wanted), code=303)


def came_from(default: str) -> str:
    """The page of ours that the request came from, else ``default``."""
    referrer = request.referrer or ""
    return own_url(referrer[len(request.host_url) - 1 :] if referrer.startswith(request.host_url) else "", default)


def _rule_of_request() -> str | None:
    endpoint = request.endpoint or ""
    view = current_app.view_functions.get(endpoint)
    method_view = getattr(view, "view_class", None)
    if method_view is not None:
        handler = getattr(method_view, request.method.lower(), None) or getattr(method_view, "get", None)
        return getattr(handler, "access", None) or getattr(method_view, "access", None)
    return getattr(view, "access", None)


def own_url(target: str | None, default: str) -> str:
    """``target`` when it is a path of this application, else ``default``: redirects never leave the house."""
    if not target or len(target) > 2000 or any(ord(c) < 32 for c in target) or "\\" in target:
        return default
    return target if target.startswith("/") and not target.startswith("//") else default


def register(app: Flask) -> None:
    """Guard every route of ``app``."""
    app.before_request(check_access)
