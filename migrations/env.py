"""Alembic's surroundings: the application's engine and tables, on SQLite and PostgreSQL.

Triggers are part of the schema but not of the single migrations: whenever migrations have run and stand at their
head, the triggers that the models declare are made anew, so that code and database never differ.
"""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import JSON, Connection, text

from app.core import triggers
from app.core.database import Base, begin_writing

LOCK_TIMEOUT = "5s"
"""On PostgreSQL a migration gives up rather than let the users' requests queue up behind a lock it waits for."""
STATEMENT_TIMEOUT = "15min"
PLAIN_TYPES = {"Money": "sa.BigInteger()", "UtcDateTime": "sa.DateTime()"}
JSON_TYPE = "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"


def render_item(kind: str, item: Any, autogen: Any) -> Any:
    """Write our own column types as what they are in the database: old migrations never depend on today's code."""
    if kind != "type":
        return False
    if isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return JSON_TYPE
    if type(item).__module__.startswith("app."):
        return PLAIN_TYPES[type(item).__name__]
    return False


def is_ours(name: str | None, _kind: str, _parents: Any) -> bool:
    """Full-text indexes (``…_fts`` and SQLite's tables behind them) are written by hand, not compared."""
    return "_fts" not in (name or "")


def write_nothing_when_equal(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write no empty migration."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def drop_triggers(connection: Connection) -> None:
    """Drop every trigger (rebuilding a table on SQLite would stumble over those that mention it)."""
    if connection.dialect.name == "sqlite":
        for name in triggers.present(connection):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    functions = connection.exec_driver_sql(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = current_schema() AND p.prorettype = 'trigger'::regtype"
    )
    for (signature,) in functions.fetchall():
        connection.exec_driver_sql(f"DROP FUNCTION {signature} CASCADE")


def make_triggers(connection: Connection) -> None:
    """Make the declared triggers, when the migrations stand at their head."""
    heads = set(context.script.get_heads())
    if heads and set(context.get_context().get_current_heads()) == heads:
        for line in triggers.statements(connection.dialect.name):
            connection.exec_driver_sql(line.replace("%", "%%") if connection.dialect.name == "postgresql" else line)


def run_offline() -> None:
    """Write the SQL instead of running it (flask db upgrade --sql)."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    context.configure(url=url, target_metadata=Base.metadata, literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
        for trigger in triggers.triggers() if context.get_context().dialect.name == "postgresql" else ():
            context.execute(f"DROP FUNCTION IF EXISTS {trigger.name}() CASCADE")
            for line in trigger.postgresql:
                context.execute(line)


def run_online() -> None:
    """Migrate the application's database, all in one transaction."""
    applied: list[Any] = []
    begin_writing(True)
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # rebuilding a table must not set off the foreign keys that point at it; they are checked at the end
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            render_as_batch=True,
            render_item=render_item,
            include_name=is_ours,
            process_revision_directives=write_nothing_when_equal,
            on_version_apply=lambda **step: applied.append(step),
        )
        with context.begin_transaction():
            if sqlite:
                drop_triggers(connection)
            context.run_migrations()
            if applied and not sqlite:
                drop_triggers(connection)
            if applied or sqlite:
                make_triggers(connection)
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"rows point at nothing after the migration: {broken[:5]}")
        if connection.in_transaction():
            connection.commit()
        if sqlite:
            connection.invalidate()  # its foreign keys are off
    begin_writing(False)


if context.is_offline_mode():
    run_offline()
else:
    run_online()
