"""One clause for every channel: each person sees the same opportunities in list, board, search, export and page."""

import pytest
from sqlalchemy import select

from app.core.database import session
from app.core.errors import Forbidden, Invalid, NotFound
from app.sales import operations, queries
from app.sales.models import Opportunity
from app.sales.permissions import EXPORT, VIEW
from app.sales.queries.board import FIRST
from app.sales.queries.filters import SORTS, Filters
from tests.factories import people, sales


@pytest.fixture
def banks(database, frozen_clock):
    east = sales.create_bank("城东支行")
    west = sales.create_bank("城西支行")
    outlet = sales.create_bank("东门网点", parent=east.unit)
    found = {}
    for name, bank in (("east", east), ("west", west), ("outlet", outlet)):
        customer = sales.create_customer(bank, f"{name}建材")
        found[name] = [sales.create_opportunity(bank, customer, title=f"贷款{n}").id for n in range(3)]
    return {"east": east, "west": west, "outlet": outlet}, found


def every_id():
    """All the ids there are."""
    return list(session.scalars(select(Opportunity.id)))


def seen_by(person):
    """The ids that each channel shows to a person."""
    actor = people.actor(person)
    if not actor.may(VIEW):
        return {}
    everything = Filters(state="all")
    cards = [card.id for column in queries.board(actor, Filters(), queries.process()) for card in column.cards]
    channels = {
        "list": {row.id for row in queries.opportunities_page(actor, everything, limit=200).items},
        "board": set(cards),
        "search": {row.id for row in queries.opportunities_page(actor, Filters(q="建材"), limit=200).items},
        "visible": queries.visible_ids(actor, every_id()),
        "count": queries.count(actor, everything)[0],
    }
    if actor.may(EXPORT):
        channels["export"] = {row.id for row in queries.export_rows(actor, everything)}
    return channels


def test_every_channel_shows_the_same_to_each_role(banks):
    bank, ids = banks
    all_ids = {i for group in ids.values() for i in group}
    head = people.create_person("总行主管", role="supervisor")
    expected = [
        *((person, set(ids["east"])) for person in bank["east"].everybody()[:4]),
        *((person, set(ids["west"])) for person in bank["west"].everybody()[:4]),
        (bank["east"].supervisor, {*ids["east"], *ids["outlet"]}),
        (bank["outlet"].supervisor, set(ids["outlet"])),
        (bank["west"].supervisor, set(ids["west"])),
        (head, all_ids),
        (bank["east"].risk, set()),
    ]
    for person, wanted in expected:
        channels = seen_by(person)
        number = channels.pop("count")
        assert number == len(wanted), person.name
        for channel, found in channels.items():
            assert found == wanted, (person.name, channel)


def test_those_without_the_right_see_nothing(banks):
    for role in ("hr", "sysadmin", "secadmin", "auditor"):
        actor = people.actor(people.create_person(role=role))
        assert not queries.visible_ids(actor, every_id())
        with pytest.raises(Forbidden):
            queries.opportunities_page(actor, Filters())
        with pytest.raises(Forbidden):
            queries.export_rows(actor, Filters())
    with pytest.raises(Forbidden):
        queries.export_rows(people.actor(banks[0]["east"].support), Filters())


def test_outside_the_scope_there_is_nothing(banks):
    bank, ids = banks
    with pytest.raises(NotFound):
        queries.opportunity_view(people.actor(bank["west"].manager), ids["east"][0])
    for number in (0, -1, 2**63, 10**6):
        with pytest.raises(NotFound):
            queries.opportunity_view(people.actor(bank["east"].manager), number)


def test_whoever_takes_part_sees_it_before_and_after(banks):
    bank, _ids = banks
    east = bank["east"]
    opportunity = sales.create_opportunity(east)
    sales.carry(east, opportunity, until="decide")
    risk = people.actor(east.risk)
    assert not queries.visible_ids(risk, [opportunity.id])
    sales.complete(opportunity, east.leader, outcome="pass_on")
    assert {frozenset(found) for found in [queries.visible_ids(risk, [opportunity.id])]} == {
        frozenset({opportunity.id})
    }
    channels = seen_by(east.risk)
    assert channels.pop("count") == 1
    assert all(found == {opportunity.id} for channel, found in channels.items() if channel != "search")
    sales.complete(opportunity, east.risk)
    assert queries.visible_ids(people.actor(east.risk), [opportunity.id]) == {opportunity.id}


def test_a_deputy_sees_what_the_absent_person_sees_of_their_own(banks):
    bank, ids = banks
    people.create_absence(bank["east"].manager, bank["west"].manager)
    assert set(ids["east"]) <= queries.visible_ids(people.actor(bank["west"].manager), every_id())


def test_the_board_counts_sums_and_pages_each_column(banks):
    east = banks[0]["east"]
    customer = sales.create_customer(east)
    for _n in range(FIRST + 5):
        sales.create_opportunity(east, customer, amount="1000.50")
    actor = people.actor(east.manager)
    first = queries.board(actor, Filters(), queries.process())[0]
    assert (first.key, first.count, len(first.cards)) == ("preparation", FIRST + 8, FIRST)
    assert str(first.total) == f"{(FIRST + 5) * 1000.5:.2f}"
    rest = queries.more_cards(actor, Filters(), first.key, first.next)
    ids = [card.id for card in first.cards] + [row.id for row in rest.items]
    assert len(ids) == len(set(ids)) == FIRST + 8 and rest.next is None


@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_every_sort_never_overlap_and_miss_nothing(banks, sort):
    actor = people.actor(banks[0]["east"].manager)
    customer = sales.create_customer(banks[0]["east"], "阿里")
    for amount in (None, "5.00", "5.00", None, "7.00"):
        sales.create_opportunity(banks[0]["east"], customer, amount=amount)
    found, cursor = [], None
    while True:
        page = queries.opportunities_page(actor, Filters(sort=sort), cursor, 2)
        found += [row.id for row in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(found) == len(set(found)) == 8


def test_filters_narrow_and_bad_ones_are_told(banks):
    east = banks[0]["east"]
    actor = people.actor(east.manager)
    opportunity = sales.create_opportunity(east, source="market", title="专业市场")
    assert [r.id for r in queries.opportunities_page(actor, Filters(source="market")).items] == [opportunity.id]
    assert [r.id for r in queries.opportunities_page(actor, Filters(q="zysc")).items] == [opportunity.id]
    sales.complete(opportunity, east.manager)
    assert [r.id for r in queries.opportunities_page(actor, Filters(stage="approach")).items] == [opportunity.id]
    assert not queries.opportunities_page(actor, Filters(due="overdue")).items
    assert len(queries.opportunities_page(actor, Filters(owner=east.manager.id)).items) == 4
    for raw in ({"state": "x"}, {"source": "x"}, {"sort": "id; drop"}, {"owner": "-1"}, {"owner": "9" * 30},
                {"team": "a"}, {"stage": "a b"}, {"q": "x" * 500}, {"q": "\x00"}, {"due": "1"}):  # fmt: skip
        with pytest.raises(Invalid):
            Filters.parse(raw)


def test_the_forecast_sums_what_is_expected_when(banks):
    east = banks[0]["east"]
    actor = people.actor(east.manager)
    for day, amount in (("2026-09-08", "1.00"), ("2026-09-30", "2.00"), ("2026-10-01", "4.00"), ("2026-11-01", "8.00")):
        sales.create_opportunity(east, expected_on=day, amount=amount)
    found = {item.bucket: (item.count, str(item.total)) for item in queries.forecast(actor, Filters())}
    assert found == {
        "past": (1, "1.00"), "month": (1, "2.00"), "next": (1, "4.00"), "later": (1, "8.00"), "none": (3, "0.00"),
    }  # fmt: skip
    for bucket, (number, _total) in found.items():
        assert len(queries.opportunities_page(actor, Filters(expected=bucket)).items) == number
    assert sum(item.count for item in queries.forecast(people.actor(banks[0]["west"].manager), Filters())) == 3


def test_what_a_role_permits_it_permits_in_the_teams_where_it_is_held(banks):
    """Who sells in one team and supports another takes away and opens sales in the first alone."""
    bank, ids = banks
    both = bank["east"].manager
    people.join(bank["west"].team, both, "support")
    actor = people.actor(both)
    everything = Filters(state="all")
    seen = {row.id for row in queries.opportunities_page(actor, everything, limit=200).items}
    assert seen == {*ids["east"], *ids["west"]}
    assert {row.id for row in queries.export_rows(actor, everything)} == set(ids["east"])
    customer = sales.create_customer(bank["west"], "河西五金")
    with pytest.raises(Invalid) as caught:
        operations.open_opportunity(
            actor,
            customer_id=customer.id,
            title="流动资金",
            team_id=bank["west"].team.id,
            owner_id=bank["west"].manager.id,
        )
    assert [(fault.field, fault.code) for fault in caught.value.errors] == [("team_id", "unknown_team")]
