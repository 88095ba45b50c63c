"""The actor of the present request. The people room says how it is found; nothing is kept between requests."""

from collections.abc import Callable

from flask import g

from app.core.actor import Actor

_finders: list[Callable[[], Actor | None]] = []


def finder(find: Callable[[], Actor | None]) -> None:
    """Register how the actor of a request is found; the first that answers wins."""
    if find not in _finders:
        _finders.append(find)


def find_actor() -> Actor | None:
    """The signed-in actor, or None."""
    if "actor" not in g:
        g.actor = next((found for find in _finders if (found := find()) is not None), None)
    known: Actor | None = g.actor
    return known


def actor() -> Actor:
    """The actor of a view that is not public."""
    found = find_actor()
    if found is None:
        raise RuntimeError("this view is public: it has no actor")
    return found


def forget() -> None:
    """Find the actor anew at the next question (after signing in or out within a request)."""
    g.pop("actor", None)
