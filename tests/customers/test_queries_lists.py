"""Lists, search and export: the same customers through each door, fast, in a constant number of statements."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest

from app.core import clock
from app.core.errors import Forbidden, Invalid, NotFound
from app.customers import operations, permissions, queries
from app.customers.queries.customers import count_overdue, customer_for, customers_page, export_rows, search_customers
from app.customers.queries.filters import SORTS, Filters
from app.customers.queries.looks import LookFilters, busiest_lookers, looks_page
from app.people import queries as people_queries
from tests.factories import customers, people

pytestmark = pytest.mark.usefixtures("app", "frozen_clock")


class World:
    """Two outlets below one sub-branch, two teams in the first; customers of each kind of owner."""

    def __init__(self) -> None:
        top = people.root()
        branch = people.create_unit(parent=top)
        self.near, self.far = people.create_unit(parent=branch), people.create_unit(parent=branch)
        self.person = {
            role: people.create_person(unit=self.near)
            for role in ("leader", "relationship", "business", "support", "second")
        }
        team = people.create_team(
            unit=self.near, **{r: self.person[r] for r in ("leader", "relationship", "business", "support")}
        )
        other = people.create_team(unit=self.near, relationship=self.person["second"])
        self.person["supervisor"] = people.create_person(unit=self.near, role="supervisor")
        self.person["head"] = people.create_person(unit=top, role="supervisor")
        self.person["trainee"] = people.create_person(unit=self.near, role="trainee")
        self.person["hr"] = people.create_person(unit=top, role="hr")
        self.person["auditor"] = people.create_person(unit=top, role="auditor")
        self.ours = [customers.create_customer("王一", holder=self.person["relationship"]).id]
        self.ours += [customers.create_customer("王二", holder=self.person["leader"], team=team).id]
        self.second = [customers.create_customer("王三", holder=self.person["second"], team=other).id]
        self.trainees = [customers.create_customer("王四", holder=self.person["trainee"]).id]
        self.pool = [customers.create_customer("王五", unit=self.near).id]
        self.away = [customers.create_customer("王六", unit=self.far).id]

    def seen_by(self, role: str) -> set[int]:
        near = {*self.ours, *self.second, *self.trainees, *self.pool}
        known = {
            "supervisor": near, "head": near | set(self.away), "second": set(self.second), "trainee": set(self.trainees),
            "hr": set(), "auditor": set(),
        }  # fmt: skip
        return known.get(role, set(self.ours))

    @property
    def everything(self) -> set[int]:
        return self.seen_by("head")


@pytest.fixture
def world():
    return World()


@pytest.mark.parametrize(
    "role",
    ["leader", "relationship", "business", "support", "second", "supervisor", "head", "trainee", "hr", "auditor"],
)
def test_every_door_shows_the_same_customers(world, role):
    actor = people.actor(world.person[role])
    wanted = world.seen_by(role)
    opened = set()
    for customer_id in world.everything:
        with suppress(NotFound):
            opened.add(customer_for(actor, customer_id).id)
    assert opened == wanted
    assert queries.visible_ids(actor, world.everything) == wanted
    if not actor.may(permissions.VIEW):
        for read in (lambda: customers_page(actor, Filters()), lambda: search_customers(actor, "王")):
            with pytest.raises(Forbidden):
                read()
        return
    for sort in SORTS:
        assert {r.id for r in customers_page(actor, Filters(sort=sort)).items} == wanted
    assert {r.id for r in search_customers(actor, "王")} == wanted
    if actor.may(permissions.EXPORT):
        assert {r.id for r in export_rows(actor, Filters())} == wanted
    else:
        with pytest.raises(Forbidden):
            export_rows(actor, Filters())


def test_a_deputy_sees_the_customers_of_who_is_away(world):
    deputy = people.create_person(unit=world.far)
    people.create_team(unit=world.far, relationship=deputy)
    people.create_absence(world.person["second"], deputy)
    assert {r.id for r in customers_page(people.actor(deputy), Filters()).items} == set(world.second)


def test_moving_a_unit_moves_the_sight_of_its_customers(world):
    chief = people.actor(world.person["supervisor"])
    assert set(world.away).isdisjoint(r.id for r in customers_page(chief, Filters()).items)


@pytest.fixture
def manager():
    unit = people.create_unit(parent=people.root())
    person = people.create_person("李经理", unit=unit)
    people.create_team(unit=unit, relationship=person)
    return person


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_one_another_without_gap_or_repeat(manager, sort):
    actor = people.actor(manager)
    made = [
        customers.create_customer(
            f"{'王李张'[n % 3]}{'明强'[n % 2]}", holder=manager, tier=("gold", "basic")[n % 2], asset_value=str(n % 4)
        ).id
        for n in range(23)
    ]
    seen, cursor = [], None
    while True:
        page = customers_page(actor, Filters(sort=sort), cursor, 5)
        seen += [row.id for row in page.items]
        if (cursor := page.next) is None:
            break
    assert sorted(seen) == sorted(made)
    assert [row.id for row in export_rows(actor, Filters(sort=sort))] == seen


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("王小明", 1),
        ("小明", 1),
        ("wxm", 1),
        ("wangxiao", 1),
        ("WXM", 1),
        ("C-77", 1),
        ("贸易", 1),
        ("htmy", 1),
        ("王贸", 0),
        ("单", 1),
        ("sxy", 1),
        ("w", 1),
        ("%", 0),
        ("' OR 1=1 --", 0),
        ('"', 0),
        ("*", 0),
    ],
)
def test_search_by_characters_pinyin_initials_and_number(manager, q, found):
    customers.create_customer("王小明", holder=manager, number="C-77")
    customers.create_customer("华泰贸易有限公司", holder=manager, kind="company", number="D1")
    customers.create_customer("单小燕", holder=manager, number="D2")
    assert len(search_customers(people.actor(manager), q)) == found


def test_search_pages_follow_one_another(manager):
    actor = people.actor(manager)
    made = {customers.create_customer(f"王明{'一二三四五六七'[n]}", holder=manager).id for n in range(7)}
    customers.create_customer("李强", holder=manager)
    first = customers_page(actor, Filters(q="wm"), None, 4)
    second = customers_page(actor, Filters(q="wm"), first.next, 4)
    assert {r.id for r in (*first.items, *second.items)} == made


def test_filters(manager):
    actor = people.actor(manager)
    gold = customers.create_customer("甲", holder=manager, tier="gold", industry="commerce", kind="company")
    customers.create_customer("乙", holder=manager, tier="basic")
    words = people_queries.words("industry")
    for given in ({"tier": "gold"}, {"industry": "commerce"}, {"kind": "company"}, {"q": "甲"}, {"due": "fine"}):
        assert [r.id for r in customers_page(actor, Filters.parse(given, words)).items] == [gold.id]
    assert len(customers_page(actor, Filters.parse({"due": "none"}, words)).items) == 1
    assert len(customers_page(actor, Filters.parse({"holder": str(manager.id)}, words)).items) == 2
    assert len(customers_page(actor, Filters.parse({"holder": "0"}, words)).items) == 0
    back = Filters.parse(Filters(q="甲", holder=0, due="overdue").as_args(), words)
    assert back == Filters(q="甲", holder=0, due="overdue")


@pytest.mark.parametrize(
    "given",
    [
        {"tier": "x"}, {"kind": "'"}, {"industry": "x" * 9999}, {"due": "yesterday"}, {"sort": "password_hash"}, {"holder": "-1"},
        {"holder": "9" * 30}, {"unit": "1e9"}, {"team": "٣"}, {"q": "x" * 500}, {"q": "a\x00b"},
    ],
)  # fmt: skip
def test_what_is_not_on_the_list_is_refused(given):
    with pytest.raises(Invalid) as error:
        Filters.parse(given, people_queries.words("industry"))
    assert error.value.errors[0].field in given


def test_overdue_contacts(manager, frozen_clock):
    actor = people.actor(manager)
    late = customers.create_customer("甲", holder=manager, tier="diamond")
    customers.create_customer("乙", holder=manager, tier="basic")
    assert count_overdue(actor) == 0
    frozen_clock.move(days=31)
    assert count_overdue(actor) == 1
    assert [r.id for r in customers_page(actor, Filters(due="overdue", sort="due")).items] == [late.id]
    assert [r.id for r in queries.due_for(manager.id)] == [late.id]
    operations.record_call(actor, late.id, said="问候")
    assert count_overdue(actor) == 0
    assert late.contact_due_on == clock.today() + timedelta(days=30)


def test_a_big_unit_is_walked_and_shows_the_same(world, monkeypatch):
    chief = people.actor(world.person["supervisor"])
    before = [r.id for r in customers_page(chief, Filters()).items]
    monkeypatch.setattr("app.customers.queries.finding.WIDE", 2)
    assert [r.id for r in customers_page(chief, Filters()).items] == before


def test_words_that_nearly_everybody_holds_find_the_same(world, monkeypatch):
    chief = people.actor(world.person["supervisor"])
    for q in ("王", "wang", "c0", "王 w"):
        before = [r.id for r in customers_page(chief, Filters(q=q)).items]
        with monkeypatch.context() as patch:
            patch.setattr("app.customers.queries.finding.MANY", 1)
            assert [r.id for r in customers_page(chief, Filters(q=q)).items] == before


def test_statements_do_not_grow_with_rows(manager, statements):
    actor = people.actor(manager)
    counts = []
    for many in (3, 40):
        for n in range(many):
            customers.create_customer(f"王{n}", holder=manager, asset_value=Decimal(n))
        with statements() as seen:
            customers_page(actor, Filters(q="王"))
            customers_page(actor, Filters())
            export_rows(actor, Filters())
        counts.append(seen.count)
    assert counts[0] == counts[1] <= 6


def test_looks_are_seen_by_supervisor_and_auditor_each_in_their_way(world):
    relationship = people.actor(world.person["relationship"])
    for customer_id in (*world.ours, *world.ours):
        operations.note_look(relationship, customer_id)
    operations.note_look(people.actor(world.person["head"]), world.away[0])
    operations.record_export(relationship, world.ours, {"q": "王", "tier": "gold"})
    supervisor, auditor = people.actor(world.person["supervisor"]), people.actor(world.person["auditor"])
    rows = looks_page(supervisor, LookFilters()).items
    assert {r.customer_id for r in rows} == set(world.ours)
    assert [r.kind for r in rows] == ["export", "export", "view", "view", "view", "view"]
    assert all(r.may_see for r in rows)
    rows = looks_page(auditor, LookFilters()).items
    assert {r.customer_id for r in rows} == {*world.ours, world.away[0]}
    assert not any(r.may_see for r in rows)
    assert len(looks_page(auditor, LookFilters(kind="export")).items) == 2
    assert (
        len(looks_page(auditor, LookFilters(customer=world.ours[0], person=world.person["relationship"].id)).items) == 3
    )
    assert len(looks_page(auditor, LookFilters(until=clock.today() - timedelta(days=1))).items) == 0
    assert len(looks_page(auditor, LookFilters(since=clock.today(), until=clock.today())).items) == 7
    assert [(b.person_id, b.customers) for b in busiest_lookers(supervisor)] == [(world.person["relationship"].id, 2)]
    for nobody in ("relationship", "hr", "trainee"):
        with pytest.raises(Forbidden):
            looks_page(people.actor(world.person[nobody]), LookFilters())


def test_customers_are_taken_away_only_where_the_role_that_permits_it_is_held() -> None:
    manager, colleague = people.create_person(), people.create_person()
    own = people.create_team(relationship=manager)
    other = people.create_team(support=manager, relationship=colleague)
    mine = customers.create_customer("甲建材", holder=manager, team=own)
    theirs = customers.create_customer("乙建材", holder=colleague, team=other)
    actor = people.actor(manager)
    assert {row.id for row in customers_page(actor, Filters()).items} == {mine.id, theirs.id}
    assert {row.id for row in export_rows(actor, Filters())} == {mine.id}
