"""/admin/processes: written by one, published by another, faults shown, open runs moved after a try."""

import pytest
import yaml

from app.core.database import session
from app.people.models import Person
from app.workflow import operations, queries
from tests.factories import people, workflow
from tests.factories.workflow import create_run, turn
from tests.workflow.processes import body


@pytest.fixture
def writer(database, client):
    """Somebody who writes processes, signed in."""
    return client.sign_in(people.create_person(role="sysadmin"))


@pytest.fixture
def publisher(database, app):
    """Somebody else, signed in."""
    return app.test_client().sign_in(people.create_person(role="hr"))


def as_text(**changes):
    """The body of the tiny process as somebody would type it."""
    return yaml.safe_dump({**body("deciding"), **changes}, allow_unicode=True, sort_keys=False)


def test_written_by_one_and_published_by_another(writer, publisher):
    workflow.publish("deciding")
    shown = writer.page("/admin/processes")
    assert "审批" in shown.text("main")
    source = as_text(title={"zh": "新审批", "en": "New deciding"})
    page = writer.send("/admin/processes/deciding/edit", {"source": source})
    assert "+  zh: 新审批" in page.html and not page.css("form[action$='/publish']")
    writer.send("/admin/processes/deciding/publish", {"version": "1"}, status=403)
    page = publisher.page("/admin/processes/deciding")
    done = publisher.submit(page, "form[action$='/publish']")
    assert "新审批" in done.text("h1")
    assert queries.versions("deciding")[0].number == 2
    publisher.page("/admin/processes/deciding/versions/2")
    publisher.page("/admin/processes/deciding/versions/9", status=404)
    publisher.page("/admin/processes/nonsense", status=404)


def test_faults_are_listed_with_their_places_and_never_published(writer, publisher):
    workflow.publish("deciding")
    steps = body("deciding")["steps"]
    steps[0]["outcomes"][0]["to"] = "nowhere"
    page = writer.send("/admin/processes/deciding/edit", {"source": as_text(steps=steps)})
    assert "steps.gather.outcomes.done.to" in page.text("main")
    refused = publisher.send("/admin/processes/deciding/publish", {}, status=422)
    assert refused.css("[role=alert]") and queries.versions("deciding")[0].number == 1
    writer.send("/admin/processes/deciding/discard", {})
    assert queries.draft_of("deciding") is None


@pytest.mark.parametrize(
    "source",
    [
        "",
        "a: [",
        "just words",
        "- a\n- b",
        "key: other",
        "x" * 500_000,
        "a: &a [1]\nb: *a",
        "key: deciding\x00",
        "!!python/object:os.x {}",
    ],
    ids=["empty", "open", "words", "list", "other", "long", "alias", "nul", "object"],
)
def test_what_cannot_be_read_is_refused_and_kept(source, writer):
    workflow.publish("deciding")
    page = writer.send("/admin/processes/deciding/edit", {"source": source}, status=422)
    assert page.css("textarea[name=source]")


def test_open_runs_are_moved_after_a_try(crew, writer):
    run = create_run(owner=crew.writer)
    changed = body("deciding")
    changed["steps"][0]["key"] = changed["start"] = "collect"
    operations.publish(workflow.SYSTEM, changed)
    page = writer.page("/admin/processes/deciding/move/1")
    tried = writer.submit(page, "main form", data={"step.gather": ""})
    assert turn(run).step == "gather" and tried.css("button[name=move]")
    writer.submit(page, "main form", data={"step.gather": "collect", "move": "1"})
    session.expire_all()
    assert turn(run).step == "collect"


def test_others_do_not_get_in(crew, app):
    workflow.publish("deciding")
    browser = app.test_client().sign_in(session.get_one(Person, crew.writer))
    assert browser.get("/admin/processes").status_code == 403
    assert browser.post("/admin/processes/deciding/publish").status_code == 403
