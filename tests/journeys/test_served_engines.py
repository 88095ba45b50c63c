"""The served product on both engines: two people at one turn at the same instant, and kill -9 in the middle of work."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from scripts.kill_test import run
from tests.journeys.firm import Firm
from tests.support.engines import create_database, drop_database
from tests.support.server import Server

pytestmark = [pytest.mark.both_engines, pytest.mark.timeout(600)]


@pytest.fixture
def database_url(engine_name):
    """None for SQLite in the instance's folder, or an empty PostgreSQL database."""
    if engine_name == "sqlite":
        yield None
        return
    url = create_database()
    yield url.render_as_string(hide_password=False)
    drop_database(url)


def test_every_acknowledged_completion_survives_a_kill(database_url, tmp_path):
    assert run(tmp_path, database_url, 1) > 0


def test_of_two_who_claim_or_complete_at_once_exactly_one_wins(database_url, tmp_path):
    server = Server(tmp_path, database_url)
    server.flask("db", "upgrade")
    server.python("-m", "tests.journeys.institution")
    server.start()
    try:
        firm = Firm(server)
        sale = firm.sale(until="decide", amount="90000000.00")
        leader = firm.program("leader")
        turn = leader.get(f"/turns/{firm.waiting(sale)['id']}")
        body = {"outcome": "pass_on", "version": turn["version"]}
        answers = at_once([leader, leader], f"/turns/{turn['id']}/complete", body)
        assert sorted(answers) == [200, 409]
        turn = firm.program("risk").get(f"/turns/{firm.waiting(sale)['id']}")
        officers = [firm.program("risk"), firm.program("another risk")]
        answers = at_once(officers, f"/turns/{turn['id']}/claim", {"version": turn["version"]})
        assert sorted(answers) in ([200, 404], [200, 409])
    finally:
        server.stop()


def at_once(programs, path, body):
    """The statuses that they get who send the same at the same instant."""
    gate = Barrier(len(programs))

    def send(program):
        gate.wait(timeout=20)
        return program.send("POST", path, body).status

    with ThreadPoolExecutor(len(programs)) as pool:
        return list(pool.map(send, programs))
