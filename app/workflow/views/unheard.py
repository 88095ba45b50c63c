"""Whom a comment names without their being told, as the room that tells people knows it."""

from collections.abc import Callable

from flask import flash

from app.core.texts import _
from app.workflow.queries import Opened

Find = Callable[[str, Opened], list[str]]
_finders: list[Find] = []


def found_by(find: Find) -> None:
    """Say who knows: ``find(text, run)`` gives the names of those who are named and cannot see the run."""
    if find not in _finders:
        _finders.append(find)


def warn(text: str, run: Opened) -> None:
    """Tell the writer of a comment who was not told of it."""
    names = dict.fromkeys(name for find in _finders for name in find(text, run))
    if names:
        flash(_("%(names)s cannot see this and is not told.", names=_(", ").join(names)), "warn")
