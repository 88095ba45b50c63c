"""The job runner: intervals, failures that stay alone, heartbeats, one at a time, an end when told."""

import contextvars
import threading
import time

import pytest

from app.core import jobs
from app.core.database import begin_writing, session, unit_of_work
from app.core.jobs import Job, JobBeat
from app.ops import runner as runners
from app.ops.operations import leases
from app.ops.runner import Runner, run_job


@pytest.fixture
def only(monkeypatch):
    """Only the test's own jobs are registered."""
    known: dict[str, Job] = {}
    monkeypatch.setattr(jobs, "_jobs", known)

    def add(name, run, seconds=0):
        known[name] = Job(name, seconds, run)

    return add


@pytest.fixture
def started(app):
    """Starts runners in threads of their own; all have ended when the test does."""
    session.commit()
    begin_writing(False)
    running = []

    def start() -> Runner:
        runner = Runner(app, tick=0.01)
        thread = threading.Thread(target=contextvars.Context().run, args=(runner.run,))
        thread.start()
        running.append((runner, thread))
        return runner

    yield start
    for runner, _thread in running:
        runner.stop()
    for _runner, thread in running:
        thread.join(30)
        assert not thread.is_alive()


def until(true, seconds=10):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.01)


def beat(name) -> JobBeat | None:
    session.commit()
    row = session.get(JobBeat, name, populate_existing=True)
    session.commit()
    return row


def test_jobs_come_again_at_their_interval(app, only, started):
    seen = []
    only("tests.often", lambda: seen.append(1), seconds=0)
    only("tests.once", lambda: seen.append(2), seconds=3600)
    started()
    until(lambda: seen.count(1) >= 3)
    assert seen.count(2) == 1
    until(lambda: beat("runner") and beat("tests.once"))


def test_one_failing_job_stops_no_other_and_is_named(app, only, started):
    done = []

    def fails():
        raise ValueError("broken on purpose")

    only("tests.fails", fails)
    only("tests.works", lambda: done.append(1) or 5)
    started()
    until(lambda: len(done) >= 3 and beat("tests.fails") and beat("tests.works"))
    assert beat("tests.fails").error == "ValueError: broken on purpose"
    assert (beat("tests.works").done, beat("tests.works").error) == (5, "")


def test_a_slow_job_holds_up_no_other_and_never_runs_twice_at_once(app, only, started):
    release, at_once, quick = threading.Event(), [], []

    def slow():
        at_once.append(1)
        release.wait(20)

    only("tests.slow", slow)
    only("tests.quick", lambda: quick.append(1))
    runner = started()
    until(lambda: len(quick) >= 5)
    assert len(at_once) == 1
    release.set()
    runner.stop()


def test_only_one_runner_works_and_the_next_takes_over(app, only, started):
    callers = []
    only("tests.who", lambda: callers.append(threading.current_thread().name))
    first = started()
    until(lambda: first.leads and callers)
    second = started()
    time.sleep(0.3)
    assert not second.leads
    first.stop()
    second._renew_at = 0.0
    until(lambda: not first.leads or second.leads or _next_turn(second))
    until(lambda: second.leads)


def _next_turn(runner: Runner) -> bool:
    runner._renew_at = 0.0
    return runner.leads


def test_told_to_stop_it_waits_for_what_runs_and_gives_its_lease_back(app, only, started):
    ended = []

    def slow():
        time.sleep(0.3)
        ended.append(1)

    only("tests.slow", slow, seconds=3600)
    runner = started()
    until(lambda: runner._running)
    runner.stop()
    until(lambda: ended)

    def free() -> bool:
        session.rollback()
        with unit_of_work():
            return leases.hold(runners.NAME, "another", 1)

    until(free)


def test_a_job_that_fails_half_way_leaves_nothing_of_its_unit(app, only):
    def half():
        with unit_of_work():
            jobs.beat("tests.other", 7)
            raise RuntimeError

    session.commit()
    assert not run_job(Job("tests.half", 1, half))
    assert beat("tests.other") is None
    assert beat("tests.half").error.startswith("RuntimeError")


def test_an_idle_job_is_noted_once_a_minute_only(app, frozen_clock):
    session.commit()
    idle = Job("tests.idle", 10, lambda: 0)
    run_job(idle)
    first = beat("tests.idle").at
    frozen_clock.move(seconds=30)
    run_job(idle)
    assert beat("tests.idle").at == first
    frozen_clock.move(seconds=40)
    run_job(idle)
    assert beat("tests.idle").at > first
