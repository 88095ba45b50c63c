"""The generic page of a turn: one form, nothing typed is lost, the next thing is there."""

from io import BytesIO

import pytest

from app.core.database import session
from app.people.models import Person
from tests.factories import workflow
from tests.factories.workflow import create_run, scenery, turn, waiting

PHOTO = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def signed(client, crew):
    """The writer's browser."""
    return client.sign_in(session.get_one(Person, crew.writer))


def as_person(app, person_id):
    """Another browser."""
    return app.test_client().sign_in(session.get_one(Person, person_id))


def test_the_page_says_what_is_missing_and_offers_the_ways_on(crew, signed):
    run = create_run(owner=crew.writer)
    shown = signed.page(f"/turns/{turn(run).id}")
    assert [item.attributes["data-key"] for item in shown.css("[data-missing] li")] == ["place", "read", "dossier"]
    assert [button.attributes["value"] for button in shown.css("button[name=outcome]")] == ["done", "skip"]
    assert shown.css("button[name=outcome].btn-primary")[0].attributes["value"] == "done"


def test_completing_with_its_evidence_is_one_post_and_the_next_step_is_there(crew, signed):
    run = create_run(owner=crew.writer)
    shown = signed.page(f"/turns/{turn(run).id}")
    after = signed.submit(
        shown,
        "#step-form",
        data={"fields.place": "河口", "checklist": ["read"], "text.dossier": "三页", "outcome": "done"},
    )
    assert turn(run).step == "terms"
    assert after.response.request.path == f"/turns/{turn(run).id}"


def test_a_refusal_keeps_what_was_typed_and_what_was_handed_in(crew, signed):
    run = create_run(owner=crew.writer)
    scenery.failing["visited"] = "Visit first."
    shown = signed.page(f"/turns/{turn(run).id}")
    sent = {"fields.place": "河口", "checklist": ["read"], "text.dossier": "三页", "outcome": "done"}
    refused = signed.submit(shown, "#step-form", status=422, data=sent)
    assert refused.form("#step-form")["fields.place"] == "河口"
    assert [item.text().strip() for item in refused.css("[data-missing] li")] == ["Visit first."]
    again = signed.page(f"/turns/{turn(run).id}")
    assert again.form("#step-form")["fields.place"] == "河口"
    assert turn(run).evidence == {"dossier": 1}


def test_bad_values_are_said_at_their_field(crew, signed):
    run = create_run(owner=crew.writer)
    for typed in ("长" * 41, "x\x00y", "<script>", "😀" * 60):
        answer = signed.send(
            f"/turns/{turn(run).id}/complete", {"whole": "1", "fields.place": typed, "outcome": "done"}, status=422
        )
        if typed != "<script>":
            assert "fields.place" in answer.errors()
    answer = signed.send(f"/turns/{turn(run).id}/complete", {"outcome": "no such way"}, status=422)
    assert answer.css("[role=alert]")
    signed.send(f"/turns/{turn(run).id}/complete", {"outcome": "done", "version": "9" * 40}, status=409)
    signed.send("/turns/99999999999999999999/complete", {"outcome": "done"}, status=404)


def test_a_conflict_keeps_what_was_typed(crew, signed, app):
    workflow.cast(writers=[crew.writer, crew.other])
    run = create_run(owner=crew.stranger)
    row = turn(run)
    shown = signed.page(f"/turns/{row.id}")
    as_person(app, crew.other).send(f"/turns/{row.id}/claim", {"version": str(row.version)})
    lost = signed.submit(shown, "#step-form", status=409, data={"fields.place": "河口", "outcome": "done"})
    assert "河口" in lost.html and not lost.css("button[name=outcome]")
    stale = as_person(app, crew.other).send(
        f"/turns/{row.id}/complete",
        {"whole": "1", "version": "1", "fields.place": "河口", "outcome": "done"},
        status=409,
    )
    assert stale.form("#step-form")["fields.place"] == "河口"
    assert turn(run).assignee_id == crew.other


def test_files_are_taken_by_content_and_served_to_those_who_see_the_turn(crew, signed, app):
    run = create_run(owner=crew.writer)
    body = workflow.body("deciding")
    body["steps"][0]["evidence"][0]["accepts"] = ["file", "text"]
    body["key"] = "photos"
    workflow.operations.publish(workflow.SYSTEM, body)
    run = workflow.operations.start(
        workflow.SYSTEM, "photos", workflow.SubjectRef("thing", 2, "Thing"), owner_id=crew.writer
    )
    row = turn(run)
    data = {"kind": "dossier", "file.dossier": (BytesIO(PHOTO), "照片.png")}
    shown = signed.send(f"/turns/{row.id}/evidence", data)
    link = next(href for text, href in shown.links.items() if text == "照片.png")
    with signed.get(link) as answer:
        assert answer.data == PHOTO
    assert as_person(app, crew.stranger).get(link).status_code == 404
    bad = signed.send(
        f"/turns/{row.id}/evidence", {"kind": "dossier", "file.dossier": (BytesIO(b"MZ\x00\x01"), "a.exe")}, status=422
    )
    assert bad.css("#evidence-dossier [role=alert]")


def test_every_other_action_answers_and_keeps_the_draft(crew, signed, app):
    run = create_run(owner=crew.writer, team_id=crew.team, unit_id=crew.unit)
    row = turn(run)
    page = f"/turns/{row.id}"
    typed = {"whole": "1", "fields.place": "河口"}
    signed.send(f"{page}/comment", {**typed, "comment": "客户出差"})
    signed.send(f"{page}/ask-for-time", {**typed, "until": "2040-01-01", "why": "等合同"}, status=422)
    signed.send(f"{page}/ask-for-time", {**typed, "until": "2030-01-01", "why": "等合同"})
    signed.send(f"{page}/blocked", {**typed, "why": "等合同"})
    shown = signed.page(page)
    assert shown.form("#step-form")["fields.place"] == "河口"
    assert "客户出差" in shown.text(".q-timeline")
    head = as_person(app, crew.head)
    head.send(f"{page}/extend", {"until": "2030-01-01", "why": "好"})
    head.send(f"{page}/reassign", {"to": str(crew.other), "why": "接手"})
    assert turn(run).assignee_id == crew.other
    signed.send(f"{page}/reassign", {"to": str(crew.writer), "why": "还我"}, status=403)
    as_person(app, crew.other).send(f"{page}/give-back", {})
    assert turn(run).assignee_id is None
    assert signed.post(f"{page}/draft", data=typed, headers={"X-Requested-With": "fetch"}).status_code == 204


def test_outside_of_view_404_and_inside_without_the_right_403(crew, client, app):
    run = create_run(owner=crew.writer, team_id=crew.team)
    row = turn(run)
    stranger, mate = as_person(app, crew.stranger), as_person(app, crew.other)
    for door in ("complete", "claim", "give-back", "reassign", "return", "draft", "blocked"):
        assert stranger.post(f"/turns/{row.id}/{door}", data={"outcome": "done"}).status_code == 404, door
    assert stranger.get(f"/turns/{row.id}").status_code == 404
    assert stranger.get(f"/runs/{run.id}").status_code == 404
    assert mate.get(f"/turns/{row.id}").status_code == 200
    assert mate.post(f"/turns/{row.id}/complete", data={"outcome": "done"}).status_code == 403
    assert mate.post(f"/runs/{run.id}/close", data={"end": "lost", "reason": "x"}).status_code == 403


def test_redirects_stay_in_the_house(crew, signed):
    run = create_run(owner=crew.writer)
    answer = signed.post(f"/turns/{turn(run).id}/comment", data={"comment": "好", "next": "https://evil.example/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/turns/{turn(run).id}")


def test_the_page_of_a_run_and_closing_it(crew, signed):
    run = create_run(owner=crew.writer, team_id=crew.team, unit_id=crew.unit)
    shown = signed.page(f"/runs/{run.id}")
    assert shown.css("select[name=end] optgroup")
    signed.send(f"/runs/{run.id}/close", {"end": "lost"}, status=422)
    done = signed.send(f"/runs/{run.id}/close", {"end": "lost/too_dear"})
    assert waiting(run) == [] and done.css(".q-notice")


def test_a_page_costs_the_same_for_three_rows_and_for_three_hundred(crew, signed, statements):
    def cost():
        with statements() as seen:
            signed.page(f"/turns/{turn(run).id}")
        return seen.count

    run = create_run(owner=crew.writer)
    cost()
    first = cost()
    for n in range(60):
        workflow.operations.comment(workflow.people.actor(crew.writer), turn(run).id, f"第{n}条")
    assert cost() == first
