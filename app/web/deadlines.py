"""Deadlines as pages show them, each moment of a page written once."""

from datetime import datetime

from flask import Flask
from markupsafe import Markup

from app.core import clock
from app.web import filters

NOTHING = Markup("")


class Deadlines:
    """Writes deadlines as ``components/due.html`` does: spoken, exact on hover; for pages that show many of them."""

    def __init__(self) -> None:
        self._now = clock.now()
        self._known: dict[datetime | None, Markup] = {None: NOTHING}

    def __call__(self, at: datetime | None) -> Markup:
        """The deadline as markup; nothing for None."""
        if at not in self._known:
            self._known[at] = written(at, self._now)
        return self._known[at]


def written(at: datetime | None, now: datetime | None = None, closed: bool = False) -> Markup:
    """One deadline as markup. ``closed``: what it was a deadline of is done, so it has no colour and is not spoken."""
    if at is None:
        return NOTHING
    tone = "" if closed else f" q-due-{filters.due_tone(at, now)}"
    exact = filters.due_moment(at)
    return Markup('<time class="q-due{}" datetime="{}" title="{}">{}</time>').format(
        tone, at.isoformat(), exact, filters.due_day(at) if closed else filters.spoken(at, now)
    )


def register(app: Flask) -> None:
    """Give the templates ``| deadline``."""
    app.jinja_env.filters["deadline"] = lambda at, closed=False: written(at, closed=closed)
