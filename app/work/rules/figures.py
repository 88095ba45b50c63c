"""How figures are read and written: exact decimals with two places, never floating point."""

import re
from decimal import Decimal, InvalidOperation

_PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
LARGEST = Decimal("9999999999999.99")
CENT = Decimal("0.01")


def figure_of(typed: object) -> Decimal | None:
    """A figure with at most two decimals from what somebody typed (thousands marks allowed); None if it is not one."""
    if isinstance(typed, bool | float) or not isinstance(typed, int | str | Decimal):
        return None
    words = str(typed).replace(",", "").replace("\uff0c", "").replace("\u3000", "").strip()
    if not _PLAIN.fullmatch(words) or len(words) > 30:
        return None
    try:
        figure = Decimal(words)
        if not figure.is_finite() or abs(figure) > LARGEST:
            return None
        exact = figure.quantize(CENT)
    except (InvalidOperation, ValueError):
        return None
    return exact if exact == figure else None


def plain(figure: Decimal | int | None) -> str:
    """A figure as people type it: no marks, no zeros that say nothing."""
    if figure is None:
        return ""
    words = f"{Decimal(figure).quantize(CENT):f}"
    return words.removesuffix(".00") if words.endswith(".00") else words
