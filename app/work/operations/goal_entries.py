"""What people enter by hand towards a goal: how much, when, with a note and perhaps a file."""

from datetime import date
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock, files
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.texts import _l
from app.work.models.goals import Goal, GoalEntry
from app.work.permissions import GOAL_VIEW
from app.work.queries import goals as reading
from app.work.rules.figures import figure_of
from app.work.subjects.goal_parties import owners_of
from app.work.subjects.goals import GOAL

PURPOSE = "work.goal"
"""Purpose under which the files of entries are stored."""
ENTERED = audit.declare("work.goal_entered", _l("Progress of a goal entered"), keys=("entry",))
WITHDRAWN = audit.declare("work.goal_entry_withdrawn", _l("Entry of a goal withdrawn"), keys=("entry",))


def enter_progress(
    actor: Actor,
    goal_id: int,
    *,
    day: date,
    amount: Any,
    note: str,
    upload: tuple[IO[bytes], str] | None = None,
    submission: str | None = None,
) -> GoalEntry:
    """Enter what was reached on a day, with a note and perhaps a file; less than nothing corrects. For its owner."""
    row = reading.goal_row(actor, goal_id)
    goal = row.goal
    mark = (submission or "")[:64] or None
    if mark:
        known = session.scalar(select(GoalEntry).where(GoalEntry.person_id == actor.id, GoalEntry.submission == mark))
        if known is not None:
            return known
    _require_owner(actor, goal)
    if goal.measure is not None:
        raise Conflict(_l("This goal is counted by itself; nothing is entered by hand."))
    if row.state != "open" or goal.final is not None:
        raise Conflict(_l("This has ended; nothing can be changed any more."))
    figure = figure_of(amount)
    faults = []
    if figure is None or figure == 0:
        faults.append(FieldError("amount", "figure", _l("Write a figure with at most two decimals.")))
    if not goal.starts_on <= day <= min(goal.ends_on, clock.today()):
        faults.append(FieldError("day", "day", _l("Choose a day of the goal's period, not after today.")))
    if not note.strip() or len(note.strip()) > 500:
        faults.append(FieldError("note", "required", _l("Say what it was, in at most 500 characters.")))
    if faults or figure is None:
        raise Invalid.many(faults)
    stored = files.store(*upload, actor, PURPOSE) if upload else None
    entry = GoalEntry(
        goal_id=goal.id, person_id=actor.id, day=day, amount=figure, note=note.strip(),
        file_id=stored.id if stored else None, submission=mark,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(entry)
    except IntegrityError as error:  # the same form at the same instant
        raise Conflict() from error
    audit.record(actor, ENTERED, target=(GOAL, goal.id), entry=entry.id, changes={"amount": (None, figure)})
    return entry


def withdraw_entry(actor: Actor, entry_id: int) -> GoalEntry:
    """Withdraw an entry of one's own while the goal is open; it stays, struck out, and does not count."""
    entry = reading.goal_of_entry(entry_id)
    row = reading.goal_row(actor, entry.goal_id)
    if entry.person_id not in actor.selves:
        raise Forbidden(GOAL_VIEW, _l("Only who added this may remove it."))
    if row.state != "open" or row.goal.final is not None:
        raise Conflict(_l("This has ended; nothing can be changed any more."))
    if entry.withdrawn_at is None:
        entry.withdrawn_at = clock.now()
        session.flush()
        audit.record(actor, WITHDRAWN, target=(GOAL, entry.goal_id), entry=entry.id)
    return entry


def _require_owner(actor: Actor, goal: Goal) -> None:
    if actor.selves.isdisjoint(owners_of(goal)):
        raise Forbidden(GOAL_VIEW, _l("Only who answers for the goal does this."))
