"""The branch manager's figures in numbers (D40): each a numerator over a denominator, and "no basis" where that is nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from app.work.rules.figures import CENT
from app.work.rules.goals import MONTHS, period_of

KINDS = ("month", "quarter", "year")
PERCENT = frozenset({"activity", "retention", "attrition", "cost_ratio"})
"""Figures in percent; the others are amounts."""
ADDED = frozenset({"amount_won", "cost"})
"""Figures of which those of the months are those of the quarter."""
METRICS = ("amount_won", "activity", "productivity", "headcount", "retention", "attrition", "cost", "cost_ratio")
STAYED, MOVED, LEFT = "stayed", "moved", "left"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure with what it is made of; ``value`` None: no basis. ``top`` over ``bottom``; a plain amount has no bottom."""

    top: Decimal
    bottom: Decimal | None
    value: Decimal | None


def ratio(top: Decimal | int, bottom: Decimal | int, *, percent: bool) -> Ratio:
    """One number over another, to two decimals; over nothing there is no basis."""
    upper, lower = Decimal(top), Decimal(bottom)
    if lower == 0:
        return Ratio(upper, lower, None)
    value = upper * (100 if percent else 1) / lower
    return Ratio(upper, lower, value.quantize(CENT, ROUND_HALF_UP))


def amount(value: Decimal | int) -> Ratio:
    """A plain amount."""
    return Ratio(Decimal(value), None, Decimal(value).quantize(CENT))


def shares(kept: int, gone: int) -> tuple[Ratio, Ratio]:
    """Retention and attrition of one cohort: together always exactly one hundred percent, or neither has a basis."""
    retention = ratio(kept, kept + gone, percent=True)
    if retention.value is None:
        return retention, ratio(gone, kept + gone, percent=True)
    return retention, Ratio(Decimal(gone), Decimal(kept + gone), Decimal(100) - retention.value)


def fates(cohort: Iterable[int], left_on: Mapping[int, date], there: Iterable[int], last: date) -> dict[int, str]:
    """What became of each of the cohort by the last day: ``left`` the institution, still ``stayed``, or ``moved`` elsewhere in it."""
    present = frozenset(there)
    return {
        person: LEFT if person in left_on and left_on[person] <= last else STAYED if person in present else MOVED
        for person in cohort
    }


def visits_wanted(per_month: int, kind: str) -> int:
    """How many visits make somebody active in a period: so many for each of its months."""
    return per_month * MONTHS[kind]


def key_of(kind: str, first: date) -> str:
    """The period as plans are stored under it: ``2026-11``, ``2026-Q4``, ``2026``."""
    if kind == "month":
        return f"{first.year}-{first.month:02d}"
    return f"{first.year}-Q{(first.month + 2) // 3}" if kind == "quarter" else f"{first.year}"


def read_key(key: str) -> tuple[str, date] | None:
    """Kind and first day of such a key; None when it is none of a sane year."""
    year, dash, rest = key.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and 2000 <= int(year) <= 2100):
        return None
    if not dash:
        return "year", date(int(year), 1, 1)
    if len(rest) == 2 and rest[0] == "Q" and rest[1] in "1234":
        return "quarter", date(int(year), int(rest[1]) * 3 - 2, 1)
    if len(rest) == 2 and rest.isascii() and rest.isdigit() and 1 <= int(rest) <= 12:
        return "month", date(int(year), int(rest), 1)
    return None


def months_of(kind: str, first: date) -> list[date]:
    """The first days of the months of a period."""
    _first, last = period_of(kind, first)
    found = [first]
    while (after := _next_month(found[-1])) <= last:
        found.append(after)
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def target_of(
    metric: str, kind: str, first: date, plans: Mapping[tuple[str, str], Decimal]
) -> tuple[Decimal | None, int]:
    """The plan of a period: its own, else what the months add up to; and how many months that were (0: its own)."""
    own = plans.get((metric, key_of(kind, first)))
    if own is not None or metric not in ADDED or kind == "month":
        return own, 0
    parts = [plans.get((metric, key_of("month", month))) for month in months_of(kind, first)]
    given = [part for part in parts if part is not None]
    return (sum(given, Decimal(0)), len(given)) if given else (None, 0)
