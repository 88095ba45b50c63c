"""What a password must be: long, not among those that guessers try first, not the account's own name."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.core.errors import FieldError
from app.core.texts import _l

SHORTEST = 12
LONGEST = 128
_FILE = Path(__file__).parent.parent / "content" / "common_passwords.txt"


def normal(password: str) -> str:
    """The one spelling of a password that is hashed: however a keyboard writes it, without blanks around it."""
    return unicodedata.normalize("NFKC", password).strip()


def faults(password: str, *, username: str, name: str = "", staff_number: str | None = None) -> list[FieldError]:
    """Why ``password`` cannot be taken, as sentences that say how to mend it; empty when it can."""
    return [FieldError("password", code, message) for code, message in _faults(password, username, name, staff_number)]


def weight(password: str) -> int:
    """Length as a guesser feels it: a Chinese character counts for two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in normal(password))


@cache
def common() -> frozenset[str]:
    """The stems of common passwords."""
    lines = _FILE.read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _faults(password: str, username: str, name: str, staff_number: str | None) -> Iterator[tuple[str, object]]:
    if "\x00" in password or len(password) > LONGEST:
        yield "too_long", _l("A password has at most %(count)s characters.", count=LONGEST)
        return
    if weight(password) < SHORTEST:
        yield "too_short", _l("Use at least %(count)s characters; four words you can remember will do.", count=SHORTEST)
    low = normal(password).casefold()
    own = [part for part in (username.casefold(), name.casefold(), (staff_number or "").casefold()) if len(part) > 1]
    if any(low == part or (len(part) >= 4 and low.strip("0123456789") == part) for part in own):
        yield "own_name", _l("A password must not be your own name or number.")
    elif low.isdigit() or len(set(low)) < 5 or _is_run(low) or _stem(low) in common() or low in common():
        yield "common", _l("This password is among the first that are guessed. Choose another.")


def _stem(low: str) -> str:
    return low.strip("0123456789!@#$%^&*()_-+=.,?~ ")


def _is_run(text: str) -> bool:
    steps = {ord(b) - ord(a) for a, b in zip(text, text[1:], strict=False)}
    return len(text) > 1 and steps <= {1, -1, 0}
