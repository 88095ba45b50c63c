"""Parts that other rooms add to a page, by name of the place, so that no room imports one below it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page: ``render(actor, **context)`` gives its HTML, or "" when there is nothing to show."""

    place: str
    key: str
    order: int
    permission: str | None
    render: Callable[..., str]


_panels: dict[tuple[str, str], Panel] = {}


def panel(place: str, key: str, render: Callable[..., str], *, order: int = 50, permission: str | None = None) -> None:
    """Register a part for ``place``, e.g. ``customer.side``; ``render`` gives trusted HTML from a template."""
    _panels[place, key] = Panel(place, key, order, permission, render)


def panels(place: str, actor: Actor, **context: Any) -> list[Markup]:
    """The parts of a place for this reader, in order, empty ones left out."""
    found = sorted((p for p in _panels.values() if p.place == place), key=lambda p: p.order)
    parts = [
        Markup(p.render(actor, **context))  # noqa: S704 - rendered by our own templates
        for p in found
        if p.permission is None or actor.may(p.permission)
    ]
    return [part for part in parts if part]
