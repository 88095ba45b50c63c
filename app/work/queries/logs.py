"""Reading work logs: one's own, what waits for review, those of one's people, and the measures. Constant statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, literal, or_, select

from app.core import calendar, clock, settings
from app.core.actor import Actor
from app.core.database import fetch, once_per_reading, session
from app.core.dated import in_force
from app.core.errors import NotFound
from app.core.paging import Key, Page, keyset
from app.core.scopes import visible
from app.core.setting_fields import Posts, TimeOfDay, Whole
from app.core.texts import _l
from app.core.types import UtcDateTime
from app.people import queries as people
from app.people.models import Absence, Person, Posting
from app.web import diary
from app.work.models import WorkLog
from app.work.permissions import LOG_TEAM, LOG_VIEW
from app.work.rules import logs as rules
from app.workflow import queries as workflow
from app.workflow.models import Run, Turn, TurnCandidate
from app.workflow.queries.forms import entered
from app.workflow.queries.opened import Opened

PROCESS = "work_log"
KIND = "work_log"


POST_FIELD = Posts(least=0)
DUE = settings.declare(
    "work.log_due",
    title=_l("Hour by which the work log is handed in"),
    about=_l("A new hour holds for the logs that are made after it, from the next working day on."),
    default="18:30",
    field=TimeOfDay(),
)
NEW_MONTHS = settings.declare(
    "work.log_new_months",
    title=_l("How long new staff write their log every day"),
    about=_l("Counted from the day of entry; whoever has been here longer writes one log a week."),
    default=12,
    field=Whole(0, 600, unit=_l("months"), one=_l("month")),
)
POSTS = settings.declare(
    "work.log_posts",
    title=_l("Posts that write a work log"),
    about=_l("Logs that are made already stay; without any post nobody gets new ones."),
    default=["customer_manager", "lobby_manager", "wealth_manager", "marketing_manager", "group_head", "assistant"],
    field=POST_FIELD,
)


class Writer(NamedTuple):
    """Somebody whose log is to be made today."""

    id: int
    name: str
    unit_id: int
    hired_on: date | None


def without_log(day: date, after: int, limit: int) -> list[Writer]:
    """People whose log of ``day`` is still to be made, by id from ``after`` on: new ones on every working day, the others
    on the last one of the week; nobody who is away, and nobody twice (D34). One statement."""
    own = calendar.current()
    if not own.is_working(day):
        return []
    since = rules.new_since(day, int(settings.get(NEW_MONTHS)))
    weekly = rules.last_working_day(day, own.is_working) == day
    new = Person.hired_on > since
    made = exists().where(
        WorkLog.person_id == Person.id,
        or_(
            and_(new, WorkLog.period == rules.DAILY, WorkLog.day == day),
            and_(func.coalesce(Person.hired_on, since) <= since, WorkLog.period == rules.WEEKLY, WorkLog.day == rules.monday_of(day)),
        ),
    )  # fmt: skip
    away = exists().where(Absence.person_id == Person.id, in_force(Absence, day))
    stmt = (
        select(Person.id, Person.name, Posting.unit_id, Person.hired_on)
        .join(Posting, and_(Posting.person_id == Person.id, in_force(Posting, day)))
        .where(
            Person.id > after,
            Person.state == "active",
            Posting.post.in_(POST_FIELD.clean(settings.get(POSTS))),
            or_(new, literal(weekly)),
            ~made,
            ~away,
        )
        .order_by(Person.id)
        .limit(limit)
    )
    return [Writer(*row) for row in session.execute(stmt)]


@dataclass(frozen=True, slots=True)
class LogLine:
    """A log in a list. ``state``: writing, late, waiting (for review), returned, accepted, dropped."""

    id: int
    person_id: int
    period: str
    day: date
    last_day: date
    due_at: datetime
    handed_in_at: datetime | None
    score: int | None
    run_id: int
    run_state: str
    stage: str

    @property
    def state(self) -> str:
        """Where it stands, in one word."""
        if self.run_state != "open":
            return "accepted" if self.run_state == "success" else "dropped"
        if self.stage == "reviewing":
            return "waiting"
        if self.handed_in_at is not None:
            return "returned"
        return "late" if self.due_at < clock.now() else "writing"

    @property
    def late(self) -> bool:
        """Whether it was handed in after its hour, or is still owed."""
        return (self.handed_in_at or clock.now()) > self.due_at

    @property
    def span(self) -> tuple[date, date]:
        """First and last day that it speaks of."""
        return rules.covered(self.period, self.day)


_COLUMNS: tuple[Any, ...] = (
    WorkLog.id, WorkLog.person_id, WorkLog.period, WorkLog.day, WorkLog.last_day, WorkLog.due_at,
    WorkLog.handed_in_at, WorkLog.score, WorkLog.run_id, Run.state, Run.stage,
)  # fmt: skip
_KEYS = [Key(WorkLog.last_day, descending=True), Key(WorkLog.id, descending=True)]


def _lines() -> Select[Any]:
    return select(*_COLUMNS).join(Run, Run.id == WorkLog.run_id)


def _page(stmt: Select[Any], cursor: str | None, limit: int) -> Page[LogLine]:
    found = keyset(stmt, _KEYS, cursor, limit)
    return Page([LogLine(*row[: len(_COLUMNS)]) for row in found.items], found.next)


COUNTED = ("in_time", "scored")


@dataclass(frozen=True, slots=True)
class Figure:
    """The logs behind a figure: due from ``first`` until ``last``, and of them those that it counts; empty: all."""

    first: date | None = None
    last: date | None = None
    counted: str = ""

    def clauses(self) -> list[ColumnElement[bool]]:
        """The narrowing itself."""
        found: list[ColumnElement[bool]] = []
        if self.first:
            found.append(WorkLog.due_at >= calendar.start_of_day(self.first))
        if self.last:
            found.append(WorkLog.due_at < calendar.end_of_day(self.last))
        if self.counted:
            found.append(_IN_TIME if self.counted == "in_time" else WorkLog.score.is_not(None))
        return found


ALL = Figure()
_IN_TIME = WorkLog.handed_in_at <= WorkLog.due_at


def my_logs(actor: Actor, cursor: str | None = None, limit: int = 20, figure: Figure = ALL) -> Page[LogLine]:
    """The actor's own logs, newest first. One statement."""
    actor.require(LOG_VIEW)
    return _page(_lines().where(WorkLog.person_id == actor.id, *figure.clauses()), cursor, limit)


SHOWS = ("missing", "waiting", "all")


def team_logs(
    actor: Actor,
    show: str = "all",
    person_id: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
    figure: Figure = ALL,
) -> Page[LogLine]:
    """Logs within the actor's reach, newest first: all, those nobody has written yet, those that wait for review.

    One statement, whatever their number.
    """
    actor.require(LOG_TEAM)
    stmt = _lines().where(_reached(actor), *figure.clauses())
    if show == "missing":
        stmt = stmt.where(_MISSING)
    elif show == "waiting":
        stmt = stmt.where(Run.state == "open", Run.stage == "reviewing")
    if person_id is not None:
        stmt = stmt.where(WorkLog.person_id == person_id)
    return _page(stmt, cursor, limit)


_MISSING = and_(WorkLog.handed_in_at.is_(None), Run.state == "open")


def _reached(actor: Actor) -> ColumnElement[bool]:
    return visible(actor, LOG_TEAM, person=Run.owner_id, team=Run.team_id, unit=Run.unit_id)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a supervisor wants to know first: not written yet, of those past their hour, and to be reviewed."""

    missing: int
    late: int
    waiting: int


def team_counts(actor: Actor) -> Counts:
    """The numbers above the list. One statement."""
    actor.require(LOG_TEAM)
    late = and_(_MISSING, WorkLog.due_at < clock.now())
    row = session.execute(
        select(
            func.sum(case((_MISSING, 1), else_=0)),
            func.sum(case((late, 1), else_=0)),
            func.sum(case((Run.stage == "reviewing", 1), else_=0)),
        )
        .join(Run, Run.id == WorkLog.run_id)
        .where(Run.state == "open", _reached(actor))
    ).one()
    return Counts(row[0] or 0, row[1] or 0, row[2] or 0)


class Queued(NamedTuple):
    """A log that waits for the reader's review."""

    log_id: int
    turn_id: int
    person_id: int
    last_day: date


def review_queue(actor: Actor, limit: int = 200) -> list[Queued]:
    """What waits for the actor's review, or that of somebody they stand in for, oldest first. One statement."""
    selves = sorted(actor.selves)
    offered = select(TurnCandidate.turn_id).where(
        TurnCandidate.person_id.in_(selves), TurnCandidate.escalated.is_(False)
    )
    mine = or_(Turn.assignee_id.in_(selves), and_(Turn.assignee_id.is_(None), Turn.id.in_(offered)))
    rows = session.execute(
        select(WorkLog.id, Turn.id, WorkLog.person_id, WorkLog.last_day)
        .join(Run, Run.id == WorkLog.run_id)
        .join(Turn, Turn.run_id == Run.id)
        .where(Turn.state == "waiting", Turn.step == "review", Run.paused_at.is_(None), mine)
        .order_by(WorkLog.last_day, WorkLog.id)
        .limit(limit)
    )
    return [Queued(*row) for row in rows]


def log_for(actor: Actor, log_id: int) -> tuple[LogLine, Opened]:
    """A log whose run the actor may see, with the run; raises ``NotFound``. Two statements."""
    row = session.execute(_lines().where(WorkLog.id == log_id)).one_or_none() if 0 < log_id < 2**63 else None
    if row is None:
        raise NotFound()
    line = LogLine(*row)
    return line, workflow.open_run(actor, line.run_id)


def line_for(log_id: int) -> LogLine:
    """A log whose run has been opened already. One statement."""
    return LogLine(*session.execute(_lines().where(WorkLog.id == log_id)).one())


def facts(line: LogLine) -> list[diary.Chapter]:
    """What the records say of the days of a log; the writing of this log itself left out."""
    first, last = line.span
    own = f"/work/log/{line.id}"
    found = diary.chapters(line.person_id, calendar.start_of_day(first), calendar.end_of_day(last))
    kept = [
        diary.Chapter(chapter.key, chapter.title, [one for one in chapter.lines if one.url != own]) for chapter in found
    ]
    return [chapter for chapter in kept if chapter.lines]


def written(run: Opened) -> dict[str, Any]:
    """What was written last, by field. One statement."""
    return _of_step(run, "write")


def reviewed(run: Opened) -> dict[str, Any]:
    """What the last review said, by field. One statement."""
    return _of_step(run, "review")


def _of_step(run: Opened, step: str) -> dict[str, Any]:
    done = [turn.number for turn in run.state.turns.values() if turn.step == step and turn.by is not None]
    return entered(run.run.id, done[-1:]).get(done[-1], {}) if done else {}


def names_in(lines: Sequence[LogLine]) -> dict[int, str]:
    """Names of the writers. One statement."""
    return people.names({line.person_id for line in lines})


_IDS: Any = bindparam("ids", expanding=True)
_MEASURED = (
    select(
        WorkLog.person_id,
        func.sum(case((_IN_TIME, 1), else_=0)),
        func.sum(WorkLog.score),
        func.count(WorkLog.score),
    )
    .where(
        WorkLog.person_id.in_(_IDS),
        WorkLog.due_at >= bindparam("start", type_=UtcDateTime()),
        WorkLog.due_at < bindparam("end", type_=UtcDateTime()),
    )
    .group_by(WorkLog.person_id)
)
# built once: every day page asks for it


@once_per_reading
def _measured(person_ids: tuple[int, ...], start: datetime, end: datetime) -> Sequence[Any]:
    return fetch(_MEASURED, {"ids": person_ids, "start": start, "end": end}).all() if person_ids else []


def on_time(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
    """Logs due in the period that were handed in by their hour, by person. One statement for both measures."""
    return {row[0]: int(row[1]) for row in _measured(tuple(sorted(set(person_ids))), start, end) if row[1]}


def average_score(person_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, int | Decimal]:
    """Average score of the logs due in the period, one decimal, by person."""
    return {
        row[0]: (Decimal(row[2]) / row[3]).quantize(Decimal("0.1"), ROUND_HALF_UP)
        for row in _measured(tuple(sorted(set(person_ids))), start, end)
        if row[3]
    }
