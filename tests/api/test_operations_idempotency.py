"""The same key and body give the first answer again; whatever happens at once happens once. On both engines."""

import io

import pytest
from sqlalchemy import func, select

from app.api import operations
from app.api.models import KeptAnswer
from app.api.v1 import customers as doors
from app.core.database import session
from app.customers.models import Customer
from app.workflow.models import Event, Evidence
from tests.factories import workflow as tiny

NEW = {"name": "新宁贸易", "kind": "company"}


def made() -> int:
    return session.scalar(select(func.count()).select_from(Customer)) or 0


def test_the_first_answer_comes_again_and_nothing_twice(sellers):
    one = sellers.relationship
    first = one.send("POST", "/customers", json=NEW, key="k1")
    again = one.send("POST", "/customers", json=dict(reversed(NEW.items())), key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert first.data == again.data
    assert again.headers["Location"] == first.headers["Location"] == f"/api/v1/customers/{first.json['id']}"
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert made() == 1


def test_another_body_or_door_under_the_same_key_is_refused(sellers):
    one = sellers.relationship
    made_one = one.post("/customers", NEW, key="k1", status=201)
    one.post("/customers", {**NEW, "name": "别的"}, key="k1", status=409)
    one.post("/opportunities", {"customer_id": made_one["id"], "title": "x"}, key="k1", status=409)
    assert made() == 1


def test_keys_are_each_person_s_own(sellers):
    sellers.relationship.post("/customers", NEW, key="k1", status=201)
    sellers.leader.post("/customers", NEW, key="k1", status=201)
    assert made() == 2


def test_without_a_key_every_request_counts(sellers):
    for _ in range(2):
        sellers.relationship.post("/customers", NEW, status=201)
    assert made() == 2


def test_a_refusal_is_not_kept(sellers):
    one = sellers.relationship
    one.post("/customers", {**NEW, "tier": "gold", "asset_value": "-1"}, key="k1", status=422)
    one.post("/customers", {"name": ""}, key="k1", status=422)
    one.post("/customers", NEW, key="k1", status=201)
    assert session.scalar(select(func.count()).select_from(KeptAnswer)) == 1


def test_a_fault_in_the_middle_keeps_neither_answer_nor_record(sellers, monkeypatch):
    one = sellers.relationship

    def fails(_row):
        raise RuntimeError("after the customer was written")

    with monkeypatch.context() as patched:
        patched.setattr(doors, "_whole", fails)
        with pytest.raises(RuntimeError):
            one.send("POST", "/customers", json=NEW, key="k1")
    session.rollback()
    assert made() == 0
    one.post("/customers", NEW, key="k1", status=201)
    assert made() == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "a\x01b"])
def test_a_key_that_is_none(sellers, key):
    answer = sellers.relationship.send("POST", "/customers", json=NEW, key=key)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"
    assert made() == 0


def test_of_many_at_once_one_is_done_and_all_are_answered_alike(sellers, at_once):
    one = sellers.relationship

    def post():
        return one.send("POST", "/customers", json=NEW, key="k1")

    answers = at_once(*[post] * 6)
    assert {type(a).__name__ for a in answers} == {"WrapperTestResponse"}, answers
    assert {a.status_code for a in answers} <= {201, 409}
    done = [a for a in answers if a.status_code == 201]
    assert len({a.json["id"] for a in done}) == 1
    assert made() == 1


def test_two_bodies_at_once_under_one_key_one_wins(sellers, at_once):
    one = sellers.relationship
    answers = at_once(
        *(
            lambda name=f"客户{n}": one.send("POST", "/customers", json={**NEW, "name": name}, key="k1")
            for n in range(4)
        )
    )
    assert sorted(a.status_code for a in answers) == [201, 409, 409, 409]
    assert made() == 1


def test_a_step_completed_twice_at_once_is_completed_once(app, program, at_once):
    tiny.set_up()
    writer, decider = (tiny.people.create_person() for _ in range(2))
    tiny.cast(writers=writer.id, deciders=decider.id, heads=decider.id)
    run = tiny.create_run("deciding", owner=writer.id)
    turn = tiny.turn(run)
    one = program(writer)
    detail = one.get(f"/turns/{turn.id}")
    body = {"outcome": detail["outcomes"][0]["key"], "fields": filled(detail), "checklist": ticked(detail)}
    for kind in detail["evidence"]:
        for _ in range(kind["required"]):
            one.post(f"/turns/{turn.id}/evidence", {"kind": kind["kind"], "text": "见附件"}, status=201)

    def post():
        return one.send("POST", f"/turns/{turn.id}/complete", json=body, key="once")

    answers = at_once(post, post, post)
    assert {a.status_code for a in answers} <= {200, 409}, [a.text for a in answers]
    assert any(a.status_code == 200 for a in answers)
    kinds = session.scalars(select(Event.kind).where(Event.run_id == run.id)).all()
    assert kinds.count("completed") == 1
    again = one.send("POST", f"/turns/{turn.id}/complete", json=body, key="once")
    assert again.status_code == 200
    assert again.headers["Idempotency-Replayed"] == "true"


def filled(detail):
    values = {
        "text": "文字",
        "longtext": "文字",
        "integer": 1,
        "decimal": "1.5",
        "money": "100.00",
        "date": "2026-12-01",
    }
    return {f["key"]: values[f["type"]] for f in detail["form"] if f["required"]}


def ticked(detail):
    return [item["key"] for item in detail["checklist"]]


def test_a_file_sent_again_is_the_same_whatever_its_boundary(sellers):
    one = sellers.relationship
    customer = one.post("/customers", NEW, status=201)
    sale = one.post("/opportunities", {"customer_id": customer["id"], "title": "贷款"}, status=201)
    (turn,) = one.get(f"/runs/{sale['run_id']}")["turns"]
    kind = next(k["kind"] for k in one.get(f"/turns/{turn['id']}")["evidence"] if "file" in k["accepts"])

    def send(content, name="a.txt"):
        form = {"kind": kind, "file": (io.BytesIO(content), name)}
        return one.send(
            "POST", f"/turns/{turn['id']}/evidence", data=form, content_type="multipart/form-data", key="f1"
        )

    first, again, other = send(b"minutes"), send(b"minutes"), send(b"other")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json["id"] == again.json["id"]
    assert session.scalar(select(func.count()).select_from(Evidence)) == 1


def test_answers_are_forgotten_after_two_days(sellers, frozen_clock):
    sellers.relationship.post("/customers", NEW, key="k1", status=201)
    frozen_clock.move(hours=47)
    assert operations.forget() == 0
    frozen_clock.move(hours=2)
    assert operations.forget() == 1
    sellers.relationship.post("/customers", {**NEW, "name": "别的"}, key="k1", status=201)
