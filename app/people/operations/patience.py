"""Answering late: what slows a guesser down, without ever turning the owner away (decision 0013)."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from app.people.operations.sign_in import TooMany

PLACES = 2
"""How many late answers a process prepares at once: a flood of guesses holds no more of its threads than this."""
_places = threading.BoundedSemaphore(PLACES)


@contextmanager
def answered_after(delay: timedelta) -> Iterator[None]:
    """Wait ``delay``, in one of few places, before the password is looked at; without a delay there is no waiting.

    Raises :class:`TooMany` when all places are taken: then somebody floods us with guesses at this very moment.
    """
    if not delay:
        yield
        return
    if not _places.acquire(blocking=False):
        raise TooMany(delay)
    try:
        time.sleep(delay.total_seconds())
        yield
    finally:
        _places.release()
