"""Rules of notices: what is read, what a quiz asks, and when whom is reminded (D29)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.texts import _l

CATEGORIES: Mapping[str, Any] = {
    "notice": _l("Notice"),
    "rules": _l("Rules and procedures"),
    "product": _l("Product news"),
    "risk": _l("Risk warning"),
    "own_research": _l("Research report, own"),
    "bought_research": _l("Research report, bought"),
}
"""What a notice is; the last two are the library of reports (D29, D45)."""

TITLE, BODY, QUESTION, OPTION, REASON = 120, 20_000, 200, 120, 300
QUESTIONS, OPTIONS, FILES = 5, 4, 10

RUNGS: Sequence[tuple[int, int, bool]] = ((1, -2, False), (2, 0, False), (3, 1, False), (4, 2, True))
"""The ladder: number, working days from the read-by date, and whether the supervisor is told instead of the person."""

NUDGED_LATE = "work.notice_late_nudged"
"""The notification of whoever is nudged about all that they have not read in time."""


def nudged_once(day: date) -> str:
    """By this a reader is nudged about what is late once a day, whoever does it."""
    return f"notices/late/{day:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class Question:
    """A single-choice question: its text, the answers offered, and which of them is right (from 0)."""

    text: str
    options: tuple[str, ...]
    right: int

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Question":
        """As it is stored."""
        return cls(str(data["text"]), tuple(data["options"]), int(data["right"]))

    def as_json(self) -> dict[str, Any]:
        """To be stored."""
        return {"text": self.text, "options": list(self.options), "right": self.right}


def marked(questions: Sequence[Question], answers: Sequence[int | None]) -> int:
    """How many of the answers are right; one that was not given is wrong."""
    given = [*answers, *[None] * len(questions)]
    return sum(question.right == answer for question, answer in zip(questions, given, strict=False))


def digest_of(title: str, body: str, questions: Sequence[Mapping[str, Any]], files: Sequence[str]) -> str:
    """The digest of what is read and signed: title, text, questions and the contents of its files."""
    parts = [title, body, *(f"{q['text']}|{'|'.join(q['options'])}" for q in questions), *sorted(files)]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def same_name(typed: str, name: str) -> bool:
    """Whether a typed signature is the person's name; blanks and case do not matter."""
    return "".join(typed.split()).casefold() == "".join(name.split()).casefold()


def rung_of(days_past: float) -> int:
    """The highest rung whose time has come, ``days_past`` working days after the read-by date; 0 before the first."""
    return max((number for number, after, _up in RUNGS if days_past >= after), default=0)
