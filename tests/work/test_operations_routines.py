"""Daily routines: what ships, whose list holds, marks of a day, new versions from tomorrow on (D31)."""

from datetime import date, datetime, timedelta

import pytest

from app.core import calendar, clock
from app.core.actor import SYSTEM
from app.core.database import session
from app.core.errors import Conflict, Invalid, NotFound
from app.people import operations as people_operations
from app.work.models import RoutineMark
from app.work.operations import routines as operations
from app.work.queries import routines as queries
from tests.factories import people


@pytest.fixture
def bank(app, frozen_clock):
    """A root with shipped lists, an outlet with a supervisor and a lobby manager, and hr."""
    people.root()
    operations.sync_routines()
    outlet = people.create_unit("东门网点", parent=people.root())

    class Bank:
        unit = outlet
        lobby = people.create_person("林大堂", unit=outlet, post="lobby_manager")
        teller = people.create_person("田柜员", unit=outlet, post="teller")
        head = people.create_person("孙主管", unit=outlet, post="branch_manager", role="supervisor")
        hr = people.create_person("何人资", post="hr_officer", role="hr")

    return Bank


def today(person):
    return queries.my_day(people.actor(person), clock.today())


def row(text, key=""):
    return {"key": key, "zh": text, "en": text}


def test_each_post_finds_its_shipped_list(bank):
    assert [item.key for item in today(bank.lobby).items][:2] == ["lm_huddle", "lm_hall"]
    assert today(bank.teller).items == ()
    leader = people.create_person("梁组长", unit=bank.unit, post="customer_manager", role="leader")
    keys = [item.key for item in today(leader).items]
    assert "cm_today" in keys and "tl_desk" in keys
    assert keys.index("tl_desk") < keys.index("cm_visit")  # sorted by part of the day
    assert operations.sync_routines() == 0


def test_a_securities_firm_gets_its_own_customer_managers_day(app, frozen_clock):
    people_operations.found_institution("securities")
    people.root()
    assert operations.sync_routines() == 5
    manager = people.create_person("郑经理")
    keys = {item.key for item in today(manager).items}
    assert {"sc_research", "sc_market_meeting", "sc_trades", "sc_dormant"} <= keys
    assert "cm_today" not in keys


def test_done_and_skipped_with_a_reason(bank):
    actor = people.actor(bank.lobby)
    operations.mark(actor, "lm_huddle")
    operations.mark(actor, "lm_huddle")
    with pytest.raises(Invalid):
        operations.mark(actor, "lm_hall", skipped=True, reason="  ")
    operations.mark(actor, "lm_hall", skipped=True, reason="装修封闭")
    day = today(bank.lobby)
    assert (day.done, len(day.open)) == (1, 18)
    assert [(item.key, mark.reason) for item, mark in day.skipped] == [("lm_hall", "装修封闭")]
    operations.mark(actor, "lm_hall")
    operations.unmark(actor, "lm_huddle")
    assert [today(bank.lobby).state(key) for key in ("lm_hall", "lm_huddle")] == ["done", ""]
    assert session.query(RoutineMark).count() == 1


def test_nobody_marks_what_is_not_theirs(bank):
    for person, item in ((bank.teller, "lm_huddle"), (bank.lobby, "wm_market"), (bank.lobby, "nothing")):
        with pytest.raises(NotFound):
            operations.mark(people.actor(person), item)


def test_spring_festival_has_none_and_a_make_up_saturday_has_one(bank, frozen_clock):
    frozen_clock.set(datetime(2026, 2, 18, 10, tzinfo=clock.ZONE))
    assert not calendar.is_working(clock.today())
    assert today(bank.lobby).items == ()
    with pytest.raises(NotFound):
        operations.mark(people.actor(bank.lobby), "lm_huddle")
    calendar.set_day(date(2026, 9, 12), True)
    frozen_clock.set(datetime(2026, 9, 12, 10, tzinfo=clock.ZONE))
    assert len(today(bank.lobby).items) == 20


def test_an_edit_holds_from_tomorrow_and_keeps_marks_of_items(bank, frozen_clock):
    people.create_unit("西门网点", parent=people.root())
    hr = people.actor(bank.hr)
    first = queries.coming("lobby_manager", people.root().id)
    kept = queries.items(first.sections)[0]
    typed = {
        "before": [row("开门前合影"), row(kept.text["zh"], kept.key)],
        "during": [row("借来的", "cm_visit")],
        "after": [],
    }
    row_made = operations.write_template(hr, "lobby_manager", people.root().id, typed, seen=1)
    assert (row_made.number, row_made.valid_from) == (2, clock.today() + timedelta(days=1))
    assert len(today(bank.lobby).items) == 20
    frozen_clock.move(days=1)
    keys = [item.key for item in today(bank.lobby).items]
    assert keys[1] == kept.key and len(keys) == 3
    yesterday = queries.my_day(people.actor(bank.lobby), clock.today() - timedelta(days=1))
    assert len(yesterday.items) == 20  # what has begun keeps its own
    with pytest.raises(Conflict):
        operations.write_template(hr, "lobby_manager", people.root().id, typed, seen=1)
    assert operations.sync_routines() == 0  # what somebody wrote is never overwritten


def test_a_unit_may_have_its_own_list_and_give_it_back(bank, frozen_clock):
    head = people.actor(bank.head)
    other = people.create_person("另一位", post="lobby_manager")
    typed = {"before": [row("只此一项")], "during": [], "after": []}
    operations.write_template(head, "lobby_manager", bank.unit.id, typed, seen=0)
    frozen_clock.move(days=1)
    assert [item.text["zh"] for item in today(bank.lobby).items] == ["只此一项"]
    assert len(today(other).items) == 20
    operations.write_template(head, "lobby_manager", bank.unit.id, None, seen=1)
    frozen_clock.move(days=1)
    assert len(today(bank.lobby).items) == 20
    with pytest.raises(NotFound):
        operations.write_template(head, "lobby_manager", people.root().id, typed, seen=1)


def test_faults_are_told_at_their_row(bank):
    typed = {"before": [row(""), {"key": "", "zh": "", "en": "only English"}], "during": [row("x" * 201)], "after": []}
    with pytest.raises(Invalid) as refused:
        operations.write_template(people.actor(bank.hr), "lobby_manager", people.root().id, typed, seen=1)
    assert [(e.field, e.code) for e in refused.value.errors] == [
        ("before.1.zh", "required"), ("during.0.zh", "too_long"), ("during.0.en", "too_long"),
    ]  # fmt: skip


def test_the_supervisor_sees_the_teams_day_within_reach(bank):
    operations.mark(people.actor(bank.lobby), "lm_hall", skipped=True, reason="装修封闭")
    people.create_person("外单位", post="lobby_manager")
    people.create_absence(bank.lobby, bank.teller)
    lines = queries.team_day(people.actor(bank.head), clock.today()).items
    assert [line.name for line in lines] == ["林大堂"]
    assert lines[0].day.away and lines[0].day.skipped[0][1].reason == "装修封闭"


def test_statements_do_not_grow_with_people(bank, statements):
    counts = []
    for number in (3, 300):
        for n in range(number):
            people.create_person(f"大堂{number}{n}", unit=bank.unit, post="lobby_manager")
        queries.team_day(people.actor(bank.head), clock.today(), limit=200)
        with statements() as seen:
            page = queries.team_day(people.actor(bank.head), clock.today(), limit=200)
        counts.append(seen.count)
    assert counts[0] == counts[1]
    assert len(page.items) == 200


def test_system_has_no_day_of_its_own(bank):
    assert queries.my_day(SYSTEM, clock.today()).items == ()
