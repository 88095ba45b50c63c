"""Spreadsheets hold what the page shows, and nothing in them runs."""

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.web import exports


def read(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_formulas_stay_texts(text):
    assert read(exports.workbook(["Name"], [[text]]))[1][0] == "'" + text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=50))
def test_no_text_begins_like_a_formula(text):
    assert not exports.inert(text).startswith(exports.DANGEROUS)


def test_amounts_and_days_stay_what_they_are():
    rows = read(exports.workbook(["A", "B", "C"], [[Decimal("1234.50"), date(2026, 9, 9), None]]))
    assert rows[1][:2] == [1234.5, date(2026, 9, 9)]
