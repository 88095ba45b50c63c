"""Databases for tests: each test gets an empty one with the whole schema, on SQLite or on PostgreSQL.

The schema is built once per worker. SQLite: the template file is copied. PostgreSQL: one database per worker is
emptied between tests with triggers and foreign keys asleep (append-only tables refuse an ordinary DELETE).
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

LOCAL_SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
PREFIX = "qiao_test_"


def server_url() -> URL:
    """Where tests look for PostgreSQL: $TEST_DATABASE_URL, else the local server."""
    return make_url(os.environ.get("TEST_DATABASE_URL") or LOCAL_SERVER).set(drivername="postgresql+psycopg")


def connect(url: URL) -> psycopg.Connection:
    """A plain connection that commits each statement."""
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(dsn, autocommit=True, connect_timeout=3)


def why_no_postgresql() -> str | None:
    """None when the server answers, else the reason as a sentence."""
    try:
        connect(server_url()).close()
    except psycopg.Error as error:
        return f"PostgreSQL is not reachable ({str(error).strip().splitlines()[0]})"
    return None


def create_database(template: str | None = None) -> URL:
    """A new database on the server, named after this process, so that later runs can tell whether it is forgotten."""
    name = f"{PREFIX}{os.getpid()}_{uuid.uuid4().hex[:8]}"
    with connect(server_url()) as connection:
        copy = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copy)
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))
    return server_url().set(database=name)


def drop_database(url: URL) -> None:
    """Drop it with whatever is still connected."""
    with connect(server_url()) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(url.database)))


def is_forgotten(name: str) -> bool:
    """Whether a database or folder of that name belongs to a test process that is no more."""
    process = name.removeprefix(PREFIX).split("_")[0]
    if not name.startswith(PREFIX) or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def drop_forgotten() -> None:
    """Drop the databases that killed runs left behind."""
    with connect(server_url()) as connection:
        names = [name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()]
    for name in filter(is_forgotten, names):
        with suppress(psycopg.Error):
            drop_database(server_url().set(database=name))


class Sqlite:
    """The worker's SQLite file and its template."""

    name = "sqlite"

    def __init__(self) -> None:
        memory = Path("/dev/shm")  # files in memory: no disk to wait for
        place = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
        for folder in place.glob(f"{PREFIX}*"):
            if is_forgotten(folder.name):
                shutil.rmtree(folder, ignore_errors=True)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}_", dir=place))
        self.file = self.folder / "test.sqlite"
        self.template = self.folder / "template.sqlite"
        self.url = URL.create("sqlite", database=str(self.file))

    def remember(self) -> None:
        """What stands in the database now is what each test starts with."""
        shutil.copyfile(self.file, self.template)

    def renew(self) -> None:
        """Start again from the template; nothing may be connected."""
        for ending in ("-wal", "-shm", "-journal"):
            Path(f"{self.file}{ending}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)

    def remove(self) -> None:
        """At the end of the run."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgresql:
    """The worker's PostgreSQL database."""

    name = "postgresql"

    def __init__(self) -> None:
        drop_forgotten()
        self.url = create_database()
        self.tables: list[str] = []

    def remember(self) -> None:
        """Note the tables; the schema starts without rows, but for the migration's own number."""
        with connect(self.url) as connection:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            self.tables = [name for (name,) in connection.execute(query)]

    def renew(self) -> None:
        """Empty the tables that hold rows and start their numbering again."""
        with connect(self.url) as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            connection.execute(f"{others} WHERE datname = current_database() AND pid <> pg_backend_pid()")
            look = sql.SQL(" UNION ALL ").join(
                sql.SQL("(SELECT {} FROM {} LIMIT 1)").format(sql.Literal(name), sql.Identifier(name))
                for name in self.tables
            )
            used = [name for (name,) in connection.execute(look)] if self.tables else []
            connection.execute("SET session_replication_role = replica")
            for name in used:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            connection.execute(
                "SELECT setval(s.oid::regclass, 1, false) FROM pg_class s JOIN pg_depend d ON d.objid = s.oid "
                "JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S' AND t.relname = ANY(%s)",
                [used],
            )

    def remove(self) -> None:
        """At the end of the run."""
        drop_database(self.url)


Store = Sqlite | Postgresql


@pytest.fixture(scope="session")
def _stores() -> Iterator[dict[str, Store]]:
    stores: dict[str, Store] = {}
    yield stores
    for store in stores.values():
        store.remove()


@pytest.fixture(scope="session")
def _no_postgresql() -> str | None:
    return why_no_postgresql()


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    """Name: "sqlite" or "postgresql"; tests of the data layer see both."""
    name: str = getattr(request, "param", "sqlite")
    if name == "postgresql":
        reason = request.getfixturevalue("_no_postgresql")
        if reason:
            pytest.skip(reason)
    return name
