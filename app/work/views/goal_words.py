"""Goals as pages print them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from app.core import calendar
from app.core.texts import _, _l, text
from app.web import filters as written
from app.work.models.goals import Goal
from app.work.queries.goals import GoalRow, Owners
from app.work.queries.progress import Progress, measure_of
from app.work.rules.figures import plain
from app.work.subjects.goals import goal_url
from app.workflow import queries as workflow

TONES = {"reached": "good", "ahead": "good", "near": "warn", "behind": "bad"}
PACES = {
    "reached": _l("reached"),
    "ahead": _l("on pace"),
    "near": _l("a little behind"),
    "behind": _l("behind"),
}
AGREEMENT, NOT_YET = "agreement", _l("not in force yet")
"""What has not been agreed is neither behind nor reached."""
LEVELS = {"unit": _l("Unit"), "team": _l("Team"), "person": _l("Person")}
END_TONES = {"reached": "good", "partly": "warn", "missed": "bad", "dropped": "mute"}


def figure(value: Decimal | None) -> str:
    """A figure with thousands marks and no empty decimals."""
    if value is None:
        return ""
    return f"{value:,.2f}".removesuffix(".00")


def short(value: Decimal) -> str:
    """A figure where room is short: big ones in ten thousands or millions."""
    return written.wan(value) if abs(value) >= 100_000 else figure(value)


def counted_in(goal: Goal) -> str:
    """In what its figures are counted."""
    measure = measure_of(goal.measure)
    return str(measure.unit) if measure else goal.counted_in


def period(goal: Goal) -> str:
    """The period in words: 2026 Q4, November 2026, or its days."""
    return period_words(goal.period, goal.starts_on, goal.ends_on)


def period_words(kind: str, first: date, last: date) -> str:
    """A period by its kind and days."""
    if kind == "month":
        return _("%(year)s-%(month)s", year=first.year, month=f"{first.month:02d}")
    if kind == "quarter":
        return _("Q%(n)s %(year)s", n=(first.month + 2) // 3, year=first.year)
    if kind == "half":
        return _("H%(n)s %(year)s", n=1 if first.month == 1 else 2, year=first.year)
    if kind == "year":
        return _("Year %(year)s", year=first.year)
    return f"{written.short_day(first)} – {written.short_day(last)}"


class Line(NamedTuple):
    """A goal as a list shows it."""

    url: str
    title: str
    level: str
    owner: str
    period: str
    target: str
    actual: str
    unit: str
    percent: int
    tone: str | None
    pace: str
    state: str
    state_tone: str


def lines(rows: Sequence[GoalRow], progress: Mapping[int, Progress], owners: Owners) -> list[Line]:
    """Rows of goals written out; at most one statement for the words of their processes."""
    definitions = workflow.parsed_all({row.digest for row in rows})
    found = []
    for row in rows:
        goal, how = row.goal, progress[row.goal.id]
        definition = definitions[row.digest]
        agreed = row.end is not None or row.stage != AGREEMENT
        if row.end:
            state, tone = text(definition.ends[row.end].title), END_TONES.get(row.end, "mute")
        else:
            state = next((text(stage.title) for stage in definition.stages if stage.key == row.stage), "")
            tone = "info" if row.stage == "underway" else "warn"
        found.append(
            Line(
                goal_url(goal.id), goal.title, str(LEVELS[goal.level]), owners.of(goal), period(goal),
                short(goal.target), short(how.actual), counted_in(goal), how.percent,
                TONES[how.pace] if agreed else None, str(PACES[how.pace] if agreed else NOT_YET), state, tone,
            )
        )  # fmt: skip
    return found


def bounds(goal: Goal) -> tuple[Any, Any]:
    """The period as moments, for addresses of the records behind a measure."""
    return bounds_of(goal.starts_on, goal.ends_on)


def bounds_of(first: date, last: date) -> tuple[Any, Any]:
    """Days as moments, the end not included."""
    return calendar.start_of_day(first), calendar.end_of_day(last)


def typed(value: Decimal | None) -> str:
    """A figure as an input shows it."""
    return plain(value)
