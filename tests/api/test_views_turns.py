"""Turns and runs for programs: what they see, what they may do, and that the rules are those of the pages."""

import io

import pytest
from sqlalchemy import func, select

from app.core.database import session
from app.core.files import StoredFile
from app.workflow.models import Event
from tests.api.carrying import carry, hand_in
from tests.factories import people
from tests.factories import workflow as tiny


@pytest.fixture
def cast(app, program):
    """Two writers, a decider, a head and a stranger, as programs; every guard satisfied."""
    tiny.set_up()
    persons = {name: people.create_person() for name in ("writer", "second", "decider", "head", "stranger")}
    ids = {name: person.id for name, person in persons.items()}
    tiny.cast(writers=[ids["writer"], ids["second"]], deciders=ids["decider"], heads=ids["head"])
    return {name: program(person) for name, person in persons.items()}


def start(cast, owned=True, **more):
    """A run whose first step is the writer's, or (not owned) the whole lane's."""
    run = tiny.create_run("deciding", owner=cast["writer"].id if owned else None, **more)
    turn = tiny.turn(run)
    session.commit()
    return run.id, turn.id


def test_a_program_that_knows_nothing_carries_a_workflow_to_its_end(cast):
    run_id, _ = start(cast)
    done = carry([cast["decider"], cast["writer"]], run_id)
    assert [step for step, _who in done] == ["gather", "terms", "decide", "deliver"]
    run = cast["writer"].get(f"/runs/{run_id}")
    assert (run["state"], run["end"], run["stage"]) == ("success", "won", "after")
    assert {turn["state"] for turn in run["turns"]} == {"done"}
    assert run["definition_version"] == 1
    assert run["subject"] == {"kind": "thing", "id": 1, "label": "Thing 1", "url": "/things/1"}


def test_who_sees_a_turn(cast):
    run_id, turn_id = start(cast, owned=False)
    for name in ("writer", "second"):
        assert [t["id"] for t in cast[name].get("/turns", mine=1)["items"]] == [turn_id]
        assert cast[name].get(f"/turns/{turn_id}")["may_act"] is True
    for path in (f"/turns/{turn_id}", f"/runs/{run_id}", f"/runs/{run_id}/events"):
        cast["stranger"].get(path, status=404)
    assert cast["stranger"].get("/turns")["items"] == []
    cast["stranger"].post(f"/turns/{turn_id}/claim", status=404)
    cast["stranger"].post(f"/turns/{turn_id}/complete", {"outcome": "done"}, status=404)


def test_a_claim_is_one_person_s(cast):
    _, turn_id = start(cast, owned=False)
    claimed = cast["writer"].post(
        f"/turns/{turn_id}/claim", {"version": cast["writer"].get(f"/turns/{turn_id}")["version"]}
    )
    assert claimed["assignee"]["id"] == cast["writer"].id
    assert cast["second"].send("POST", f"/turns/{turn_id}/claim", json={}).status_code in (404, 409)


def test_of_two_claims_at_once_exactly_one_wins(cast, at_once):
    for _ in range(3):
        _, turn_id = start(cast, owned=False)
        answers = at_once(
            *(
                lambda one=cast[name], path=f"/turns/{turn_id}/claim": one.send("POST", path, json={})
                for name in ("writer", "second")
            )
        )
        statuses = sorted(a.status_code for a in answers)
        assert statuses[0] == 200, [a.text for a in answers]
        assert statuses[1] in (404, 409)


def test_what_is_missing_is_a_list(cast):
    _, turn_id = start(cast)
    tiny.scenery.failing["visited"] = "先拜访"
    one = cast["writer"]
    answer = one.post(f"/turns/{turn_id}/complete", {"outcome": "done"}, status=422)
    listed = [(item["kind"], item["key"]) for item in answer["missing"]]
    assert listed == [("field", "place"), ("checklist", "read"), ("evidence", "dossier"), ("guard", "visited")]
    assert [(i["kind"], i["key"]) for i in one.get(f"/turns/{turn_id}")["missing"]] == listed
    one.post(f"/turns/{turn_id}/evidence", {"kind": "dossier", "text": "客户档案"}, status=201)
    assert ("evidence", "dossier") not in [(i["kind"], i["key"]) for i in one.get(f"/turns/{turn_id}")["missing"]]


def test_values_that_cannot_be_taken_are_named_at_their_field(cast):
    _, turn_id = start(cast)
    one = cast["writer"]
    for fields, field in (
        ({"place": "x" * 100}, "place"),
        ({"place": 7}, "place"),
        ({"nowhere": "x"}, "nowhere"),
        ({"place": "\x00"}, "fields.place"),
    ):
        answer = one.post(f"/turns/{turn_id}/complete", {"outcome": "done", "fields": fields}, status=422)
        assert field in [e["field"] for e in answer["errors"]], answer
    one.post(f"/turns/{turn_id}/complete", {"outcome": "fly"}, status=422)
    answer = one.send("POST", f"/turns/{turn_id}/complete", json={"outcome": "done", "checklist": ["none"]})
    assert answer.status_code == 422


def test_of_many_fields_that_the_step_does_not_have_fifty_are_named(cast):
    _, turn_id = start(cast)
    strange = {f"no {n}": "x" for n in range(3000)}
    body = {"outcome": "done", "fields": {**strange, "place": 7}}
    faults = [e["field"] for e in cast["writer"].post(f"/turns/{turn_id}/complete", body, status=422)["errors"]]
    assert len(faults) == 51 and faults[-1] == "place"


def test_a_stale_version_is_a_conflict_and_changes_nothing(cast):
    _, turn_id = start(cast)
    one = cast["writer"]
    before = session.scalar(select(func.count()).select_from(Event))
    for path, body in (
        ("claim", {"version": 999}),
        ("complete", {"outcome": "done", "version": 999}),
        ("return", {"to": "gather", "reason": "x", "version": 999}),
        ("reassign", {"to": cast["second"].id, "reason": "x", "version": 999}),
    ):
        answer = one.send("POST", f"/turns/{turn_id}/{path}", json=body)
        assert answer.status_code in (409, 422), f"{path}: {answer.text}"
    assert session.scalar(select(func.count()).select_from(Event)) == before


def test_who_proposed_does_not_decide(cast):
    tiny.cast(writers=cast["writer"].id, deciders=[cast["writer"].id, cast["decider"].id], heads=cast["head"].id)
    run_id, _ = start(cast)
    one = cast["writer"]
    for _ in range(2):
        (line,) = [t for t in one.get("/turns", mine=1)["items"] if t["run_id"] == run_id]
        hand_in(one, one.get(f"/turns/{line['id']}"))
    decide = next(t for t in one.get(f"/runs/{run_id}")["turns"] if t["step"] == "decide")
    assert one.get("/turns", mine=1)["items"] == []
    for path, body in (("claim", {}), ("complete", {"outcome": "approve"})):
        answer = one.send("POST", f"/turns/{decide['id']}/{path}", json=body)
        assert answer.status_code in (403, 409, 422), answer.text
    hand_in(cast["decider"], cast["decider"].get(f"/turns/{decide['id']}"))


def test_going_back_needs_a_reason_and_not_the_evidence(cast):
    run_id, _ = start(cast)
    one = cast["writer"]
    (line,) = one.get("/turns", mine=1)["items"]
    hand_in(one, one.get(f"/turns/{line['id']}"))
    (line,) = one.get("/turns", mine=1)["items"]
    turn = one.get(f"/turns/{line['id']}")
    assert [r["key"] for r in turn["returns"]] == ["gather"]
    one.post(f"/turns/{line['id']}/return", {"to": "gather", "version": turn["version"]}, status=422)
    one.post(f"/turns/{line['id']}/return", {"to": "nowhere", "reason": "x"}, status=422)
    run = one.post(f"/turns/{line['id']}/return", {"to": "gather", "reason": "资料不全", "version": turn["version"]})
    assert [(t["step"], t["state"]) for t in run["turns"]][-1] == ("gather", "waiting")
    events = one.everything(f"/runs/{run_id}/events", limit=3)
    returned = next(e for e in events if e["kind"] == "returned")
    assert returned["texts"]["reason"] == "资料不全"
    assert returned["actor"] == {"id": one.id, "name": one.get("/me")["name"]}
    assert [e["n"] for e in events] == list(range(1, len(events) + 1))


def test_handing_on_keeps_to_the_lane(cast):
    _, turn_id = start(cast)
    one = cast["writer"]
    assert (
        one.send("POST", f"/turns/{turn_id}/reassign", json={"to": cast["stranger"].id, "reason": "x"}).status_code
        == 422
    )
    run = one.post(f"/turns/{turn_id}/reassign", {"to": cast["second"].id, "reason": "休假"})
    assert run["turns"][0]["assignee"]["id"] == cast["second"].id
    assert cast["second"].get(f"/turns/{turn_id}")["may_act"] is True


def test_history_as_of_a_moment(cast, frozen_clock):
    run_id, turn_id = start(cast, owned=False)
    one = cast["writer"]
    early = frozen_clock.now
    frozen_clock.move(hours=1)
    one.post(f"/turns/{turn_id}/claim", {})
    every = one.everything(f"/runs/{run_id}/events")
    before = one.everything(f"/runs/{run_id}/events", as_of=early.isoformat())
    assert "claimed" in {e["kind"] for e in every}
    assert "claimed" not in {e["kind"] for e in before}
    assert all(e["at"].endswith("Z") for e in every)
    one.get(f"/runs/{run_id}/events", as_of="yesterday", status=422)


def test_a_file_is_checked_before_it_is_kept(cast, sellers):
    _, turn_id = start(cast)
    for one, status in ((cast["stranger"], 404), (cast["writer"], 422)):
        form = {"kind": "dossier", "file": (io.BytesIO(b"text"), "a.txt")}
        answer = one.send("POST", f"/turns/{turn_id}/evidence", data=form, content_type="multipart/form-data")
        assert answer.status_code == status, answer.text
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0
    cast["writer"].post(f"/turns/{turn_id}/evidence", {"kind": "dossier"}, status=422)
    cast["writer"].post(f"/turns/{turn_id}/evidence", {"kind": "none", "text": "x"}, status=422)


def test_filters_of_the_list(cast, frozen_clock):
    _, first = start(cast)
    one = cast["writer"]
    assert one.get("/turns", process="deciding")["items"][0]["id"] == first
    assert one.get("/turns", process="sale")["items"] == []
    assert one.get("/turns", state="done")["items"] == []
    assert one.get("/turns", due_before="2026-09-10")["items"] == []
    assert one.get("/turns", due_before="2030-01-01")["items"][0]["id"] == first
    one.get("/turns", state="sleeping", status=422)


def test_pages_of_turns_follow_one_another(cast):
    ids = {start(cast, subject_id=n)[1] for n in range(1, 8)}
    found = [t["id"] for t in cast["writer"].everything("/turns", mine=1, limit=3)]
    assert set(found) == ids
    assert len(found) == len(ids)


def test_the_number_of_statements_does_not_grow(cast, statements):
    def count(path, **query):
        with statements() as seen:
            cast["writer"].get(path, **query)
        return seen.count

    cast["writer"].get("/me")  # notes the first use of the token
    run_id, _ = start(cast)
    start(cast, subject_id=2), start(cast, subject_id=3)
    few = count("/turns", mine=1), count(f"/runs/{run_id}/events")
    for number in range(4, 40):
        start(cast, subject_id=number)
    assert (count("/turns", mine=1, limit=200), count(f"/runs/{run_id}/events")) == few
