"""Visits, calls and notes, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.files import StoredFile
from app.customers import links, operations, queries, signals
from app.customers.models import Contact, Photo
from app.customers.queries.contacts import contacts_by_person, may_read_photo
from tests.factories import customers, people

pytestmark = pytest.mark.usefixtures("app", "frozen_clock")


@pytest.fixture
def manager():
    unit = people.create_unit(parent=people.root())
    person = people.create_person("李经理", unit=unit)
    people.create_team(unit=unit, relationship=person)
    return person


@pytest.fixture
def customer(manager):
    return customers.create_customer("王小明", holder=manager, tier="gold")


def codes(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {e.field: e.code for e in error.value.errors}


def test_a_visit_with_a_photo_needs_nothing_else(manager, customer):
    actor = people.actor(manager)
    visit = operations.record_visit(actor, customer.id, photos=[customers.photo()])
    assert (visit.kind, visit.at, visit.person_id) == ("visit", clock.now(), manager.id)
    line = queries.timeline_page(actor, customer.id).items[0]
    assert (line.kind, line.who, [p.name for p in line.photos]) == ("visit", "李经理", ["photo.png"])


def test_a_visit_moves_the_next_contact(manager, customer, frozen_clock):
    assert customer.contact_due_on == clock.today() + timedelta(days=60)
    frozen_clock.move(days=10)
    operations.record_call(people.actor(manager), customer.id, said="问候")
    assert customer.contact_due_on == clock.today() + timedelta(days=60)
    assert customer.version == 1, "a contact must not spoil an edit under way"
    operations.record_call(people.actor(manager), customer.id, said="补记", at=clock.now() - timedelta(days=5))
    assert customer.last_contact_at == clock.now()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "said"),
        ({"said": "   "}, "said"),
        ({"said": "长" * 8001}, "said"),
        ({"said": "a\x00"}, "said"),
        ({"said": "a", "place": "长" * 201}, "place"),
        ({"said": "a", "people": "\ud800"}, "people"),
        ({"said": "a", "opportunity_id": 2**70}, "opportunity_id"),
        ({"photos": [customers.photo(b"<svg onload=alert(1)>", "a.png")]}, "photos"),
        ({"photos": [customers.photo(b"", "a.png")]}, "photos"),
        ({"photos": [customers.photo(b"%PDF-1.7 not a picture", "a.jpg")]}, "photos"),
        ({"photos": [customers.photo(b"MZ\x90\x00", "a.jpg")]}, "photos"),
        ({"photos": [customers.photo(b"\xff\xd8\xff" + b"x" * (21 * 2**20), "big.jpg")]}, "photos"),
        ({"photos": [customers.photo()] * 10}, "photos"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(manager, customer, given, field):
    with pytest.raises(Invalid) as error, unit_of_work():
        operations.record_visit(people.actor(manager), customer.id, **given)
    assert field in codes(error)
    session.rollback()


def test_no_visits_from_the_future_or_from_long_ago(manager, customer):
    for at in (clock.now() + timedelta(hours=1), clock.now() - timedelta(days=400)):
        with pytest.raises(Invalid) as error:
            operations.record_visit(people.actor(manager), customer.id, said="a", at=at)
        assert "at" in codes(error)


def test_a_form_sent_twice_makes_one_record(manager, customer, at_once):
    actor, customer_id = people.actor(manager), customer.id

    def send():
        with unit_of_work():
            return operations.record_visit(actor, customer_id, said="谈", submission="mark-1").id

    first = send()
    assert send() == first
    at_once(*[lambda: _twice(actor, customer_id)] * 2)
    assert len(session.scalars(select(Contact)).all()) == 2


def _twice(actor, customer_id):
    with unit_of_work():
        return operations.record_visit(actor, customer_id, said="谈", submission="mark-2").id


def test_contacts_are_told_to_other_rooms(manager, customer, monkeypatch):
    told = []
    monkeypatch.setattr(signals.visit_recorded, "receivers", [lambda **facts: told.append(facts)])
    visit = operations.record_visit(people.actor(manager), customer.id, said="谈")
    operations.record_call(people.actor(manager), customer.id, said="谈")
    assert told == [
        {
            "customer_id": customer.id,
            "visit_id": visit.id,
            "person_id": manager.id,
            "opportunity_id": None,
            "at": visit.at,
        }
    ]


def test_a_contact_is_tied_to_an_open_opportunity_of_the_customer(manager, customer, monkeypatch):
    link = links.Link(77, "商机", "/sales/opportunities/77")
    monkeypatch.setattr(
        links, "_opportunities", [(lambda actor, c: [link] if c == customer.id else [], lambda actor, ids: {77: link})]
    )
    actor = people.actor(manager)
    operations.record_visit(actor, customer.id, said="谈", opportunity_id=77)
    with pytest.raises(Invalid):
        operations.record_visit(actor, customer.id, said="谈", opportunity_id=78)
    assert queries.count_contacts("visit", opportunity_id=77) == 1
    assert queries.timeline_page(actor, customer.id).items[0].opportunity == link
    assert [row.customer_id for row in queries.contacts_of_opportunity(77)] == [customer.id]


def test_a_report_is_completed_later_by_its_author(manager, customer, frozen_clock):
    actor = people.actor(manager)
    visit = operations.record_visit(actor, customer.id, photos=[customers.photo()])
    frozen_clock.move(hours=3)
    operations.correct_contact(actor, visit.id, 1, said="谈了贷款", place="厂里", people="赵总")
    assert (visit.said, visit.place, visit.version) == ("谈了贷款", "厂里", 2)
    with pytest.raises(Conflict):
        operations.correct_contact(actor, visit.id, 1, said="x", place="", people="")
    frozen_clock.move(days=8)
    with pytest.raises(Forbidden):
        operations.correct_contact(actor, visit.id, 2, said="x", place="", people="")


def test_only_the_author_corrects(manager, customer):
    team = customer.team_id
    colleague = people.create_person()
    people.join(team, colleague, "leader")
    visit = customers.create_visit(manager, customer)
    with pytest.raises(Forbidden):
        operations.correct_contact(people.actor(colleague), visit.id, 1, said="x", place="", people="")
    with pytest.raises(NotFound):
        operations.correct_contact(people.actor(people.create_person()), visit.id, 1, said="x", place="", people="")


def test_a_correction_of_the_time_moves_the_last_contact_back(manager, customer):
    actor = people.actor(manager)
    visit = operations.record_visit(actor, customer.id, said="谈")
    earlier = clock.now() - timedelta(days=3)
    operations.correct_contact(actor, visit.id, 1, said="谈", place="", people="", at=earlier)
    assert customer.last_contact_at == earlier


def test_a_deputy_records_for_who_is_away(manager, customer, frozen_clock):
    deputy = people.create_person("代理")
    people.create_team(business=deputy)
    people.create_absence(manager, deputy)
    actor = people.actor(deputy).on_behalf_of(manager.id)
    frozen_clock.move(minutes=1)
    operations.record_call(actor, customer.id, said="代为联系")
    line = queries.timeline_page(actor, customer.id).items[0]
    assert (line.who, line.behalf) == ("代理", "李经理")


def test_notes(manager, customer):
    actor = people.actor(manager)
    note = operations.add_note(actor, customer.id, "  喜欢钓鱼 ", submission="n1")
    assert operations.add_note(actor, customer.id, "再来一次", submission="n1").id == note.id
    for text in ("", " ", "x" * 4001, "\x00"):
        with pytest.raises(Invalid):
            operations.add_note(actor, customer.id, text)
    line = queries.timeline_page(actor, customer.id).items
    assert [(e.kind, e.text) for e in line if e.kind == "note"] == [("note", "喜欢钓鱼")]
    operations.withdraw_note(actor, note.id)
    line = [e for e in queries.timeline_page(actor, customer.id).items if e.kind == "note"]
    assert [(e.text, e.withdrawn) for e in line] == [("", True)]
    for note_id in (0, 2**63, note.id + 1):
        with pytest.raises(NotFound):
            operations.withdraw_note(actor, note_id)


def test_a_photo_is_read_only_by_who_may_see_the_customer(manager, customer):
    operations.record_visit(people.actor(manager), customer.id, photos=[customers.photo()])
    photo = session.scalars(select(Photo)).one()
    assert may_read_photo(people.actor(manager), photo.file_id)
    assert not may_read_photo(people.actor(people.create_person()), photo.file_id)
    auditor = people.create_person(role="auditor")
    assert not may_read_photo(people.actor(auditor), photo.file_id)
    assert session.get_one(StoredFile, photo.file_id).content_type == "image/png"


def test_the_timeline_is_told_page_by_page_in_a_constant_number_of_statements(
    manager, customer, statements, frozen_clock
):
    actor = people.actor(manager)
    for n in range(30):
        frozen_clock.move(minutes=1)
        operations.add_note(actor, customer.id, f"第{n}条") if n % 2 else customers.create_visit(manager, customer)
    seen, cursor, counts = [], None, set()
    while True:
        with statements() as made:
            page = queries.timeline_page(actor, customer.id, cursor, 7)
        counts.add(made.count)
        seen += page.items
        if (cursor := page.next) is None:
            break
    assert len(seen) == 31
    assert [e.at for e in seen] == sorted((e.at for e in seen), reverse=True)
    assert max(counts) <= 3


def test_contacts_are_counted_per_person_and_period(manager, customer):
    customers.create_visit(manager, customer)
    customers.create_visit(manager, customer, at=clock.now() - timedelta(days=2))
    since, until = clock.now() - timedelta(days=1), clock.now() + timedelta(seconds=1)
    assert contacts_by_person("visit", [manager.id], since, until) == {manager.id: 1}
    assert contacts_by_person("visit", [], since, until) == {}
