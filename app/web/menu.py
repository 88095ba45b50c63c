"""The navigation: rooms register their places, each reader sees those they may enter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Item:
    """A place of the navigation as a room registers it."""

    key: str
    title: Any
    endpoint: str
    icon: str
    permission: str | None
    order: int
    phone: bool
    group: str
    shown: Callable[[Actor], bool] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A place as one reader's page shows it."""

    key: str
    title: Any
    url: str
    icon: str
    active: bool
    phone: bool
    group: str


_items: dict[str, Item] = {}


def item(
    key: str,
    title: Any,
    endpoint: str,
    *,
    icon: str,
    permission: str | None = None,
    order: int = 50,
    phone: bool = False,
    group: str = "main",
    shown: Callable[[Actor], bool] | None = None,
) -> None:
    """Register a place; ``phone`` puts it into the bottom bar (five at most); ``group``: main, desk, admin or me."""
    _items[key] = Item(key, title, endpoint, icon, permission, order, phone, group, shown)


_paths: dict[str, str] = {}


def _path(endpoint: str) -> str:
    """Path of a place; looked up once, as it never changes while the application runs."""
    if endpoint not in _paths:
        _paths[endpoint] = url_for(endpoint).removeprefix(request.script_root)
    return _paths[endpoint]


def for_actor(actor: Actor) -> list[Entry]:
    """The places that ``actor`` may enter, in order."""
    here = request.path
    entries = []
    best = ""
    for known in sorted(_items.values(), key=lambda i: i.order):
        if known.permission is not None and not actor.may(known.permission):
            continue
        if known.shown is not None and not known.shown(actor):
            continue
        url = request.script_root + _path(known.endpoint)
        if (here == url or here.startswith(url.rstrip("/") + "/")) and len(url) > len(best):
            best = url
        entries.append((known, url))
    return [Entry(k.key, str(k.title), url, k.icon, url == best, k.phone, k.group) for k, url in entries]
