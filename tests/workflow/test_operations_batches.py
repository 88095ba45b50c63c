"""Mass assignment: one run a person, in short transactions, going on after a kill."""

import pytest
from sqlalchemy import func, select

from app.core.database import session, unit_of_work
from app.core.errors import Forbidden, Invalid
from app.workflow import operations, queries
from app.workflow.models import Batch, BatchMember, Run
from app.workflow.registry import SubjectRef
from tests.factories import people, workflow
from tests.factories.workflow import complete, turn


@pytest.fixture
def many(crew):
    """Forty-five people and a process that each of them does alone."""
    ids = [people.create_person(unit=crew.unit).id for _ in range(45)]
    workflow.publish("errand", lanes={"trainee": {"title": {"zh": "学员", "en": "Trainee"}, "resolver": "owner"}})
    return ids


def begin(crew, ids):
    """A batch by the head."""
    batch = operations.start_batch(people.actor(crew.head), "errand", SubjectRef("thing", 1, "Study this"), ids)
    session.commit()
    return batch.id


def test_everybody_gets_one_run_of_their_own(crew, many):
    batch_id = begin(crew, [*many, many[0]])
    assert operations.make_batches() == 45
    assert operations.make_batches() == 0
    owners = session.scalars(select(Run.owner_id).where(Run.batch_id == batch_id)).all()
    assert sorted(owners) == sorted(many)
    batch = queries.batch_for(people.actor(crew.head), batch_id)
    assert (batch.state, batch.total, batch.made, batch.failed) == ("made", 45, 45, 0)
    assert session.scalar(select(func.count()).select_from(Run).where(Run.unit_id == crew.unit)) == 45


def test_killed_in_the_middle_it_goes_on_and_nobody_gets_two(crew, many, monkeypatch):
    batch_id = begin(crew, many)
    real, calls = operations.batches._make, []

    def dies(batch, people):
        calls.append(people)
        if len(calls) == 2:
            real(batch, people)
            raise KeyboardInterrupt
        return real(batch, people)

    monkeypatch.setattr(operations.batches, "_make", dies)
    with pytest.raises(KeyboardInterrupt):
        operations.make_batches()
    assert session.scalar(select(func.count()).select_from(Run)) == operations.batches.CHUNK
    monkeypatch.undo()
    session.commit()
    assert operations.make_batches() == 45 - operations.batches.CHUNK
    assert session.scalar(select(func.count(Run.owner_id.distinct())).where(Run.batch_id == batch_id)) == 45
    assert operations.recount_batch(batch_id) == {"made": 45}


def test_two_makers_at_once_make_each_run_once(crew, many, at_once):
    batch_id = begin(crew, many)
    at_once(operations.make_batches, operations.make_batches)
    operations.make_batches()
    assert session.scalar(select(func.count()).select_from(Run).where(Run.batch_id == batch_id)) == 45


def test_the_roll_up_follows_the_runs(crew, many):
    batch_id = begin(crew, many)
    operations.make_batches()
    runs = session.scalars(select(Run.id).where(Run.batch_id == batch_id).order_by(Run.id).limit(3)).all()
    with unit_of_work():
        complete(many[0], turn(runs[0]).id)
        complete(many[1], turn(runs[1]).id)
        operations.close(people.actor(many[2]), runs[2], end="dropped", reason="休假")
    batch = session.get(Batch, batch_id, populate_existing=True)
    assert (batch.succeeded, batch.ended_otherwise) == (2, 1)


def test_one_person_for_whom_it_cannot_start_does_not_stop_the_others(crew, many):
    batch_id = begin(crew, many)
    from app.people.models import Person

    session.get_one(Person, many[3]).state = "left"
    session.commit()
    operations.make_batches()
    assert operations.recount_batch(batch_id) == {"made": 44, "failed": 1}
    assert session.scalars(select(BatchMember.error).where(BatchMember.state == "failed")).one()


def test_who_may_and_for_whom(crew, many):
    with pytest.raises(Forbidden):
        operations.start_batch(people.actor(crew.stranger), "errand", SubjectRef("thing", 1, "x"), many)
    head = people.actor(crew.head)
    for ids in ([], [10**9]):
        with pytest.raises(Invalid):
            operations.start_batch(head, "errand", SubjectRef("thing", 1, "x"), ids)


@pytest.mark.parametrize(
    ("size", "took", "following"),
    [(25, 0.12, 25), (25, 0.24, 12), (25, 3.0, 5), (25, 0.06, 50), (50, 0.0, 50), (5, 60.0, 5), (5, 0.04, 15)],
)
def test_the_next_chunk_fits_the_time_that_the_last_one_took(size, took, following):
    assert operations.batches.next_size(size, took) == following
