"""Whether the product can do its work: each reason against it is one short sentence."""

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock
from app.core.database import session
from app.core.jobs import JobBeat
from app.workflow.queries import vanished

ALIVE = timedelta(seconds=60)
"""How old the runner's heartbeat may be; it beats every ten seconds."""


def reasons(migrations: Path) -> list[str]:
    """Why the product is not ready; empty when it is. ``migrations``: the folder of the scripts."""
    checks: list[Callable[[], list[str]]] = [_database, lambda: _migrations(migrations), _runner, _workflows]
    found: list[str] = []
    for check in checks:
        try:
            found += check()
        except SQLAlchemyError as error:
            session.rollback()
            return [*found, f"database: {type(error).__name__}"]
    return found


def _database() -> list[str]:
    session.execute(text("SELECT 1"))
    return []


def _migrations(folder: Path) -> list[str]:
    wanted = _heads(folder)
    have = set(MigrationContext.configure(session.connection()).get_current_heads())
    if wanted == have:
        return []
    return [
        f"migrations: the database is at {', '.join(sorted(have)) or 'nothing'}, the program at {', '.join(sorted(wanted))}"
    ]


@lru_cache
def _heads(folder: Path) -> frozenset[str]:
    return frozenset(ScriptDirectory(str(folder)).get_heads()) if (folder / "versions").is_dir() else frozenset()


def _runner() -> list[str]:
    beat = session.get(JobBeat, "runner")
    if beat is None:
        return ["jobs: the runner has not started yet"]
    if beat.at < clock.now() - ALIVE:
        return [f"jobs: the runner was last seen at {beat.at.isoformat(timespec='seconds')}"]
    return []


def _workflows() -> list[str]:
    return [f"workflow: {sentence}" for sentence in vanished()]
