"""The database session, the declarative base and the unit of work.

SQLite and PostgreSQL are both first-class. On SQLite a writing unit begins with BEGIN IMMEDIATE, so that read-then-write
never fails half-way with "database is locked"; a reading unit begins with a plain BEGIN.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, CursorResult, Engine, Executable, Integer, MetaData, Table, UpdateBase, event
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = BigInteger().with_variant(Integer(), "sqlite")
"""Column type of every key: 64 bits; INTEGER on SQLite, where only that type numbers itself."""


class Base(DeclarativeBase):
    """Base of every table. Tables are named ``room_thing``."""

    metadata = MetaData(naming_convention=NAMING)
    __table__: ClassVar[Table]  # every table is one of ours: no views, no joins


db = SQLAlchemy(
    metadata=Base.metadata,
    disable_autonaming=True,
    session_options={"expire_on_commit": False},
)
session: scoped_session[Session] = db.session  # type: ignore[assignment]

_writing: ContextVar[bool] = ContextVar("writing", default=False)


def begin_writing(on: bool) -> None:
    """Say whether the units that start from here on in this context are going to write."""
    _writing.set(on)


@contextmanager
def writing() -> Iterator[None]:
    """Units that begin inside take the write lock at once on SQLite."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def before_the_lock() -> Iterator[None]:
    """What is read inside, by a unit that is going to write, is read before it takes the write lock, in a reading
    transaction of its own: others may write meanwhile. For what a unit finds and only then acts on: who is asking.

    Inside a transaction that has begun already nothing is different.
    """
    if not _writing.get() or session().in_transaction():
        yield
        return
    token = _writing.set(False)
    try:
        yield
    finally:
        session.rollback()
        _writing.reset(token)


LONGEST_REST = 0.2
"""Seconds; SQLite's waiters look again after a tenth of a second at the latest."""
_gives_way: ContextVar[bool] = ContextVar("gives_way", default=False)


@contextmanager
def giving_way() -> Iterator[None]:
    """Inside, each unit of work on SQLite is followed by a rest as long as it took: who does one short unit after the other
    would else be first at the lock each time, and others would look in vain until they give up."""
    token = _gives_way.set(True)
    try:
        yield
    finally:
        _gives_way.reset(token)


@contextmanager
def unit_of_work() -> Iterator[scoped_session[Session]]:
    """One transaction for jobs, commands and tests: committed at the end, rolled back on an error.

    Inside another writing unit it simply joins that one.
    """
    if session().in_transaction() and _writing.get():
        yield session
        return
    session.rollback()
    began = time.monotonic()
    with writing():
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
    if _gives_way.get() and is_sqlite():
        time.sleep(min(time.monotonic() - began, LONGEST_REST))


def fetch(
    statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """The rows of a statement of columns, past the ORM's bookkeeping for entities; ``parameters``: one set or several.

    Statements that every page needs are built once, as a module's constant with named parameters, and run by this:
    putting one together costs several times what running it does. As with ``session.execute`` what the session has not
    written yet is written first.
    """
    current = session()
    current.flush()
    return current.connection().execute(statement, parameters)


def changed_one(statement: UpdateBase) -> bool:
    """Run a conditional update that fits one row at most; False when somebody else was faster and it fits none.

    Objects of the session are not brought in line: refresh the one that was changed.
    """
    done = session.execute(statement, execution_options={"synchronize_session": False})
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]  # an update's result knows its rows


P = ParamSpec("P")
T = TypeVar("T")


def once_per_reading(ask: Callable[P, T]) -> Callable[P, T]:
    """Let a reading transaction ask the database only once; whoever writes asks anew each time.

    For answers that several parts of one page need. Nothing is kept beyond the transaction; callers must not change
    what they get.
    """

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        if _writing.get():
            return ask(*args, **kwargs)
        known = session().info.setdefault("asked", {})
        key = (ask, args, tuple(sorted(kwargs.items())))
        if key not in known:
            known[key] = ask(*args, **kwargs)
        found: T = known[key]
        return found

    return asked


@event.listens_for(Session, "after_rollback")
@event.listens_for(Session, "after_commit")
def _forget_asked(ended: Session) -> None:
    ended.info.pop("asked", None)


def _is_sqlite(connection: Any) -> bool:
    return "sqlite" in type(connection).__module__


@event.listens_for(Engine, "connect")
def _set_up_connection(connection: Any, _record: Any) -> None:
    if not _is_sqlite(connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    # FULL: an acknowledged write survives a power cut. recursive_triggers: REPLACE fires the delete triggers too.
    for pragma in (
        "busy_timeout=5000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "cache_size=-32000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def is_sqlite() -> bool:
    """Whether the session speaks to SQLite (for the few statements that differ)."""
    return session.get_bind().dialect.name == "sqlite"
