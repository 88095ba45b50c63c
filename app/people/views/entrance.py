"""How a request finds its person: Flask-Login carries the session's secret in the cookie, the database says whose it is."""

from datetime import timedelta

from flask import Flask, current_app, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from app.core import clock
from app.core.actor import Actor
from app.core.database import before_the_lock
from app.people import operations, queries
from app.people.operations.sessions import SEEN_EVERY, seen
from app.people.queries import SignedIn
from app.web.access import gate
from app.web.afterwards import afterwards
from app.web.current import finder

manager = LoginManager()
ALWAYS_OPEN = {"people.password", "people.logout", "people.language"}
"""What a person may call who still has to choose a password."""


class Reader(UserMixin):  # type: ignore[misc]
    """Flask-Login's user: a live session, known by its secret."""

    def __init__(self, token: str, signed: SignedIn | None = None) -> None:
        self.token = token
        self.signed = signed

    def get_id(self) -> str:
        """What stands in the signed cookie."""
        return self.token


def idle() -> timedelta:
    """After how long without use a sign-in ends."""
    return timedelta(minutes=current_app.config["IDLE_MINUTES"])


@manager.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> Reader | None:
    """The reader of a live session; None signs them out."""
    if not isinstance(token, str) or len(token) > 100:
        return None
    signed = queries.signed_in(token, idle())
    return None if signed is None else Reader(token, signed)


def _signed() -> SignedIn | None:
    # programs come with a token of their own: a cookie never opens the API, so no other site can use it there
    if request.path.startswith("/api/") or not current_user.is_authenticated:
        return None
    signed: SignedIn | None = current_user.signed
    return signed


def find() -> Actor | None:
    """The signed-in actor of this request, with the rights of this moment."""
    with before_the_lock():
        signed = _signed()
        if signed is None:
            return None
        now = clock.now()
        if now - signed.seen_at > SEEN_EVERY:
            afterwards(lambda: seen(signed.session_id, now))
        return queries.actor_for(signed.id, "page", request.remote_addr, session_id=signed.session_id, person=signed)


def require_own_password() -> Response | None:
    """Whoever signed in with a one-time password chooses their own before anything else."""
    signed = _signed()
    if signed is None or not signed.must_change_password or request.endpoint in ALWAYS_OPEN:
        return None
    return redirect(url_for("people.password"), code=303)


def register(app: Flask) -> None:
    """Set up Flask-Login and say how actors are found."""
    manager.session_protection = None  # the server holds the session; an address may change on the way to work
    manager.init_app(app, add_context_processor=False)
    finder(find)
    gate(require_own_password)
    operations.passwords.use_memory(app.config["ARGON2_MEMORY"])
