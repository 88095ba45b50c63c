"""Texts in the reader's language, for rooms that never import Flask."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from gettext import NullTranslations
from typing import Any

from babel import Locale
from flask import g
from flask_babel import force_locale, get_locale, get_translations
from flask_babel.speaklater import LazyString

__all__ = ["LANGUAGES", "_", "_l", "catalogue", "endonym", "in_language", "language", "ngettext", "text"]

LANGUAGES = ("zh", "en")
"""Languages of the product; the first is the default. Their own names: :func:`endonym`."""


def _locale() -> Locale | None:
    # Flask-Babel finds it at a request's first text and keeps it here; asking anew for each of hundreds would show
    try:
        known: Locale | None = g._flask_babel.babel_locale
    except (AttributeError, RuntimeError):
        known = None
    return get_locale() if known is None else known


def language() -> str:
    """Key of the reader's language: ``zh`` or ``en``."""
    locale = _locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


_catalogues: dict[str, NullTranslations] = {}
_NONE = NullTranslations()


def catalogue() -> NullTranslations:
    """The texts of all rooms in the reader's language; outside of the application the texts stay as they are."""
    locale = _locale()
    if locale is None:
        return _NONE
    known = _catalogues.get(locale.language)
    if known is None:
        known = _catalogues[locale.language] = get_translations()
    return known


def _(message: str, **values: Any) -> str:
    """The message in the reader's language, its ``%(name)s`` filled in."""
    found = catalogue().gettext(message)
    return found % values if values else found


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """One of two messages by the number, which stands in them as ``%(num)s``."""
    return catalogue().ngettext(one, many, num) % {"num": num, **values}


def _l(message: str, **values: Any) -> Any:
    """The message in the language of whoever reads it later."""
    return LazyString(_, message, **values)


def endonym(key: str) -> str:
    """A language under its own name."""
    return (Locale.parse(key).get_display_name(key) or key).capitalize()


def text(bilingual: Mapping[str, str] | None) -> str:
    """The reader's side of a ``{"zh": ..., "en": ...}`` text; the other side when one is empty."""
    if not bilingual:
        return ""
    return bilingual.get(language()) or bilingual.get("zh") or bilingual.get("en") or ""


def in_language(key: str | None) -> AbstractContextManager[None]:
    """Inside, texts are in that language (Chinese when None): for what is written to somebody else."""
    return force_locale(key if key in LANGUAGES else "zh")  # type: ignore[no-any-return]  # no types of its own
