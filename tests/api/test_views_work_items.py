"""Work items for programs: assigned to one, many, a team, a role, a rule; carried to their end by the turns; scope."""

import pytest

from app.core.database import session
from app.workflow import operations as workflow
from tests.factories import people, work


@pytest.fixture
def office(app):
    made = work.create_office()
    session.commit()
    return made


def test_one_person_gets_an_item_and_does_it_by_the_turns(program, office):
    head, doer = program(office.head), program(office.staff[0])
    made = head.post(
        "/work-items", {"title": "回访", "person_id": doer.id, "priority": "high", "due_on": "2031-01-06"}, status=201
    )
    assert (made["total"], made["made"], len(made["items"])) == (1, 1, 1)
    item = doer.get(f"/work-items/{made['id']}")
    assert (item["run_id"], item["state"], item["priority"]) == (made["run_id"], "open", "high")
    for outcome, body in (("accept", {}), ("hand_in", {"fields": {"result": "已回访"}, "checklist": ["complete"]})):
        (waiting,) = doer.everything("/turns", mine=1)
        doer.post(f"/turns/{waiting['id']}/complete", {"outcome": outcome, **body})
    (waiting,) = head.everything("/turns", mine=1)
    head.post(f"/turns/{waiting['id']}/complete", {"outcome": "accept"})
    after = doer.get(f"/work-items/{made['id']}")
    assert (after["state"], after["end"], after["late"]) == ("success", "archived", False)
    assert after["done_at"]


def test_many_a_team_a_role_a_rule_a_group(program, office):
    head = program(office.head)
    team = people.create_team(unit=office.unit, relationship=office.staff[0], support=office.staff[1])
    session.commit()
    for to, count in (
        ({"person_ids": office.ids}, 3),
        ({"team_id": team.id}, 2),
        ({"role": "supervisor", "rule": {"also": office.ids[:1]}}, 1),
        ({"rule": {"parts": [{"criterion": "unit", "values": [str(office.unit.id)]}], "without": office.ids[:1]}}, 2),
        ({"person_ids": office.ids, "mode": "shared"}, 1),
    ):
        made = head.post("/work-items", {"title": "x", **to}, status=201)
        assert (made["total"], made["made"]) == (count, count), to
        assert (made["run_id"] is not None) == (count == 1)


def test_more_than_twenty_follow_in_the_background(program, app):
    office = work.create_office(23)
    session.commit()
    made = program(office.head).post("/work-items", {"title": "x", "person_ids": office.ids}, status=201)
    assert (made["total"], made["made"]) == (23, 0)
    workflow.make_batches()
    session.commit()
    assert len(program(office.head).everything("/work-items", assignment=made["assignment_id"], limit=5)) == 23


def test_the_same_key_assigns_once(program, office):
    head = program(office.head)
    body = {"title": "x", "person_id": office.ids[0]}
    first = head.post("/work-items", body, status=201, key="k1")
    assert head.post("/work-items", body, status=201, key="k1") == first
    assert len(head.everything("/work-items")) == 1


def test_the_list_is_what_one_sees_most_urgent_first(program, office):
    head = program(office.head)
    for title, day, priority in (
        ("c", "2031-01-07", "urgent"),
        ("b", "2031-01-06", "normal"),
        ("a", "2031-01-06", "urgent"),
    ):
        head.post(
            "/work-items", {"title": title, "person_id": office.ids[0], "due_on": day, "priority": priority}, status=201
        )
    doer, other = program(office.staff[0]), program(office.staff[1])
    assert [item["title"] for item in doer.everything("/work-items", mine=1, limit=2)] == ["a", "b", "c"]
    assert [item["title"] for item in head.everything("/work-items", person=office.ids[0])] == ["a", "b", "c"]
    assert other.everything("/work-items") == []
    number = doer.everything("/work-items")[0]["id"]
    assert other.send("GET", f"/work-items/{number}").status_code == 404
    assert doer.everything("/work-items", overdue=1) == []


@pytest.mark.parametrize(
    "body",
    [
        {"title": " ", "person_id": 1},
        {"title": "x"},
        {"title": "x", "person_ids": []},
        {"title": "x", "person_id": 10**15},
        {"title": "x", "rule": {"parts": [{"criterion": "nothing", "values": ["1"]}]}},
        {"title": "x", "rule": {"odd": 1}},
        {"title": "x", "person_id": 1, "priority": "odd"},
        {"title": "x", "person_id": 1, "kind": "sale"},
        {"title": "x", "person_id": 1, "due_on": "2020-01-01"},
    ],
)
def test_what_cannot_be_is_refused_by_field(program, office, body):
    body = {**body, **({"person_id": office.ids[0]} if body.get("person_id") == 1 else {})}
    answer = program(office.head).send("POST", "/work-items", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json["errors"]


def test_who_has_nobody_to_assign_to_is_refused(program, office):
    body = {"title": "x", "person_id": office.ids[1]}
    assert program(office.staff[0]).send("POST", "/work-items", json=body).status_code == 403


def test_who_is_out_of_reach_is_refused_without_a_name(program, office):
    far = people.create_person("付远山")
    team = people.create_team("远郊五组", leader=far)
    session.commit()
    for to in ({"person_ids": [office.ids[0], far.id]}, {"person_id": 7777777}, {"team_id": team.id, "rule": {"also": office.ids}},
               {"rule": {"also": office.ids, "without": [far.id]}}):  # fmt: skip
        refused = program(office.head).post("/work-items", {"title": "x", **to}, status=422)
        assert "out_of_reach" in str(refused) and "付远山" not in str(refused) and "远郊五组" not in str(refused)
    assert program(office.head).everything("/work-items") == []
