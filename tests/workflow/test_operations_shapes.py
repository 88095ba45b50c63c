"""Forks, several answers, sealed and anonymous steps, child runs: on both engines, history and rows in line."""

import pytest
from sqlalchemy import select

from app.core.database import session, unit_of_work
from app.core.errors import Forbidden, Missing
from app.workflow import operations, queries
from app.workflow.models import Run, Turn
from app.workflow.permissions import RUN_VIEW
from tests.factories import people, workflow
from tests.factories.workflow import complete, create_run, turn, waiting


def sound(run):
    """History and rows of a run fit each other."""
    verdict = queries.verify(run if isinstance(run, int) else run.id)
    assert verdict.broken is None, verdict.broken


def test_a_fork_opens_and_meets_inside_one_stage(crew):
    workflow.cast(doers=[crew.writer])
    run = create_run("branching", owner=crew.writer)
    for step in ("brief", "split"):
        complete(crew.writer, turn(run, step).id)
    assert [row.step for row in waiting(run)] == ["legal", "money"] and run.waiting_count == 2
    complete(crew.writer, turn(run, "legal").id)
    complete(crew.writer, turn(run, "check").id)
    complete(crew.writer, turn(run, "money").id, "split")
    complete(crew.writer, turn(run, "cash").id)
    assert [row.step for row in waiting(run)] == ["credit"]
    complete(crew.writer, turn(run, "credit").id)
    complete(crew.writer, turn(run, "total").id)
    assert turn(run).step == "meet"
    sound(run)


def test_returning_before_a_fork_cancels_what_waits_beside(crew):
    workflow.cast(doers=[crew.writer])
    run = create_run("branching", owner=crew.writer)
    for step in ("brief", "split", "legal"):
        complete(crew.writer, turn(run, step).id)
    operations.return_to(people.actor(crew.writer), turn(run, "money").id, to="split", reason="重来")
    assert turn(run).step == "split"
    states = dict(
        session.execute(select(Turn.step, Turn.state).where(Turn.run_id == run.id).order_by(Turn.number)).all()
    )
    assert states["check"] == "cancelled" and states["money"] == "returned"
    assert session.scalar(select(Turn.voided).where(Turn.run_id == run.id, Turn.step == "legal"))
    sound(run)


@pytest.fixture
def panel(crew):
    """A rating by three people, seen by one judge."""
    raters = [people.create_person(unit=crew.unit).id for _ in range(3)]
    workflow.cast(writers=[crew.writer], raters=raters, judges=[crew.decider])
    run = create_run("rating", owner=crew.writer, unit_id=crew.unit, team_id=crew.team)
    complete(crew.writer, turn(run).id)
    return run, raters


def test_everybody_of_a_set_is_asked_and_all_must_answer(crew, panel):
    run, raters = panel
    assert sorted(row.member_id for row in waiting(run)) == sorted(raters)
    for number, person in enumerate(raters):
        row = next(item for item in waiting(run) if item.member_id == person)
        complete(person, row.id, "good", fields={"score": number + 1})
    assert turn(run).step == "close"
    sound(run)


def test_the_set_changes_while_it_is_open(crew, panel):
    run, raters = panel
    head = people.actor(crew.head)
    round = waiting(run)[0].round
    with pytest.raises(Forbidden):
        operations.add_member(people.actor(crew.other), run.id, round, crew.other)
    operations.add_member(head, run.id, round, crew.other)
    assert len(waiting(run)) == 4
    operations.remove_member(head, run.id, round, crew.other, "误选")
    complete(
        raters[0], next(row for row in waiting(run) if row.member_id == raters[0]).id, "good", fields={"score": "5"}
    )
    operations.close_early(head, run.id, round, "够了")
    assert turn(run).step == "close"
    sound(run)


def test_too_small_a_set_is_refused_never_waited_for(crew):
    workflow.cast(writers=[crew.writer], raters=[])
    run = create_run("rating", owner=crew.writer)
    with pytest.raises(Missing):
        complete(crew.writer, turn(run).id)


def test_sealed_and_anonymous_answers_stay_so_for_page_history_and_lists(crew, panel):
    run, raters = panel
    row = next(item for item in waiting(run) if item.member_id == raters[0])
    complete(raters[0], row.id, "bad", fields={"score": "1"})
    colleague, judge, own = people.actor(crew.head), people.actor(crew.decider), people.actor(raters[0])
    for reader, may in ((colleague, False), (judge, True), (own, True)):
        opened = queries.open_turn(reader, row.id)
        assert opened.sight().content is may
        shown = queries.turn_form(opened)
        assert (shown["values"].get("score") == 1) is may
        assert (shown["assignee"] is not None) is may
        event = next(
            e
            for e in queries.events_page(reader, run.id, limit=200).items
            if e.kind == "completed" and e.data.get("turn") == row.number
        )
        assert event.sealed is not may and (event.actor_id is None) is not may
        assert ("fields.score" in event.texts) is may
    listed = [line for line in queries.turns_page(colleague, state="done").items if line.id == row.id]
    assert [line.assignee_id for line in listed] == [None]
    assert raters[0] not in queries.loads(queries.Whose(colleague, RUN_VIEW, raters))
    assert run.assignee_id is None


def test_a_seal_is_taken_off_by_the_step_it_names(crew):
    workflow.cast(trainees=[crew.writer], coaches=[crew.decider], stops=[])
    workflow.publish("errand")
    run = create_run("observing", owner=crew.writer, unit_id=crew.unit, team_id=crew.team)
    complete(crew.writer, turn(run).id)
    row = turn(run, "own_report")
    complete(crew.writer, row.id, fields={"text": "我讲得太快"})
    assert not queries.open_turn(people.actor(crew.decider), row.id).sight().content
    complete(crew.decider, turn(run, "coach_report").id)
    complete(crew.decider, turn(run, "compare").id)
    assert queries.open_turn(people.actor(crew.decider), row.id).sight().content
    sound(run)


@pytest.fixture
def visit(crew):
    """A plan with two errands of its own."""
    workflow.cast(trainees=[crew.writer], coaches=[crew.decider], stops=[7, 8])
    workflow.publish("errand")
    return create_run("observing", owner=crew.writer)


def errands(run):
    """The child runs of a run."""
    return session.execute(
        select(Run.id, Run.state, Run.subject_id).where(Run.parent_id == run.id).order_by(Run.id)
    ).all()


def test_child_runs_start_with_the_step_and_hold_it(crew, visit):
    assert [(state, subject) for _id, state, subject in errands(visit)] == [("open", 7), ("open", 8)]
    with pytest.raises(Missing) as refusal:
        complete(crew.writer, turn(visit).id)
    assert refusal.value.items[0].key == "children"
    for child in errands(visit):
        complete(crew.writer, turn(child.id).id)
    session.commit()
    assert operations.report_results() == 2
    assert operations.report_results() == 0
    with unit_of_work():
        complete(crew.writer, turn(visit).id)
    assert {row.step for row in waiting(visit)} == {"own_report", "coach_report"}
    sound(visit)
    for child in errands(visit):
        sound(child.id)


def test_cancelling_the_parent_cancels_its_children(crew, visit):
    operations.close(people.actor(crew.writer), visit.id, end="dropped", reason="不去了")
    assert [state for _id, state, _subject in errands(visit)] == ["cancelled", "cancelled"]
    session.commit()
    operations.report_results()
    sound(visit)
