"""Planning accompanied visits, writing their scores, and ending those of somebody who has left (D27)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, FieldError, Invalid, NotFound
from app.core.texts import _l
from app.customers.queries import customers
from app.people import queries as people
from app.sales import messages, permissions
from app.sales.models import AccompaniedScore, AccompaniedVisit
from app.sales.queries import accompanied as reading
from app.sales.queries import opportunities, runs
from app.sales.rules import skills
from app.workflow import operations as workflow
from app.workflow.queries.definitions import latest_digest, parsed
from app.workflow.registry import SubjectRef

PROCESS = "accompanied"
PLANNED = audit.declare(
    "sales.accompanied_planned", _l("Accompanied visit planned"), keys=("coach", "trainee", "customer", "run")
)
SCORED = audit.declare("sales.accompanied_scored", _l("Skills scored"), keys=("trainee",))


def plan_accompanied(
    actor: Actor,
    *,
    customer_id: int,
    trainee_id: int,
    step: str,
    day: date | None,
    coach_id: int | None = None,
    opportunity_id: int | None = None,
    submission: str | None = None,
) -> AccompaniedVisit:
    """Plan that ``coach_id`` (who acts) goes along with ``trainee_id``; the plan then waits for the trainee.

    ``step`` is the step of the sale whose skills are looked at. ``submission`` marks the form: sent twice it gives the
    first one again. Raises ``Forbidden`` and ``Invalid``.
    """
    actor.require(permissions.ACCOMPANIED_PLAN)
    mark = (submission or "")[:64] or None
    known = reading.by_submission(actor, mark) if mark else None
    if known is not None:
        return known
    coach = coach_id or actor.behalf or actor.id
    faults: list[tuple[str, str]] = []
    customer = _customer(actor, customer_id, faults)
    for name, person in (("trainee_id", trainee_id), ("coach_id", coach)):
        if not _may_take_part(actor, person):
            faults.append((name, "unknown_person"))
    if coach == trainee_id:
        faults.append(("trainee_id", "same_person"))
    today = clock.today()
    if day is None:
        faults.append(("day", "required"))
    elif not -skills.EARLIEST_DAYS <= (day - today).days <= skills.LATEST_DAYS:
        faults.append(("day", "out_of_range"))
    digest = latest_digest(runs.PROCESS)
    if opportunity_id is not None and customer is not None:
        digest = _digest(actor, opportunity_id, customer.id, faults) or digest
    if not skills.skills_of(parsed(digest), step):
        faults.append(("step", "unknown"))
    if faults or customer is None or day is None:
        raise messages.invalid(faults)
    unit = people.home_units([trainee_id]).get(trainee_id)
    visit = AccompaniedVisit(
        customer_id=customer.id, opportunity_id=opportunity_id, step=step, digest=digest, coach_id=coach,
        trainee_id=trainee_id, unit_id=unit, day=day, submission=mark, created_by=actor.id or None,
    )  # fmt: skip
    session.add(visit)
    try:
        session.flush()
    except IntegrityError as error:  # the same form at the same instant; the caller's unit is over with it
        raise Conflict() from error
    label = f"{customer.name} · {people.names([trainee_id]).get(trainee_id, '')}"
    subject = SubjectRef(reading.KIND, visit.id, label, unit, None, coach)
    run = workflow.start(actor, PROCESS, subject, unit, None, owner_id=coach)
    visit.run_id = run.id
    session.flush()
    audit.record(
        actor,
        PLANNED,
        target=(reading.KIND, visit.id),
        coach=coach,
        trainee=trainee_id,
        customer=customer.id,
        run=run.id,
    )
    return visit


def _customer(actor: Actor, customer_id: int, faults: list[tuple[str, str]]) -> Any:
    try:
        return customers.customer_for(actor, customer_id)
    except NotFound:
        faults.append(("customer_id", "unknown_customer"))
        return None


def _may_take_part(actor: Actor, person_id: int) -> bool:
    if person_id in actor.selves and person_id == (actor.behalf or actor.id):
        return True
    try:
        return people.person_for(actor, person_id, permissions.ACCOMPANIED_PLAN).state == "active"
    except (NotFound, OverflowError):
        return False


def _digest(actor: Actor, opportunity_id: int, customer_id: int, faults: list[tuple[str, str]]) -> str | None:
    """The version of the sale that the opportunity follows."""
    try:
        view = opportunities.opportunity_view(actor, opportunity_id)
    except NotFound:
        view = None
    if view is None or view.customer.id != customer_id or view.run.state != "open":
        faults.append(("opportunity_id", "other_customer"))
        return None
    return str(view.run.digest)


def drop_accompanied(actor: Actor, visit_id: int, *, reason_key: str, version: int | None = None) -> None:
    """It does not take place: end it from wherever it stands, with a reason. Raises ``Forbidden``, ``Conflict``, ``Invalid``."""
    visit = reading.accompanied_for(actor, visit_id)
    if visit.state != "open":
        raise Conflict(_l("This has ended; nothing can be changed any more."))
    workflow.close(actor, visit.run_id, end="dropped", reason_key=reason_key, version=version)


def write_scores(actor: Actor, visit_id: int, rows: Sequence[Mapping[str, Any]] | None) -> None:
    """Set the scores of a visit: one row a skill, each from 1 to 5. Raises ``Invalid`` with ``scores.ROW.COLUMN``."""
    visit = reading.visit(visit_id)
    if visit is None:
        raise NotFound()
    known = {option.key for option in skills.skills_of(parsed(visit.digest), visit.step)}
    scores, faults = skills.read_scores(rows or (), known)
    if faults:
        raise Invalid.many(
            [FieldError(f"scores.{row}.{column}", code, messages.MESSAGES[code]) for row, column, code in faults]
        )
    session.execute(delete(AccompaniedScore).where(AccompaniedScore.visit_id == visit_id))
    session.add_all(
        AccompaniedScore(visit_id=visit_id, position=number, skill=score.skill, score=score.score, seen=score.seen)
        for number, score in enumerate(scores)
    )
    session.flush()
    audit.record(
        actor, SCORED, target=(reading.KIND, visit_id), trainee=visit.trainee_id,
        changes={"scores": (None, {score.skill: score.score for score in scores})},
    )  # fmt: skip


def scores_as_rows(visit_id: int) -> list[dict[str, str]]:
    """The scores as rows of the form; before there are any, a row for each skill of the step."""
    known = [
        {"skill": row.skill, "score": f"s{row.score}", **({"seen": row.seen} if row.seen else {})}
        for row in reading.scores_of(visit_id)
    ]
    visit = reading.visit(visit_id)
    if known or visit is None:
        return known
    return [{"skill": option.key} for option in skills.skills_of(parsed(visit.digest), visit.step)]


def follow_leaver_in_accompanied(actor: Actor, person_id: int) -> int:
    """End what somebody who has left was to coach or to be coached in; how many there were."""
    found = reading.open_of(person_id)
    for visit in found:
        if visit.run_id is not None:
            workflow.close(actor, visit.run_id, end="dropped", reason_key="left")
    return len(found)
