"""The next meetings of a series, made ahead by a job: one a day and series, on working days only (D32)."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.core import calendar, clock
from app.core.actor import SYSTEM
from app.core.database import session, unit_of_work
from app.core.errors import DomainError
from app.people import queries as people
from app.people.queries.audiences import resolve
from app.people.rules.audiences import Rule
from app.work.models import Meeting, MeetingSeries
from app.work.operations.meetings import begin, open_meeting
from app.work.permissions import MEETING_PLAN
from app.work.queries import meetings as reading
from app.work.rules import meetings as rules


def make_meetings() -> int:
    """Job: bring every series two weeks ahead, and begin the meetings of today. One short write a meeting; killed
    half-way it finds the rest again."""
    horizon = clock.today() + timedelta(days=rules.AHEAD)
    with unit_of_work():
        waiting = session.scalars(
            select(MeetingSeries.id).where(MeetingSeries.stopped_at.is_(None), MeetingSeries.made_until < horizon)
        ).all()
    return sum(_bring_ahead(series_id, horizon) for series_id in waiting) + _begin_todays()


def _begin_todays() -> int:
    until, begun = calendar.end_of_day(clock.today()), 0
    with unit_of_work():
        waiting = session.scalars(select(Meeting.id).where(Meeting.run_id.is_(None), Meeting.starts_at < until)).all()
    for meeting_id in waiting:
        with unit_of_work():
            begin(SYSTEM, session.get_one(Meeting, meeting_id, with_for_update=True, populate_existing=True))
            begun += 1
    return begun


def _bring_ahead(series_id: int, horizon: date) -> int:
    made = 0
    with unit_of_work():
        series = session.get_one(MeetingSeries, series_id, populate_existing=True)
        until = min(horizon, series.until_on) if series.until_on else horizon
        after = max(series.made_until, clock.today() - timedelta(days=1))
        works = calendar.current().is_working
        days = rules.meeting_days(series.first_on, series.weekdays, series.every, after, until, works)
    for day in days:
        with unit_of_work():
            series = session.get_one(MeetingSeries, series_id, with_for_update=True, populate_existing=True)
            if series.stopped_at is None and series.made_until < day:
                made += _make(series, day)
                series.made_until = day
    with unit_of_work():
        series = session.get_one(MeetingSeries, series_id, with_for_update=True, populate_existing=True)
        series.made_until = max(series.made_until, horizon)
    return made


def _make(series: MeetingSeries, day: date) -> bool:
    model = session.scalars(
        select(Meeting).where(Meeting.series_id == series.id).order_by(Meeting.series_on.desc()).limit(1)
    ).one()
    begins = clock.local(model.starts_at)
    starts_at = datetime.combine(day, begins.time(), clock.ZONE)
    invited = _invited(model)
    if not invited:
        return False
    standing = people.active_ids({model.chair_id, model.taker_id})
    head = next(iter(people.heads_of_unit(model.unit_id)), None)
    chair = model.chair_id if model.chair_id in standing else head
    if chair is None:
        return False
    meeting = Meeting(
        kind=model.kind, title=model.title, purpose=model.purpose, place=model.place, starts_at=starts_at,
        minutes=model.minutes, chair_id=chair, taker_id=model.taker_id if model.taker_id in standing else chair,
        unit_id=model.unit_id, team_id=model.team_id, rule=model.rule, previous_id=model.id,
        line_id=model.line_id or model.id, created_by=model.created_by, series_id=series.id, series_on=day,
    )  # fmt: skip
    agenda = [point.title for point in reading.points_of(model.id)]
    open_meeting(SYSTEM, meeting, invited, agenda, begins=day <= clock.today())
    return True


def _invited(model: Meeting) -> list[int]:
    """Whom the rule means today, as far as who called the series reaches; after they have left, those of last time."""
    try:
        caller = people.actor_for(model.created_by, "job")
        found = [reached.person_id for reached in resolve(caller, Rule.read(model.rule), MEETING_PLAN)]
    except DomainError:
        found = []
    return found or sorted(people.active_ids({place.person_id for place in reading.people_of(model.id)}))
