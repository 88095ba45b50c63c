"""The figures in words: their titles, what they are made of, and how they are defined."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.core.texts import _, _l
from app.work.queries.branch import Book, Span
from app.work.rules import branch as rules
from app.work.rules.branch import Ratio
from app.work.views.goal_words import figure, period_words, short

TITLES = {
    "amount_won": _l("Amount won"),
    "activity": _l("Activity ratio"),
    "productivity": _l("Average productivity"),
    "headcount": _l("Average headcount"),
    "retention": _l("Retention"),
    "attrition": _l("Attrition"),
    "cost": _l("Cost"),
    "cost_ratio": _l("Cost ratio"),
}
KINDS = {"month": _l("Month"), "quarter": _l("Quarter"), "year": _l("Calendar year")}
FATES = {
    "stayed": _l("still a customer manager here"),
    "moved": _l("elsewhere in the institution"),
    "left": _l("has left"),
}
LESS = frozenset({"attrition", "cost", "cost_ratio"})
"""Figures of which less is better."""
TONES = {"stayed": "good", "moved": "info", "left": "bad"}


def value(metric: str, ratio: Ratio, *, brief: bool = True) -> str:
    """A figure as a page prints it; without a basis it says so."""
    if ratio.value is None:
        return _("not entered") if metric == "cost" else _("no basis")
    return bare(metric, ratio.value, brief=brief)


def bare(metric: str, number: Decimal | None, *, brief: bool = True) -> str:
    """A number with its sign: percent, or an amount."""
    if number is None:
        return "–"
    if metric in rules.PERCENT:
        return f"{figure(number)}%"
    return short(number) if brief and metric != "headcount" else figure(number)


def made_of(metric: str, ratio: Ratio) -> str:
    """Numerator and denominator in words."""
    top, bottom = figure(ratio.top), figure(ratio.bottom)
    words = {
        "activity": lambda: _("%(top)s active ÷ %(bottom)s on duty", top=top, bottom=bottom),
        "productivity": lambda: _("%(top)s yuan won ÷ %(bottom)s people on average", top=top, bottom=bottom),
        "headcount": lambda: _("%(top)s days of people ÷ %(bottom)s days", top=top, bottom=bottom),
        "retention": lambda: _("%(top)s still here ÷ %(bottom)s at the beginning", top=top, bottom=bottom),
        "attrition": lambda: _("%(top)s left ÷ %(bottom)s at the beginning", top=top, bottom=bottom),
        "cost_ratio": lambda: _("%(top)s yuan spent ÷ %(bottom)s yuan won", top=top, bottom=bottom),
    }
    return words[metric]() if metric in words else _("%(top)s yuan", top=top)


def definition(metric: str, book: Book) -> str:
    """How the figure is defined."""
    return {
        "amount_won": lambda: _("Sales filed as won in the period, by whoever answers for them, counted where they were last posted in it."),
        "activity": lambda: _("Customer managers with at least %(n)s recorded visits in the period ÷ customer managers posted here on its last day (today while it runs).", n=book.wanted),
        "productivity": lambda: _("Amount won ÷ average headcount of customer managers."),
        "headcount": lambda: _("Days on which customer managers were posted here ÷ days of the period so far."),
        "retention": lambda: _("Of the customer managers posted here on the first day, those who have not left the institution; who moved elsewhere in it counts as kept."),
        "attrition": lambda: _("Of the customer managers posted here on the first day, those who have left the institution. Retention and attrition are 100% together."),
        "cost": lambda: _("Entered by hand for each unit and month; units below are added."),
        "cost_ratio": lambda: _("Cost ÷ amount won in the same period."),
    }[metric]()  # fmt: skip


def span_words(span: Span) -> str:
    """The period in words."""
    return period_words(span.kind, span.first, span.last)


def attainment(metric: str, ratio: Ratio, target: Decimal | None) -> dict[str, Any] | None:
    """How far the plan is met, with its tone: a percentage; in words where less is better, for that is no achievement."""
    if ratio.value is None or target is None:
        return None
    if metric in LESS:
        good, near = ratio.value <= target, ratio.value * 10 <= target * 11
        return {"share": None, "words": _beside(metric, ratio.value - target), "tone": _tone(good, near)}
    if target == 0:
        return None
    share = (ratio.value * 100 / target).quantize(Decimal("0.1"), ROUND_HALF_UP)
    good, near = ratio.value >= target, ratio.value * 10 >= target * 8
    return {"share": share, "words": f"{share}%", "tone": _tone(good, near)}


def _beside(metric: str, more: Decimal) -> str:
    """How far above or below the plan."""
    if more == 0:
        return _("as planned")
    by = _("%(n)s points", n=figure(abs(more))) if metric in rules.PERCENT else short(abs(more))
    return _("%(by)s above plan", by=by) if more > 0 else _("%(by)s below plan", by=by)


def _tone(good: bool, near: bool) -> str:
    return "good" if good else "warn" if near else "bad"
