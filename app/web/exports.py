"""Spreadsheets for people: written row by row, and cells that a spreadsheet would run stay text."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from flask import Response

from app.core import clock

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def inert(value: str) -> str:
    """A text that no spreadsheet takes for a formula, also when it is saved as CSV and opened again."""
    return "'" + value if value.startswith(DANGEROUS) else value


def workbook(columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a heading row; amounts and times stay numbers and dates, texts are never formulas."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bottom": 1})
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    amount = book.add_format({"num_format": "#,##0.00"})
    for x, title in enumerate(columns):
        sheet.write_string(0, x, str(title), head)
        sheet.set_column(x, x, max(10, min(40, len(str(title)) * 3)))
    sheet.freeze_panes(1, 0)
    for y, row in enumerate(rows, start=1):
        for x, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, datetime):
                sheet.write_datetime(y, x, clock.local(value).replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(y, x, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a day has no zone
            elif isinstance(value, Decimal):
                sheet.write_number(y, x, float(value), amount)
            elif isinstance(value, bool) or not isinstance(value, int | float):
                sheet.write_string(y, x, inert(str(value))[:32000])
            else:
                sheet.write_number(y, x, value)
    book.close()
    return buffer.getvalue()


def xlsx(filename: str, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Response:
    """A spreadsheet download; ``filename`` without ending may be Chinese."""
    response = Response(workbook(columns, rows), mimetype=TYPE)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=export.xlsx; filename*=UTF-8''{quote(filename)}.xlsx"
    )
    return response
