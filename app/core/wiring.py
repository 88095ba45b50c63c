"""Registers the core room: database, secrets, and the jobs that keep history sealed and messages moving."""

import logging
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.core import jobs, outbox, seal
from app.core.database import db, unit_of_work
from app.core.secrets import load
from app.core.settings import SettingsError

DRIVERS = {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}
migrate = Migrate()
log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Open the database that ``DATABASE_URL`` names, SQLite in the instance folder by default."""
    load(app)
    url = app.config.get("DATABASE_URL") or f"sqlite:///{Path(app.instance_path) / 'qiao.db'}"
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(Path(app.root_path).parent / "migrations"), compare_type=True)
    jobs.every("core.seal", seal_history, minutes=1)
    jobs.every("core.outbox", outbox.deliver_due, seconds=10)
    jobs.every("core.forget_sent", outbox.forget_sent, minutes=360)


def engine_options(url: str) -> dict[str, Any]:
    """Options of the engine: a current SQLite where its wheel is there, a small pool for PostgreSQL."""
    try:
        driver = make_url(url).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if driver not in DRIVERS:
        # the address itself may hold a password
        raise SettingsError("DATABASE_URL cannot be used: it is postgresql://user@host/name or sqlite:////path/to/file")
    if driver.startswith("postgresql"):
        return {"pool_size": 5, "max_overflow": 5, "pool_pre_ping": True, "pool_recycle": 1800}
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return {}
    return {"module": dbapi2}


def seal_history() -> int:
    """Seal every chain that has moved, batch by batch, and remember the last seal outside the database."""
    sealed = 0
    while True:
        with unit_of_work():
            batch = seal.seal()
        sealed += batch
        if batch < seal.BATCH:
            break
    if sealed:
        with unit_of_work():
            seal.remember_head()
    return sealed
