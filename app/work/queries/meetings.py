"""Reading meetings: lists, one with its people and decisions, and what is still open from last time (D31, D32, D47)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select

from app.core import calendar, clock
from app.core.actor import Actor, Scope
from app.core.database import fetch, session
from app.core.errors import Invalid, NotFound
from app.core.paging import Key, Page, keyset
from app.core.scopes import visible
from app.core.texts import _l, text
from app.core.types import UtcDateTime
from app.people import queries as people
from app.work.models import AgendaPoint, Attendance, Correction, Decision, Meeting, MeetingSeries, WorkItem
from app.work.permissions import MEETING_PLAN, MEETING_VIEW
from app.work.rules import meetings as rules
from app.workflow import queries as workflow
from app.workflow.models import Run

SHOWS = ("upcoming", "past")


def reaches(actor: Actor) -> ColumnElement[bool]:
    """The meetings that ``actor`` may see: those they are invited to, lead or keep the minutes of, and those within their reach."""
    selves = sorted(actor.selves)
    return or_(
        visible(actor, MEETING_VIEW, person=Meeting.created_by, team=Meeting.team_id, unit=Meeting.unit_id),
        takes_part(selves),
    )


def takes_part(selves: Collection[int]) -> ColumnElement[bool]:
    """Meetings that one of these people is invited to, leads, or keeps the minutes of."""
    invited = select(Attendance.meeting_id).where(Attendance.person_id.in_(selves))
    return or_(Meeting.chair_id.in_(selves), Meeting.taker_id.in_(selves), Meeting.id.in_(invited))


def meeting_for(actor: Actor, meeting_id: int) -> Meeting:
    """A meeting that the actor may see; ``NotFound`` otherwise."""
    found = None
    if 0 < meeting_id < 2**63:
        found = session.scalar(select(Meeting).where(Meeting.id == meeting_id, reaches(actor)))
    if found is None:
        raise NotFound()
    return found


def may_plan(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor may change or cancel this meeting: who called it, its chair, and who calls meetings for its unit."""
    if not actor.selves.isdisjoint({meeting.created_by, meeting.chair_id}):
        return True
    granted = actor.scope(MEETING_PLAN)
    if granted is None:
        return False
    if granted.level is Scope.ALL:
        return True
    in_team = granted.level >= Scope.TEAM and meeting.team_id is not None and meeting.team_id in granted.team_ids
    return in_team or (granted.level >= Scope.UNIT and meeting.unit_id in granted.unit_ids)


def may_keep(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor marks attendance and writes the minutes: minute taker, chair, and who called the meeting."""
    return not actor.selves.isdisjoint({meeting.taker_id, meeting.chair_id, meeting.created_by})


_COLUMNS: tuple[Any, ...] = (
    Meeting.id, Meeting.kind, Meeting.title, Meeting.purpose, Meeting.place, Meeting.starts_at, Meeting.minutes,
    Meeting.chair_id, Meeting.series_id, func.coalesce(Run.state, "open").label("state"),
    func.coalesce(Run.stage, "planned").label("stage"),
)  # fmt: skip


def meetings_page(actor: Actor, show: str, kind: str, cursor: str | None, limit: int = 30) -> Page[Any]:
    """Meetings within sight: those ahead and not held yet, soonest first, or the others, newest first. One statement."""
    if kind and kind not in rules.KINDS:
        raise Invalid("kind", "unknown", _l("There is no such kind of meeting."))
    today = calendar.start_of_day(clock.today())
    late = today - timedelta(days=7)
    ahead = or_(Run.id.is_(None), and_(Run.state == "open", or_(Run.stage != "planned", Meeting.starts_at >= late)))
    stmt = select(*_COLUMNS).outerjoin(Run, Run.id == Meeting.run_id).where(reaches(actor))
    if kind:
        stmt = stmt.where(Meeting.kind == kind)
    down = show == "past"
    stmt = stmt.where(~ahead if down else ahead)
    return keyset(stmt, [Key(Meeting.starts_at, descending=down), Key(Meeting.id, descending=down)], cursor, limit)


def counts_of(meeting_ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
    """How many were invited to each meeting, came, and are marked. One statement."""
    if not meeting_ids:
        return {}
    came = func.sum(case((Attendance.state.in_(sorted(rules.CAME)), 1), else_=0))
    marked = func.sum(case((Attendance.state != rules.INVITED, 1), else_=0))
    rows = session.execute(
        select(Attendance.meeting_id, func.count(), came, marked)
        .where(Attendance.meeting_id.in_(sorted(meeting_ids)))
        .group_by(Attendance.meeting_id)
    )
    return {meeting: (count, int(was or 0), int(done or 0)) for meeting, count, was, done in rows}


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody at the meeting: invited, and what was marked."""

    person_id: int
    name: str
    state: str
    reason: str


def people_of(meeting_id: int) -> list[Place]:
    """Everybody invited, by name. Two statements."""
    rows = session.execute(
        select(Attendance.person_id, Attendance.state, Attendance.reason).where(Attendance.meeting_id == meeting_id)
    ).all()
    names = people.names([row.person_id for row in rows])
    found = [Place(row.person_id, names.get(row.person_id, ""), row.state, row.reason) for row in rows]
    return sorted(found, key=lambda place: (place.name, place.person_id))


def around(meeting: Meeting) -> dict[int, str]:
    """Everybody of a meeting by name: those invited, its chair and its minute taker."""
    known = {place.person_id: place.name for place in people_of(meeting.id)}
    return known | people.names({meeting.chair_id, meeting.taker_id} - set(known))


def points_of(meeting_id: int) -> Sequence[AgendaPoint]:
    """Points of the agenda in their order."""
    return session.scalars(
        select(AgendaPoint).where(AgendaPoint.meeting_id == meeting_id).order_by(AgendaPoint.position)
    ).all()


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with where its work item stands. ``state`` is a word of ``state_badge``, ``stage`` bilingual."""

    id: int
    text: str
    owner_id: int
    due_on: date
    state: str
    stage: str
    late: bool
    url: str | None
    held_at: datetime


def decisions_of(meeting_ids: Collection[int], *, only_open: bool = False) -> list[Decided]:
    """Decisions of these meetings in their order; ``only_open``: whose work item has not ended. Two statements at most."""
    if not meeting_ids:
        return []
    stmt = (
        select(
            Decision.id, Decision.text, Decision.owner_id, Decision.due_on, Meeting.starts_at, WorkItem.id.label("item"),
            Run.state, Run.stage, Run.digest,
        )
        .join(Meeting, Meeting.id == Decision.meeting_id)
        .outerjoin(WorkItem, WorkItem.assignment_id == Decision.assignment_id)
        .outerjoin(Run, Run.id == WorkItem.run_id)
        .where(Decision.meeting_id.in_(sorted(meeting_ids)))
        .order_by(Decision.due_on if only_open else Decision.id, Decision.id)
    )  # fmt: skip
    if only_open:
        stmt = stmt.where(or_(Run.state == "open", Run.id.is_(None)))
    rows = session.execute(stmt).all()
    known = workflow.parsed_all(sorted({row.digest for row in rows if row.digest}))
    today = clock.today()
    return [_decided(row, known, today) for row in rows]


def _decided(row: Any, known: Any, today: date) -> Decided:
    state = row.state or "waiting"
    stages = {stage.key: stage.title for stage in known[row.digest].stages} if row.digest else {}
    stage = text(stages[row.stage]) if state == "open" and row.stage in stages else ""
    url = f"/work/items/{row.item}" if row.item else None
    late = state in ("open", "waiting") and row.due_on < today
    return Decided(row.id, row.text, row.owner_id, row.due_on, state, stage, late, url, row.starts_at)


def open_from_before(meeting: Meeting) -> list[Decided]:
    """Open decisions of the meetings this one follows: "from last time". Three statements at most."""
    line = meeting.line_id or meeting.previous_id
    if line is None:
        return []
    earlier = session.scalars(
        select(Meeting.id)
        .where(or_(Meeting.line_id == line, Meeting.id == line), Meeting.id != meeting.id)
        .where(Meeting.starts_at < meeting.starts_at)
        .order_by(Meeting.starts_at.desc())
        .limit(60)
    ).all()
    return decisions_of(earlier, only_open=True)


def corrections_of(meeting_id: int) -> Sequence[Correction]:
    """What was added after the minutes were confirmed, oldest first."""
    return session.scalars(select(Correction).where(Correction.meeting_id == meeting_id).order_by(Correction.id)).all()


def series_of(meeting: Meeting) -> MeetingSeries | None:
    """The series that the meeting belongs to."""
    return session.get(MeetingSeries, meeting.series_id) if meeting.series_id else None


def between(person_ids: Collection[int], start: datetime, end: datetime) -> Sequence[Any]:
    """Meetings of these people that begin in a period and are not cancelled, one row for each of them. One statement."""
    mine = select(Attendance.meeting_id.label("meeting"), Attendance.person_id.label("person")).where(
        Attendance.person_id.in_(sorted(person_ids))
    )
    leads = select(Meeting.id, Meeting.chair_id).where(Meeting.chair_id.in_(sorted(person_ids)))
    keeps = select(Meeting.id, Meeting.taker_id).where(Meeting.taker_id.in_(sorted(person_ids)))
    part = mine.union(leads, keeps).subquery()
    return session.execute(
        select(*_COLUMNS, part.c.person)
        .join(part, part.c.meeting == Meeting.id)
        .outerjoin(Run, Run.id == Meeting.run_id)
        .where(Meeting.starts_at >= start, Meeting.starts_at < end, or_(Run.id.is_(None), Run.state != "cancelled"))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()


def attended(person_id: int, start: datetime, end: datetime) -> Sequence[Any]:
    """Meetings of a period that the person came to. One statement."""
    return session.execute(
        select(Meeting.id, Meeting.title, Meeting.starts_at)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(
            Attendance.person_id == person_id,
            Attendance.state.in_(sorted(rules.CAME)),
            Meeting.starts_at >= start,
            Meeting.starts_at < end,
        )
        .order_by(Meeting.starts_at)
    ).all()


_STATES = (
    select(Attendance.person_id, Attendance.state)
    .join(Meeting, Meeting.id == Attendance.meeting_id)
    .where(
        Attendance.person_id.in_(bindparam("ids", expanding=True)),
        Attendance.state != rules.INVITED,
        Meeting.starts_at >= bindparam("start", type_=UtcDateTime()),
        Meeting.starts_at < bindparam("end", type_=UtcDateTime()),
    )
)
# built once: every day page asks for it


def attendance_rates(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
    """Attendance of each person in percent: came, late or not, of all meetings of the period they are marked for."""
    rows = fetch(_STATES, {"ids": sorted(set(person_ids)), "start": start, "end": end})
    found: dict[int, list[str]] = {}
    for person, state in rows:
        found.setdefault(person, []).append(state)
    return {person: value for person, states in found.items() if (value := rules.rate(states)) is not None}
