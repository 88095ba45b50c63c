"""Reading cells as people type them."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules import imports


@pytest.mark.parametrize(
    "cell",
    ["2026-09-01", "2026/9/1", "2026.9.1", "2026年9月1日", "20260901", 20260901, 20260901.0, date(2026, 9, 1),
     datetime(2026, 9, 1, 8)],  # noqa: DTZ001 - a spreadsheet knows no zones
)  # fmt: skip
def test_the_same_day_in_many_spellings(cell: object) -> None:
    assert imports.day_of(cell) == date(2026, 9, 1)


@pytest.mark.parametrize(
    "cell", ["昨天", "202691", "2026111", "2026-13-01", "1-2", "1-2-3-4", "99999999", "0001-01-01", 7, True, "9" * 400]
)
def test_what_is_no_day(cell: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        imports.day_of(cell)


def test_nothing_is_no_day_and_no_fault() -> None:
    assert imports.day_of("") is imports.day_of(None) is None


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans(), st.dates()))
def test_no_cell_breaks_the_reading(cell: object) -> None:
    assert len(imports.text_of(cell)) <= 300
    with suppress(ValueError):
        imports.day_of(cell)


known = imports.Known(frozenset({"U1"}), frozenset(), frozenset(), {}, {"teller": "teller"}, {})


@given(
    st.lists(st.lists(st.one_of(st.text(max_size=20), st.integers(), st.none(), st.floats()), max_size=10), max_size=6)
)
def test_no_table_breaks_the_checks(rows: list[list[object]]) -> None:
    for kind, head in (
        ("people", ["姓名", "登录名", "机构代码", "岗位", "入职日期"]),
        ("units", ["代码", "名称", "层级", "上级"]),
    ):
        for row in imports.read(kind, [head, *rows], known):
            assert row.number >= 2
