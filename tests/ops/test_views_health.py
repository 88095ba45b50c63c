"""Alive and ready: for machines, without signing in, and saying why not."""

import pytest

from app.core import jobs
from app.core.database import unit_of_work
from app.ops.queries import health


def ready(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.json["reasons"]


def beat():
    with unit_of_work():
        jobs.beat("runner")


def test_alive_without_asking_the_database(client, statements):
    with statements() as seen:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"alive": True})
    assert seen.count == 0
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready_when_everything_is(client):
    beat()
    assert ready(client) == (200, [])


def test_not_ready_without_a_runner_or_with_one_gone(client, frozen_clock):
    status, reasons = ready(client)
    assert status == 503
    assert reasons == ["jobs: the runner has not started yet"]
    beat()
    frozen_clock.move(minutes=2)
    status, reasons = ready(client)
    assert status == 503
    assert reasons[0].startswith("jobs: the runner was last seen")


def test_not_ready_when_migrations_are_behind(client, monkeypatch):
    beat()
    monkeypatch.setattr(health, "_heads", lambda folder: frozenset({"0042"}))
    status, reasons = ready(client)
    assert status == 503
    assert "the program at 0042" in reasons[0]


def test_not_ready_when_the_database_is_away(client, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def away():
        raise OperationalError("SELECT 1", {}, Exception("secret connection string"))

    monkeypatch.setattr(health, "_database", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["reasons"] == ["database: OperationalError"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_no_other_method(client, path):
    assert client.post(path).status_code in (400, 405)
