"""One application per worker and engine; each test meets it with an empty database of its own."""

import contextvars
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import URL, text

from app import create_app
from app.core.database import Base, begin_writing, db, session
from tests.support.client import Client
from tests.support.engines import Postgresql, Sqlite, Store

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def configuration(url: URL, folder: Path) -> dict[str, Any]:
    """What differs from the product as it runs: the database, secrets, cheap password hashes."""
    return {
        "TESTING": True,
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "INSTANCE_DIR": folder,
        "FILES_DIR": folder / "files",
        "SECRET_KEY": "only for tests",
        "SEAL_KEY": "only for tests",
        "ARGON2_MEMORY": 8,
    }


def make_app(url: URL, folder: Path) -> Flask:
    """The product on the given database."""
    app = create_app(configuration(url, folder))
    app.test_client_class = Client
    return app


def build_schema(app: Flask) -> None:
    """Every table and trigger: by the migrations, as at a customer's."""
    with app.app_context():
        if any((MIGRATIONS / "versions").glob("*.py")):
            from flask_migrate import upgrade

            upgrade(directory=str(MIGRATIONS))
        else:
            Base.metadata.create_all(db.engine)
        session.remove()
        db.engine.dispose()


class Stage:
    """A worker's application on one engine."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.app = make_app(store.url, folder)
        build_schema(self.app)
        store.remember()

    def clear(self) -> None:
        """Disconnect, empty the database, forget stored files."""
        with self.app.app_context():
            db.engine.dispose()
        self.store.renew()
        shutil.rmtree(self.folder / "files", ignore_errors=True)
        (self.folder / "seal-head.json").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def _stages(_stores: dict[str, Store]) -> dict[str, Stage]:
    return {}


@pytest.fixture
def _stage(
    engine_name: str,
    _stores: dict[str, Store],
    _stages: dict[str, Stage],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    if engine_name not in _stages:
        if engine_name in _stores:
            pytest.fail("the application or its schema could not be made; the first error says why", pytrace=False)
        _stores[engine_name] = store = Sqlite() if engine_name == "sqlite" else Postgresql()
        _stages[engine_name] = Stage(store, tmp_path_factory.mktemp(engine_name))
    stage = _stages[engine_name]
    stage.clear()
    yield stage
    with stage.app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(_stage: Stage) -> Iterator[Flask]:
    """The application, its context pushed: ``session`` works, and operations may be called as they are.

    The test is one writing unit; ``session.commit()`` ends it and the next statement begins another. Requests through
    ``client``, and threads through ``at_once``, see what the test has added: it is committed before they start.
    """
    with _stage.app.app_context():
        begin_writing(True)
        yield _stage.app
        begin_writing(False)
        session.remove()


class Database:
    """The test's database."""

    def __init__(self, stage: Stage) -> None:
        self.name = stage.store.name
        self.url = stage.store.url

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite; else it is PostgreSQL."""
        return self.name == "sqlite"

    def count(self, table: str) -> int:
        """Rows of a table, as the present unit sees them."""
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@pytest.fixture
def database(app: Flask, _stage: Stage) -> Database:
    """The test's own database, with the whole schema and no rows; the application's context is pushed."""
    return Database(_stage)


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser without a screen; see tests/support/client.py. ``app.test_client()`` makes another one."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


AtOnce = Callable[..., list[Any]]


@pytest.fixture
def at_once(app: Flask) -> AtOnce:
    """``at_once(f, g, …)`` calls all at the same instant, each in a thread with its own session.

    Answers a list: what each returned, or the exception that it raised. What the test added is committed before.
    """

    def run(*functions: Callable[[], Any]) -> list[Any]:
        session.commit()
        gate = Barrier(len(functions))

        def one(function: Callable[[], Any]) -> Any:
            begin_writing(False)
            with app.app_context():
                gate.wait(timeout=20)
                try:
                    return function()
                except Exception as error:
                    session.rollback()
                    return error

        with ThreadPoolExecutor(len(functions)) as pool:
            futures: list[Future[Any]] = [pool.submit(contextvars.copy_context().run, one, f) for f in functions]
            answers = [future.result(timeout=60) for future in futures]
        session.expire_all()
        return answers

    return run
