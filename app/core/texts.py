"""Texts in the reader's language, for rooms that never import Flask."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import flask_babel
from babel import Locale
from flask_babel import force_locale, get_locale
from flask_babel import lazy_gettext as _l

__all__ = ["LANGUAGES", "_", "_l", "endonym", "in_language", "language", "ngettext", "text"]

# Flask-Babel has no types of its own
_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

LANGUAGES = ("zh", "en")
"""Languages of the product; the first is the default. Their own names: :func:`endonym`."""


def language() -> str:
    """Key of the reader's language: ``zh`` or ``en``."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


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
