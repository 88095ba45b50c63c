"""The supervisor's desk: who is behind, on what, and giving or extending several at once."""

import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock, outbox
from app.core.actor import SYSTEM
from app.core.database import session
from app.people.rules.audiences import of_persons
from app.work import following, operations
from app.work.operations import desk as desk_operations
from app.workflow import operations as workflow
from app.workflow import queries
from app.workflow.models import Run, Turn
from tests.factories import people, work
from tests.factories import sales as factory


@pytest.fixture
def bank(app):
    return factory.create_bank()


def ticked(page) -> list[str]:
    """What ticking every box would send."""
    return [box.attributes["value"] for box in page.css("input[name=turns]")]


def test_it_counts_what_waits_for_each_of_my_people(client, bank):
    for n in range(3):
        factory.create_opportunity(bank, factory.create_customer(bank, f"客户{n}号商行"))
    page = client.sign_in(bank.supervisor).page("/team")
    row = next(r for r in page.css("#people tbody tr") if bank.manager.name in r.text())
    assert "3" in row.text()


def test_people_of_another_unit_are_not_on_it(client, bank):
    other = factory.create_bank("城西支行")
    factory.create_opportunity(other, title="Not yours")
    page = client.sign_in(bank.supervisor).page("/team?show=unclaimed")
    assert other.manager.name not in page.text("#people") or bank.manager.name == other.manager.name
    assert "Not yours" not in client.page(f"/team?show=person&person={other.manager.id}").text()


def test_several_steps_are_given_to_somebody_else_at_once(client, bank):
    for n in range(2):
        factory.create_opportunity(bank, factory.create_customer(bank, f"客户{n}号商行"))
    client.sign_in(bank.supervisor)
    url = f"/team?show=person&person={bank.manager.id}"
    page = client.page(url)
    answer = client.submit(
        page,
        "form[action*='/team/things']",
        turns=ticked(page),
        act="reassign",
        to=str(bank.leader.id),
        reason="Away",
        until=None,
    )
    assert "2" in answer.text(".q-flash, [role=status], .alert")
    assert ticked(client.page(url)) == []
    assert len(ticked(client.page(f"/team?show=person&person={bank.leader.id}"))) == 2


def test_what_has_changed_meanwhile_is_named_and_the_rest_is_done(client, bank):
    for n in range(2):
        factory.create_opportunity(bank, factory.create_customer(bank, f"客户{n}号商行"), title=f"Deal {n}")
    client.sign_in(bank.supervisor)
    page = client.page(f"/team?show=person&person={bank.manager.id}")
    first, second = ticked(page)
    stale = first.split(".")[0] + ".999"
    answer = client.submit(
        page,
        "form[action*='/team/things']",
        turns=[stale, second],
        act="reassign",
        to=str(bank.leader.id),
        reason="Away",
        until=None,
    )
    assert "Deal" in answer.text("main")
    assert len(ticked(client.page(f"/team?show=person&person={bank.leader.id}"))) == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"turns": []},
        {"turns": ["x"]},
        {"turns": ["1.1"], "reason": ""},
        {"turns": ["1.1"], "to": ""},
        {"turns": ["1.1"], "to": "999999999999999999999"},
        {"turns": ["99999999999999999999999.1"]},
        {"turns": ["1.1"], "act": "extend", "until": "2001-01-01"},
        {"turns": ["1.1"], "act": "extend", "until": "never"},
    ],
)
def test_bad_input_is_told_at_its_field(client, bank, typed):
    factory.create_opportunity(bank)
    client.sign_in(bank.supervisor)
    sent = {"act": "reassign", "to": str(bank.leader.id), "reason": "Away", **typed}
    assert client.post("/team/things?show=overdue", data=sent).status_code == 422


def test_a_step_is_extended(client, bank, frozen_clock):
    factory.create_opportunity(bank)
    client.sign_in(bank.supervisor)
    page = client.page(f"/team?show=person&person={bank.manager.id}")
    until = clock.today() + timedelta(days=30)
    client.submit(
        page,
        "form[action*='/team/things']",
        turns=ticked(page),
        act="extend",
        until=until.isoformat(),
        to="",
        reason="The customer travels",
    )
    again = client.page(f"/team?show=person&person={bank.manager.id}")
    assert until.isoformat() in again.html


def test_overdue_and_stalled_steps_show(client, bank, frozen_clock):
    factory.create_opportunity(bank, title="Lying still")
    frozen_clock.move(days=30)
    client.sign_in(bank.supervisor)
    for show in ("overdue", "stalled"):
        assert "Lying still" in client.page(f"/team?show={show}").text("#opened")


def test_the_number_of_statements_does_not_grow(client, bank, statements):
    client.sign_in(bank.supervisor)
    counts = []
    for number in (3, 30):
        for n in range(number):
            person = people.create_person(unit=bank.unit, team=bank.team, role="relationship")
            customer = factory.create_customer(bank, f"客户{number}{n}号商行")
            factory.create_opportunity(bank, customer, owner_id=person.id)
        client.page("/team")
        with statements() as seen:
            client.page("/team")
        counts.append(seen.count)
    assert counts[0] == counts[1]


def overdue(bank, frozen_clock, number=2):
    """Some sales that lie still until their first step is overdue."""
    for n in range(number):
        factory.create_opportunity(bank, factory.create_customer(bank, f"逾期{n}号商行"), title=f"Late {n}")
    frozen_clock.move(days=30)


def nudges(client, **asked):
    """What the manager's notifications say of nudges."""
    from app.work.models import Notification

    rows = session.scalars(select(Notification).where(Notification.kind == "work.nudged"))
    return [(row.person_id, row.args["why"]) for row in rows]


def test_everybody_overdue_is_nudged_by_two_clicks_and_once_a_day(client, bank, frozen_clock):
    overdue(bank, frozen_clock)
    client.sign_in(bank.supervisor)
    page = client.page("/team")
    form = "form[action$='/team/nudge']"
    assert "2" in client.submit(page, form).text("[role=status], .alert, .q-flash")
    assert [person for person, _why in nudges(client)] == [bank.manager.id] * 2
    assert all("逾期" in why for _person, why in nudges(client))
    opened = client.page(f"/team?show=person&person={bank.manager.id}")
    assert opened.text("#things").count("今日已催办") == 2
    again = client.page("/team")
    assert not again.css("input[name=everybody]")
    client.send("/team/nudge", {"everybody": "1"})
    assert len(nudges(client)) == 2
    frozen_clock.move(days=1)
    client.sign_in(bank.supervisor)
    client.submit(client.page("/team"), form)
    assert len(nudges(client)) == 4


def test_ticked_people_and_ticked_things_are_nudged(client, bank, frozen_clock):
    overdue(bank, frozen_clock)
    client.sign_in(bank.supervisor)
    client.send("/team/nudge", {"people": [], "reason": ""}, status=422)
    client.send("/team/nudge", {"people": [str(bank.business.id), "x"], "reason": ""})
    assert nudges(client) == []
    client.send("/team/nudge", {"people": [str(bank.manager.id)], "reason": "今天给我答复"})
    assert nudges(client) == [(bank.manager.id, "今天给我答复")] * 2
    page = client.page(f"/team?show=person&person={bank.manager.id}")
    answer = client.submit(page, "form[action*='/team/things']", turns=ticked(page), act="nudge", reason="")
    assert "今天已经催办过" in answer.text("main")


def test_a_nudge_stands_in_the_history_with_its_reason(client, bank, frozen_clock):
    overdue(bank, frozen_clock, 1)
    client.sign_in(bank.supervisor)
    client.send("/team/nudge", {"everybody": "1", "reason": "客户在等"})
    run = session.scalar(select(Run.id))
    assert "客户在等" in client.page(f"/runs/{run}").text("main")
    assert queries.verify(run).broken is None


def test_what_is_too_much_for_one_request_is_nudged_by_the_job(client, bank, frozen_clock, monkeypatch):
    overdue(bank, frozen_clock, 5)
    monkeypatch.setattr(desk_operations, "AT_ONCE", 2)
    client.sign_in(bank.supervisor)
    client.send("/team/nudge", {"everybody": "1", "reason": ""})
    assert len(nudges(client)) == 2
    outbox.deliver_due()
    assert len(nudges(client)) == 5


def test_cases_of_another_unit_count_for_whoever_leads_the_person_and_tell_nothing(client, bank, frozen_clock):
    """An outlet's supervisor answers for their people's time, though the team and its cases belong to another unit."""
    outlet = people.create_unit(parent=bank.unit)
    head = people.create_person(unit=outlet, role="supervisor")
    seller = people.create_person(unit=outlet, team=bank.team, role="relationship")
    factory.create_opportunity(bank, owner_id=seller.id, title="Secret of the branch")
    frozen_clock.move(days=30)
    client.sign_in(head)
    page = client.page(f"/team?show=person&person={seller.id}")
    assert seller.name in page.text("#people") and "其他机构的业务" in page.text("#things")
    assert "Secret of the branch" not in page.html
    client.submit(page, "form[action*='/team/things']", turns=ticked(page), act="nudge", reason="")
    assert [person for person, _why in nudges(client)] == [seller.id]
    frozen_clock.move(days=1)
    client.sign_in(head)
    sent = {"turns": ticked(client.page(f"/team?show=person&person={seller.id}")), "reason": "换人"}
    client.send("/team/things?show=overdue", {**sent, "act": "reassign", "to": str(seller.id)})
    assert len(queries.events_page(SYSTEM, session.scalar(select(Run.id)), limit=200).items) > 0
    assert session.scalar(select(Turn.assignee_id).where(Turn.state == "waiting")) == seller.id


def test_the_desk_is_narrowed_to_a_team_a_process_or_what_i_started(client, bank, frozen_clock):
    overdue(bank, frozen_clock)
    client.sign_in(bank.supervisor)
    row = f"#p{bank.manager.id}"
    assert "2" in client.page(f"/team?team={bank.team.id}").text(row)
    assert "2" in client.page("/team?process=sale").text(row)
    for nothing in ("process=errand", "mine=1"):
        assert "2" not in client.page(f"/team?{nothing}").text(f"{row} .q-load")
    client.page("/team?team=999999999999999999999&process=%00x&start=-7&person=99999999999999999999")


def test_who_is_away_and_what_a_candidate_has_is_said(client, bank, frozen_clock):
    overdue(bank, frozen_clock)
    people.create_absence(bank.manager, bank.leader)
    client.sign_in(bank.supervisor)
    page = client.page(f"/team?show=person&person={bank.manager.id}")
    assert "外出至" in page.text(f"#p{bank.manager.id}") and bank.leader.name in page.text(f"#p{bank.manager.id}")
    option = next(o.text() for o in page.css("select[name=to] option") if bank.manager.name in o.text())
    assert "手上 2 项" in option and "外出至" in option
    assert "选填" not in page.text("#things")


def test_other_rooms_bring_what_their_people_owe(client, bank, monkeypatch):
    late = clock.now() - timedelta(days=9)
    monkeypatch.setattr(following, "_sources", {})
    following.source(
        "reading",
        title="必读",
        counts=lambda actor: {bank.support.id: following.Behind(2, 1, late), 10**6: following.Behind(9, 9, late)},
        things=lambda actor, person: [following.Thing("反洗钱通知", "/today", late)],
    )
    client.sign_in(bank.supervisor)
    page = client.page(f"/team?show=person&person={bank.support.id}")
    assert "2" in page.text(f"#p{bank.support.id} .q-load") and "反洗钱通知" in page.text("#things")


def test_many_people_are_shown_a_page_at_a_time(client, bank, monkeypatch):
    for module in ("queries", "views"):
        monkeypatch.setattr(sys.modules[f"app.work.{module}.desk"], "PAGE", 3)
    client.sign_in(bank.supervisor)
    first = client.page("/team")
    assert len(first.css("#desk-rows tr")) == 3
    second = client.page(first.css(".q-pager a")[0].attributes["href"])
    assert not {r.id for r in first.css("#desk-rows tr")} & {r.id for r in second.css("#desk-rows tr")}


def give_supervisor(bank, number):
    """So many things that the bank's supervisor has to do themselves."""
    workflow.sync_seeds()
    above = people.create_person(role="supervisor", post="branch_manager")
    for n in range(number):
        operations.assign(people.actor(above), work.TASK, f"Mine {n}", rule=of_persons([bank.supervisor.id]))
    session.commit()


def test_the_panel_says_whom_a_nudge_of_everybody_reaches_and_why_not_the_rest(client, bank, frozen_clock, monkeypatch):
    overdue(bank, frozen_clock, 3)
    give_supervisor(bank, 1)
    frozen_clock.move(days=30)
    monkeypatch.setattr(following, "_sources", {})
    following.source(
        "reading", title="必读", counts=lambda actor: {bank.support.id: following.Behind(2, 2)}, things=lambda *_a: []
    )
    client.sign_in(bank.supervisor)
    page = client.page(f"/team?show=person&person={bank.manager.id}")
    client.submit(page, "form[action*='/team/things']", turns=ticked(page)[:1], act="nudge", reason="")
    page = client.page("/team")
    panel = page.text(".q-pop")
    assert "1 人 · 2 项" in panel and "今天已经催办 1 项" in panel
    assert "您自己的 1 项" in panel and "不属于流程步骤的 2 项" in panel
    before = len(nudges(client))
    client.submit(page, "form[action$='/team/nudge']")
    assert len(nudges(client)) == before + 2
    assert bank.supervisor.id not in {person for person, _why in nudges(client)}
    page = client.page("/team")
    assert not page.css(".q-pop input[name=everybody]") and "今天已经催办 3 项" in page.text("#people")


def test_ones_own_step_is_not_nudged(client, bank, frozen_clock):
    give_supervisor(bank, 1)
    frozen_clock.move(days=30)
    client.sign_in(bank.supervisor)
    page = client.page(f"/team?show=person&person={bank.supervisor.id}")
    answer = client.submit(page, "form[action*='/team/things']", turns=ticked(page), act="nudge", reason="")
    assert "您自己的步骤" in answer.text("main")
    client.send("/team/nudge", {"people": [str(bank.supervisor.id)]})
    assert nudges(client) == []


@pytest.mark.parametrize("typed", ["a\x00b", "everybody", "长" * 30_000])
@pytest.mark.parametrize("late", [True, False])
def test_a_forged_everybody_is_refused_with_a_word(client, bank, frozen_clock, typed, late):
    if late:
        overdue(bank, frozen_clock)
    client.sign_in(bank.supervisor)
    answer = client.send("/team/nudge", {"everybody": typed}, status=422)
    assert answer.css(".q-error") and nudges(client) == []


def test_all_that_waits_for_the_supervisor_can_be_read(client, bank):
    give_supervisor(bank, 10)
    page = client.sign_in(bank.supervisor).page("/team")
    assert page.text("#for-me .q-count") == "10" and len(page.css("#for-me .q-turn")) == 8
    assert len(client.page(page.css("#for-me .q-more")[0].attributes["href"]).css(".q-turn")) == 10
