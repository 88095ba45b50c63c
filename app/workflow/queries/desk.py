"""What waits: for me, for my lane, for others on my cases, for my people. Column rows, a constant number of statements."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.scopes import visible
from app.workflow.models import Run, Turn, TurnCandidate
from app.workflow.permissions import RUN_VIEW
from app.workflow.queries.definitions import parsed_all
from app.workflow.registry import subject as subject_kind
from app.workflow.rules.state import WAITING


@dataclass(frozen=True, slots=True)
class Waiting:
    """A turn that waits, with what a list shows of it. Titles are bilingual texts; ``url`` leads to its subject."""

    id: int
    run_id: int
    process: str
    subject_kind: str
    subject_id: int
    subject: str
    step: str
    title: Mapping[str, str]
    stage_title: Mapping[str, str]
    outcome_title: Mapping[str, str]
    assignee_id: int | None
    owner_id: int | None
    opened_at: datetime
    due_at: datetime | None
    missing_count: int
    blocked: bool
    asked_until: datetime | None
    escalated: bool
    moved_at: datetime
    version: int
    url: str | None


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits for one person: open turns, those overdue, blocked ones, and when they last finished one."""

    person_id: int | None
    open: int
    overdue: int
    blocked: int
    oldest_due: datetime | None


def _lines(actor: Actor, stmt: Select[Any]) -> list[Waiting]:
    rows = session.execute(stmt).all()
    definitions = parsed_all({row.digest for row in rows})
    stages = {digest: {stage.key: stage.title for stage in d.stages} for digest, d in definitions.items()}
    urls = _urls({(row.subject_kind, row.subject_id) for row in rows})
    found = []
    for row in rows:
        definition = definitions[row.digest]
        step = definition.step(row.step)
        own = row.assignee_id is None or row.assignee_id in actor.selves
        sealed, hidden = row.sealed and not own, row.anonymous and not own
        found.append(
            Waiting(
                row.id, row.run_id, row.process, row.subject_kind, row.subject_id, row.subject_label, row.step, step.title,
                stages[row.digest][row.stage], step.outcomes[0].title, None if hidden else row.assignee_id,
                row.owner_id, row.opened_at, None if sealed else row.due_at, 0 if sealed else row.missing_count, row.blocked_at is not None, row.asked_until, row.escalated_to is not None,
                row.moved_at, row.version, urls.get((row.subject_kind, row.subject_id)),
            )
        )  # fmt: skip
    return found


def _urls(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    by_kind: dict[str, list[int]] = {}
    for kind, subject_id in subjects:
        by_kind.setdefault(kind, []).append(subject_id)
    found = {}
    for kind, ids in by_kind.items():
        entry = subject_kind(kind)
        if entry is not None:
            found.update({(kind, i): view.url for i, view in entry.describe(ids).items()})
    return found


_COLUMNS: tuple[Any, ...] = (
    Turn.id, Turn.run_id, Run.process, Run.digest, Run.subject_kind, Run.subject_id, Run.subject_label, Turn.step,
    Turn.stage, Turn.assignee_id, Run.owner_id, Turn.opened_at, Turn.due_at, Turn.missing_count, Turn.blocked_at,
    Turn.asked_until, Turn.escalated_to, Run.moved_at, Turn.version, Turn.sealed, Turn.anonymous,
)  # fmt: skip
_ORDER = (Turn.due_at.is_(None), Turn.due_at, Turn.id)


def _waiting(*where: ColumnElement[bool]) -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(Run, Run.id == Turn.run_id)
        .where(Turn.state == WAITING, Run.paused_at.is_(None), *where)
        .order_by(*_ORDER)
    )


def waiting_for(actor: Actor, limit: int = 50) -> list[Waiting]:
    """Turns assigned to the actor, or to somebody they stand in for today, most urgent first."""
    return _lines(actor, _waiting(Turn.assignee_id.in_(sorted(actor.selves))).limit(limit))


def claimable(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Turns of a lane that the actor (or whom they stand in for) belongs to and that nobody has taken yet."""
    offered = exists().where(
        TurnCandidate.turn_id == Turn.id,
        TurnCandidate.person_id.in_(sorted(actor.selves)),
        TurnCandidate.escalated.is_(False),
    )
    return _lines(actor, _waiting(Turn.assignee_id.is_(None), offered).limit(limit))


def escalated_to(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Overdue turns of others that the escalation ladder has brought to the actor."""
    told = exists().where(
        TurnCandidate.turn_id == Turn.id, TurnCandidate.person_id.in_(sorted(actor.selves)), TurnCandidate.escalated
    )
    return _lines(
        actor,
        _waiting(told, or_(Turn.assignee_id.is_(None), Turn.assignee_id.not_in(sorted(actor.selves)))).limit(limit),
    )


def waiting_for_others(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Steps of the actor's own cases that wait for somebody else."""
    return _lines(
        actor,
        _waiting(
            or_(Run.owner_id == actor.id, Run.started_by_id == actor.id),
            or_(Turn.assignee_id.is_(None), Turn.assignee_id.not_in(sorted(actor.selves))),
            ~exists().where(TurnCandidate.turn_id == Turn.id, TurnCandidate.person_id == actor.id),
        ).limit(limit),
    )


def _in_reach(actor: Actor, permission: str) -> ColumnElement[bool]:
    return visible(actor, permission, person=Run.owner_id, team=Run.team_id, unit=Run.unit_id)


def load_per_person(actor: Actor, permission: str = RUN_VIEW) -> dict[int | None, Load]:
    """Load of everybody on cases within reach of ``permission``; key None: turns that nobody has taken. One statement."""
    now = clock.now()
    overdue = case((Turn.due_at < now, 1), else_=0)
    rows = session.execute(
        select(
            Turn.assignee_id,
            func.count(),
            func.sum(overdue),
            func.sum(case((Turn.blocked_at.is_not(None), 1), else_=0)),
            func.min(Turn.due_at),
        )
        .join(Run, Run.id == Turn.run_id)
        .where(Turn.state == WAITING, Run.paused_at.is_(None), Turn.anonymous.is_(False), _in_reach(actor, permission))
        .group_by(Turn.assignee_id)
    )
    return {person: Load(person, n, late or 0, blocked or 0, oldest) for person, n, late, blocked, oldest in rows}


def things_of(actor: Actor, person_id: int | None, permission: str = RUN_VIEW, limit: int = 50) -> list[Waiting]:
    """What waits for one person (None: for nobody yet) on cases within reach."""
    mine = (
        Turn.assignee_id.is_(None)
        if person_id is None
        else and_(Turn.assignee_id == person_id, Turn.anonymous.is_(False))
    )
    return _lines(actor, _waiting(mine, _in_reach(actor, permission)).limit(limit))


def overdue_in_reach(actor: Actor, permission: str = RUN_VIEW, limit: int = 50) -> list[Waiting]:
    """Overdue turns on cases within reach, longest overdue first."""
    return _lines(actor, _waiting(Turn.due_at < clock.now(), _in_reach(actor, permission)).limit(limit))


def stalled_in_reach(actor: Actor, since: datetime, permission: str = RUN_VIEW, limit: int = 50) -> list[Waiting]:
    """Turns of open cases within reach on which nothing has happened since ``since``, longest still first."""
    stmt = _waiting(Run.moved_at < since, _in_reach(actor, permission)).order_by(None).order_by(Run.moved_at, Turn.id)
    return _lines(actor, stmt.limit(limit))


def stalled_per_person(actor: Actor, since: datetime, permission: str = RUN_VIEW) -> dict[int | None, int]:
    """Number of turns on still cases by whom they wait for. One statement."""
    rows = session.execute(
        select(Turn.assignee_id, func.count())
        .join(Run, Run.id == Turn.run_id)
        .where(and_(Turn.state == WAITING, Run.paused_at.is_(None), Run.moved_at < since), _in_reach(actor, permission))
        .group_by(Turn.assignee_id)
    )
    return {person: n for person, n in rows}


def last_finished(person_ids: Collection[int]) -> dict[int, datetime]:
    """When each person last finished a step. One statement."""
    if not person_ids:
        return {}
    rows = session.execute(
        select(Turn.completed_by_id, func.max(Turn.closed_at))
        .where(Turn.completed_by_id.in_(sorted(person_ids)))
        .group_by(Turn.completed_by_id)
    )
    return {person: at for person, at in rows if person is not None and at is not None}
