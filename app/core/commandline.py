"""What the ``flask`` commands of all rooms share: a refusal is one line and an exit code that is not 0."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask_migrate import upgrade
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.core.database import db
from app.core.errors import DomainError, Invalid
from app.core.texts import in_language

P = ParamSpec("P")
T = TypeVar("T")


def plainly(command: Callable[P, T]) -> Callable[P, T]:
    """Tell a refusal, or a database that is not ready, in one line and end with code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except DomainError as error:
            with in_language("en"):  # as the commands' own texts
                raise click.ClickException(_words(error)) from error
        except (OperationalError, ProgrammingError) as error:
            reason = str(error.orig).splitlines()[0]
            raise click.ClickException(
                f"the database is not ready ({reason}); run `flask --app wsgi db upgrade`"
            ) from error

    return run


def _words(error: DomainError) -> str:
    return "; ".join(f"{e.field}: {e.message}" for e in error.errors) if isinstance(error, Invalid) else str(error)


def has_tables() -> bool:
    """Whether migrations have ever run on the database."""
    return inspect(db.engine).has_table("alembic_version")


def make_tables() -> None:
    """Run the migrations when the database has no tables yet."""
    if not has_tables():
        upgrade()
