"""What happens at a meeting and after it: attendance, minutes, decisions that become work items, corrections (D32, D33)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session
from app.core.errors import Conflict, DomainError, FieldError, Forbidden, Invalid, MissingItem
from app.core.texts import _l
from app.people import queries as people
from app.people.queries.audiences import resolve
from app.people.rules.audiences import of_persons
from app.work.models import AgendaPoint, Attendance, Correction, Decision, Meeting
from app.work.operations.assigning import assign
from app.work.operations.meetings import KIND, begin, stage_of
from app.work.operations.notifying import notify
from app.work.permissions import ASSIGN
from app.work.queries import meetings as reading
from app.work.rules import meetings as rules
from app.workflow import operations as workflow
from app.workflow import queries as processes
from app.workflow.registry import Arguments, GuardContext, SubjectRef

MARKED = audit.declare("work.attendance_marked", _l("Attendance of a meeting marked"), keys=("people",))
DECIDED = audit.declare(
    "work.meeting_decided", _l("Decision of a meeting recorded"), keys=("decision", "assignment", "owner")
)
CONFIRMED = audit.declare("work.minutes_confirmed", _l("Minutes of a meeting confirmed"))
CORRECTED = audit.declare("work.minutes_corrected", _l("Minutes of a meeting corrected"), keys=("correction",))
TASK = "work_task"
"""Kind of work item that a decision becomes."""
MINUTES = "work.meeting_minutes"


def mark_attendance(actor: Actor, meeting_id: int, marks: Mapping[int, tuple[str, str]]) -> None:
    """Mark people as present, late, excused (with a reason) or absent; who is not named stays as they were."""
    meeting = for_keeping(actor, meeting_id)
    rows = {
        row.person_id: row
        for row in session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id).with_for_update())
    }
    faults, changed = [], 0
    for person, (state, reason) in marks.items():
        row = rows.get(person)
        if row is None or state not in rules.ATTENDANCE:
            raise Invalid(
                "attendance", "unknown", _l("Mark people who are invited as present, late, excused or absent.")
            )
        reason = reason.strip()[: rules.REASON] if state != "present" else ""
        if state == "excused" and not reason:
            faults.append(FieldError(f"reason.{person}", "required", _l("Say why.")))
            continue
        if (row.state, row.reason) != (state, reason):
            row.state, row.reason, row.marked_at, row.marked_by = state, reason, clock.now(), actor.id
            changed += 1
    if faults:
        raise Invalid.many(faults)
    session.flush()
    if changed:
        audit.record(actor, MARKED, target=(KIND, meeting.id), people=changed)
        _recount(meeting)
        _look_again(actor, meeting)


def write_minutes(actor: Actor, meeting_id: int, version: int, points: Sequence[tuple[str, str]]) -> Meeting:
    """Write what came of each point; points may be added and changed until the chair has confirmed.

    The same once more changes nothing, whatever has been seen.
    """
    meeting = for_keeping(actor, meeting_id)
    kept = [(title.strip(), minutes.strip()) for title, minutes in points if title.strip() or minutes.strip()]
    standing = list(reading.points_of(meeting.id))
    if kept == [(point.title, point.minutes) for point in standing]:
        return meeting
    if meeting.version != version:
        raise Conflict()
    if len(kept) > rules.POINTS or any(not t or len(t) > rules.POINT or len(m) > rules.MINUTES for t, m in kept):
        raise Invalid("points", "too_long", _l("Each point has a short title; at most %(n)d points.", n=rules.POINTS))
    for position, (title, minutes) in enumerate(kept, start=1):
        if position <= len(standing):
            standing[position - 1].title, standing[position - 1].minutes = title, minutes
        else:
            session.add(AgendaPoint(meeting_id=meeting.id, position=position, title=title, minutes=minutes))
    for point in standing[len(kept) :]:
        session.delete(point)
    meeting.version += 1
    session.flush()
    _recount(meeting)
    _look_again(actor, meeting)
    return meeting


def decide(actor: Actor, meeting_id: int, *, text: str, owner_id: int, due_on: date, submission: str) -> Decision:
    """Record a decision; it becomes a work item of its owner at once. The same ``submission`` makes it once.

    It is assigned in the name of the chair, or of who called the meeting where the chair may not assign.
    """
    meeting = for_keeping(actor, meeting_id)
    mark = submission.strip()[:64]
    if not mark:
        raise Invalid("submission", "required", _l("Open the page again."))
    known = session.scalar(select(Decision).where(Decision.meeting_id == meeting.id, Decision.submission == mark))
    if known is not None:
        return known
    text = text.strip()
    if not text or len(text) > rules.DECISION:
        raise Invalid("text", "required", _l("Say in one sentence what is to be done."))
    decision = Decision(
        meeting_id=meeting.id, text=text, owner_id=owner_id, due_on=due_on, submission=mark, created_by=actor.id
    )
    if owner_id not in {place.person_id for place in reading.people_of(meeting.id)} | {
        meeting.chair_id,
        meeting.taker_id,
    }:
        raise Invalid("owner", "unknown", _l("Choose somebody of the meeting."))
    try:
        with session.begin_nested():
            session.add(decision)
    except IntegrityError as error:  # the same form at the same instant
        raise Conflict() from error
    made = assign(
        _sender(meeting, owner_id),
        TASK,
        text[:200],
        rule=of_persons([owner_id]),
        text=str(_l("Decided at “%(title)s”.", title=meeting.title)) if len(text) <= 200 else text,
        due_on=due_on,
        origin=(KIND, meeting.id),
        submission=f"{KIND}-{meeting.id}-{decision.id}",
    )
    decision.assignment_id = made.id
    session.flush()
    _look_again(actor, meeting)
    audit.record(actor, DECIDED, target=(KIND, meeting.id), decision=decision.id, assignment=made.id, owner=owner_id)
    return decision


def _sender(meeting: Meeting, owner_id: int) -> Actor:
    """In whose name a decision is assigned: the chair, who called the meeting, or the unit's supervisor."""
    heads = people.heads_of_unit(meeting.unit_id)
    for person in dict.fromkeys([meeting.chair_id, meeting.created_by, *heads]):
        sender = people.actor_for(person, "job")
        try:
            if sender.may(ASSIGN) and resolve(sender, of_persons([owner_id]), ASSIGN):
                return sender
        except DomainError:
            continue
    raise Invalid(
        "owner", "out_of_reach", _l("Neither the chair nor a supervisor of the meeting may give this person work.")
    )


def move_on(actor: Actor, meeting_id: int, step: str, outcome: str, reason: str = "") -> None:
    """Leave the step that waits – ``hold``, ``write`` or ``confirm`` – as its own button on the meeting's page."""
    meeting = reading.meeting_for(actor, meeting_id)
    turn = processes.open_waiting(actor, meeting.run_id or 0)
    if turn is None or turn.turn.step != step:
        raise Conflict()
    workflow.complete(actor, turn.turn_id, outcome=outcome, reason=reason)


def finish(actor: Actor, meeting_id: int) -> bool:
    """Confirm at once what the chair has written in person: nobody hands minutes to themselves. Whether that was so."""
    meeting = reading.meeting_for(actor, meeting_id)
    if meeting.chair_id != meeting.taker_id or meeting.chair_id not in actor.selves:
        return False
    move_on(actor, meeting_id, "confirm", "confirm")
    return True


def correct(actor: Actor, meeting_id: int, text: str, submission: str) -> Correction:
    """Add to confirmed minutes; nothing of them changes. The same ``submission`` adds it once."""
    meeting = reading.meeting_for(actor, meeting_id)
    if not reading.may_keep(actor, meeting):
        raise Forbidden()
    if meeting.confirmed_at is None:
        raise Conflict(_l("The minutes are not confirmed yet: change them instead."))
    mark, text = submission.strip()[:64], text.strip()
    known = session.scalar(select(Correction).where(Correction.meeting_id == meeting.id, Correction.submission == mark))
    if known is not None:
        return known
    if not text or len(text) > rules.MINUTES or not mark:
        raise Invalid("text", "required", _l("Say what is to be read otherwise."))
    row = Correction(meeting_id=meeting.id, person_id=actor.id, text=text, submission=mark)
    session.add(row)
    session.flush()
    audit.record(actor, CORRECTED, target=(KIND, meeting.id), correction=row.id)
    return row


def for_keeping(actor: Actor, meeting_id: int) -> Meeting:
    """A meeting whose attendance and minutes the actor writes, locked, while they are not confirmed."""
    meeting = reading.meeting_for(actor, meeting_id)
    if not reading.may_keep(actor, meeting):
        raise Forbidden(message=_l("The minute taker, the chair and who called the meeting write this."))
    session.refresh(meeting, with_for_update=True)
    if meeting.confirmed_at is not None:
        raise Conflict(_l("The minutes are confirmed and fixed. Add a correction instead."))
    if stage_of(meeting) == "cancelled":
        raise Conflict(_l("This meeting has been cancelled."))
    begin(SYSTEM, meeting)
    return meeting


def follow_run(*, run: Any, actor: Actor, **_facts: Any) -> None:
    """When the chair has confirmed, by whichever door, the minutes are fixed and everybody is told."""
    if run.subject_kind != KIND or run.end != "closed":
        return
    meeting = session.get(Meeting, run.subject_id)
    if meeting is None or meeting.confirmed_at is not None:
        return
    meeting.confirmed_at, meeting.confirmed_by = clock.now(), actor.behalf or actor.id or None
    session.flush()
    audit.record(actor, CONFIRMED, target=(KIND, meeting.id))
    invited = {place.person_id for place in reading.people_of(meeting.id)} - {actor.id}
    notify(
        invited, MINUTES, url=f"/work/meetings/{meeting.id}", once=f"minutes/{meeting.id}", title=meeting.title,
        at=meeting.starts_at,
    )  # fmt: skip


def attendance_marked(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """Guard: everybody who was invited is marked."""
    waiting = session.scalar(
        select(func.count())
        .select_from(Attendance)
        .where(Attendance.meeting_id == subject.id, Attendance.state == rules.INVITED)
    )
    if not waiting:
        return None
    return MissingItem("guard", "attendance_marked", _l("Mark everybody: %(n)d people are not marked yet.", n=waiting))


def minutes_written(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """Guard: the minutes say something, of at least one point or by a decision."""
    written = session.scalar(
        select(AgendaPoint.id).where(AgendaPoint.meeting_id == subject.id, AgendaPoint.minutes != "").limit(1)
    )
    if written or session.scalar(select(Decision.id).where(Decision.meeting_id == subject.id).limit(1)):
        return None
    return MissingItem("guard", "minutes_written", _l("Write what came of at least one point, or record a decision."))


def _recount(meeting: Meeting) -> None:
    if meeting.run_id is not None:
        workflow.refresh_missing(meeting.run_id)


def _look_again(actor: Actor, meeting: Meeting) -> None:
    """What waits to be confirmed has changed: nobody fixes it who has only seen it as it was."""
    if stage_of(meeting) == "minutes":
        workflow.outdate(actor, meeting.run_id or 0, "minutes")
