"""/admin/erasures and /admin/batches: two persons erase by law and the history says so; how far a batch has come."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid
from app.people.models import Person
from app.workflow import operations, queries
from app.workflow.models import Erasure, Value
from app.workflow.registry import SubjectRef
from tests.factories import people, workflow
from tests.factories.workflow import complete, create_run, turn, waiting


@pytest.fixture
def run(crew):
    """A run in which the writer typed a field and somebody else a comment."""
    run = create_run(owner=crew.writer, unit_id=crew.unit)
    operations.add_evidence(people.actor(crew.writer), turn(run).id, kind="dossier", text="三页")
    complete(crew.writer, turn(run).id, fields={"place": "河口"}, checklist=["read"])
    operations.comment(people.actor(crew.head), waiting(run)[0].id, "请看第三页")
    session.commit()
    return run


@pytest.fixture
def two(database):
    """Somebody who asks and somebody who confirms."""
    return people.create_person(role="secadmin"), people.create_person(role="sysadmin")


def test_one_asks_and_another_confirms(client, app, run, two, crew):
    asker, second = two
    client.sign_in(asker)
    page = client.page("/admin/erasures/new?q=Thing")
    client.submit(page, "form[method=post][action$='/new']", runs=[str(run.id)], ground="", reason="", status=422)
    page = client.page("/admin/erasures/new?q=Thing")
    done = client.submit(
        page, "form[method=post][action$='/new']", runs=[str(run.id)], ground="request", reason="客户来函要求"
    )
    assert "客户来函要求" in done.text("main") and not done.css("form[action$='/confirm']")
    erasure = session.scalar(select(Erasure.id))
    client.send(f"/admin/erasures/{erasure}/confirm", {}, status=403)
    other = app.test_client().sign_in(second)
    page = other.submit(other.page("/admin/erasures"), "form[action$='/confirm']")
    assert "3" in page.text("[role=status], .alert, .q-flash")
    assert set(session.scalars(select(Value.content))) == {None}
    verdict = queries.verify(run.id)
    assert verdict.broken is None and len(verdict.erased) == 3
    other.send(f"/admin/erasures/{erasure}/confirm", {}, status=409)
    other.send("/admin/erasures/new", {"runs": [str(run.id)]}, status=403)


def test_only_what_one_person_typed_goes(run, two, crew):
    asker, second = two
    erasure = operations.ask_erasure(
        people.actor(asker), [run.id], person_id=crew.writer, ground="request", reason="本人要求"
    )
    assert operations.confirm_erasure(people.actor(second), erasure.id) == 2
    left = session.scalars(select(Value.content).where(Value.erased_at.is_(None))).all()
    assert left == ["请看第三页"]


def test_who_asks_does_not_confirm_but_may_take_it_back(run, two):
    asker, second = two
    erasure = operations.ask_erasure(people.actor(asker), [run.id], ground="mistake", reason="填错")
    session.commit()
    with pytest.raises(Forbidden):
        operations.confirm_erasure(people.actor(asker), erasure.id)
    erasure.decided_by_id, erasure.decided_at, erasure.state = asker.id, erasure.asked_at, "done"
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    operations.refuse_erasure(people.actor(asker), erasure.id)
    with pytest.raises(Conflict):
        operations.confirm_erasure(people.actor(second), erasure.id)
    assert None not in set(session.scalars(select(Value.content)))


@pytest.mark.parametrize("bad", [{"run_ids": []}, {"ground": "whim"}, {"reason": " "}, {"run_ids": range(1, 500)}])
def test_what_is_asked_for_badly_is_refused(run, two, bad):
    asked = {"run_ids": [run.id], "ground": "request", "reason": "来函", **bad}
    with pytest.raises(Invalid):
        operations.ask_erasure(people.actor(two[0]), asked.pop("run_ids"), **asked)


def test_an_ended_run_can_be_erased_too(run, two, crew):
    operations.close(people.actor(crew.head), run.id, end="cancelled", reason="不做了")
    erasure = operations.ask_erasure(people.actor(two[0]), [run.id], ground="retention", reason="到期")
    assert operations.confirm_erasure(people.actor(two[1]), erasure.id) == 4
    session.commit()
    assert queries.verify(run.id).broken is None


def test_a_batch_is_watched_and_stopped(client, crew):
    ids = [people.create_person(unit=crew.unit).id for _ in range(25)]
    workflow.publish("errand", lanes={"trainee": {"title": {"zh": "学员", "en": "Trainee"}, "resolver": "owner"}})
    batch = operations.start_batch(people.actor(crew.head), "errand", SubjectRef("thing", 1, "Study this"), ids)
    session.commit()
    operations.make_chunk(batch.id, 10)
    session.commit()
    client.sign_in(session.get_one(Person, crew.head))
    assert "10 / 25" in client.page("/admin/batches").text("#batches")
    page = client.page(f"/admin/batches/{batch.id}")
    assert "尚未生成" in page.text("#members")
    done = client.submit(page, "form[action$='/stop']")
    assert "已停止" in done.text("main") and not done.css("form[action$='/stop']")
    client.send(f"/admin/batches/{batch.id}/stop", {}, status=409)
    assert "没有人员" in client.page(f"/admin/batches/{batch.id}?state=failed").text("main")
    client.page("/admin/batches/999", status=404)
    client.sign_in(people.create_person(unit=people.create_unit(parent=people.root()), role="supervisor"))
    client.page(f"/admin/batches/{batch.id}", status=404)
