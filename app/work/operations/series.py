"""What is assigned again and again: a series is planned with a draft, and a job makes its next assignment, each day once."""

import logging
from datetime import date, timedelta

from sqlalchemy import select

from app.core import audit, calendar, clock
from app.core.actor import Actor
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, DomainError, Forbidden, Invalid
from app.core.texts import _l
from app.people import queries as people
from app.people.queries import audiences
from app.people.rules.audiences import Rule
from app.work.models import Assignment, AssignmentMember, Series
from app.work.operations import assigning
from app.work.operations.telling_work import tell_series_failed
from app.work.permissions import ASSIGN
from app.work.queries.assignments import assignment_for
from app.work.rules import recurring
from app.workflow import operations as workflow
from app.workflow.rules.urgency import PRIORITIES

log = logging.getLogger(__name__)
PLANNED = audit.declare("work.series_planned", _l("Planned work that is assigned again and again"), ("series",))
ENDED = audit.declare("work.series_ended", _l("Ended a series of assignments"), ("series",))
DUE_DAYS = 90


def plan(
    actor: Actor, assignment: Assignment, pattern: recurring.Pattern, *, starts_on: date, shift: str, due_days: int
) -> Series:
    """Make a draft the first of a series. Raises ``Invalid`` (``starts_on``, ``repeat``) for one without any day ahead."""
    if assignment.state != "draft":
        raise Conflict(_l("This has been sent already."))
    if not 0 <= due_days <= DUE_DAYS:
        raise Invalid("due_days", "out_of_range", _l("At most %(most)s working days.", most=DUE_DAYS))
    if starts_on < clock.today():
        raise Invalid("starts_on", "past", _l("Choose a day from today on."))
    rule = pattern.rrule()
    ahead = recurring.next_days(rule, starts_on, shift, calendar.is_working, clock.today(), 1)
    if not ahead:
        raise Invalid("until", "empty", _l("No day lies within this time."))
    series = session.get(Series, assignment.series_id) if assignment.series_id else None
    if series is None:
        series = Series(sender_id=assignment.sender_id)
        session.add(series)
    series.rrule, series.starts_on, series.shift, series.due_days = rule, starts_on, shift, due_days
    series.next_on = None
    session.flush()
    assignment.series_id, assignment.series_on = series.id, ahead[0]
    assignment.due_on = _due_on(ahead[0], due_days)
    session.flush()
    return series


def unplan(assignment: Assignment) -> None:
    """A draft that was to be the first of a series is assigned once only."""
    series = session.get(Series, assignment.series_id) if assignment.series_id else None
    assignment.series_id = assignment.series_on = None
    session.flush()
    if series is not None:
        session.delete(series)
        session.flush()


def _due_on(day: date, due_days: int) -> date:
    if not due_days:
        return day
    end = calendar.add_working_days(calendar.start_of_day(day), due_days)
    return clock.local(end).date() - timedelta(days=1)  # the midnight that ends a day


def send_planned(actor: Actor, assignment: Assignment, version: int | None) -> assigning.Changes:
    """Send the first of a series: at once when its day has come, else on its day; the series goes on from there."""
    series = session.get_one(Series, assignment.series_id)
    today = clock.today()
    if assignment.series_on is not None and assignment.series_on > today:
        actor.require(ASSIGN)
        if assignment.state != "draft" or (version is not None and version != assignment.version):
            raise Conflict()
        series.next_on = assignment.series_on
        assignment.version += 1
        changes = assigning.Changes((), ())
    else:
        changes = assigning.send(actor, assignment, version)
        if changes:
            return changes
        series.next_on = _following(series, today)
    session.flush()
    audit.record(actor, PLANNED, target=("work_assignment", assignment.id), series=series.id)
    return changes


def _following(series: Series, after: date) -> date | None:
    return recurring.first_after(series.rrule, series.starts_on, series.shift, calendar.is_working, after)


def end_series(actor: Actor, assignment_id: int) -> None:
    """Nothing more is assigned by the series that this assignment belongs to; what was assigned stays."""
    actor.require(ASSIGN)
    assignment = assignment_for(actor, assignment_id)
    series = session.get(Series, assignment.series_id) if assignment.series_id else None
    if series is None or series.ended_at is not None:
        raise Conflict(_l("This is not assigned again any more."))
    series.ended_at, series.next_on = clock.now(), None
    session.flush()
    audit.record(actor, ENDED, target=("work_assignment", assignment.id), series=series.id)


def make_series(limit: int = 100) -> int:
    """Job: make what is to be assigned today, each series in a unit of its own; returns how many were made."""
    with unit_of_work():
        due = session.scalars(
            select(Series.id)
            .where(Series.ended_at.is_(None), Series.next_on <= clock.today())
            .order_by(Series.next_on, Series.id)
            .limit(limit)
        ).all()
    return sum(_make_next(series_id) for series_id in due)


def _make_next(series_id: int) -> bool:
    try:
        with unit_of_work():
            return _make(series_id)
    except DomainError as error:
        with unit_of_work():
            _fail(series_id, error)
        return False


def _locked(series_id: int) -> Series:
    return session.scalars(
        select(Series).where(Series.id == series_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _make(series_id: int) -> bool:
    """Days that passed while nobody ran the jobs are not made up for: the last of them stands for all."""
    series, today = _locked(series_id), clock.today()
    if series.ended_at is not None or series.next_on is None or series.next_on > today:
        return False
    day = series.next_on
    while (following := _following(series, day)) is not None and following <= today:
        day = following
    sender = people.actor_for(series.sender_id, "job")
    drafted = session.scalar(
        select(Assignment).where(Assignment.series_id == series_id, Assignment.series_on == series.next_on)
    )
    if drafted is not None and drafted.state == "draft":
        drafted.due_on = _due_on(day, series.due_days)
        if assigning.send(sender, drafted, None):
            assigning.send(sender, drafted, None)  # its people have changed since it was planned: those of today get it
    else:
        _repeat(sender, series, day)
    series.next_on, series.failure = _following(series, max(day, today)), None
    session.flush()
    return True


def _repeat(sender: Actor, series: Series, day: date) -> Assignment:
    last = session.scalars(
        select(Assignment).where(Assignment.series_id == series.id).order_by(Assignment.series_on.desc()).limit(1)
    ).one()
    return assigning.assign(
        sender,
        last.process,
        last.title,
        rule=Rule.read(last.rule),
        mode=last.mode,
        text=last.text,
        due_on=max(_due_on(day, series.due_days), clock.today()),
        priority=PRIORITIES[last.priority],
        series=(series.id, day),
    )


def _fail(series_id: int, error: DomainError) -> None:
    series = _locked(series_id)
    last = session.scalars(
        select(Assignment).where(Assignment.series_id == series_id).order_by(Assignment.series_on.desc()).limit(1)
    ).one()
    series.failure = str(error)[:300]
    if isinstance(error, Forbidden):
        series.ended_at, series.next_on = clock.now(), None
    else:
        series.next_on = _following(series, clock.today())
    session.flush()
    tell_series_failed(last, series.sender_id, series.failure)
    log.warning("series %d: nothing assigned: %s", series_id, error.code)


def add_newcomers(limit: int = 200) -> int:
    """Job: whoever has come to a standing assignment's rule gets an item too; nobody loses theirs. Returns how many came."""
    with unit_of_work():
        standing = session.scalars(
            select(Assignment.id)
            .where(Assignment.standing, Assignment.state == "open", Assignment.batch_id.is_not(None))
            .order_by(Assignment.id)
            .limit(limit)
        ).all()
    return sum(_add_newcomers(assignment_id) for assignment_id in standing)


def _add_newcomers(assignment_id: int) -> int:
    try:
        with unit_of_work():
            assignment = session.scalars(
                select(Assignment).where(Assignment.id == assignment_id).with_for_update()
            ).one()
            if assignment.state != "open" or assignment.batch_id is None:
                return 0
            sender = people.actor_for(assignment.sender_id, "job")
            return _add(sender, assignment)
    except DomainError as error:
        log.warning("standing assignment %d: nobody was added: %s", assignment_id, error.code)
        return 0


def _add(sender: Actor, assignment: Assignment) -> int:
    known = set(
        session.scalars(select(AssignmentMember.person_id).where(AssignmentMember.assignment_id == assignment.id))
    )
    reached = audiences.resolve(sender, Rule.read(assignment.rule), ASSIGN)
    new = [one for one in reached if one.person_id not in known]
    if new and assignment.batch_id is not None:
        assigning.freeze(assignment.id, new)
        workflow.extend_batch(assignment.batch_id, [one.person_id for one in new])
    return len(new)
