"""One transaction a request, committed in one place; what must be noted after a page is written after it."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from app.core.database import begin_writing, session, unit_of_work

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Any])


def only_asks(view: View) -> View:
    """Say that a view only reads, though it is asked by POST because the question is too long for an address."""
    view.only_asks = True  # type: ignore[attr-defined]
    return view


def _writes() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method not in SAFE and not getattr(view, "only_asks", False)


def _begin() -> None:
    begin_writing(_writes())


def _end(response: Response) -> Response:
    if _writes() and (response.status_code < 400 or g.get("keep_writes")):
        session.commit()
    else:
        session.rollback()
    for note in g.pop("afterwards", []):
        try:
            with unit_of_work():
                note()
        except Exception:
            # the page is right even when its note could not be written; the log says so
            log.exception("a note after the request was lost")
    return response


def keep_writes() -> None:
    """Commit although the answer is an error: a refused sign-in counts as an attempt."""
    g.keep_writes = True


def afterwards(note: Callable[[], None]) -> None:
    """Run ``note`` in a short write of its own once the answer stands (who looked at a customer, when a session was used)."""
    g.setdefault("afterwards", []).append(note)


def register(app: Flask) -> None:
    """Begin and end the transaction of every request of ``app``."""
    app.before_request(_begin)
    app.after_request(_end)
