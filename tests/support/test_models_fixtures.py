"""The fixtures themselves: an empty database for each test, on both engines, with races and counted statements."""

import socket

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.database import session, unit_of_work
from app.core.jobs import JobBeat, beat


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_starts_with_an_empty_database(database, turn):
    assert database.count("core_job_beat") == 0
    beat("tests")
    session.commit()
    assert database.count("core_job_beat") == 1


def test_at_once_runs_in_sessions_of_their_own(database, at_once):
    beat("before")

    def one(name: str) -> int:
        with unit_of_work():
            beat(name)
        return len(session.scalars(select(JobBeat)).all())

    answers = at_once(lambda: one("a"), lambda: one("b"))
    assert all(answer in {2, 3} for answer in answers), answers
    assert database.count("core_job_beat") == 3


def test_statements_are_counted(database, statements):
    with statements() as seen:
        database.count("core_job_beat")
        database.count("core_job_beat")
    assert seen.count == 2


def test_the_clock_stands_until_moved(app: Flask, frozen_clock):
    first = clock.now()
    assert clock.now() == first
    frozen_clock.move(days=1, hours=2)
    assert (clock.now() - first).total_seconds() == 26 * 3600


def test_nothing_leaves(app: Flask):
    with pytest.raises(pytest.fail.Exception):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
