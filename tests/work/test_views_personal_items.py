"""What is one person's matter stays theirs: colleagues of the team meet a closed door by every channel, those in charge do not."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.core import clock, files
from app.core.actor import SYSTEM
from app.core.database import session
from app.people.operations import leave_team
from app.people.rules.audiences import of_persons
from app.work import operations
from app.work.models import Notification
from app.work.operations import files as attachments
from app.work.operations.items import comment_item
from app.workflow import operations as workflow
from app.workflow import queries
from app.workflow.models import Run
from app.workflow.operations.evidence import PURPOSE
from tests.api.programs import program  # noqa: F401 - a fixture
from tests.factories import accompanied, goals, people, sales, work
from tests.factories.workflow import turn

RESULT, REMARK = "六户都已回访，两户要走。", "逐户写明，不要笼统。"


@pytest.fixture
def team(app):
    """A leader's item of one member, handed in, returned with a reason and handed in again, with files and a comment."""
    bank = sales.create_bank()
    workflow.sync_seeds()
    made = operations.draft(
        people.actor(bank.leader), work.TASK, "回访到期客户", rule=of_persons([bank.manager.id]), due_on=clock.today()
    )
    attachments.add_file(people.actor(bank.leader), made, BytesIO("名单".encode()), "名单.txt")
    operations.send(people.actor(bank.leader), made, None)
    item = work.item_of(made, bank.manager)
    work.act(bank.manager, item, "accept")
    stored = files.store(BytesIO("走访记录".encode()), "走访.txt", people.actor(bank.manager), PURPOSE)
    workflow.add_evidence(people.actor(bank.manager), turn(item.run_id).id, kind="result", file=stored)
    work.hand_in(bank.manager, item, RESULT)
    work.act(bank.leader, item, "return", reason=REMARK)
    session.commit()
    return SimpleNamespace(
        bank=bank, assignment=made, item=item, run=item.run_id, turn=turn(item.run_id).id, proof=stored.id
    )


def doors(team) -> list[str]:
    """Every address that shows the item or a part of it."""
    given = session.scalar(select(attachments.AssignmentFile.file_id))
    return [
        f"/work/items/{team.item.id}", f"/runs/{team.run}", f"/turns/{team.turn}", f"/files/{given}", f"/files/{team.proof}",
        f"/work/people/{team.bank.manager.id}/done", f"/work/assignments/{team.assignment.id}",
    ]  # fmt: skip


def test_a_run_of_the_team_is_not_the_colleagues_to_read(team):
    assert session.get_one(Run, team.run).team_id == team.bank.team.id


@pytest.mark.parametrize("who", ["business", "support"])
def test_colleagues_meet_a_closed_door_on_every_page(client, team, who):
    client.sign_in(getattr(team.bank, who))
    *behind, of_senders = doors(team)
    for door in behind:
        assert client.get(door).status_code == 404, door
    assert client.get(of_senders).status_code == 403
    for door in (f"/work/items/{team.item.id}/comment", f"/turns/{team.turn}/comment", f"/turns/{team.turn}/evidence"):
        client.send(door, {"text": "x", "comment": "x", "kind": "result"}, status=404)
    for page in ("/today", "/today/all?of=others", "/work", "/work/calendar", "/work/notifications"):
        assert "回访到期客户" not in client.page(page).text(), page


@pytest.mark.parametrize("who", ["manager", "leader", "supervisor"])
def test_the_person_and_those_in_charge_read_it(client, team, who):
    client.sign_in(getattr(team.bank, who))
    for door in doors(team)[:-1]:
        answer = client.get(door)
        assert answer.status_code in (200, 303), door
        answer.close()
    assert REMARK in client.page(f"/work/items/{team.item.id}").text()


@pytest.mark.parametrize(
    ("who", "reads"),
    [("manager", True), ("leader", True), ("supervisor", True), ("other_leader", False), ("hr", False)],
)
def test_the_record_of_a_person_tells_results_to_those_alone_who_may_open_them(client, team, who, reads):
    """Who is in charge of a person by another team, or assesses them, sees what counts: what it was, when, how often returned."""
    bank = team.bank
    other = people.create_person(role="hr" if who == "hr" else None)
    if who == "other_leader":
        people.create_team(leader=other, support=bank.manager)
    work.hand_in(bank.manager, team.item, RESULT)
    work.act(bank.leader, team.item, "accept")
    session.commit()
    client.sign_in(getattr(bank, who) if reads else other)
    door = f"/work/items/{team.item.id}"
    assert client.get(door).status_code == (200 if reads else 404)
    places = [f"/work/people/{bank.manager.id}/done"] + ([f"/admin/people/{bank.manager.id}"] if who == "hr" else [])
    for place in places:
        page = client.page(place)
        assert "回访到期客户" in page.text("#done-items, tbody") and page.text("tbody .q-num") == "1"
        assert (RESULT in page.text()) is (door in page.links.values()) is reads, place


def test_the_interface_gives_it_to_nobody_else(team, program):  # noqa: F811 - the fixture
    for who, sees in (
        ("business", False),
        ("support", False),
        ("manager", True),
        ("leader", True),
        ("supervisor", True),
    ):
        api = program(getattr(team.bank, who))
        for door in (
            f"/work-items/{team.item.id}",
            f"/runs/{team.run}",
            f"/runs/{team.run}/events",
            f"/turns/{team.turn}",
        ):
            api.get(door, status=200 if sees else 404)
        assert (team.item.id in {one["id"] for one in api.everything("/work-items")}) is sees
        assert (team.run in {one["run_id"] for one in api.everything("/turns")}) is sees
        if not sees:
            api.post(f"/turns/{team.turn}/complete", {"outcome": "hand_in"}, status=404)
            api.post(f"/turns/{team.turn}/reassign", {"to": api.id, "reason": "x"}, status=404)


def test_who_is_named_in_a_remark_and_may_not_read_it_is_not_told(team):
    comment_item(people.actor(team.bank.leader), team.item.id, f"@{team.bank.support.name} 也看看")
    session.flush()
    told = select(func.count()).select_from(Notification).where(Notification.person_id == team.bank.support.id)
    assert session.scalar(told) == 0


def test_the_leader_acts_and_who_leads_another_team_does_not(team):
    elsewhere = people.create_team(unit=team.bank.unit, leader=team.bank.support)
    both = people.actor(team.bank.support)
    assert elsewhere.id in both.team_ids and team.bank.team.id in both.team_ids
    with pytest.raises(Exception, match="没有您可以查看的内容"):
        queries.open_run(both, team.run)
    with pytest.raises(Exception, match="没有您可以查看的内容"):
        workflow.reassign(both, team.turn, team.bank.support.id, "x")
    workflow.reassign(people.actor(team.bank.leader), team.turn, team.bank.support.id, "休假")
    assert queries.open_turn(people.actor(team.bank.support), team.turn)


def test_a_new_leader_leads_and_the_former_one_reads_what_they_have_asked(team):
    bank = team.bank
    people.join(bank.team, bank.business, "leader")
    assert queries.open_run(people.actor(bank.business), team.run).oversees
    leave_team(SYSTEM, bank.team.id, person_id=bank.leader.id, role="leader")
    former = queries.open_run(people.actor(bank.leader), team.run)
    assert not former.oversees


def test_what_a_group_shares_is_known_to_the_group_also_once_it_is_handed_in(team):
    bank = team.bank
    made = operations.assign(
        people.actor(bank.leader), work.TASK, "清点", rule=of_persons([bank.manager.id, bank.support.id]), mode="shared"
    )
    item = work.item_of(made)
    work.hand_in(bank.manager, item)
    for person in (bank.manager, bank.support):
        assert queries.open_run(people.actor(person), item.run_id)


def test_one_s_goal_log_and_accompanied_visit_are_not_the_colleagues_business(client, team):
    bank = team.bank
    own, common = goals.set_goal(bank), goals.set_goal(bank, level="team")
    visit = accompanied.plan(bank)
    session.commit()
    client.sign_in(bank.support)
    for door in (
        f"/work/goals/{own.id}",
        f"/runs/{own.run_id}",
        f"/sales/accompanied/{visit.id}",
        f"/runs/{visit.run_id}",
    ):
        assert client.get(door).status_code == 404, door
    assert client.get(f"/work/goals/{common.id}").status_code == 200
    assert own.title not in client.page("/work/goals").text()


@pytest.mark.parametrize("channel", ["page", "interface"])
def test_what_one_of_a_group_of_one_does_is_that_persons_own(client, program, team, channel):  # noqa: F811 - the fixture
    bank = team.bank
    if channel == "interface":
        body = {"title": "一人的事", "person_ids": [bank.manager.id], "mode": "shared"}
        made = program(bank.leader).post("/work-items", body, status=201)
        assert program(bank.leader).get(f"/work-items/{made['id']}")["mode"] == "each"
    else:
        form = client.sign_in(bank.leader).page("/work/assign")
        given = {"title": "一人的事", "names": bank.manager.name, "mode": "shared"}
        draft = client.submit(form, "form[action='/work/assign']", **given)
        assert "1" in client.submit(draft, "form[action$='/send']").text("#items, main")
        assert "1/1" not in client.page("/work/assigned").text("main")
        client.sign_out()
    client.sign_in(bank.support)
    (run,) = session.scalars(select(Run).where(Run.subject_label == "一人的事")).all()
    assert run.batch_id is not None and run.assignee_id == bank.manager.id
    for door in (f"/runs/{run.id}", f"/work/items/{run.subject_id}"):
        assert client.get(door).status_code == 404, door
