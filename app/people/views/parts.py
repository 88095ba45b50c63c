"""What several pages of people share: choices for select boxes, titles of words, running one operation for a form."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import request

from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.permissions import GRANTED_ROLES, TEAM_ROLES
from app.core.texts import _, text
from app.people.rules.roles import ROLE_TITLES
from app.people.rules.vocabulary import Word
from app.web.forms import BaseForm, apply


def role_choices(*, team: bool) -> list[tuple[str, Any]]:
    """Team roles or granted roles for a select box."""
    return [(role, ROLE_TITLES[role]) for role in (TEAM_ROLES if team else GRANTED_ROLES)]


def word_choices(words: Sequence[Word], present: str | None = None, blank: Any = None) -> list[tuple[str, str]]:
    """Words still in use (and the present one) for a select box."""
    offered = [(word.key, text(word.title)) for word in words if not word.retired or word.key == present]
    return ([("", str(blank))] if blank is not None else []) + offered


def titles(words: Sequence[Word]) -> dict[str, str]:
    """Titles by key, retired words included."""
    return {word.key: text(word.title) for word in words}


def day_of(name: str, default: date | None = None) -> date | None:
    """A day from the address (``?day=2026-09-01``); ``Invalid`` when it is none."""
    raw = request.args.get(name, "").strip()
    if not raw:
        return default
    try:
        found = date.fromisoformat(raw)
    except ValueError:
        found = None
    if found is None or not 1950 <= found.year <= 2100:
        raise Invalid(name, "invalid", _("Choose a day between 1950 and 2100."))
    return found


def number_of(name: str) -> int | None:
    """A whole number from the address; None when absent or not one."""
    raw = request.args.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None


def key_of(name: str, known: Sequence[str]) -> str | None:
    """A key from the address when it is one of ``known``."""
    raw = request.args.get(name, "")
    return raw if raw in known else None


def attempt(form: BaseForm, act: Callable[[], Any]) -> bool:
    """Validate ``form``, then ``act``; False puts what was refused on the fields."""
    if not form.validate():
        return False
    try:
        act()
    except Invalid as error:
        apply(form, error)
        return False
    return True


def apart(form: BaseForm, name: str) -> BaseForm:
    """Give the fields of one of several forms of a page ids of their own; what is sent keeps its names."""
    for field in form:
        field.id = field.label.field_id = f"{name}-{field.id}"
    return form


def require_id(value: int | None) -> int:
    """An id that the form has made sure of."""
    if value is None:
        raise NotFound()
    return value


def today() -> date:
    """Today, as the default of a day field."""
    return clock.today()
