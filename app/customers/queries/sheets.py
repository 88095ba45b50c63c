"""Reading spreadsheets of customers: XLSX or CSV, rows as texts, columns by their headings in either language."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.core.errors import Invalid
from app.core.texts import _l
from app.customers.rules import lists
from app.customers.rules.record import is_storable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = frozenset({XLSX, "text/plain"})
MOST_ROWS = 500_000
MOST_COLUMNS = 60
AS_NUMBER = "\ufffcnumber"
"""Stands for a cell that the spreadsheet kept as a number although it has more digits than numbers keep."""


def columns() -> Sequence[lists.Entry]:
    """The columns that are understood, in the order of the template."""
    return _columns()


@cache
def _columns() -> tuple[lists.Entry, ...]:
    return tuple(
        lists.Entry(c["key"], c["title"], {"also": c.get("also", ()), "required": c.get("required", False)})
        for c in lists.content("import.yaml")["columns"]
    )


@cache
def _headings() -> dict[str, str]:
    found = {}
    for column in _columns():
        for word in (column.key, *column.title.values(), *(str(a) for a in column.more["also"])):
            found[_folded(word)] = column.key
    return found


def _folded(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())


def field_keys(heading: Sequence[str]) -> list[str | None]:
    """The field of each column, None for one that is not understood or repeated; raises ``Invalid`` without a name."""
    keys: list[str | None] = []
    for cell in heading[:MOST_COLUMNS]:
        key = _headings().get(_folded(cell))
        keys.append(None if key in keys else key)
    missing = [c for c in _columns() if c.more["required"] and c.key not in keys]
    if missing:
        raise Invalid("file", "heading", _l("The first row must hold the headings; a column with the name is needed."))
    return keys


def rows(path: Path, content_type: str) -> Iterator[list[str]]:
    """Every row of the (first) sheet as texts, the heading first. Raises ``Invalid`` for what cannot be read."""
    made = _workbook_rows(path) if content_type == XLSX else _csv_rows(path)
    for number, row in enumerate(made):
        if number > MOST_ROWS:
            raise Invalid("file", "too_many", _l("At most %(n)s rows at once. Split the list.", n=MOST_ROWS))
        yield row[:MOST_COLUMNS]


def _workbook_rows(path: Path) -> Iterator[list[str]]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_index(0)
            for row in sheet.iter_rows():
                yield [_text(cell) for cell in row]
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise _unreadable() from error


def _csv_rows(path: Path) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            head = handle.read(4096)
            handle.seek(0)
            mark = max(",;\t", key=head.split("\n", 1)[0].count)
            for row in csv.reader(handle, delimiter=mark):
                yield [cell.strip() for cell in row]
    except (csv.Error, UnicodeDecodeError) as error:
        raise _unreadable() from error


def _unreadable() -> Invalid:
    return Invalid(
        "file", "unreadable", _l("This file cannot be read as a spreadsheet. Save it as .xlsx and try again.")
    )


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell)) if abs(cell) < 10**15 else AS_NUMBER
        return repr(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell).strip()


def as_utf8(stream: Any, most: int) -> io.BytesIO:
    """The upload with its text in UTF-8: Chinese spreadsheets often save CSV as GB 18030."""
    content: bytes = stream.read(most + 1)
    if content.startswith(b"PK\x03\x04"):
        return io.BytesIO(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            return io.BytesIO(content)
    return io.BytesIO(text.encode() if is_storable(text) else content)
