"""What kind of value a setting takes, so that one page can ask for any of them and every door checks them alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any, ClassVar

from app.core.texts import _l
from app.core.typed import narrow, number

MOST = Decimal(10) ** 12
"""No amount of an institution reaches this, in yuan."""
YUAN = _l("yuan")
MOST_POSTS = 100


class Field:
    """A kind of value: :meth:`clean` takes what was typed or handed over, and raises ``ValueError`` with a sentence."""

    kind: ClassVar[str]
    unit: Any = ""

    def clean(self, value: Any) -> Any:
        """The value as it is kept."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Whole(Field):
    """A whole number with bounds and the unit it counts; ``one``: the unit of a single one."""

    kind: ClassVar[str] = "whole"
    low: int
    high: int
    unit: Any = ""
    one: Any = ""

    def clean(self, value: Any) -> int:
        """A number between the bounds."""
        typed = narrow(str(value))
        digits = typed.removeprefix("-")
        fits = not isinstance(value, bool) and digits.isascii() and digits.isdigit() and len(digits) < 10
        if not fits or not self.low <= int(typed) <= self.high:
            raise ValueError(_l("A whole number from %(low)d to %(high)d.", low=self.low, high=self.high))
        return int(typed)


@dataclass(frozen=True, slots=True)
class TimeOfDay(Field):
    """An hour and minute of the working day, kept as ``18:30``."""

    kind: ClassVar[str] = "time"

    def clean(self, value: Any) -> str:
        """The time with two digits each."""
        hours, colon, minutes = narrow(str(value)).partition(":")
        digits = hours + minutes
        if not colon or not hours or len(minutes) != 2 or len(hours) > 2 or not (digits.isascii() and digits.isdigit()):
            raise ValueError(_l("Give a time of the day."))
        try:
            return time(int(hours), int(minutes)).strftime("%H:%M")
        except ValueError as error:
            raise ValueError(_l("Give a time of the day.")) from error


@dataclass(frozen=True, slots=True)
class YesNo(Field):
    """Whether something is so."""

    kind: ClassVar[str] = "yes_no"

    def clean(self, value: Any) -> bool:
        """True or false, nothing between."""
        if value is not True and value is not False:
            raise ValueError(_l("Choose yes or no."))
        return bool(value)


@dataclass(frozen=True, slots=True)
class Posts(Field):
    """Several posts of the institution, kept as the list of their keys; at least ``least`` of them."""

    kind: ClassVar[str] = "posts"
    least: int = 1

    def clean(self, value: Any) -> list[str]:
        """The keys, each once. Whether they are posts of this institution, whoever sets them asks."""
        words = value.split(",") if isinstance(value, str) else list(value) if isinstance(value, Iterable) else None
        if words is None or not all(isinstance(word, str) for word in words):
            raise ValueError(_l("Choose among the posts."))
        keys = list(dict.fromkeys(word.strip() for word in words if word.strip()))
        if len(keys) < self.least:
            raise ValueError(_l("Choose at least one post."))
        if len(keys) > MOST_POSTS:
            raise ValueError(_l("Choose among the posts."))
        return keys


@dataclass(frozen=True, slots=True)
class Money(Field):
    """An amount in yuan from nothing up, kept as text with two decimals."""

    kind: ClassVar[str] = "money"
    unit: Any = YUAN

    def clean(self, value: Any) -> str:
        """The amount; thousands marks may be typed."""
        amount = None if isinstance(value, bool | float) else number(str(value))
        if amount is None or amount.is_signed() or amount >= MOST or amount != amount.quantize(Decimal("0.01")):
            raise ValueError(_l("An amount in yuan with at most two decimals."))
        return format(amount.quantize(Decimal("0.01")), "f")
