"""Writing, publishing, seeding and moving definitions, on both engines."""

import pytest
import yaml

from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, Missing, NotFound
from app.workflow import operations, queries, registry
from app.workflow.models import Run
from tests.factories import people, workflow
from tests.factories.workflow import complete, create_run, turn
from tests.workflow.processes import body


@pytest.fixture
def writer(database):
    """Somebody who may write and publish processes."""
    return people.create_person(role="sysadmin").id


@pytest.fixture
def publisher(database):
    """Somebody else who may."""
    return people.create_person(role="hr").id


def test_the_same_body_is_published_once_and_another_gets_the_next_number(database):
    first = workflow.publish("deciding")
    assert workflow.publish("deciding").id == first.id and first.number == 1
    second = workflow.publish("deciding", title={"zh": "新审批", "en": "New deciding"})
    assert second.number == 2 and second.digest != first.digest
    assert queries.latest("deciding").title["zh"] == "新审批"


def test_who_writes_does_not_publish(writer, publisher):
    workflow.publish("deciding")
    changed = {**body("deciding"), "title": {"zh": "改", "en": "Changed"}}
    with pytest.raises(Forbidden):
        operations.publish(people.actor(writer), changed)
    draft = operations.save_definition(people.actor(writer), "deciding", changed)
    with pytest.raises(Forbidden):
        operations.publish_draft(people.actor(writer), "deciding", draft.version)
    operations.save_definition(people.actor(publisher), "deciding", changed, draft.version)
    with pytest.raises(Forbidden):
        operations.publish_draft(people.actor(publisher), "deciding")
    third = people.create_person(role="secadmin").id
    row = operations.publish_draft(people.actor(third), "deciding")
    assert (row.number, row.origin, row.published_by_id) == (2, "local", third)
    assert sorted(row.edited_by) == sorted([writer, publisher])
    assert queries.draft_of("deciding") is None


def test_a_stale_draft_and_another_key_are_refused(writer):
    workflow.publish("deciding")
    draft = operations.save_definition(people.actor(writer), "deciding", body("deciding"))
    operations.save_definition(people.actor(writer), "deciding", body("branching") | {"key": "deciding"}, draft.version)
    with pytest.raises(Conflict):
        operations.save_definition(people.actor(writer), "deciding", body("deciding"), 1)
    with pytest.raises(Invalid):
        operations.save_definition(people.actor(writer), "deciding", body("branching"))


def test_faults_are_shown_while_writing_and_refused_at_publishing(writer, publisher):
    workflow.publish("deciding")
    broken = body("deciding")
    broken["steps"][0]["guards"] = [{"name": "nobody registered this"}]
    broken["steps"][0]["outcomes"][0]["to"] = "nowhere"
    operations.save_definition(people.actor(writer), "deciding", broken)
    assert {fault.code for fault in operations.faults_of(broken)} & {"unknown", "key"}
    with pytest.raises(Invalid):
        operations.publish_draft(people.actor(publisher), "deciding")
    assert queries.versions("deciding")[0].number == 1


@pytest.fixture
def seeds(tmp_path, monkeypatch):
    """A folder of seeds of its own."""
    monkeypatch.setattr(registry, "_seeds", [tmp_path])

    def write(**changes):
        text = yaml.safe_dump({**body("deciding"), **changes}, allow_unicode=True)
        (tmp_path / f"deciding{len(text)}.yaml").unlink(missing_ok=True)
        for old in tmp_path.glob("*.yaml"):
            old.unlink()
        (tmp_path / f"deciding{len(text)}.yaml").write_text(text, encoding="utf-8")

    write()
    return write


def test_a_seed_is_published_once_and_a_new_one_follows(database, seeds):
    assert [row.number for row in operations.sync_seeds()] == [1]
    assert operations.sync_seeds() == []
    seeds(title={"zh": "二", "en": "Two"})
    assert [row.number for row in operations.sync_seeds()] == [2]
    assert queries.offers() == {}


def test_a_seed_never_goes_over_a_version_edited_here_but_is_offered(writer, publisher, seeds):
    operations.sync_seeds()
    mine = {**body("deciding"), "title": {"zh": "我们的", "en": "Ours"}}
    operations.save_definition(people.actor(writer), "deciding", mine)
    operations.publish_draft(people.actor(publisher), "deciding")
    seeds(title={"zh": "新的", "en": "New one"})
    assert operations.sync_seeds() == []
    assert queries.offers()["deciding"].body["title"]["en"] == "New one"
    assert any(line.startswith("+") and "New one" in line for line in queries.difference_to_seed("deciding"))
    operations.take_seed(people.actor(writer), "deciding")
    assert operations.publish_draft(people.actor(publisher), "deciding").number == 3
    assert queries.offers() == {}
    with pytest.raises(NotFound):
        queries.difference_to_seed("deciding")


def test_a_run_stays_on_its_version(crew):
    run = create_run(owner=crew.writer)
    changed = body("deciding")
    changed["steps"][0]["fields"] = []
    operations.publish(workflow.SYSTEM, changed)
    assert queries.run_for(people.actor(crew.writer), run.id).definition.step("gather").fields
    assert not queries.parsed(create_run(owner=crew.writer).digest).step("gather").fields


def test_moving_open_runs_is_tried_first_and_keeps_due_times(crew, writer):
    run = create_run(owner=crew.writer)
    done = create_run(owner=crew.writer, subject_id=2)
    operations.close(people.actor(crew.writer), done.id, end="lost", reason="x")
    before = turn(run)
    changed = body("deciding")
    changed["steps"][0]["key"] = changed["start"] = "collect"
    changed["steps"][1]["title"] = {"zh": "新条件", "en": "New terms"}
    new = operations.publish(workflow.SYSTEM, changed)
    mover = people.actor(writer)
    ids = operations.runs_on(run.digest)
    assert ids == [run.id]
    tried = operations.move_runs(mover, ids, new.digest, {}, dry_run=True)
    assert tried[0].refusals and turn(run).step == "gather"
    tried = operations.move_runs(mover, ids, new.digest, {"gather": "collect"}, dry_run=True)
    assert tried[0].refusals == () and turn(run).step == "gather"
    operations.move_runs(mover, ids, new.digest, {"gather": "collect"})
    after = turn(run)
    assert (after.step, after.due_at, after.id) == ("collect", before.due_at, before.id)
    assert session.get(Run, run.id).digest == new.digest
    assert queries.verify(run.id).broken is None
    with pytest.raises(Forbidden):
        operations.move_runs(people.actor(crew.writer), ids, new.digest)
    operations.add_evidence(people.actor(crew.writer), after.id, kind="dossier", text="一")
    complete(crew.writer, after.id, fields={"place": "河口"}, checklist=["read"])
    assert turn(run).step == "terms"


def test_a_vanished_guard_is_named_for_readiness_and_blocks_but_can_be_left(crew):
    run = create_run(owner=crew.writer)
    assert queries.vanished() == []
    known = registry._guards.pop("visited")
    try:
        assert any("visited" in line for line in queries.vanished())
        with pytest.raises(Missing):
            complete(crew.writer, turn(run).id, fields={"place": "x"}, checklist=["read"])
        complete(crew.writer, turn(run).id, "skip", reason="检查不可用")
        assert turn(run).step == "terms"
    finally:
        registry._guards["visited"] = known
