"""Spreadsheets of customers: checked first, imported piece by piece, resumed, and never twice."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import xlsxwriter
from sqlalchemy import func, select

from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.customers import operations
from app.customers.models import Customer, Import, ImportFault, Portfolio
from app.customers.operations import bulk, imports
from app.customers.queries.imports import faults_of
from tests.factories import customers, people

pytestmark = pytest.mark.usefixtures("app")


def sheet(*rows) -> BytesIO:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet()
    for y, row in enumerate(rows):
        page.write_row(y, 0, row)
    book.close()
    buffer.seek(0)
    return buffer


HEAD = ("客户编号", "客户名称", "类型", "层级", "资产（元）", "联系电话", "机构代码", "客户经理", "心情")


@pytest.fixture
def unit():
    return people.create_unit(parent=people.root(), code="WL01")


@pytest.fixture
def manager(unit):
    person = people.create_person("李经理", username="limanager", unit=unit)
    people.create_team(unit=unit, relationship=person)
    return person


@pytest.fixture
def chief(unit):
    return people.create_person(unit=unit, role="supervisor")


def test_a_list_is_looked_at_before_it_is_added(unit, manager, chief):
    actor = people.actor(chief)
    customers.create_customer("旧", number="C-OLD", unit=unit)
    job = imports.begin_import(
        actor,
        sheet(
            HEAD,
            ("C-1", "王小明", "个人", "黄金", 500000.5, "13812345678", "wl01", "LiManager", "好"),
            ("C-1", "重号", "", "", "", "", "", "", ""),
            ("C-OLD", "旧", "", "", "", "", "", "", ""),
            ("", "", "", "", "", "", "", "", ""),
            ("C-2", "李四", "神仙", "黄金", "很多", "abc", "NOPE", "nobody", ""),
            ("", "无号", "", "", "", "", "", "", ""),
        ),
        "客户.xlsx",
    )
    assert (job.state, job.total, job.good, job.bad) == ("ready", 6, 2, 3)
    assert session.scalar(select(func.count()).select_from(Customer)) == 1
    found = {(f.line, f.field, f.code) for f in faults_of(job.id)}
    assert (3, "number", "repeated") in found
    assert (4, "number", "taken") in found
    assert {
        (6, "kind", "unknown"),
        (6, "asset_value", "not_amount"),
        (6, "phone", "not_phone"),
        (6, "holder", "unknown_holder"),
    } <= found
    assert job.preview[0]["phone"] == "138****5678"
    session.commit()
    imports.confirm_import(actor, job.id)
    assert (job.state, job.good, job.bad, job.preview) == ("done", 2, 3, [])
    made = session.scalars(select(Customer).where(Customer.number == "C-1")).one()
    assert (made.holder_id, made.unit_id, made.tier, made.kind) == (manager.id, unit.id, "gold", "person")
    assert session.scalars(select(Portfolio.origin).where(Portfolio.customer_id == made.id)).one() == "existing"
    with pytest.raises(Conflict):
        imports.confirm_import(actor, job.id)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_that_spreadsheets_save(chief, encoding):
    text = "姓名;手机号\r\n王小明;13812345678\r\n"
    job = imports.begin_import(people.actor(chief), BytesIO(text.encode(encoding)), "a.csv")
    assert (job.state, job.good) == ("ready", 1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04 no zip at all",
        b"%PDF-1.7",
        b"<html><script>alert(1)</script>",
        "没有表头\r\n".encode(),
        "姓名\r\n".encode(),
        b'"name\r\nunclosed',
        b"name" + b"\x00" * 10,
    ],
)
def test_what_is_no_list_is_said_at_the_field(chief, content):
    with pytest.raises(Invalid) as error, unit_of_work():
        imports.begin_import(people.actor(chief), BytesIO(content), "a.xlsx")
    assert error.value.errors[0].field == "file"
    session.rollback()


def test_digits_that_a_spreadsheet_lost_are_told(chief):
    job = imports.begin_import(people.actor(chief), sheet(("姓名", "身份证号"), ("王", 110105194912310020)), "a.xlsx")
    assert [(f.field, f.code) for f in faults_of(job.id)] == [("identity", "as_text")]


def test_formulas_and_markup_stay_text(chief):
    job = imports.begin_import(people.actor(chief), sheet(("name", "about"), ("<b>王</b>", "=1+1")), "a.xlsx")
    imports.confirm_import(people.actor(chief), job.id)
    made = session.scalars(select(Customer)).one()
    assert (made.name, made.about) == ("<b>王</b>", "0")  # a formula counts as its value, here what the writer left


def test_nobody_imports_into_other_units(unit, chief):
    people.create_unit(parent=people.root(), code="FAR")
    job = imports.begin_import(people.actor(chief), sheet(("姓名", "机构"), ("王", "FAR")), "a.xlsx")
    assert [(f.field, f.code) for f in faults_of(job.id)] == [("unit", "outside")]
    with pytest.raises(Forbidden):
        imports.begin_import(people.actor(people.create_person(unit=unit)), sheet(("姓名",), ("王",)), "a.xlsx")
    other = people.create_person(unit=unit, role="supervisor")
    with pytest.raises(NotFound):
        imports.import_for(people.actor(other), job.id)


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(imports, "PIECE", 4)
    monkeypatch.setattr(imports, "AT_ONCE", 3)


def big(rows=10):
    return sheet(("编号", "姓名"), *[(f"B{n}", f"王{n}") for n in range(rows)])


@pytest.mark.parametrize("rows", [8, 10])
@pytest.mark.usefixtures("small_pieces")
def test_a_long_list_is_done_by_the_job(chief, rows):
    actor = people.actor(chief)
    job = imports.begin_import(actor, big(rows), "a.xlsx")
    session.commit()
    assert job.state == "checking"
    imports.run_imports()
    session.expire_all()
    assert (job.state, job.total, job.good) == ("ready", rows, rows)
    imports.confirm_import(actor, job.id)
    session.commit()
    assert imports.run_imports() == rows
    session.expire_all()
    assert (job.state, job.good, job.position) == ("done", rows, rows)
    assert session.scalar(select(func.count()).select_from(Customer)) == rows


@pytest.mark.usefixtures("small_pieces")
def test_killed_in_the_middle_it_goes_on_and_adds_nobody_twice(chief, monkeypatch):
    actor = people.actor(chief)
    job = imports.begin_import(actor, big(), "a.xlsx")
    session.commit()
    imports.run_imports()
    imports.confirm_import(actor, job.id)
    session.commit()
    real, calls = bulk._write, []

    def dies(*given):
        calls.append(1)
        if len(calls) == 2:
            real(*given)
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(bulk, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        imports.run_imports()
    session.expire_all()
    assert (job.state, job.position) == ("running", 4)
    imports.run_imports()
    session.expire_all()
    assert (job.state, job.good, job.bad) == ("done", 10, 0)
    assert session.scalar(select(func.count()).select_from(Customer)) == 10


@pytest.mark.usefixtures("small_pieces")
def test_two_runners_share_no_piece(chief, at_once):
    actor = people.actor(chief)
    job = imports.begin_import(actor, big(), "a.xlsx")
    session.commit()
    imports.run_imports()
    imports.confirm_import(actor, job.id)
    at_once(imports.run_imports, imports.run_imports)
    imports.run_imports()
    session.expire_all()
    assert (job.state, job.good, job.bad) == ("done", 10, 0)


@pytest.mark.usefixtures("small_pieces")
def test_a_right_withdrawn_stops_the_import(chief, monkeypatch):
    job = imports.begin_import(people.actor(chief), big(), "a.xlsx")
    session.commit()
    nobody = replace(people.actor(chief), grants={})
    session.commit()
    monkeypatch.setattr("app.people.queries.actor_for", lambda *_: nobody)
    imports.run_imports()
    session.expire_all()
    assert (job.state, job.failure) == ("failed", "forbidden")


def test_an_import_can_be_left(chief):
    actor = people.actor(chief)
    job = imports.begin_import(actor, sheet(("姓名",), ("王",)), "a.xlsx")
    imports.cancel_import(actor, job.id)
    assert (job.state, job.preview) == ("cancelled", [])
    with pytest.raises(Conflict):
        imports.confirm_import(actor, job.id)
    assert session.scalar(select(func.count()).select_from(ImportFault)) == 0
    assert session.scalars(select(Import.state)).one() == "cancelled"


def test_the_loader_of_seeds(unit, manager, statements):
    rows = [
        {
            "number": f"S{n}",
            "name": f"王{n}",
            "tier": "gold",
            "holder_id": manager.id,
            "phone": "13812345678",
            "since": date(2026, 1, 5),
        }
        for n in range(60)
    ]
    between = []
    done = operations.import_customers(SYSTEM, rows, piece=30, between=lambda: between.append(1))
    assert (done.created, done.faults, len(set(done.ids)), len(between)) == (60, [], 60, 2)
    made = session.get_one(Customer, done.ids[0])
    assert (made.name, made.since, made.contact_due_on, made.unit_id) == (
        "王0",
        date(2026, 1, 5),
        date(2026, 3, 6),
        unit.id,
    )
    with statements() as few:
        operations.import_customers(SYSTEM, [{"number": "T1", "name": "甲", "unit_id": unit.id}])
    with statements() as many:
        operations.import_customers(
            SYSTEM, [{"number": f"T2{n}", "name": "甲", "unit_id": unit.id} for n in range(200)]
        )
    assert many.count <= few.count + 2
