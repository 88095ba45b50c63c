"""What accompanied visits contribute to the workflow core: their subject, lanes, the two of them, and the skills (D27)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.errors import MissingItem, NotFound
from app.core.texts import _l
from app.people import queries as people
from app.sales.models import AccompaniedVisit
from app.sales.operations.accompanied import scores_as_rows, write_scores
from app.sales.queries import accompanied as reading
from app.sales.rules import skills
from app.workflow import registry
from app.workflow.queries.definitions import parsed
from app.workflow.registry import Arguments, GuardContext, SubjectRef, guard, lane_resolver, options, set_resolver

PLAN = "plan"
BOTH = "accompanied_both"


def _visit(subject: SubjectRef) -> AccompaniedVisit:
    found = reading.visit(subject.id)
    if found is None:
        raise NotFound()
    return found


@lane_resolver("accompanied_trainee")
def accompanied_trainee(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Whoever is accompanied."""
    return people.active_ids({_visit(subject).trainee_id})


@lane_resolver("accompanied_coach")
def accompanied_coach(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Whoever goes along."""
    return people.active_ids({_visit(subject).coach_id})


@lane_resolver(BOTH)
@set_resolver(BOTH)
def accompanied_both(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """The two of them."""
    visit = _visit(subject)
    return sorted(people.active_ids({visit.trainee_id, visit.coach_id}))


@options("accompanied_skills")
def accompanied_skills(subject: SubjectRef) -> Iterable[tuple[str, Mapping[str, str]]]:
    """The keyed skills of the sale's step, as its coaching card names them."""
    visit = _visit(subject)
    return [(option.key, option.title) for option in skills.skills_of(parsed(visit.digest), visit.step)]


@guard("accompanied_scored")
def accompanied_scored(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """At least one skill is scored: the rows that are laid out for the skills are no scores yet."""
    rows = context.fields.get("scores")
    given = rows if isinstance(rows, list) else scores_as_rows(subject.id)
    if any(isinstance(row, Mapping) and row.get("score") for row in given):
        return None
    return MissingItem(
        "guard", "accompanied_scored", _l("Score at least one skill; remove the rows of those not seen.")
    )


def own_due(subject: SubjectRef, step: str, resolver: str) -> datetime | None:
    """The plan is due before the visit, the reports a working day after it; what has passed gets the process's own time."""
    if step != PLAN and resolver != BOTH:
        return None
    day = calendar.start_of_day(_visit(subject).day)
    due = day if step == PLAN else calendar.add_working_days(day, 1)
    return due if due > clock.now() else None


def _write(actor: Actor, visit_id: int, value: object) -> None:
    write_scores(actor, visit_id, value if isinstance(value, list) else [])


def register() -> None:
    """Make accompanied visits a subject of workflows."""
    registry.subject_kind(
        reading.KIND, describe=reading.describe, bound={"scores": (scores_as_rows, _write)}, url=reading.address,
        due=own_due,
    )  # fmt: skip
