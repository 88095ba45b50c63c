"""Jobs that do one short unit after the other leave others their turn at SQLite's one lock."""

import pytest

from app.core import database
from app.core.database import giving_way, is_sqlite, unit_of_work


@pytest.fixture
def rests(monkeypatch):
    """The rests that were taken, in seconds."""
    taken = []
    monkeypatch.setattr(database.time, "sleep", taken.append)
    return taken


def test_a_job_rests_after_each_unit_but_only_where_there_is_one_lock(app, rests):
    with giving_way():
        for _unit in range(3):
            with unit_of_work():
                pass
    assert len(rests) == (3 if is_sqlite() else 0)
    assert all(0 <= rest <= database.LONGEST_REST for rest in rests)


def test_nobody_else_rests(app, rests):
    with unit_of_work():
        pass
    assert rests == []


def test_a_unit_within_another_does_not_rest_while_the_lock_is_held(app, rests):
    with giving_way(), unit_of_work() as session:
        session.connection()
        with unit_of_work():
            pass
        assert rests == []
