"""Checklists as somebody types them in the browser."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from app.work.rules.routines import MOST, PARTS, TEXT

COLUMNS = ("key", "place", "zh", "en")


def rows_of(form: MultiDict[str, str]) -> dict[str, list[dict[str, str]]]:
    """The rows of each part as they were sent (``PART.ROW.COLUMN``), in the order that their places say."""
    found: dict[str, list[dict[str, str]]] = {part: [] for part in PARTS}
    for part in PARTS:
        rows: dict[int, dict[str, str]] = {}
        for name in form:
            start, _dot, rest = name.partition(".")
            number, _dot, column = rest.partition(".")
            if start == part and column in COLUMNS and number.isascii() and number.isdigit() and len(number) < 4:
                rows.setdefault(int(number), {})[column] = form[name].strip()[: TEXT * 10]
        found[part] = [row for _n, row in sorted(rows.items())][: MOST * 2]
        found[part].sort(key=_place)
    return found


def _place(row: Mapping[str, str]) -> int:
    raw = row.get("place", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else 99999


def rows_from(sections: Mapping[str, Any] | None) -> dict[str, list[dict[str, str]]]:
    """The rows of a stored checklist, as :func:`rows_of` gives them."""
    return {
        part: [
            {**entry, "place": str(number * 10)} for number, entry in enumerate((sections or {}).get(part, ()), start=1)
        ]
        for part in PARTS
    }
