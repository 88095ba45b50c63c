"""Importing units and persons: rows are judged first; what is right is taken, nobody twice."""

import io

import pytest
import xlsxwriter

from app.core import files
from app.core.database import session
from app.core.errors import Invalid
from app.people import operations, queries, sheets
from app.people.queries.imports import known
from app.people.rules import imports as rules
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")

HEAD = ["姓名", "登录名", "工号", "机构代码", "岗位", "职级", "入职日期", "邮箱"]


def workbook(*rows: list) -> io.BytesIO:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for y, row in enumerate(rows):
        sheet.write_row(y, 0, row)
    book.close()
    buffer.seek(0)
    return buffer


def read(kind: str, stream: io.BytesIO) -> list[rules.Row]:
    sysadmin = make.actor(make.create_person(role="sysadmin"))
    stored = files.store(sheets.as_utf8(stream), "table", sysadmin, "people.import", only=sheets.TAKEN)
    _row, path = files.open_for(sysadmin, stored.id)
    return rules.read(kind, sheets.rows(path, stored.content_type, rules.MOST_ROWS), known())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_of_chinese_excel(encoding: str) -> None:
    make.create_unit(code="HQ1", parent=make.root())
    raw = (",".join(HEAD) + "\n李晓梅,lixm,1001,HQ1,客户经理,中级,2026/9/1,lixm@bank.cn\n").encode(encoding)
    (row,) = read("people", io.BytesIO(raw))
    assert row.faults == []
    assert (row.values["post"], row.values["grade"]) == ("customer_manager", "intermediate")
    assert row.values["hired_on"].isoformat() == "2026-09-01"


def test_every_fault_is_named_in_its_row() -> None:
    make.create_unit(code="U1", parent=make.root())
    make.create_person(username="taken", staff_number="T1")
    rows = read(
        "people",
        workbook(
            HEAD,
            ["甲", "jia", 1001, "U1", "柜员", "", "2026年9月1日", ""],
            ["乙", "taken", "T1", "U1", "柜员", "", "", ""],
            ["", "bing", "", "U9", "皇帝", "天", "昨天", "x"],
            [],
            ["丁", "ding", "", "U1", "teller", "JUNIOR", 20260901, ""],
            ["戊", "ding", "", "U1", "Teller", "", "", ""],
        ),
    )
    assert [len(row.faults) for row in rows] == [0, 2, 6, 1, 1]
    assert [row.number for row in rows] == [2, 3, 4, 6, 7]
    assert rows[0].values["staff_number"] == "1001"


def test_units_may_come_in_any_order() -> None:
    make.create_unit(code="TOP", parent=None, level="head_office")
    sysadmin = make.actor(make.create_person(role="sysadmin"))
    rows = read(
        "units",
        workbook(
            ["机构代码", "机构名称", "层级", "上级机构代码"],
            ["O1", "新街口支行", "网点", "B1"],
            ["B1", "南京分行", "二级支行", "TOP"],
            ["O2", "没有上级", "网点", "B9"],
        ),
    )
    session.commit()
    outcome = operations.run_import(sysadmin, "units", rows)
    assert [created.name for created in outcome.created] == ["南京分行", "新街口支行"]
    assert [row.number for row in outcome.refused] == [4]
    assert queries.unit_by_code("O1") in queries.unit_subtree(queries.unit_by_code("B1"))


def test_persons_get_one_time_passwords_and_are_not_taken_twice() -> None:
    make.create_unit(code="U1", parent=make.root())
    sysadmin = make.actor(make.create_person(role="sysadmin"))
    table = [HEAD, *([f"员工{n}", f"imp{n}", 5000 + n, "U1", "客户经理", "", "", ""] for n in range(45))]
    rows = read("people", workbook(*table))
    session.commit()
    outcome = operations.run_import(sysadmin, "people", rows)
    assert len(outcome.created) == 45
    assert len({created.password for created in outcome.created}) == 45
    view = queries.person_for(sysadmin, queries.person_by_username("imp7"))
    assert view.must_change_password
    again = operations.run_import(sysadmin, "people", [rules.Row(r.number, r.values) for r in rows])
    assert again.created == []
    assert len(again.refused) == 45


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK\x03\x04 not a zip",
        b"\x00\x01\x02",
        b"only one line",
        b"\xff\xfe\x00",
        b"a" * (6 * 1024 * 1024),
        b"<html>",
    ],
)
def test_what_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read("people", io.BytesIO(raw))
    assert refused.value.errors[0].field == "file"


def test_too_many_rows_and_missing_columns() -> None:
    with pytest.raises(Invalid):
        read("people", workbook(["姓名"], *([f"x{n}"] for n in range(rules.MOST_ROWS + 1))))
    found = rules.headings("people", ["姓名", "登录名"])
    assert {column["zh"] for column in rules.missing("people", found)} == {"机构代码", "岗位"}
