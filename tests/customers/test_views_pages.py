"""The pages as people use them: list, page, visit in three taps, reveal, export, who looked."""

import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from app.core.audit import AuditRow
from app.core.database import session
from app.customers import operations
from app.customers.models import Contact, Customer, Import, KeyPerson, Look, Note, Related
from tests.factories import customers, people
from tests.factories.customers import PNG

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def unit():
    return people.create_unit("五一路网点", parent=people.root())


@pytest.fixture
def manager(unit):
    person = people.create_person("林晓雯", unit=unit)
    people.create_team("学校小组", unit=unit, relationship=person)
    return person


@pytest.fixture
def customer(manager):
    return customers.create_customer("王小明", holder=manager, phone="13812345678", tier="gold")


@pytest.fixture
def page_of(client, manager):
    client.sign_in(manager)
    return client


def looks(**where):
    return session.scalars(select(Look).filter_by(**where)).all()


def test_the_list_shows_my_customers_and_what_to_do(page_of, customer):
    customers.create_customer("别人的", unit=people.create_unit(parent=people.root()))
    page = page_of.page("/customers")
    assert "王小明" in page.text("main")
    assert "别人的" not in page.text("main")
    assert "13812345678" not in page.html
    assert f"/customers/{customer.id}/visit" in page.links.values()


def test_the_list_finds_by_initials_and_refuses_strange_filters(page_of, customer):
    assert "王小明" in page_of.page("/customers?q=wxm").text("table")
    assert "王小明" not in page_of.page("/customers?q=zzz").text("main")
    for query in ("sort=password", "holder=x", "cursor=%00", "cursor=e30", "q=" + "x" * 5000, "limit=0", "tier=%27"):
        assert page_of.page(f"/customers?{query}").css(".q-notice")


def test_what_fits_follows_what_is_typed(page_of, customer):
    answer = page_of.get("/customers/found?q=wxm&tier=gold", headers={"HX-Request": "true"})
    assert "王小明" in answer.text
    assert "<html" not in answer.text
    assert answer.headers["HX-Replace-Url"] == "/customers?q=wxm&tier=gold"
    assert "王小明" not in page_of.get("/customers/found?q=zzz").text
    assert page_of.get("/customers/found?sort=password").status_code == 422


def test_whoever_types_is_not_made_to_wait_for_an_order_of_thousands(page_of, customer, monkeypatch):
    customers.create_customer("王小刚", unit=people.create_unit(parent=people.root()))
    monkeypatch.setattr("app.customers.queries.finding.TOO_MANY", 2)
    answer = page_of.get("/customers/found?q=wx", headers={"HX-Request": "true"}).text
    assert "王小明" in answer
    assert "王小刚" not in answer  # somebody else's, however many fit
    assert 'href="/customers?q=wx"' in answer
    assert "aria-sort" not in answer
    assert "aria-sort" in page_of.get("/customers/found?q=wxm", headers={"HX-Request": "true"}).text


def test_a_look_is_noted_once_the_page_stands(page_of, customer, manager):
    page_of.page(f"/customers/{customer.id}")
    page_of.page(f"/customers/{customer.id}/edit")
    noted = looks(kind="view")
    assert [(look.customer_id, look.person_id, look.channel, look.address) for look in noted] == [
        (customer.id, manager.id, "page", "127.0.0.1")
    ] * 2


def test_outside_the_scope_every_address_is_404_and_nothing_is_noted(page_of, customer):
    other = customers.create_customer("别人的", unit=people.create_unit(parent=people.root()))
    key_person = operations.add_key_person(people.actor(_chief()), other.id, name="赵总")
    for path in ("", "/edit", "/visit", "/call", "/timeline", "/related", "/key-persons"):
        for customer_id in (other.id, 10**6, 2**63, 10**40):
            page_of.page(f"/customers/{customer_id}{path}", status=404)
    for path in (f"{other.id}/notes", f"{other.id}/reveal", f"{other.id}/visit", f"{other.id}/related/1/remove"):
        assert (
            page_of.post(
                f"/customers/{path}", data={"text": "x", "said": "x", "field": "phone", "reason": "contact"}
            ).status_code
            == 404
        )
    assert page_of.post(f"/customers/key-persons/{key_person.id}/remove", data={"version": "1"}).status_code == 404
    page_of.page(f"/customers/key-persons/{key_person.id}", status=404)
    assert looks() == []


def _chief():
    return people.create_person(role="supervisor")


def test_a_visit_in_three_taps(page_of, customer):
    page = page_of.page(f"/customers/{customer.id}")
    form = page_of.page(page.links["拜访"])
    assert form.css("input[type=file][capture][accept='image/*']")
    data = {**form.form(), "photos": (io.BytesIO(PNG), "a.png")}
    after = page_of.send(f"/customers/{customer.id}/visit", data, csrf=False)
    assert "拜访已记录" in after.text(".q-flash")
    assert "a.png" in after.text("#timeline")
    again = page_of.send(
        f"/customers/{customer.id}/visit", {**form.form(), "photos": (io.BytesIO(PNG), "a.png")}, csrf=False
    )
    assert len(again.css(".q-event .q-file")) == 1, "the same form twice is one visit"
    photo = page_of.get(after.links["a.png"])
    photo.close()
    assert (photo.status_code, photo.mimetype) == (200, "image/png")


def test_a_visit_without_anything_or_with_something_bad_keeps_what_was_typed(page_of, customer):
    form = page_of.page(f"/customers/{customer.id}/visit")
    page = page_of.submit(form, "form[enctype]", status=422)
    assert "said" in page.errors()
    page = page_of.submit(form, "form[enctype]", status=422, place="厂" * 300, said="谈了存款")
    assert "place" in page.errors()
    assert "谈了存款" in page.text("textarea")
    page = page_of.submit(form, "form[enctype]", status=422, said="谈", at="0001-01-01T00:00")
    assert "at" in page.errors()
    evil = {**form.form("form[enctype]"), "photos": (io.BytesIO(b"<script>alert(1)</script>"), "a.png")}
    page = page_of.send(f"/customers/{customer.id}/visit", evil, status=422, csrf=False)
    assert "photos" in page.errors()
    assert session.scalar(select(func.count()).select_from(Contact)) == 0


def test_a_visit_returns_to_where_one_came_from_and_never_leaves_the_house(page_of, customer):
    for target, wanted in (
        ("/customers?due=overdue", "/customers?due=overdue"),
        ("//evil.example", f"/customers/{customer.id}"),
    ):
        answer = page_of.post(f"/customers/{customer.id}/call?next={target}", data={"said": "问候"})
        assert answer.headers["Location"] == wanted


def test_a_record_is_completed_later(page_of, customer, manager):
    visit = customers.create_visit(manager, customer)
    form = page_of.page(f"/customers/contacts/{visit.id}")
    page = page_of.submit(form, "form[enctype]", said="谈了贷款", place="厂里")
    assert "厂里" in page.text("#timeline")
    page_of.submit(form, "form[enctype]", status=409, said="又改")


def test_notes_are_added_and_withdrawn(page_of, customer):
    page = page_of.page(f"/customers/{customer.id}")
    page = page_of.submit(page, f"form[action$='{customer.id}/notes']", text="喜欢钓鱼")
    assert "喜欢钓鱼" in page.text("#timeline")
    page = page_of.submit(page, "#timeline form[action$='/withdraw']")
    assert "喜欢钓鱼" not in page.text("#timeline")
    assert session.scalars(select(Note.text)).one() == ""
    page_of.submit(page, f"form[action$='{customer.id}/notes']", status=422, text=" ")


def test_a_number_is_revealed_with_a_reason_and_noted(page_of, customer, manager):
    page = page_of.page(f"/customers/{customer.id}")
    assert "138****5678" in page.text("main")
    shown = page_of.submit(page, "form[action$='/reveal']", reason="contact")
    assert "13812345678" in shown.text("main")
    assert [(look.what, look.reason) for look in looks(kind="reveal")] == [("phone", "contact")]
    assert session.scalars(select(AuditRow.action).where(AuditRow.action == "customers.revealed")).all()
    for bad in ({"reason": "other"}, {"reason": "x"}, {"reason": "contact", "details": "x" * 400}):
        page = page_of.send(f"/customers/{customer.id}/reveal", {"field": "phone", **bad}, status=422)
        assert "13812345678" not in page.html
    assert (
        page_of.post(f"/customers/{customer.id}/reveal", data={"field": "password", "reason": "contact"}).status_code
        == 404
    )
    assert len(looks(kind="reveal")) == 1


def test_creating_warns_of_the_same_name(page_of, customer):
    form = page_of.page("/customers/new")
    page = page_of.submit(form, "form.q-form", status=422, name="王 小明", kind="person", tier="gold")
    assert "王小明" in page.text("#twins")
    page = page_of.submit(page, "form.q-form", despite_duplicates="y")
    assert page.title.startswith("王 小明")
    assert len(session.scalars(select(Customer)).all()) == 2
    assert "王小明" in page_of.get("/customers/duplicates?name=王小明").text


def test_changing_with_a_stale_version_is_a_conflict(page_of, customer):
    form = page_of.page(f"/customers/{customer.id}/edit")
    page = page_of.submit(form, "form.q-form", name="王晓明", about="老客户\n第二行")
    assert page.title.startswith("王晓明")
    page_of.submit(form, "form.q-form", status=409, name="别名")
    page_of.submit(
        page_of.page(f"/customers/{customer.id}/edit"), "form.q-form", status=422, name="", asset_value="很多"
    )


def test_hostile_texts_are_shown_as_texts(page_of, manager):
    evil = "<script>alert(1)</script>"
    made = customers.create_customer(evil, holder=manager, about=evil, address=evil)
    customers.create_visit(manager, made, said=evil, place=evil)
    page = page_of.page(f"/customers/{made.id}")
    assert evil in page.text("main")
    assert not page.css("main script")
    assert evil in page_of.page("/customers").text("main")


def test_the_export_is_inert_logged_and_the_same_list(page_of, customer, manager):
    customers.create_customer("=HYPERLINK(1)", holder=manager, address="+1+1")
    answer = page_of.post("/customers/export", data={"sort": "name"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    text = {cell for row in rows for cell in row}
    assert {"'=HYPERLINK(1)", "'+1+1", "王小明", "138****5678"} <= text
    assert "13812345678" not in text
    assert len(rows) == 3
    assert {look.customer_id for look in looks(kind="export")} == set(session.scalars(select(Customer.id)))
    assert page_of.get("/customers/export").status_code == 405
    page_of.send("/customers/export", {"sort": "; drop"}, status=422)


def test_nothing_is_exported_without_a_word(page_of, customer):
    answer = page_of.post("/customers/export", data={"q": "zzz", "tier": "gold"})
    assert answer.status_code == 303 and answer.location == "/customers?q=zzz&tier=gold"
    assert "没有可导出的内容" in page_of.page(answer.location).text(".q-flash, .q-notice, [role=status]")
    assert not looks(kind="export")


def test_what_the_filters_hide_is_searched_among_all(page_of, customer):
    for address in ("/customers?q=wxm&tier=diamond", "/customers/found?q=wxm&tier=diamond"):
        answer = page_of.get(address)
        assert "筛选" in answer.text and "新增“wxm”" not in answer.text
    page = page_of.page("/customers?q=wxm&tier=diamond")
    assert "王小明" in page_of.page(page.links["在全部客户中查找"]).text("table")
    assert "新增“zzz”" in page_of.page("/customers?q=zzz&sort=due").text("main")


def test_key_persons_and_relations(page_of, customer, manager):
    other = customers.create_customer("华泰贸易", holder=manager, kind="company")
    form = page_of.page(f"/customers/{customer.id}/key-persons")
    page = page_of.submit(
        form, "form.q-form", name="赵总", position=None, post="总经理", decides="y", phone="13900001111"
    )
    assert "赵总" in page.text("#key-persons")
    person = session.scalars(select(KeyPerson)).one()
    page = page_of.submit(page_of.page(f"/customers/key-persons/{person.id}"), "form.q-form", post="董事长")
    assert "董事长" in page.text("#key-persons")
    page = page_of.submit(page_of.page(f"/customers/key-persons/{person.id}"), ".q-confirm form")
    assert "赵总" not in page.text("#key-persons")
    form = page_of.page(f"/customers/{customer.id}/related?q=ht")
    page = page_of.submit(form, "form.q-form", other_id=str(other.id), relation="owner")
    assert "华泰贸易" in page.text("#related")
    assert "控制的企业" in page_of.page(f"/customers/{other.id}").text("#related")
    page = page_of.submit(page, "#related form")
    assert session.scalars(select(Related)).all() == []


def test_a_leader_changes_the_holder(client, unit, manager):
    leader = people.create_person("组长", unit=unit)
    second = people.create_person("乙", unit=unit)
    team = people.create_team(unit=unit, leader=leader, relationship=manager)
    people.join(team, second, "relationship")
    customer = customers.create_customer(holder=manager, team=team)
    client.sign_in(leader)
    form = client.page(f"/customers/{customer.id}/holder")
    page = client.submit(form, "form.q-form", holder_id=str(second.id), reason="轮岗")
    assert "乙" in page.text("main")
    client.submit(form, "form.q-form", status=409, holder_id=str(manager.id))
    assert client.page("/customers").css(f"input[name=ids][value='{customer.id}']")
    page = client.send("/customers/assign", {"ids": [str(customer.id), "x", "9" * 30], "holder_id": str(manager.id)})
    assert "1" in page.text(".q-flash")


def test_who_looked(client, unit, manager, customer):
    operations.note_look(people.actor(manager), customer.id)
    chief = people.create_person(unit=unit, role="supervisor")
    auditor = people.create_person("审计", role="auditor")
    client.sign_in(chief)
    assert "王小明" in client.page("/customers/looks").text("table")
    assert "林晓雯" in client.page(f"/customers/looks?customer={customer.id}&kind=view&since=2020-01-01").text("table")
    for query in (
        "kind=x",
        "customer=x",
        "since=tomorrow",
        "until=9999-99-99",
        "person=" + "9" * 40,
        "since=0001-01-01",
    ):
        assert client.page(f"/customers/looks?{query}").css(".q-notice")
    client.sign_out()
    client.sign_in(auditor)
    page = client.page("/customers/looks")
    assert customer.number in page.text("table")
    assert "王小明" not in page.text("main")
    client.page(f"/customers/{customer.id}", status=403)


def test_frequencies_page(client, unit):
    client.sign_in(people.create_person(role="supervisor"))
    form = client.page("/customers/tiers")
    client.submit(form, "form.q-form", status=422, data={"days-gold": "0"})
    client.submit(form, "form.q-form", status=422, data={"days-gold": "9" * 40})
    page = client.submit(form, "form.q-form", data={"contacts-gold": "2", "days-gold": "20"})
    assert "10" in page.text("table")
    client.sign_out()
    client.sign_in(people.create_person(unit=unit, role="supervisor"))
    assert not client.page("/customers/tiers").css("input[name^=days]")
    assert client.post("/customers/tiers", data={"contacts-gold": "1", "days-gold": "5"}).status_code == 403


def test_importing_by_page(client, unit):
    client.sign_in(people.create_person(unit=unit, role="supervisor"))
    upload = {"file": (io.BytesIO("姓名,编号\r\n王小明,C1\r\n,C2\r\n".encode()), "客户.csv")}
    page = client.send("/customers/import", upload)
    assert "王小明" in page.text("main")
    page = client.submit(page, "form[action$='/confirm']")
    job = session.scalars(select(Import)).one()
    assert (job.state, job.good, job.bad) == ("done", 1, 1)
    assert client.post(f"/customers/import/{job.id}/confirm").status_code == 409
    assert "客户.csv" in client.page("/customers/import").text("main")
    client.send("/customers/import", {"file": (io.BytesIO(b"\x00"), "a.xlsx")}, status=422)
    client.send("/customers/import", {}, status=422)
    client.page(f"/customers/import/{2**63}", status=404)
    assert client.get("/customers/import/template").status_code == 200


def test_the_day_page_says_whom_to_contact(page_of, customer, monkeypatch):
    customer.contact_due_on = customer.since
    page = page_of.page("/today")
    assert "王小明" in page.text("#customers-due")


def test_contacts_behind_a_figure(page_of, customer, manager):
    customers.create_visit(manager, customer, said="谈了存款")
    assert "谈了存款" in page_of.page(f"/customers/contacts?person={manager.id}&kind=visit").text("table")
    assert page_of.page("/customers/contacts?kind=x").css(".q-notice")


@pytest.mark.parametrize("path", ["/customers", "/customers/{id}", "/customers/looks", "/customers/contacts", "/today"])
def test_pages_take_a_constant_number_of_statements(client, unit, manager, statements, path):
    chief = people.create_person(unit=unit, role="supervisor")
    first = customers.create_customer(holder=manager)
    client.sign_in(manager if path == "/today" else chief)
    counts = []
    for many in (3, 40):
        for _ in range(many):
            customers.create_customer(holder=manager)
            customers.create_visit(manager, first)
            operations.add_note(people.actor(manager), first.id, "记")
            operations.add_key_person(people.actor(manager), first.id, name="赵")
            operations.note_look(people.actor(manager), first.id)
        client.page(path.format(id=first.id))
        with statements() as seen:
            client.get(path.format(id=first.id))
        counts.append(seen.count)
    assert counts[0] == counts[1]
    assert counts[0] <= 24


@pytest.mark.parametrize(
    "path", ["/customers", "/customers/{id}", "/customers/{id}/visit", "/customers/new", "/customers/{id}/edit"]
)
def test_pages_in_english(client, unit, path):
    ann = people.create_person("Ann Lee", unit=unit, locale="en")
    people.create_team(unit=unit, relationship=ann)
    made = customers.create_customer("Harbour Ltd", holder=ann)
    client.sign_in(ann)
    page = client.page(path.format(id=made.id))
    assert page.one("html").attributes["lang"] == "en"
    assert "客户" not in page.text("main")
