"""A clock that stands still until the test moves it."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from app.core import clock as real_clock

WEDNESDAY_MORNING = datetime(2026, 9, 9, 10, 0, tzinfo=real_clock.ZONE)
"""An ordinary working day: no holiday and no make-up day for two weeks either side."""


class FrozenClock:
    """The moment that the product believes in."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.set(WEDNESDAY_MORNING)

    @property
    def now(self) -> datetime:
        """The moment it stands at, aware, UTC."""
        return real_clock.now()

    def set(self, moment: datetime) -> datetime:
        """Stand at ``moment`` (aware)."""
        self._stack.close()
        self._stack.enter_context(real_clock.at(moment))
        return self.now

    def move(self, **by: float) -> datetime:
        """Go on by days=, hours=, minutes=, seconds= (negative goes back)."""
        return self.set(self.now + timedelta(**by))

    def release(self) -> None:
        """Back to the real time."""
        self._stack.close()


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """Time stands at Wednesday 2026-09-09 10:00 in Shanghai until moved."""
    frozen = FrozenClock()
    yield frozen
    frozen.release()
