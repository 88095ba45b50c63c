"""Cards and lines as templates print them: everything looked up and written out beforehand, nothing per cell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from app.core import calendar, clock
from app.core.texts import _
from app.sales.rules.ages import ORDINARY, WorkingDays, age
from app.web import filters
from app.workflow.rules.definition import Definition


@dataclass(frozen=True, slots=True)
class Card:
    """One opportunity on the board."""

    id: int
    customer: str
    title: str
    amount: str
    full: str
    days: str
    age: int
    missing: int
    owner: str
    initials: str
    hue: int
    due: str
    overdue: bool
    paused: bool


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

    def cards(self, rows: Iterable[Any]) -> list[Card]:
        """Rows of the board as cards."""
        return [self._card(row) for row in rows]

    def _card(self, row: Any) -> Card:
        count, old = self.rested(row)
        overdue = row.due_at is not None and row.due_at < self._now
        return Card(
            row.id, row.customer, row.title, filters.wan(row.amount), filters.money(row.amount), self.days(count), old,
            row.missing_count, row.owner, filters.initials(row.owner), row.owner_id % 8, self.due(row.due_at), overdue,
            row.paused_at is not None,
        )  # fmt: skip


def age_words() -> tuple[str, str, str]:
    """What the colour of a card means, for the ear and on hover."""
    return "", _("longer than usual in this stage"), _("far too long in this stage")


def base_url() -> str:
    """Address of opportunities without the id, so that a list builds none of its links one by one."""
    return url_for("sales.opportunity", opportunity_id=0)[:-1]
