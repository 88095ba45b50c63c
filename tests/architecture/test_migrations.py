"""Migrations: one head, the way down and up again on a database with rows, equal to the models, triggers in place."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import URL, inspect, text

from app.core import triggers
from app.core.database import Base, db, session, unit_of_work
from tests.factories.people import create_person, create_team
from tests.support.application import MIGRATIONS, make_app
from tests.support.engines import create_database, drop_database

pytestmark = pytest.mark.both_engines


@pytest.fixture
def bare_app(engine_name: str, tmp_path: Path) -> Iterator[Flask]:
    """The product on a database without any table, its context pushed."""
    url = URL.create("sqlite", database=str(tmp_path / "bare.db")) if engine_name == "sqlite" else create_database()
    app = make_app(url, tmp_path)
    with app.app_context():
        yield app
        session.remove()
        db.engine.dispose()
    if engine_name == "postgresql":
        drop_database(url)


def scripts() -> ScriptDirectory:
    """The migrations as Alembic sees them."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def tables() -> set[str]:
    """Names of the tables there are, without Alembic's own and those behind full-text indexes."""
    found = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    return {name for name in found if "_fts" not in name}


def missing_triggers() -> set[str]:
    """Declared triggers that the database does not hold."""
    with db.engine.connect() as connection:
        present = triggers.present(connection)
    statements = triggers.statements(db.engine.dialect.name)
    declared = {line.split("TRIGGER", 1)[1].split()[0] for line in statements if line.startswith("CREATE TRIGGER")}
    assert declared, "no trigger is declared at all"
    return declared - present


def test_there_is_one_head():
    assert len(scripts().get_heads()) == 1


def test_models_equal_migrations(bare_app: Flask):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": lambda name, *_rest: "_fts" not in (name or "")}
        )
        differences = compare_metadata(context, Base.metadata)
    assert differences == []
    assert tables() == set(Base.metadata.tables)
    assert missing_triggers() == set()


def test_up_down_up_on_a_database_with_rows(bare_app: Flask):
    """Each step goes down and up again; what the first migration alone holds cannot survive its going."""
    upgrade()
    with unit_of_work():
        create_team(leader=create_person(), relationship=create_person())
    people = session.execute(text("SELECT count(*) FROM people_person")).scalar_one()
    session.remove()
    steps = [script.revision for script in scripts().walk_revisions()]
    for revision, below in zip(steps, steps[1:], strict=False):
        downgrade(revision=below)
        upgrade(revision=revision)
    upgrade()
    assert session.execute(text("SELECT count(*) FROM people_person")).scalar_one() == people
    session.remove()
    assert missing_triggers() == set()
    downgrade(revision="base")
    assert tables() == set()
    with db.engine.connect() as connection:
        assert triggers.present(connection) == set()
    upgrade()
    assert tables() == set(Base.metadata.tables)
    assert missing_triggers() == set()


def test_a_migration_gives_up_rather_than_queue(bare_app: Flask):
    """PostgreSQL: while somebody holds a table, a migration waits a few seconds at most and changes nothing."""
    if db.engine.dialect.name != "postgresql":
        return
    upgrade()
    with db.engine.connect() as other:
        other.execute(text("LOCK TABLE people_person IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(Exception, match="lock timeout"), contextlib.redirect_stderr(None):
            downgrade(revision="base")
    assert tables() == set(Base.metadata.tables)


def test_old_migrations_do_not_depend_on_todays_code():
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert "app." not in path.read_text(encoding="utf-8").replace("op.", ""), path.name
