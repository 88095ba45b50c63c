"""The pages of the work hub: each part of the room registers its own, each reader sees those they may enter."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the hub as its part registers it."""

    key: str
    title: Any
    endpoint: str
    permission: str
    order: int


_tabs: dict[str, Tab] = {}


def tab(key: str, title: Any, endpoint: str, permission: str, order: int) -> None:
    """Register a page; the reader needs ``permission`` to see its tab."""
    _tabs[key] = Tab(key, title, endpoint, permission, order)


def for_actor(actor: Actor) -> list[dict[str, Any]]:
    """The tabs that ``actor`` may enter, in order, for the part ``components/tabs.html``; the nearest address is the active one."""
    found = [known for known in sorted(_tabs.values(), key=lambda known: known.order) if actor.may(known.permission)]
    addresses = {known.key: url_for(known.endpoint) for known in found}
    here = max(
        (url for url in addresses.values() if request.path == url or request.path.startswith(url + "/")),
        key=len,
        default="",
    )
    return [
        {"title": str(known.title), "href": addresses[known.key], "active": addresses[known.key] == here}
        for known in found
    ]
