"""One rule for what a customer's record may hold, whichever door it comes through: form, API or spreadsheet."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.core import typed
from app.customers.rules import lists, values

TEXTS: Mapping[str, int] = {"address": values.ADDRESS_LIMIT, "about": values.ABOUT_LIMIT}
FIELDS = ("number", "name", "kind", "industry", "tier", "asset_value", "phone", "identity", "address", "about")
REQUIRED = ("name", "kind", "tier")


@dataclass(slots=True)
class Checked:
    """The values in shape, and what is wrong as (field, code)."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def fault(self, name: str, code: str) -> None:
        """Note that a field cannot be taken."""
        self.faults.append((name, code))


def check(raw: Mapping[str, Any], industries: Collection[str], kind: str = "") -> Checked:
    """Bring the given fields into shape; ``kind`` is the stored one when ``raw`` does not change it.

    Only keys of :data:`FIELDS` that ``raw`` holds are looked at. An empty number stays empty: one is given out.
    """
    done = Checked()
    for name in FIELDS:
        if name not in raw:
            continue
        value = raw[name]
        if name == "asset_value":
            _amount(done, value)
            continue
        text = "" if value is None else str(value)
        if not is_storable(text):
            done.fault(name, "characters")
        elif not text.strip():
            done.values[name] = None if name == "industry" else ""
            if name in REQUIRED:
                done.fault(name, "required")
        else:
            _text(done, name, text.strip(), industries, raw.get("kind") or kind)
    return done


def is_storable(text: str) -> bool:
    """Whether a text has only characters that both databases can keep."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _text(done: Checked, name: str, text: str, industries: Collection[str], kind: Any) -> None:
    if name == "name":
        cleaned = values.clean_name(text)
        if len(cleaned) > values.NAME_LIMIT:
            done.fault(name, "too_long")
        elif not values.name_key(cleaned):
            done.fault(name, "required")
        done.values[name] = cleaned
    elif name in TEXTS:
        if len(text) > TEXTS[name]:
            done.fault(name, "too_long")
        done.values[name] = text
    elif name in ("kind", "tier", "industry"):
        known: Collection[str] = {"kind": values.KINDS, "tier": lists.by_key("tiers"), "industry": industries}[name]
        if text not in known:
            done.fault(name, "unknown")
        done.values[name] = text
    else:
        shapes: dict[str, Callable[[str], str | None]] = {
            "number": values.clean_number,
            "phone": values.clean_phone,
            "identity": lambda typed: values.clean_identity(typed, str(kind)),
        }
        shaped = shapes[name](text)
        if shaped is None:
            done.fault(name, f"not_{name}")
        done.values[name] = shaped or ""


def _amount(done: Checked, value: Any) -> None:
    if value is None or value == "":
        done.values["asset_value"] = Decimal("0.00")
        return
    amount = amount_of(value)
    if amount is None:
        done.fault("asset_value", "not_amount")
    elif not 0 <= amount <= values.ASSET_LIMIT:
        done.fault("asset_value", "out_of_range")
    else:
        done.values["asset_value"] = amount


def amount_of(value: Any) -> Decimal | None:
    """An amount with at most two decimals from a number or text with thousands marks; None when it is not one."""
    if isinstance(value, bool):
        return None
    amount = Decimal(str(value)) if isinstance(value, float) else typed.number(str(value))
    if amount is None or not amount.is_finite() or abs(amount) >= 10**18:
        return None
    cents = amount.quantize(Decimal("0.01"))
    # spreadsheets hold binary fractions: what differs by less than a thousandth of a fen is noise, not an amount
    return cents if abs(cents - amount) < Decimal("0.00001") else None
