"""Goals in numbers: periods, what should have been reached by now, and parts that add up to the whole (D37)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from app.work.rules.figures import CENT

LEVELS = ("unit", "team", "person")
PERIODS = ("month", "quarter", "half", "year", "free")
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
LONGEST = 3660


def period_of(kind: str, day: date) -> tuple[date, date]:
    """First and last day of the month, quarter, half or whole year that ``day`` is in."""
    size = MONTHS[kind]
    first = date(day.year, (day.month - 1) // size * size + 1, 1)
    return first, _plus_months(first, size) - timedelta(days=1)


def next_period(kind: str, starts_on: date, ends_on: date) -> tuple[date, date]:
    """The period after this one; a free one is as long again."""
    if kind in MONTHS:
        return period_of(kind, ends_on + timedelta(days=1))
    return ends_on + timedelta(days=1), ends_on + (ends_on - starts_on) + timedelta(days=1)


def previous_period(kind: str, starts_on: date, ends_on: date) -> tuple[date, date]:
    """The period before this one; a free one is as long."""
    last = starts_on - timedelta(days=1)
    if kind in MONTHS:
        return period_of(kind, last)
    return last - (ends_on - starts_on), last


def _plus_months(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def expected(target: Decimal, gone: int, total: int, step: Decimal = CENT) -> Decimal:
    """What should have been reached after ``gone`` of ``total`` working days: an even pace, rounded down to ``step``."""
    if total <= 0:
        return target
    return (target * min(max(gone, 0), total) / total).quantize(step, ROUND_DOWN)


def pace(actual: Decimal, expected_by_now: Decimal, target: Decimal) -> str:
    """How it goes: ``reached``, ``ahead`` (on or before the even pace), ``near`` (four fifths of it) or ``behind``."""
    if actual >= target:
        return "reached"
    if actual >= expected_by_now:
        return "ahead"
    return "near" if actual * 5 >= expected_by_now * 4 else "behind"


def percent(actual: Decimal, target: Decimal) -> int:
    """Whole percent of the target, rounded down, so that 100 means reached."""
    return int(actual * 100 // target) if target > 0 else 0


@dataclass(frozen=True, slots=True)
class Sum:
    """Parts beside their whole: their sum, and what is missing (negative: too much). No part at all is not a fault."""

    whole: Decimal
    parts: Decimal
    count: int

    @property
    def missing(self) -> Decimal:
        """What the parts lack to the whole; negative when they are too much."""
        return self.whole - self.parts

    @property
    def adds_up(self) -> bool:
        """Whether the parts are exactly the whole."""
        return self.count > 0 and self.missing == 0


def add_up(whole: Decimal, parts: Iterable[Decimal | None]) -> Sum:
    """Set parts beside their whole; empty ones do not count."""
    given = [part for part in parts if part is not None]
    return Sum(whole, sum(given, Decimal(0)), len(given))


def step_of(whole: Decimal, count: int) -> Decimal:
    """The smallest step people would split this by: ten thousand yuan of big round sums, one of whole numbers, else a cent."""
    if count and whole % 10_000 == 0 and whole >= 100_000 * count:
        return Decimal(10_000)
    return Decimal(1) if whole == whole.to_integral_value() else CENT


def split(whole: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Parts by weight that are exactly the whole: largest remainder, in steps of :func:`step_of`.

    All weights zero (nothing last period) is an even split. The parts of a person are never negative.
    """
    if not weights:
        return []
    heavy = [int(max(Decimal(weight), Decimal(0)) * 100) for weight in weights]
    if not any(heavy):
        heavy = [1] * len(heavy)
    total, step = sum(heavy), step_of(whole, len(heavy))
    steps = int(whole / step)  # exact: the step divides the whole
    found = [weight * steps // total for weight in heavy]
    order = sorted(range(len(heavy)), key=lambda place: (-(heavy[place] * steps % total), place))
    for place in order[: steps - sum(found)]:
        found[place] += 1
    return [count * step for count in found]


def faults_of(whole: Decimal, groups: Mapping[str, tuple[Decimal | None, Sequence[Decimal | None]]]) -> dict[str, Sum]:
    """Where a table of parts does not add up: ``""`` for the rows themselves, else the key of the row whose own do not.

    ``groups`` maps a row to its figure and those of the rows below it. A row without rows below is whole by itself.
    """
    found: dict[str, Sum] = {}
    top = add_up(whole, [figure for figure, _below in groups.values()])
    if not top.adds_up:
        found[""] = top
    for key, (figure, below) in groups.items():
        own = add_up(figure if figure is not None else Decimal(0), below)
        if own.count and not own.adds_up:
            found[key] = own
    return found
