"""One rule for what an opportunity may hold, whichever door it comes through: form, API, step or import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.core import typed
from app.sales.rules import limits, lists

FIELDS = ("title", "amount", "expected_on", "source", "terms")
TEXTS: Mapping[str, int] = {"title": limits.TITLE, "terms": limits.TERMS}
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(slots=True)
class Checked:
    """The values in shape, and what is wrong as (field, code)."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def fault(self, name: str, code: str) -> None:
        """Note that a field cannot be taken."""
        self.faults.append((name, code))


def check(raw: Mapping[str, Any]) -> Checked:
    """Bring those of :data:`FIELDS` that ``raw`` holds into shape; an empty optional one is None (terms: empty text)."""
    done = Checked()
    for name in FIELDS:
        if name in raw:
            value = _CHECKS[name](raw[name], done, name)
            done.values[name] = value
    return done


def is_storable(text: str) -> bool:
    """Whether a text has only characters that both databases can keep."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _text(value: Any, done: Checked, name: str) -> str:
    text = "" if value is None else value
    if not isinstance(text, str):
        done.fault(name, "text")
        return ""
    text = typed.prose(text).strip() if name == "terms" else typed.name(text)
    if not is_storable(text):
        done.fault(name, "characters")
    elif not text and name == "title":
        done.fault(name, "required")
    elif len(text) > TEXTS[name]:
        done.fault(name, "too_long")
    return text


def _amount(value: Any, done: Checked, name: str) -> Decimal | None:
    if value is None or value == "":
        return None
    amount = amount_of(value)
    if amount is None:
        done.fault(name, "not_amount")
    elif not 0 <= amount <= limits.AMOUNT:
        done.fault(name, "out_of_range")
    return amount


def amount_of(value: Any) -> Decimal | None:
    """An amount in yuan with at most two decimals, from a number or a text with thousands marks; None if it is not one."""
    if isinstance(value, bool | float) or not isinstance(value, int | str | Decimal):
        return None
    amount = typed.number(str(value))
    if amount is None or abs(amount) >= 10**18:
        return None
    cents = amount.quantize(Decimal("0.01"))
    return cents if cents == amount else None


def _day(value: Any, done: Checked, name: str) -> date | None:
    if value is None or value == "":
        return None
    day = value if type(value) is date else None
    if day is None:
        try:
            day = date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
        except ValueError:
            done.fault(name, "not_day")
            return None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        done.fault(name, "out_of_range")
    return day


def _source(value: Any, done: Checked, name: str) -> str | None:
    if value is None or value == "":
        return None
    if value not in lists.keys("sources"):
        done.fault(name, "unknown")
        return None
    return str(value)


_CHECKS: Mapping[str, Any] = {
    "title": _text,
    "amount": _amount,
    "expected_on": _day,
    "source": _source,
    "terms": _text,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plan in shape; ``product`` is the product's code."""

    product: str
    amount: Decimal
    price: str = ""
    need: str = ""


def check_plan(rows: Any, done: Checked, name: str = "products") -> list[Line]:
    """The lines of a plan; faults are named ``products.ROW.COLUMN``."""
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not all(isinstance(row, Mapping) for row in rows):
        done.fault(name, "not_rows")
        return []
    if len(rows) > limits.PRODUCTS:
        done.fault(name, "too_many")
        return []
    lines = []
    for number, row in enumerate(rows):
        product, amount = row.get("product"), amount_of(row.get("amount"))
        if not isinstance(product, str) or not product or len(product) > 32:
            done.fault(f"{name}.{number}.product", "unknown")
            continue
        if amount is None or not 0 <= amount <= limits.AMOUNT:
            done.fault(f"{name}.{number}.amount", "not_amount")
            continue
        texts = {}
        for column, longest in (("price", limits.PRICE), ("need", limits.NEED)):
            text = row.get(column) or ""
            if not isinstance(text, str) or len(text) > longest or not is_storable(text):
                done.fault(f"{name}.{number}.{column}", "too_long")
                text = ""
            texts[column] = " ".join(text.split())
        lines.append(Line(product, amount, **texts))
    return lines
