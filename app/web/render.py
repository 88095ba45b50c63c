"""Pages with their standing context: reader, language, menu."""

from typing import Any

from flask import Flask, current_app, g, render_template, url_for
from markupsafe import Markup

from app.core.actor import Actor
from app.web import menu
from app.web.current import find_actor
from app.web.locale import choose
from app.web.panels import panels


def standing() -> dict[str, Any]:
    """What every page knows: the actor (None before sign-in), the language, the theme and the menu; once a request."""
    actor: Actor | None = find_actor()
    known: tuple[Actor | None, dict[str, Any]] | None = g.get("standing")
    if known is None or known[0] is not actor:
        known = g.standing = (actor, _standing(actor))
    return known[1]


def _standing(actor: Actor | None) -> dict[str, Any]:
    return {
        "actor": actor,
        "locale": choose(),
        "theme": actor.theme if actor else "",
        "menu_items": menu.for_actor(actor) if actor else [],
        "bar_parts": lambda: panels("layout.bar", actor) if actor else [],
        "sign_out_url": url_for("people.logout") if actor else None,
    }


def page(template: str, **context: Any) -> str:
    """Render a whole page or a partial of ``templates/``."""
    return render_template(template, **{**standing(), **context})


def part(template: str, **context: Any) -> str:
    """Render a part of a page that is asked for alone, again and again: who reads it, but neither menu nor bar."""
    return render_template(template, actor=find_actor(), locale=choose(), **context)


def component(name: str) -> Any:
    """The macro of ``templates/components/NAME.html``, for writing rows out beforehand."""
    return getattr(current_app.jinja_env.get_template(f"components/{name}.html").module, name)


_still: dict[tuple[str, str], Markup] = {}


def still(template: str) -> Markup:
    """A partial that is the same for every reader of a language, rendered once."""
    key = (template, choose())
    if key not in _still:
        _still[key] = Markup(render_template(template))  # noqa: S704 - a template of ours, escaped within
    return _still[key]


def register(app: Flask) -> None:
    """Lean templates: blocks leave no blank lines, partials without a reader are rendered once."""
    app.jinja_env.globals["still"] = still
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
