"""The institution that all journeys share, and colleagues who work in it with a browser."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.journeys.colleague import Colleague
from tests.journeys.firm import Firm
from tests.support.browser import Visit
from tests.support.server import Server

Come = Callable[..., Colleague]


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The journeys' institution, made once a run and served with two workers.

    Each journey works with customers and sales of its own making and relies on no totals. While journeys are written,
    $JOURNEY_INSTANCE may name a folder that ``python -m tests.journeys.institution`` has filled before.
    """
    folder = tmp_path_factory.mktemp("institution")
    server = Server(folder)
    made_before = os.environ.get("JOURNEY_INSTANCE")
    if made_before:
        shutil.copytree(made_before, folder, dirs_exist_ok=True)
    server.flask("db", "upgrade")
    if not made_before:
        server.python("-m", "tests.journeys.institution")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def firm(demo_server: Server) -> Firm:
    """The institution's programs: quick ways to where a journey begins."""
    return Firm(demo_server)


@pytest.fixture
def colleague(visit: Visit, firm: Firm) -> Come:
    """``colleague("manager", language="en", width="phone", scripts=False)``: one of the accounts, signed in.

    Accounts are the demonstration's, or ``risk`` and ``another risk``: the two who may decide for the approving unit.
    """

    def come(account: str, **how: object) -> Colleague:
        return Colleague(visit(firm.usernames.get(account, account), **how))

    return come
