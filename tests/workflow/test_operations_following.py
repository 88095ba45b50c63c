"""What keeps work moving: nudges, a ladder that hands over, accountable people, the names of what is missing."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow import operations, queries
from app.workflow.models import Deadline, Event, Run
from app.workflow.rules.lint import check
from app.workflow.rules.reading import read
from tests.factories import people, workflow
from tests.factories.workflow import create_run, turn


def day(text: str) -> datetime:
    """Ten o'clock of that day on the institution's clock."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), clock.ZONE) + timedelta(hours=10)


def kinds(run):
    """Kinds of the run's events."""
    return list(session.scalars(select(Event.kind).where(Event.run_id == run.id).order_by(Event.sequence)))


def ladder(run):
    """The rungs of the run's deadlines and how they stand."""
    return session.execute(
        select(Deadline.rung, Deadline.state).where(Deadline.run_id == run.id).order_by(Deadline.rung)
    ).all()


def handing(rung: int = 0):
    """The tiny process with a ladder whose first rung hands the turn over."""
    steps = workflow.body("deciding")["steps"]
    steps[0]["escalation"][rung]["hand_over"] = True
    return steps


@pytest.fixture
def run(crew, frozen_clock):
    """A run whose first step the writer has."""
    run = create_run(owner=crew.writer, unit_id=crew.unit, team_id=crew.team)
    if turn(run).assignee_id is None:
        operations.claim(people.actor(crew.writer), turn(run).id)
    session.commit()
    return run


def test_a_turn_is_nudged_once_a_day_by_who_oversees_it(crew, run, frozen_clock):
    head = people.actor(crew.head)
    _run, told = operations.nudge(head, turn(run).id, "客户在等")
    assert told == (crew.writer,) and turn(run).nudged_at == clock.now()
    with pytest.raises(Conflict):
        operations.nudge(head, turn(run).id, "再催")
    frozen_clock.move(days=1)
    operations.nudge(people.actor(crew.head), turn(run).id, "再催")
    assert kinds(run).count("nudged") == 2
    session.commit()
    assert queries.verify(run.id).broken is None


def test_who_neither_oversees_the_case_nor_leads_the_person_nudges_nobody(crew, run):
    with pytest.raises(Forbidden):
        operations.nudge(people.actor(crew.other), turn(run).id, "快点")
    elsewhere = people.create_person(unit=people.create_unit(parent=people.root()), role="supervisor")
    with pytest.raises(NotFound):
        operations.nudge(people.actor(elsewhere), turn(run).id, "快点")
    with pytest.raises(Invalid):
        operations.nudge(people.actor(crew.head), turn(run).id, " ")
    with pytest.raises(Conflict):
        operations.nudge(people.actor(crew.head), turn(run).id, "快点", version=99)


def test_another_holder_may_be_nudged_on_the_same_day(crew, run):
    head = people.actor(crew.head)
    operations.nudge(head, turn(run).id, "快点")
    operations.reassign(head, turn(run).id, crew.other, "换人")
    assert turn(run).nudged_at is None
    assert operations.nudge(head, turn(run).id, "快点")[1] == (crew.other,)


def test_a_rung_may_hand_the_turn_over(crew, frozen_clock):
    workflow.publish("deciding", steps=handing())
    run = create_run(owner=crew.writer, unit_id=crew.unit, team_id=crew.team)
    session.commit()
    frozen_clock.set(day("2026-09-16"))
    assert operations.sweep_deadlines() == 1
    assert turn(run).assignee_id == crew.head and turn(run).escalated_to == "head"
    assert kinds(run)[-2:] == ["rung_fired", "reassigned"]
    assert operations.sweep_deadlines() == 0
    frozen_clock.set(day("2026-09-30"))
    operations.sweep_deadlines()
    assert turn(run).assignee_id == crew.head
    assert queries.verify(run.id).broken is None


def test_a_rung_may_hand_over_only_what_nobody_has_taken(crew, frozen_clock):
    steps = handing()
    steps[0]["escalation"][0]["unclaimed"] = True
    workflow.publish("deciding", steps=steps)
    taken, free = (create_run(owner=crew.writer, unit_id=crew.unit, team_id=crew.team) for _n in range(2))
    if turn(taken).assignee_id is None:
        operations.claim(people.actor(crew.writer), turn(taken).id)
    if turn(free).assignee_id is not None:
        operations.give_back(people.actor(crew.writer), turn(free).id)
    session.commit()
    frozen_clock.set(day("2026-09-16"))
    operations.sweep_deadlines()
    assert (turn(taken).assignee_id, turn(taken).escalated_to) == (crew.writer, "head")
    assert (turn(free).assignee_id, turn(free).escalated_to) == (crew.head, "head")
    assert all(queries.verify(run.id).broken is None for run in (taken, free))


def test_what_was_taken_is_handed_over_once_it_is_given_back(crew, frozen_clock):
    steps = handing()
    steps[0]["escalation"][0]["unclaimed"] = True
    workflow.publish("deciding", steps=steps)
    run = create_run(owner=crew.writer, unit_id=crew.unit, team_id=crew.team)
    session.commit()
    frozen_clock.set(day("2026-09-16"))
    for _sweep in range(3):
        operations.sweep_deadlines()
    assert turn(run).assignee_id == crew.writer and kinds(run).count("rung_fired") == 1
    with unit_of_work():
        operations.give_back(people.actor(crew.writer), turn(run).id)
    assert [(row.rung, row.state) for row in ladder(run)] == [(0, "open"), (1, "open")]
    assert operations.sweep_deadlines() == 1
    assert turn(run).assignee_id == crew.head
    assert kinds(run)[-3:] == ["given_back", "rung_fired", "reassigned"]
    with unit_of_work():
        operations.give_back(people.actor(crew.head), turn(run).id)
    assert operations.sweep_deadlines() == 0
    assert turn(run).assignee_id is None
    assert [(row.rung, row.state) for row in ladder(run)] == [(0, "fired"), (1, "open")]
    assert queries.verify(run.id).broken is None


def test_what_is_given_back_during_a_pause_waits_for_its_end(crew, frozen_clock):
    steps = handing()
    steps[0]["escalation"][0]["unclaimed"] = True
    workflow.publish("deciding", steps=steps)
    run = create_run(owner=crew.writer, unit_id=crew.unit, team_id=crew.team)
    session.commit()
    frozen_clock.set(day("2026-09-16"))
    operations.sweep_deadlines()
    workflow.cast(writers=[crew.other])
    with unit_of_work():
        operations.pause(people.actor(crew.head), run.id, "客户停业")
        operations.person_left(crew.writer)
    assert operations.sweep_deadlines() == 0 and turn(run).assignee_id is None
    assert [(row.rung, row.state) for row in ladder(run)] == [(0, "paused"), (1, "paused")]
    with unit_of_work():
        operations.resume(people.actor(crew.head), run.id)
    frozen_clock.set(day("2026-09-30"))
    operations.sweep_deadlines()
    assert turn(run).assignee_id == crew.head
    assert queries.verify(run.id).broken is None


def test_a_turn_that_nobody_told_may_do_stays_where_it_is(crew, frozen_clock):
    workflow.publish("deciding", steps=handing())
    run = create_run(owner=crew.writer, unit_id=crew.unit, team_id=crew.team)
    had = turn(run).assignee_id
    workflow.cast(heads=[])
    session.commit()
    frozen_clock.set(day("2026-09-16"))
    operations.sweep_deadlines()
    assert turn(run).assignee_id == had and "reassigned" not in kinds(run)


def test_the_ladder_hands_over_no_step_that_is_asked_of_each_by_name():
    body = workflow.body("rating")
    step = next(step for step in body["steps"] if "multiply" in step)
    step |= {
        "due": {"within": 1},
        "escalation": [
            {"after": {"within": 1}, "to": step.get("lane") or next(iter(body["lanes"])), "hand_over": True}
        ],
    }
    assert "hand_over" in {fault.code for fault in check(body)}


def test_a_rung_that_only_tells_has_nothing_to_say_of_what_nobody_took():
    steps = workflow.body("deciding")["steps"]
    steps[0]["escalation"][0]["unclaimed"] = True
    with pytest.raises(Invalid):
        read({**workflow.body("deciding"), "steps": steps})


def test_who_is_accountable_stands_in_the_history(crew, run):
    operations.change_owner(people.actor(crew.head), run.id, crew.other)
    operations.change_owner(people.actor(crew.head), run.id, crew.other)
    assert kinds(run).count("owner_changed") == 1
    session.commit()
    assert session.scalar(select(Run.owner_id)) == crew.other
    assert queries.verify(run.id).broken is None


def test_a_turn_keeps_the_names_of_what_it_lacks_first(crew, run):
    first = turn(run)
    assert first.missing_count >= len(first.missing_first) > 0
    line = queries.waiting_for(people.actor(crew.writer))[0]
    assert len(line.missing) == len(first.missing_first) and all(title["zh"] for title in line.missing)
    operations.save_draft(people.actor(crew.writer), first.id, {"place": "河口"}, ["read"])
    assert turn(run).missing_count < first.missing_count
    assert ["field", "place"] not in turn(run).missing_first
