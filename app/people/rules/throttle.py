"""How long an attempt to sign in has to wait. Nobody can lock somebody else out.

Failures are counted per pair of account and origin (the address, or a browser this account has used before). A pair
without failures is always heard, whatever else goes on: so the owner gets in from another address, from a known browser,
or from a shared address under attack. Many failures of one account from many addresses, or of one address over many
accounts, only shorten the patience with each further pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)
"""Failures older than this are forgotten."""
FREE = 5
"""Failures of a pair before it has to wait."""
FREE_UNDER_ATTACK = 1
FIRST = timedelta(seconds=5)
FIRST_UNDER_ATTACK = timedelta(seconds=30)
LONGEST = timedelta(minutes=10)
ATTACK_ON_ACCOUNT = 30
"""Failures of one account within the window, wherever from."""
ATTACK_FROM_ADDRESS = 100
"""Failures from one origin within the window, whichever account."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known when somebody tries: failures of the pair since its last success, oldest first, and the crowds."""

    pair: Sequence[datetime]
    of_account: int = 0
    of_origin: int = 0


def wait(record: Record, now: datetime) -> timedelta:
    """How long this pair has still to wait; zero when it is heard at once."""
    under_attack = record.of_account >= ATTACK_ON_ACCOUNT or record.of_origin >= ATTACK_FROM_ADDRESS
    free = FREE_UNDER_ATTACK if under_attack else FREE
    recent = [moment for moment in record.pair if now - moment < WINDOW]
    if len(recent) < free:
        return timedelta(0)
    first = FIRST_UNDER_ATTACK if under_attack else FIRST
    pause: timedelta = min(LONGEST, first * 2 ** min(len(recent) - free, 20))
    return max(timedelta(0), recent[-1] + pause - now)
