"""Reading a spreadsheet or CSV as rows of cells: measured first, decoded from what Chinese Excel writes."""

import csv
import io
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

from app.core.errors import Invalid
from app.core.texts import _l

MAX_BYTES = 5 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TAKEN = frozenset({XLSX, "text/plain"})


def as_utf8(stream: IO[bytes]) -> io.BytesIO:
    """The upload, measured; CSV in GB18030 becomes UTF-8, a workbook stays as it is."""
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Invalid("file", "too_large", _l("A table of at most 5 MB is taken."))
    if raw.startswith(b"PK"):
        return io.BytesIO(raw)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return io.BytesIO(raw.decode(encoding).replace("\x00", "").encode())
        except UnicodeDecodeError:
            continue
    raise Invalid("file", "unreadable", _l("This file cannot be read as a table."))


def rows(path: Path, content_type: str, most: int) -> list[list[Any]]:
    """The cells of the first sheet, at most ``most`` rows below the heading; raises ``Invalid``."""
    found = _workbook(path) if content_type == XLSX else _csv(path)
    while found and not any(cell not in (None, "") for cell in found[-1]):
        found.pop()
    if len(found) - 1 > most:
        raise Invalid("file", "too_many", _l("At most %(count)s rows at once. Divide the table.", count=most))
    if len(found) < 2:
        raise Invalid("file", "empty", _l("There are no rows below the heading."))
    return [row[:40] for row in found]


def _workbook(path: Path) -> list[list[Any]]:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        return workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, IndexError, OSError) as error:
        raise Invalid("file", "unreadable", _l("This file cannot be read as a table.")) from error


def _csv(path: Path) -> list[list[Any]]:
    text = path.read_text("utf-8")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise Invalid("file", "unreadable", _l("This file cannot be read as a table.")) from error
