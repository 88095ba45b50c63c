"""Cards and lines as templates print them: everything looked up and written out beforehand, nothing per cell."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup, escape

from app.core import calendar, clock
from app.core.texts import _
from app.sales.rules.ages import ORDINARY, WorkingDays, age
from app.web import filters
from app.workflow.rules.definition import Definition


def ordinary_days(definition: Definition) -> dict[str, int]:
    """Working days that a stage ordinarily takes: what its steps are given, one after the other."""
    found: dict[str, int] = {}
    for step in definition.steps.values():
        if step.due is not None:
            amount = step.due.within if step.due.unit == calendar.WORKING_DAYS else 1
            found[step.stage] = found.get(step.stage, 0) + amount
    return found


class Writer:
    """Writes rows out; one for a page, so that days and words are looked up once."""

    def __init__(self, definition: Definition) -> None:
        self._ordinary = ordinary_days(definition)
        self._working = WorkingDays(clock.today(), calendar.current().is_working)
        self._now = clock.now()
        self._days: dict[int, str] = {}
        self._dues: dict[datetime | None, str] = {None: ""}

    def days(self, count: int) -> str:
        """So many working days, in words."""
        if count not in self._days:
            self._days[count] = filters.days(count)
        return self._days[count]

    def rested(self, row: Any) -> tuple[int, int]:
        """Working days in the present stage, and how old that is for it (0, 1, 2)."""
        count = self._working.since(row.stage_entered_at)
        return count, age(count, self._ordinary.get(row.stage, ORDINARY))

    def due(self, at: datetime | None) -> str:
        """A deadline as people say it."""
        if at not in self._dues:
            self._dues[at] = filters.spoken(at, self._now)
        return self._dues[at]

    def cards(self, rows: Iterable[Any], *, end: bool = False) -> Markup:
        """Rows of the board as cards. ``end``: the column stands at the right, so menus open to the left.

        Written without a template: a board has up to 160 cards, and an engine that looks at each of thirty small pieces
        of each card takes longer than everything else on the page. Every text that a person typed is escaped here.
        """
        words = _Words(end)
        return Markup("".join([self._card(row, words) for row in rows]))  # noqa: S704 - escaped piece by piece

    def _card(self, row: Any, words: "_Words") -> str:
        count, old = self.rested(row)
        customer, title, owner = escape(row.customer), escape(row.title), escape(row.owner)
        href = f"{words.base}{row.id}"
        resting = words.ages[old]
        hint = resting or self.due(row.due_at)
        amount = ""
        if row.amount is not None:
            amount = f'<span class="q-num" title="{filters.money(row.amount)}">{filters.wan(row.amount)}</span>'
        mark, spoken = (words.clock, f'<span class="visually-hidden"> {resting}</span>') if old else ("", "")
        missing = ""
        if row.missing_count:
            missing = (
                f'<span class="q-deal-miss" title="{words.missing}">{words.flag}{row.missing_count}'
                f'<span class="visually-hidden"> {words.missing}</span></span>'
            )
        return (
            f'<li class="q-deal q-age-{old}" data-row><a class="q-deal-name" href="{href}">{customer}</a>'
            f'<span class="q-deal-title">{title}</span><div class="q-deal-foot">{amount}'
            f'<span class="q-deal-days" title="{hint}">{mark}{self.days(count)}{spoken}</span>{missing}'
            f'<span class="q-avatar q-avatar-sm q-hue-{row.owner_id % 8}" title="{owner}" role="img" aria-label="{owner}">'
            f"{escape(filters.initials(row.owner))}</span></div>"
            f'<details class="q-menu" data-pop><summary aria-label="{words.move}: {title}" title="{words.move}">{words.more}'
            f'</summary><div class="{words.pop}" hx-get="{href}/move" hx-trigger="toggle from:closest details once">'
            f'<a href="{href}/move">{words.move}</a></div></details></li>\n'
        )


class _Words:
    """What every card says alike, looked up once a page."""

    def __init__(self, end: bool) -> None:
        icon: Any = current_app.jinja_env.globals["icon"]
        self.base = base_url()
        self.ages = tuple(str(escape(word)) for word in age_words())
        self.move, self.missing = escape(_("Move")), escape(_("missing"))
        self.flag, self.more, self.clock = icon("flag"), icon("more"), icon("clock")
        self.pop = "q-pop q-menu-list " + ("q-pop-end" if end else "q-pop-start")


def age_words() -> tuple[str, str, str]:
    """What the colour of a card means, for the ear and on hover."""
    return "", _("longer than usual in this stage"), _("far too long in this stage")


def base_url() -> str:
    """Address of opportunities without the id, so that a list builds none of its links one by one."""
    return url_for("sales.opportunity", opportunity_id=0)[:-1]
