"""What this room puts into calendars: turns that fall due, and who is away."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.scopes import visible
from app.core.texts import _, text
from app.people import queries as people
from app.people.models import Absence
from app.web.dates import DateEntry
from app.work.permissions import CALENDAR_VIEW
from app.workflow import registry
from app.workflow.models import Run, Turn
from app.workflow.queries.definitions import parsed_all

MOST = 1000


def own_turns(actor: Actor, start: datetime, end: datetime) -> Sequence[DateEntry]:
    """Steps that wait for the actor (or whom they stand in for) and fall due. Two statements at most."""
    return _turns(_due(start, end).where(Turn.assignee_id.in_(sorted(actor.selves))))


def turns_of_people(actor: Actor, ids: Collection[int], start: datetime, end: datetime) -> Sequence[DateEntry]:
    """The same of several people, on cases within the actor's reach; sealed and anonymous steps stay hidden."""
    stmt = _due(start, end).where(Turn.assignee_id.in_(sorted(ids)))
    if not actor.is_system:  # the product itself tells each of them only of their own
        stmt = stmt.where(
            Turn.sealed.is_(False), Turn.anonymous.is_(False),
            visible(actor, CALENDAR_VIEW, person=Run.owner_id, team=Run.team_id, unit=Run.unit_id),
        )  # fmt: skip
    return _turns(stmt)


def _due(start: datetime, end: datetime) -> Select[Any]:
    columns: tuple[Any, ...] = (
        Turn.id, Turn.step, Turn.due_at, Turn.assignee_id, Run.id.label("run_id"), Run.digest, Run.subject_kind,
        Run.subject_id, Run.subject_label,
    )  # fmt: skip
    # a deadline at midnight is that of the day before
    return (
        select(*columns)
        .join(Run, Run.id == Turn.run_id)
        .where(Turn.state == "waiting", Run.paused_at.is_(None), Turn.due_at > start, Turn.due_at <= end)
        .order_by(Turn.due_at, Turn.id)
        .limit(MOST)
    )


def _turns(stmt: Select[Any]) -> list[DateEntry]:
    rows = session.execute(stmt).all()
    definitions = parsed_all({row.digest for row in rows})
    return [_turn(row, text(definitions[row.digest].step(row.step).title)) for row in rows]


def _turn(row: Any, step: str) -> DateEntry:
    whole = clock.local(row.due_at).time().replace(tzinfo=None) == datetime.min.time()
    day = clock.local(row.due_at - timedelta(microseconds=1)).date()
    kind = registry.subject(row.subject_kind)
    return DateEntry(
        f"turn-{row.id}",
        calendar.start_of_day(day) if whole else row.due_at,
        _("%(step)s due: %(subject)s", step=step, subject=row.subject_label),
        kind.url(row.subject_id) if kind and kind.url else f"/runs/{row.run_id}",
        all_day=whole,
        icon="today",
        person_id=row.assignee_id,
        remind=True,
    )


def own_absences(actor: Actor, start: datetime, end: datetime) -> Sequence[DateEntry]:
    """When the actor is away, and when they stand in for somebody. Two statements."""
    rows = _absences(start, end, or_(Absence.person_id == actor.id, Absence.deputy_id == actor.id))
    names = people.names({row.person_id for row in rows} | {row.deputy_id for row in rows})
    return [_absence(row, names, row.person_id == actor.id, actor.id) for row in rows]


def absences_of_people(actor: Actor, ids: Collection[int], start: datetime, end: datetime) -> Sequence[DateEntry]:
    """When several people are away. Two statements."""
    rows = _absences(start, end, Absence.person_id.in_(sorted(ids)))
    names = people.names({row.person_id for row in rows} | {row.deputy_id for row in rows})
    return [_absence(row, names, True, row.person_id) for row in rows]


def _absences(start: datetime, end: datetime, whose: Any) -> Sequence[Any]:
    first, last = clock.local(start).date(), clock.local(end - timedelta(microseconds=1)).date()
    return session.execute(
        select(Absence.id, Absence.person_id, Absence.deputy_id, Absence.valid_from, Absence.valid_to)
        .where(Absence.superseded_at.is_(None), Absence.valid_from <= last, Absence.valid_to > first, whose)
        .order_by(Absence.valid_from, Absence.id)
        .limit(MOST)
    ).all()


def _absence(row: Any, names: dict[int, str], away: bool, person_id: int) -> DateEntry:
    if away:
        title = _("Away, %(deputy)s stands in", deputy=names.get(row.deputy_id, "?"))
    else:
        title = _("Standing in for %(name)s", name=names.get(row.person_id, "?"))
    return DateEntry(
        f"absence-{row.id}-{'away' if away else 'deputy'}",
        calendar.start_of_day(row.valid_from),
        title,
        "/me#absences",
        until=calendar.start_of_day(row.valid_to),
        all_day=True,
        icon="away",
        person_id=person_id,
    )
