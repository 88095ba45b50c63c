"""Days that a list is narrowed to, in words: what stands beside its filters and is taken away by its cross."""

from datetime import date
from typing import Any

from app.core.texts import _
from app.web import filters


def chosen(what: Any, first: date | None, last: date | None, without: str) -> list[dict[str, Any]]:
    """For ``chosen_times``: what happened from which day until which, and the list's address ``without`` it; none of none."""
    days = {"what": what, "first": filters.short_day(first), "last": filters.short_day(last)}
    if first and last:
        words = _("%(what)s from %(first)s until %(last)s", **days)
    elif first:
        words = _("%(what)s from %(first)s", **days)
    elif last:
        words = _("%(what)s until %(last)s", **days)
    else:
        return []
    return [{"words": words, "without": without}]
