"""How patient the house is with attempts to sign in. Nobody can lock somebody else out, and a right password lets in.

Every attempt is looked at; only failures are counted. Whoever has failed too often is answered late, one after another,
and when it was wrong again, with how long a well-meaning program should wait (decision 0013).

Failures are counted per pair of account and origin (the address, or a browser this account has used before). A pair
without failures is always answered at once, whatever else goes on: so the owner gets in from another address, from a known browser,
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
FIRST_DELAY = timedelta(seconds=0.25)
LONGEST_DELAY = timedelta(seconds=4)
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
    """How long this pair should still wait after another failure; zero when it has been patient."""
    recent, beyond, under_attack = _beyond(record, now)
    if beyond < 0:
        return timedelta(0)
    first = FIRST_UNDER_ATTACK if under_attack else FIRST
    pause: timedelta = min(LONGEST, first * 2 ** min(beyond, 20))
    return max(timedelta(0), recent[-1] + pause - now)


def delay(record: Record, now: datetime) -> timedelta:
    """How late an attempt of this pair is answered, right or wrong; zero as long as it has hardly failed."""
    _recent, beyond, _under_attack = _beyond(record, now)
    return timedelta(0) if beyond < 0 else min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(beyond, 20))


def _beyond(record: Record, now: datetime) -> tuple[list[datetime], int, bool]:
    """The failures that are remembered, how many there are beyond the free ones, and whether there is an attack."""
    under_attack = record.of_account >= ATTACK_ON_ACCOUNT or record.of_origin >= ATTACK_FROM_ADDRESS
    recent = [moment for moment in record.pair if now - moment < WINDOW]
    return recent, len(recent) - (FREE_UNDER_ATTACK if under_attack else FREE), under_attack
