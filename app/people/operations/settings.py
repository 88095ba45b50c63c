"""Changing a setting of the institution: by whom it may be, against what was seen, noted with old and new."""

from typing import Any

from sqlalchemy.exc import IntegrityError

from app.core import audit, settings
from app.core.actor import Actor, Scope
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.settings import Declared, Setting
from app.core.texts import _l
from app.people import audit as noted
from app.people.permissions import CONTROL_EDIT, SETTING_EDIT
from app.people.queries.institution import words


def may_change(actor: Actor, setting: Declared) -> bool:
    """Whether the actor may change it: who answers for the whole institution, and for controls whoever gives rights."""
    granted = actor.scope(_right(setting))
    return granted is not None and granted.level is Scope.ALL


def change_setting(actor: Actor, key: str, value: Any, seen: str | None = None) -> None:
    """Set a setting; it holds for what comes after it. ``seen``: the mark of the value that was in force when it was shown.

    What holds already, by whomever it was set, is neither set again nor refused: a button may be pressed twice.
    Raises ``NotFound``, ``Forbidden``, ``Invalid`` (on the field ``value``), ``Conflict``.
    """
    setting = _for_changing(actor, key)
    try:
        value = settings.cleaned(key, value)
    except Invalid as error:
        raise Invalid("value", "invalid", error.message) from error
    if setting.field is not None and setting.field.kind == "posts" and set(value) - set(words("post")):
        raise Invalid("value", "unknown", _l("Choose among the posts."))
    row, before = _in_force(setting)
    if value == before:
        return
    _refuse_stale(before, seen)
    if row is None:
        try:
            with session.begin_nested():
                session.add(Setting(key=key, value=value, changed_by=actor.id))
        except IntegrityError as error:  # somebody else set it at the same instant
            row, before = _in_force(setting)
            if value == before:
                return
            raise Conflict() from error
    else:
        row.value, row.changed_by = value, actor.id
        session.flush()
    audit.record(actor, noted.SETTING_CHANGED, changes={key: (before, value)})


def reset_setting(actor: Actor, key: str, seen: str | None = None) -> None:
    """Let the shipped default hold again. Raises ``NotFound``, ``Forbidden``, ``Conflict``."""
    setting = _for_changing(actor, key)
    row, before = _in_force(setting)
    if row is None:
        return
    _refuse_stale(before, seen)
    session.delete(row)
    session.flush()
    audit.record(actor, noted.SETTING_RESET, changes={key: (before, setting.default)})


def _right(setting: Declared) -> str:
    return CONTROL_EDIT if setting.control else SETTING_EDIT


def _for_changing(actor: Actor, key: str) -> Declared:
    setting = settings.find(key)
    if setting is None:
        raise NotFound()
    if not may_change(actor, setting):
        raise Forbidden(_right(setting))
    return setting


def _in_force(setting: Declared) -> tuple[Setting | None, Any]:
    row = settings.locked(setting.key)
    return row, setting.default if row is None else row.value


def _refuse_stale(before: Any, seen: str | None) -> None:
    if seen is not None and seen != settings.mark(before):
        raise Conflict()
