"""Deadlines, the sweeper, pauses, the calendar, absences that end, people who leave: on both engines."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.core import calendar, clock
from app.core.database import session, unit_of_work
from app.people import operations as staff
from app.workflow import operations, queries, signals
from app.workflow.models import Deadline, Event, Recomputation, Run, Turn
from tests.factories import people, workflow
from tests.factories.workflow import complete, create_run, turn, waiting

SYSTEM = workflow.SYSTEM


def day(text: str, hour: int = 10) -> datetime:
    """A moment of that day on the institution's clock."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), clock.ZONE) + timedelta(hours=hour)


def fired(run):
    """(rung, lane) of every rung that has fired."""
    bodies = session.scalars(
        select(Event.body).where(Event.run_id == run.id, Event.kind == "rung_fired").order_by(Event.sequence)
    )
    return [(body["data"]["rung"], body["data"]["lane"]) for body in bodies]


@pytest.fixture
def run(crew, frozen_clock):
    """A run whose first step is due at the end of Monday 2026-09-14, with a ladder of two rungs."""
    return create_run(owner=crew.writer, unit_id=crew.unit, team_id=crew.team)


def test_due_times_count_working_days(run):
    assert turn(run).due_at == day("2026-09-15", 0)
    rungs = session.scalars(select(Deadline.due_at).order_by(Deadline.rung)).all()
    assert rungs == [day("2026-09-16", 0), day("2026-09-18", 0)]


def test_each_rung_fires_once_and_tells_its_lane(crew, run, frozen_clock):
    told = []
    tell = signals.turn_escalated.connect(lambda **facts: told.append((facts["lane"], facts["people"])))
    session.commit()
    frozen_clock.set(day("2026-09-15"))
    assert operations.sweep_deadlines() == 0
    frozen_clock.set(day("2026-09-16"))
    assert operations.sweep_deadlines() == 1
    assert operations.sweep_deadlines() == 0
    assert fired(run) == [(0, "head")]
    assert [line.id for line in queries.escalated_to(people.actor(crew.head))] == [turn(run).id]
    assert turn(run).escalated_to == "head"
    frozen_clock.set(day("2026-09-30"))
    assert operations.sweep_deadlines() == 1
    assert fired(run) == [(0, "head"), (1, "decider")] and told == [
        ("head", (crew.head,)),
        ("decider", (crew.decider,)),
    ]
    assert queries.verify(run.id).broken is None
    signals.turn_escalated.receivers.remove(tell)


def test_the_sweeper_may_be_late_and_finds_the_turn_done(crew, run, frozen_clock):
    operations.add_evidence(people.actor(crew.writer), turn(run).id, kind="dossier", text="一")
    complete(crew.writer, turn(run).id, fields={"place": "河口"}, checklist=["read"])
    session.commit()
    frozen_clock.set(day("2026-09-30"))
    assert operations.sweep_deadlines() == 0 and fired(run) == []


def test_one_broken_run_never_stops_the_sweep(crew, run, frozen_clock):
    other = create_run(owner=crew.writer, subject_id=2, unit_id=crew.unit)
    session.execute(update(Run).where(Run.id == run.id).values(state_body={"broken": True}))
    session.commit()
    frozen_clock.set(day("2026-09-16"))
    assert operations.sweep_deadlines() == 1
    assert fired(other) == [(0, "head")]
    broken = session.execute(
        select(Deadline.failures, Deadline.retry_at).where(Deadline.run_id == run.id, Deadline.rung == 0)
    ).one()
    assert broken.failures == 1 and broken.retry_at > clock.now()


def test_two_sweepers_at_once_fire_once(crew, run, at_once, frozen_clock):
    session.commit()
    frozen_clock.set(day("2026-09-16"))
    at_once(operations.sweep_deadlines, operations.sweep_deadlines)
    assert fired(run) == [(0, "head")]


def test_a_pause_stops_the_clock_and_what_was_left_is_left_again(crew, run, frozen_clock):
    head = people.actor(crew.head)
    operations.pause(head, run.id, "客户停业")
    session.commit()
    frozen_clock.set(day("2026-09-30"))
    assert operations.sweep_deadlines() == 0
    with unit_of_work():
        operations.resume(people.actor(crew.head), run.id)
    # three working days were left on the 9th; after the national holidays that is the end of 10 October, a make-up Saturday
    assert turn(run).due_at == calendar.due_moment(day("2026-09-30"), 3, "working_days")[0]
    assert turn(run).due_at == day("2026-10-11", 0)
    assert queries.verify(run.id).broken is None


def test_a_return_starts_a_new_deadline(crew, run, frozen_clock):
    operations.add_evidence(people.actor(crew.writer), turn(run).id, kind="dossier", text="一")
    complete(crew.writer, turn(run).id, fields={"place": "河口"}, checklist=["read"])
    frozen_clock.set(day("2026-09-16"))
    operations.return_to(people.actor(crew.writer), turn(run).id, to="gather", reason="重来")
    assert turn(run).due_at == day("2026-09-21", 0)  # Sunday the 20th makes up for the national holidays


def test_editing_the_calendar_recounts_open_deadlines_with_an_event(crew, run, frozen_clock):
    manual = create_run(owner=crew.writer, subject_id=2, unit_id=crew.unit)
    operations.extend(people.actor(crew.head), turn(manual).id, day("2026-09-14", 12), "")
    calendar.set_day(date(2026, 9, 14), False, "停电")
    session.commit()
    while operations.recompute_dues(limit=1):
        pass
    assert turn(run).due_at == day("2026-09-16", 0)
    assert turn(manual).due_at == day("2026-09-14", 12)
    body = session.scalars(select(Event.body).where(Event.run_id == run.id, Event.kind == "due_changed")).one()
    assert body["data"]["why"] == "recomputed"
    assert session.scalars(select(Recomputation.done_at)).one() is not None
    assert queries.verify(run.id).broken is None


def test_beyond_the_last_published_year_a_deadline_is_provisional(crew, frozen_clock):
    frozen_clock.set(day(f"{calendar.LAST_PUBLISHED_YEAR + 1}-06-01"))
    run = create_run(owner=crew.writer)
    assert turn(run).provisional
    session.commit()
    assert operations.watch_calendar() == 0


def test_whoever_leaves_a_team_gives_their_turns_back(crew, run):
    workflow.cast(writers=[crew.other])
    staff.leave_team(SYSTEM, crew.team, person_id=crew.writer, role="relationship", day=clock.today())
    assert turn(run).assignee_id is None
    assert [line.id for line in queries.claimable(people.actor(crew.other))] == [turn(run).id]
    assert queries.verify(run.id).broken is None


def test_a_turn_that_nobody_can_do_finds_hands_later(crew, run):
    workflow.cast(writers=[])
    operations.person_left(crew.writer)
    assert turn(run).assignee_id is None
    session.commit()
    workflow.cast(writers=[crew.other])
    assert operations.find_hands() == 1
    assert [line.id for line in queries.claimable(people.actor(crew.other))] == [turn(run).id]
    assert operations.find_hands() == 0


def test_seconds_in_stages_sum_to_the_elapsed_time(crew, run, frozen_clock):
    frozen_clock.move(hours=5)
    operations.add_evidence(people.actor(crew.writer), turn(run).id, kind="dossier", text="一")
    complete(crew.writer, turn(run).id, fields={"place": "河口"}, checklist=["read"])
    complete(crew.writer, turn(run).id, fields={"amount": "1"})
    frozen_clock.move(hours=7, seconds=3)
    operations.return_to(people.actor(crew.decider), turn(run).id, to="terms", reason="重来")
    frozen_clock.move(hours=1)
    times = queries.stage_times(run.id)
    assert [(item.stage, item.seconds, item.visits) for item in times] == [("work", 21600, 2), ("verdict", 25203, 1)]
    assert sum(item.seconds for item in times) == (clock.now() - run.opened_at).total_seconds()


def test_as_of_reads_show_the_past(crew, run, frozen_clock):
    before = clock.now()
    frozen_clock.move(hours=1)
    operations.add_evidence(people.actor(crew.writer), turn(run).id, kind="dossier", text="一")
    complete(crew.writer, turn(run).id, fields={"place": "河口"}, checklist=["read"])
    reader = people.actor(crew.writer)
    assert [item.step for item in queries.state_as_of(reader, run.id, before).waiting()] == ["gather"]
    assert {event.kind for event in queries.events_page(reader, run.id, as_of=before).items} == {
        "started",
        "stage_entered",
        "step_opened",
    }


def test_the_due_clock_of_the_turn_row_is_kept(run):
    row = session.execute(select(Turn.due_from, Turn.due_within, Turn.due_unit).where(Turn.run_id == run.id)).one()
    assert tuple(row) == (run.opened_at, 3, "working_days")
    assert len(waiting(run)) == 1
