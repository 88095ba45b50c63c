"""Calling meetings, changing and cancelling them (D31, D32, D47)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.core import audit, calendar, clock
from app.core.actor import SYSTEM, Actor, Scope
from app.core.database import session
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.texts import _, _l
from app.people import queries as people
from app.people.queries.audiences import require_reach, resolve
from app.people.rules.audiences import Rule
from app.work.models import AgendaPoint, Attendance, Meeting, MeetingSeries
from app.work.operations.notifying import notify
from app.work.permissions import MEETING_PLAN
from app.work.queries import meetings as reading
from app.work.rules import meetings as rules
from app.workflow import operations as workflow
from app.workflow import queries as processes
from app.workflow.models import Run
from app.workflow.permissions import RUN_CLOSE
from app.workflow.permissions import reaches as run_reaches
from app.workflow.registry import SubjectRef

KIND = "meeting"
PLANNED = audit.declare("work.meeting_planned", _l("Meeting called"), keys=("kind", "invited", "series"))
CHANGED = audit.declare("work.meeting_changed", _l("Meeting changed"))
CANCELLED = audit.declare("work.meeting_cancelled", _l("Meeting cancelled"), keys=("reason_key",))
STOPPED = audit.declare("work.meeting_series_stopped", _l("Meeting series ended"), keys=("series",))
INVITED, MOVED, OFF = "work.meeting_invited", "work.meeting_moved", "work.meeting_off"


def plan_meeting(
    actor: Actor,
    *,
    kind: str,
    purpose: str,
    starts_at: datetime,
    minutes: int,
    rule: Rule,
    chair_id: int,
    taker_id: int,
    title: str = "",
    place: str = "",
    agenda: Sequence[str] = (),
    weekdays: Sequence[int] = (),
    every: int = 1,
    until_on: date | None = None,
    previous_id: int | None = None,
    submission: str | None = None,
) -> Meeting:
    """Call a meeting and invite its people; with ``weekdays`` it comes back every week, the next ones are made by a job.

    ``previous_id``: the meeting it follows; what is open from there is listed. The same ``submission`` gives the same meeting.
    """
    actor.require(MEETING_PLAN)
    mark = (submission or "")[:64] or None
    if mark:
        known = session.scalar(select(Meeting).where(Meeting.created_by == actor.id, Meeting.submission == mark))
        if known is not None:
            return known
    _check(kind, purpose, title, place, minutes, agenda)
    previous = reading.meeting_for(actor, previous_id) if previous_id else None
    require_reach(actor, rule, MEETING_PLAN, Rule.read(previous.rule) if previous else Rule(), field="audience")
    invited = _invited(actor, rule)
    team_id, unit_id = _place_of(actor)
    series = _series(actor, starts_at, weekdays, every, until_on)
    meeting = Meeting(
        kind=kind, title=title.strip() or str(rules.KINDS[kind]), purpose=purpose.strip(), place=place.strip(),
        starts_at=starts_at, minutes=minutes, chair_id=chair_id, taker_id=taker_id, unit_id=unit_id, team_id=team_id,
        rule=rule.as_json(), previous_id=previous.id if previous else None,
        line_id=(previous.line_id or previous.id) if previous else None, created_by=actor.id, submission=mark,
        series_id=series.id if series else None, series_on=clock.local(starts_at).date() if series else None,
    )  # fmt: skip
    return open_meeting(actor, meeting, invited, agenda)


def open_meeting(
    actor: Actor, meeting: Meeting, invited: Collection[int], agenda: Sequence[str], *, begins: bool = True
) -> Meeting:
    """Store a meeting, begin its run, invite its people and tell them. ``Conflict`` when its day is taken in its series.

    A later meeting of a series ``begins`` on its day, or when somebody does something with it: until then nobody has to.
    """
    _somebody(meeting)
    try:
        with session.begin_nested():
            session.add(meeting)
    except IntegrityError as error:
        raise Conflict() from error
    session.add_all(
        AgendaPoint(meeting_id=meeting.id, position=n, title=point) for n, point in enumerate(agenda, start=1)
    )
    _invite(meeting, invited)
    if begins:
        begin(actor, meeting)
    audit.record(
        actor, PLANNED, target=(KIND, meeting.id), kind=meeting.kind, invited=len(invited), series=meeting.series_id
    )
    _tell(meeting, INVITED, set(invited) | {meeting.chair_id, meeting.taker_id}, but=actor.id)
    return meeting


def begin(actor: Actor, meeting: Meeting) -> None:
    """Begin the run of a meeting that has none yet."""
    if meeting.run_id is not None:
        return
    subject = SubjectRef(KIND, meeting.id, meeting.title, meeting.unit_id, meeting.team_id, meeting.chair_id)
    run = workflow.start(actor, KIND, subject, meeting.unit_id, meeting.team_id, owner_id=meeting.chair_id)
    meeting.run_id = run.id
    session.flush()
    set_due(meeting)


def set_due(meeting: Meeting) -> None:
    """Attendance is marked by the end of the meeting's day."""
    turn = processes.open_waiting(SYSTEM, meeting.run_id or 0)
    due = calendar.end_of_day(clock.local(meeting.starts_at).date())
    if turn is not None and turn.turn.step == "hold" and due > clock.now() and turn.turn.due_at != due:
        workflow.extend(SYSTEM, turn.turn_id, due)


def change_meeting(
    actor: Actor,
    meeting_id: int,
    version: int,
    *,
    kind: str,
    purpose: str,
    starts_at: datetime,
    minutes: int,
    rule: Rule,
    chair_id: int,
    taker_id: int,
    title: str = "",
    place: str = "",
    agenda: Sequence[str] = (),
) -> Meeting:
    """Change a meeting that has not been held yet; whoever comes to it or drops out, and a new time, is told."""
    meeting = for_planning(actor, meeting_id)
    if stage_of(meeting) != "planned":
        raise Conflict(_l("This meeting has been held or cancelled; only its minutes can still be written."))
    _check(kind, purpose, title, place, minutes, agenda)
    require_reach(actor, rule, MEETING_PLAN, Rule.read(meeting.rule), field="audience")
    before = {place_.person_id for place_ in reading.people_of(meeting.id)}
    invited = before if rule == Rule.read(meeting.rule) else _invited(actor, rule, before)
    moved = (meeting.starts_at, meeting.place) != (starts_at, place.strip())
    values = {
        "kind": kind, "title": title.strip() or str(rules.KINDS[kind]), "purpose": purpose.strip(), "place": place.strip(),
        "starts_at": starts_at, "minutes": minutes, "chair_id": chair_id, "taker_id": taker_id, "rule": rule.as_json(),
    }  # fmt: skip
    done = session.execute(
        update(Meeting)
        .where(Meeting.id == meeting.id, Meeting.version == version)
        .values(**values, version=version + 1)
        .returning(Meeting.id)
    ).one_or_none()
    if done is None:
        raise Conflict()
    session.refresh(meeting)
    _somebody(meeting)
    _invite(meeting, set(invited) - before)
    session.execute(
        delete(Attendance).where(
            Attendance.meeting_id == meeting.id, Attendance.state == rules.INVITED, Attendance.person_id.not_in(invited)
        )
    )
    session.execute(delete(AgendaPoint).where(AgendaPoint.meeting_id == meeting.id))
    session.add_all(
        AgendaPoint(meeting_id=meeting.id, position=n, title=point) for n, point in enumerate(agenda, start=1)
    )
    session.flush()
    if meeting.run_id is not None:
        workflow.relabel(meeting.run_id, meeting.title)
        _hand_over(meeting)
    set_due(meeting)
    audit.record(actor, CHANGED, target=(KIND, meeting.id))
    _tell(meeting, INVITED, set(invited) - before, but=actor.id)
    if moved:
        _tell(meeting, MOVED, before & set(invited), but=actor.id)
    return meeting


def _hand_over(meeting: Meeting) -> None:
    """Who leads and who keeps the minutes may have changed: so does whose step it is."""
    workflow.change_owner(SYSTEM, meeting.run_id or 0, meeting.chair_id)
    turn = processes.open_waiting(SYSTEM, meeting.run_id or 0)
    if turn is not None and turn.turn.assignee not in (None, meeting.taker_id):
        workflow.reassign(SYSTEM, turn.turn_id, meeting.taker_id, _("Another minute taker"))


def cancel_meeting(actor: Actor, meeting_id: int, reason_key: str, reason: str) -> Meeting:
    """Call a meeting off; everybody who was invited is told why."""
    meeting = for_planning(actor, meeting_id)
    if stage_of(meeting) != "planned":
        raise Conflict(_l("This meeting has been held or cancelled; only its minutes can still be written."))
    begin(SYSTEM, meeting)
    run = session.get_one(Run, meeting.run_id)
    closer = actor if run_reaches(actor, RUN_CLOSE, run) else replace(SYSTEM, behalf=actor.id)
    workflow.close(closer, run.id, end="cancelled", reason_key=reason_key, reason=reason)
    audit.record(actor, CANCELLED, target=(KIND, meeting.id), reason_key=reason_key)
    _tell(meeting, OFF, {place.person_id for place in reading.people_of(meeting.id)}, but=actor.id)
    return meeting


def stop_series(actor: Actor, meeting_id: int) -> None:
    """No further meetings of this series are made; those that are there stay."""
    meeting = for_planning(actor, meeting_id)
    series = reading.series_of(meeting)
    if series is None or series.stopped_at is not None:
        raise Conflict()
    series.stopped_at = clock.now()
    session.flush()
    audit.record(actor, STOPPED, target=(KIND, meeting.id), series=series.id)


def for_planning(actor: Actor, meeting_id: int) -> Meeting:
    """A meeting that the actor may change, locked."""
    meeting = reading.meeting_for(actor, meeting_id)
    if not reading.may_plan(actor, meeting):
        raise Forbidden(MEETING_PLAN, _l("Only who called the meeting, its chair or the supervisor may do this."))
    session.refresh(meeting, with_for_update=True)
    return meeting


def stage_of(meeting: Meeting) -> str:
    """Where its run is: planned, held, minutes, closed or cancelled."""
    run = session.get(Run, meeting.run_id, populate_existing=True) if meeting.run_id else None
    if run is None:
        return "planned"
    return run.stage if run.state == "open" else (run.end or "closed")


def _check(kind: str, purpose: str, title: str, place: str, minutes: int, agenda: Sequence[str]) -> None:
    faults: list[FieldError] = []

    def fault(field: str, code: str, message: Any) -> None:
        faults.append(FieldError(field, code, message))

    if kind not in rules.KINDS:
        fault("kind", "unknown", _l("There is no such kind of meeting."))
    if not purpose.strip() or len(purpose.strip()) > rules.PURPOSE:
        fault("purpose", "required", _l("Say what the meeting is to bring about."))
    if len(title.strip()) > rules.TITLE:
        fault("title", "too_long", _l("Give a title of at most %(n)d characters.", n=rules.TITLE))
    if len(place.strip()) > rules.PLACE:
        fault("place", "too_long", _l("At most %(n)d characters.", n=rules.PLACE))
    if not rules.SHORTEST <= minutes <= rules.LONGEST:
        fault("minutes", "out_of_range", _l("A meeting lasts between 5 minutes and 10 hours."))
    if len(agenda) > rules.POINTS or any(len(point) > rules.POINT for point in agenda):
        fault("agenda", "too_long", _l("At most %(n)d points, each in one short line.", n=rules.POINTS))
    if faults:
        raise Invalid.many(faults)


def _invited(actor: Actor, rule: Rule, before: Collection[int] = ()) -> list[int]:
    """Whom the rule means within the actor's reach; somebody named who was invited ``before`` stays, in reach or not."""
    found = [reached.person_id for reached in resolve(actor, rule, MEETING_PLAN)]
    found += sorted(set(rule.also) & set(before) - set(found))
    if not found:
        raise Invalid("audience", "nobody", _l("Nobody is meant by this. Choose at least one person."))
    if len(found) > rules.MOST_INVITED:
        raise Invalid(
            "audience", "too_many", _l("At most %(n)d people are invited to a meeting.", n=rules.MOST_INVITED)
        )
    return found


def _somebody(meeting: Meeting) -> None:
    standing = people.active_ids({meeting.chair_id, meeting.taker_id})
    for field, person in (("chair", meeting.chair_id), ("taker", meeting.taker_id)):
        if person not in standing:
            raise Invalid(field, "unknown", _l("Choose a person."))


def _place_of(actor: Actor) -> tuple[int | None, int]:
    """A leader calls meetings of the team, a supervisor of the unit."""
    home = actor.home_unit_id or people.root_unit()
    granted = actor.require(MEETING_PLAN)
    if granted.level is Scope.TEAM:
        for team, roles in people.teams_of(actor.id):
            if "leader" in roles:
                return team.id, team.unit_id
    if home is None:
        raise Forbidden(MEETING_PLAN)
    return None, home


def _series(
    actor: Actor, starts_at: datetime, weekdays: Sequence[int], every: int, until_on: date | None
) -> MeetingSeries | None:
    if not weekdays:
        return None
    first = clock.local(starts_at).date()
    if any(day not in range(7) for day in weekdays) or not 1 <= every <= 8:
        raise Invalid("weekdays", "unknown", _l("Choose days of the week, and every one to eight weeks."))
    if until_on is not None and until_on < first:
        raise Invalid("until_on", "too_early", _l("The last day lies before the first."))
    series = MeetingSeries(
        weekdays=sorted(set(weekdays)), every=every, first_on=first, until_on=until_on, made_until=first,
        created_by=actor.id,
    )  # fmt: skip
    session.add(series)
    session.flush()
    return series


def _invite(meeting: Meeting, person_ids: Collection[int]) -> None:
    session.add_all(Attendance(meeting_id=meeting.id, person_id=person) for person in sorted(person_ids))
    session.flush()


def _tell(meeting: Meeting, kind: str, person_ids: Collection[int], *, but: int) -> None:
    notify(
        [person for person in person_ids if person != but], kind, url=f"/work/meetings/{meeting.id}",
        once=f"{kind}/{meeting.id}/{meeting.version}", title=meeting.title, at=meeting.starts_at, place=meeting.place or "–",
    )  # fmt: skip
