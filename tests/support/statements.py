"""Counting SQL statements: a page's number must not grow with its rows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

SILENT = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Seen(list[str]):
    """The statements of a block, in order."""

    @property
    def count(self) -> int:
        """How many there were."""
        return len(self)


@contextmanager
def counting() -> Iterator[Seen]:
    """Collect the statements that any engine runs inside, without transaction control."""
    seen = Seen()

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(SILENT):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def statements() -> Callable[[], AbstractContextManager[Seen]]:
    """``with statements() as seen: ...`` then ``seen.count``; ``seen`` lists them."""
    return counting
