"""The keyed skills of a sale's steps, and the scores that a coach gives for what was seen (D27)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.workflow.rules.definition import Definition, Option, Step

LEVELS = {f"s{number}": number for number in range(1, 6)}
"""The levels of the form and the scores that they stand for: 1 not done … 5 can teach it."""
EARLIEST_DAYS, LATEST_DAYS = 30, 180
"""How far back a visit may lie when it is planned, and how far ahead."""


@dataclass(frozen=True, slots=True)
class Score:
    """One skill as it was seen."""

    skill: str
    score: int
    seen: str


def coachable(definition: Definition) -> list[Step]:
    """The steps whose coaching card names skills, in the order of the sale."""
    return [step for step in definition.steps.values() if step.card is not None and step.card.skills]


def skills_of(definition: Definition, step: str) -> Sequence[Option]:
    """The keyed skills of a step's coaching card; none when the step has none (any more)."""
    found = definition.steps.get(step)
    return found.card.skills if found is not None and found.card is not None else ()


def read_scores(rows: Sequence[Any], known: Collection[str]) -> tuple[list[Score], list[tuple[int, str, str]]]:
    """Scores from the rows of a form, and what is wrong as (row, column, code)."""
    scores: list[Score] = []
    faults: list[tuple[int, str, str]] = []
    seen: set[str] = set()
    for number, row in enumerate(rows):
        given: Mapping[str, Any] = row if isinstance(row, Mapping) else {}
        skill, score = given.get("skill"), LEVELS.get(str(given.get("score")))
        if not isinstance(skill, str) or skill not in known:
            faults.append((number, "skill", "unknown"))
        elif skill in seen:
            faults.append((number, "skill", "twice"))
        elif score is None:
            faults.append((number, "score", "required"))
        else:
            seen.add(skill)
            scores.append(Score(skill, score, str(given.get("seen") or "")[:300]))
    return scores, faults
