"""What the interface itself remembers: kept answers, guessed tokens."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app.api.models import KeptAnswer, RefusedToken
from app.core import clock
from app.core.database import session

WINDOW = timedelta(minutes=10)
GUESSES = 30
"""So many unknown tokens from one address within the window are an attack, not a typing error."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A first answer; ``status`` None while it is still being worked out elsewhere."""

    request: str
    status: int | None
    answer: Any
    location: str | None


def kept_answer(person_id: int, key: str) -> Kept | None:
    """The answer kept under a person's key."""
    row = session.execute(
        select(KeptAnswer.request, KeptAnswer.status, KeptAnswer.answer, KeptAnswer.location).where(
            KeptAnswer.person_id == person_id, KeptAnswer.key == key
        )
    ).one_or_none()
    return None if row is None else Kept(*row)


def seconds_to_wait(address: str) -> int:
    """How long an address that guesses tokens has to wait; 0 when it need not."""
    now = clock.now()
    count, first = session.execute(
        select(func.count(), func.min(RefusedToken.at)).where(
            RefusedToken.address == address, RefusedToken.at > now - WINDOW
        )
    ).one()
    if count < GUESSES:
        return 0
    return max(1, int((first + WINDOW - now).total_seconds()) + 1)
