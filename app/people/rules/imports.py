"""A table from a spreadsheet as units or persons: headings found, cells read, each row's faults named."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.core.texts import _l
from app.people.rules import names
from app.people.rules.vocabulary import Word

MOST_ROWS = 500
REQUIRED = {"units": ("code", "name", "level"), "people": ("name", "username", "unit", "post")}
_DAY = re.compile(r"([0-9]{4})(?:[^0-9]([0-9]{1,2})[^0-9]([0-9]{1,2})[^0-9]?|([0-9]{2})([0-9]{2}))")
_FILE = Path(__file__).parent.parent / "content" / "import_columns.yaml"


@dataclass(slots=True)
class Row:
    """One row: its number in the file, what was read, and what is wrong with it."""

    number: int
    values: dict[str, Any]
    faults: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows are held against: unit codes, user names, numbers taken; the words by every way to write them."""

    codes: frozenset[str]
    usernames: frozenset[str]
    numbers: frozenset[str]
    levels: Mapping[str, str]
    posts: Mapping[str, str]
    grades: Mapping[str, str]


@cache
def columns(kind: str) -> Mapping[str, Mapping[str, Any]]:
    """Columns of ``units`` or ``people`` with their headings."""
    content: Mapping[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    found: Mapping[str, Mapping[str, Any]] = content[kind]
    return found


def spellings(words: Sequence[Word]) -> dict[str, str]:
    """Every way to write a word (key, Chinese, English, any case) to its key."""
    return {
        spelled.casefold(): word.key
        for word in words
        if not word.retired
        for spelled in (word.key, word.title["zh"], word.title["en"])
    }


def headings(kind: str, first: Sequence[Any]) -> dict[int, str]:
    """Which column each cell of the heading row names."""
    spelled = {
        each.casefold(): key
        for key, column in columns(kind).items()
        for each in (column["zh"], column["en"], *column["also"])
    }
    found: dict[int, str] = {}
    for index, cell in enumerate(first):
        key = spelled.get(text_of(cell).casefold())
        if key and key not in found.values():
            found[index] = key
    return found


def missing(kind: str, found: Mapping[int, str]) -> list[Mapping[str, str]]:
    """Headings (in both languages) that the table lacks."""
    return [columns(kind)[key] for key in REQUIRED[kind] if key not in found.values()]


def read(kind: str, table: Sequence[Sequence[Any]], known: Known) -> list[Row]:
    """The rows below the heading, checked against ``known`` and against one another; empty rows are left out."""
    found = headings(kind, table[0]) if table else {}
    rows = []
    for number, cells in enumerate(table[1:], start=2):
        values: dict[str, Any] = {}
        for i, key in found.items():
            cell = cells[i] if i < len(cells) else None
            values[key] = cell if key == "hired_on" else text_of(cell)
        if any(values.values()):
            rows.append(Row(number, values))
    check = _check_units if kind == "units" else _check_people
    check(rows, known)
    return rows


def text_of(cell: Any) -> str:
    """A cell as text: whole numbers without a point, blanks joined."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    return " ".join(str(cell).replace("\x00", "").split())[:300]


def day_of(cell: Any) -> date | None:
    """A day from a cell: a date, or text such as 2026-09-01, 2026/9/1, 20260901.

    Raises ``ValueError`` for anything else.
    """
    if cell in (None, ""):
        return None
    if isinstance(cell, datetime):
        cell = cell.date()
    if not isinstance(cell, date):
        parts = _DAY.fullmatch(text_of(cell))
        if parts is None:
            raise ValueError(cell)
        cell = date(*(int(part) for part in parts.groups() if part is not None))
    if not 1950 <= cell.year <= 2100:
        raise ValueError(cell)
    found: date = cell
    return found


def _check_units(rows: list[Row], known: Known) -> None:
    in_file = [row.values.get("code", "") for row in rows]
    for row in rows:
        code, name = row.values.get("code", ""), row.values.get("name", "")
        if not names.is_number(code):
            row.faults.append(_l("A code has up to 32 letters, digits or . _ / -"))
        elif code in known.codes:
            row.faults.append(_l("Another unit has this code."))
        elif in_file.count(code) > 1:
            row.faults.append(_l("This code stands twice in the file."))
        if not 1 <= len(name) <= 80:
            row.faults.append(_l("A name has 1 to 80 characters."))
        level = known.levels.get(row.values.get("level", "").casefold())
        if level is None:
            row.faults.append(_l("Choose one of the levels."))
        row.values["level"] = level or row.values.get("level", "")
        parent = row.values.get("parent", "")
        if not parent or (parent not in known.codes and parent not in in_file) or parent == code:
            row.faults.append(_l("The unit above is not known."))


def _check_people(rows: list[Row], known: Known) -> None:
    spelled = [names.username(row.values.get("username", "")) for row in rows]
    numbers = [row.values.get("staff_number", "") for row in rows]
    for row, username in zip(rows, spelled, strict=True):
        row.values["username"] = username
        if not names.is_username(username):
            row.faults.append(_l("A user name has 2 to 64 small letters, digits or . _ - and begins with a letter."))
        elif username in known.usernames:
            row.faults.append(_l("Somebody has this user name already."))
        elif spelled.count(username) > 1:
            row.faults.append(_l("This user name stands twice in the file."))
        if not 1 <= len(row.values.get("name", "")) <= 80:
            row.faults.append(_l("A name has 1 to 80 characters."))
        _check_number(row, numbers, known)
        if row.values.get("unit", "") not in known.codes:
            row.faults.append(_l("The unit is not known."))
        for key, words, message in (
            ("post", known.posts, _l("Choose one of the posts.")),
            ("grade", known.grades, _l("Choose one of the grades.")),
        ):
            typed = row.values.get(key, "")
            if typed or key == "post":
                row.values[key] = words.get(typed.casefold(), "")
                if not row.values[key]:
                    row.faults.append(message)
                    row.values[key] = typed
        if row.values.get("email") and not names.is_email(row.values["email"]):
            row.faults.append(_l("This is not a mail address."))
        try:
            row.values["hired_on"] = day_of(row.values.get("hired_on"))
        except ValueError:
            row.values["hired_on"] = text_of(row.values.get("hired_on"))
            row.faults.append(_l("This is not a day."))


def _check_number(row: Row, numbers: Sequence[str], known: Known) -> None:
    number = row.values.get("staff_number", "")
    if not number:
        return
    if not names.is_number(number):
        row.faults.append(_l("A number has up to 32 letters, digits or . _ / -"))
    elif number in known.numbers:
        row.faults.append(_l("Somebody has this number already."))
    elif numbers.count(number) > 1:
        row.faults.append(_l("This number stands twice in the file."))
