"""Rules that the database itself keeps: append-only tables and dated facts that never overlap, on both engines.

Models declare them; ``create_all`` makes them, and migrations write the same DDL through :func:`statements`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import DDL, Connection, Table, event


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger: its table, its name, and its DDL per engine (each a list of statements)."""

    table: str
    name: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]


_registry: dict[str, Trigger] = {}


def triggers() -> list[Trigger]:
    """Every declared trigger, by name."""
    return [_registry[name] for name in sorted(_registry)]


def statements(dialect: str, names: Sequence[str] | None = None) -> list[str]:
    """DDL that creates the triggers (all, or those named) on ``sqlite`` or ``postgresql``."""
    chosen = [t for t in triggers() if names is None or t.name in names]
    return [line for trigger in chosen for line in getattr(trigger, dialect)]


def register(table: Table, trigger: Trigger) -> None:
    """Keep a trigger with its table; registering the same name again does nothing."""
    if trigger.name in _registry:
        return
    _registry[trigger.name] = trigger
    for dialect in ("sqlite", "postgresql"):
        for line in getattr(trigger, dialect):
            ddl = DDL(line.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def append_only(model: Any, *, erasable: Sequence[str] = ()) -> None:
    """Refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE on the table of ``model``; REPLACE on SQLite is a delete there.

    Columns in ``erasable`` may be set to NULL, once, and nothing else (an erasure the law asks for).
    """
    table: Table = model.__table__
    name = table.name
    kept = [column.name for column in table.columns if column.name not in erasable]
    changed_lite = " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in kept)
    changed_pg = " OR ".join(f'OLD."{c}" IS DISTINCT FROM NEW."{c}"' for c in kept)
    if erasable:
        refill = " OR ".join(f'NEW."{c}" IS NOT NULL AND OLD."{c}" IS NULL' for c in erasable)
        # a stamp of the erasure itself may be filled: it is the one column allowed to go from NULL to a value
        stamp = [c for c in erasable if c.endswith("_at")]
        refill = " OR ".join(f'NEW."{c}" IS NOT NULL' for c in erasable if c not in stamp) or refill
        when_lite, when_pg = f"WHEN {changed_lite} OR {refill} ", f"WHEN ({changed_pg} OR {refill}) "
    else:
        when_lite = when_pg = ""
    message = f"{name} is append-only"
    function = f"{name}_append_only"
    register(
        table,
        Trigger(
            name,
            function,
            sqlite=(
                f"CREATE TRIGGER {function}_update BEFORE UPDATE ON {name} {when_lite}"
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
                f"CREATE TRIGGER {function}_delete BEFORE DELETE ON {name} BEGIN SELECT RAISE(ABORT, '{message}'); END",
            ),
            postgresql=(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
                f"CREATE TRIGGER {function}_update BEFORE UPDATE ON {name} FOR EACH ROW {when_pg}"
                f"EXECUTE FUNCTION {function}()",
                f"CREATE TRIGGER {function}_delete BEFORE DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION {function}()",
                f"CREATE TRIGGER {function}_truncate BEFORE TRUNCATE ON {name} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
            ),
        ),
    )


def no_overlap(model: Any, key: Sequence[str], *, title: str = "overlaps an earlier period") -> None:
    """Refuse two rows in force (not superseded) of the same ``key`` whose days overlap.

    The table has ``valid_from``, ``valid_to`` (exclusive, NULL = open) and ``superseded_at``.
    """
    table: Table = model.__table__
    name = table.name
    same = " AND ".join(f'o."{c}" = NEW."{c}"' for c in key)
    clash = (
        f"SELECT 1 FROM {name} o WHERE {same} AND o.id <> NEW.id AND o.superseded_at IS NULL "  # noqa: S608 - names of our own
        "AND (o.valid_to IS NULL OR o.valid_to > NEW.valid_from) "
        "AND (NEW.valid_to IS NULL OR NEW.valid_to > o.valid_from)"
    )
    message = f"{name}: {title}"
    function = f"{name}_no_overlap"
    lock = " || '/' || ".join(f'NEW."{c}"::text' for c in key)
    register(
        table,
        Trigger(
            name,
            function,
            sqlite=tuple(
                f"CREATE TRIGGER {function}_{verb.lower()} AFTER {verb} ON {name} WHEN NEW.superseded_at IS NULL "
                f"AND EXISTS ({clash}) BEGIN SELECT RAISE(ABORT, '{message}'); END"
                for verb in ("INSERT", "UPDATE")
            ),
            postgresql=(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                # two transactions adding to one key wait for each other, so neither misses the other's row
                f"PERFORM pg_advisory_xact_lock(hashtext('{name}/' || {lock})); "
                f"IF NEW.superseded_at IS NULL AND EXISTS ({clash}) THEN "
                f"RAISE EXCEPTION '{message}' USING ERRCODE = 'exclusion_violation'; END IF; RETURN NEW; END $$",
                f"CREATE TRIGGER {function} BEFORE INSERT OR UPDATE ON {name} "
                f"FOR EACH ROW EXECUTE FUNCTION {function}()",
            ),
        ),
    )


def refuse(model: Any, name: str, *, when: str, message: str) -> None:
    """Refuse inserting or updating a row for which the SQL condition ``when`` (over NEW and tables) holds."""
    table: Table = model.__table__
    register(
        table,
        Trigger(
            table.name,
            name,
            sqlite=tuple(
                f"CREATE TRIGGER {name}_{verb.lower()} AFTER {verb} ON {table.name} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
                for verb in ("INSERT", "UPDATE")
            ),
            postgresql=(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN "
                f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                "RETURN NEW; END $$",
                f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE ON {table.name} FOR EACH ROW EXECUTE FUNCTION {name}()",
            ),
        ),
    )


def present(connection: Connection) -> set[str]:
    """Names of the triggers that the connected database holds."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    return {row[0] for row in connection.exec_driver_sql(query)}
