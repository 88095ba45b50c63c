"""Programs act with a token: ``Authorization: Bearer …`` finds the person, with exactly that person's rights of this moment."""

import re
from datetime import timedelta

from flask import abort, request

from app.api import operations
from app.api.queries import seconds_to_wait
from app.core import clock
from app.core.actor import Actor
from app.core.database import before_the_lock
from app.core.texts import _
from app.people import queries as people
from app.people.operations.tokens import token_used
from app.web.afterwards import afterwards
from app.web.errors import problem

PREFIX = "/api/"
USED_EVERY = timedelta(seconds=60)
_HEADER = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/=-]{1,200})")


def find() -> Actor | None:
    """The actor of a request under ``/api/``; None without a good token. Whoever keeps guessing waits (429).

    Found before the write lock is taken, so that the body that comes is read and checked before it too.
    """
    if not request.path.startswith(PREFIX):
        return None
    with before_the_lock():
        return _owner()


def _owner() -> Actor | None:
    header = request.headers.get("Authorization", "")
    found = _HEADER.fullmatch(header.strip())
    owner = people.person_for_token(found[1]) if found else None
    address = (request.remote_addr or "")[:45]
    if owner is None:
        if header:
            _count(address)
        return None
    now = clock.now()
    if owner.last_used_at is None or now - owner.last_used_at > USED_EVERY:
        token_id = owner.token_id
        afterwards(lambda: token_used(token_id, now))
    return people.actor_for(owner.person_id, "api", address)


def _count(address: str) -> None:
    """A good token is never held up; unknown ones are answered 429 once there were too many of them."""
    wait = seconds_to_wait(address)
    if wait:
        answer = problem(429, _("Too many attempts. Wait a little and try again."))
        answer.headers["Retry-After"] = str(wait)
        abort(answer)
    afterwards(lambda: operations.refuse(address))
