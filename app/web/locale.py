"""Which language the reader gets: the account's, else what the browser prefers, else Chinese; and the rooms' catalogues."""

from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from markupsafe import Markup

from app.core.texts import LANGUAGES, catalogue, language
from app.web.current import find_actor

babel = Babel()
LOCALES = {key: Locale.parse(key) for key in LANGUAGES}
"""Read once: reading one takes longer than all else about a reader's language."""


def choose() -> str:
    """``zh`` or ``en`` for the present reader."""
    if not has_request_context():
        return "zh"
    if "locale" not in g:
        g.locale = "zh"  # while the actor is being found, and when finding it fails
        actor = find_actor()
        chosen = actor.locale if actor is not None else request.cookies.get("language", "")
        g.locale = chosen if chosen in LANGUAGES else (request.accept_languages.best_match(["zh", "en"]) or "zh")
    found: str = g.locale
    return found


def register(app: Flask) -> None:
    """Set up Flask-Babel with the catalogue of every room."""
    rooms = sorted(Path(app.root_path).glob("*/translations"))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in rooms)
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    compile_catalogues(rooms)
    babel.init_app(app, locale_selector=lambda: LOCALES[choose()])
    _quick_gettext(app)


def _quick_gettext(app: Flask) -> None:
    """Let templates have their texts as ready markup: one look in a dictionary each, without the engine's wrappers."""
    known: dict[tuple[str, str], Markup] = {}

    def gettext(message: str, **values: Any) -> Markup:
        key = (language(), message)
        if key not in known:
            known[key] = Markup(catalogue().gettext(message))  # noqa: S704 - our own texts
        return known[key] % values if values else known[key]

    def plural(one: str, many: str, num: int, **values: Any) -> Markup:
        return Markup(catalogue().ngettext(one, many, num)) % {"num": num, **values}  # noqa: S704 - our own texts

    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=plural)


def compile_catalogues(folders: list[Path]) -> None:
    """Compile each ``.po`` that is newer than its ``.mo`` (set-up does it; a developer's edit shows at the next start)."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for folder in folders:
        for source in folder.glob("*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as read:
                catalogue = read_po(read, locale=source.parent.parent.name)
            fresh = target.with_suffix(".new")
            with fresh.open("wb") as written:
                write_mo(written, catalogue)
            fresh.replace(target)
