"""What waits: for me, for my lane, for others on my cases, for my people. Column rows, a constant number of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)  # fmt: skip

from app.core import clock
from app.core.actor import Actor
from app.core.database import Id, fetch
from app.core.paging import Key, Page, ordered, page_of
from app.core.scopes import SELVES
from app.core.types import UtcDateTime
from app.workflow.models import Run, Turn, TurnCandidate
from app.workflow.queries.definitions import parsed_all
from app.workflow.registry import subject as subject_kind
from app.workflow.rules.definition import Step
from app.workflow.rules.state import WAITING


class Waiting(NamedTuple):
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
    priority: int = 0
    nudged_at: datetime | None = None
    missing: tuple[Mapping[str, str], ...] = ()
    asks: bool = True
    """Whether the step asks for anything; else it is only to be accepted or reviewed."""
    again: bool = False
    """Whether the first step has come back to be done again: somebody has returned it."""
    reached: bool = True
    """Whether the reader reaches the case; of one that they do not, only that and since when it waits is told."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What a day page shows of turns, each list most urgent first."""

    mine: list[Waiting]
    offered: list[Waiting]
    escalated: list[Waiting]
    others: list[Waiting]
    fresh: list[Waiting]
    """Of `mine`: what somebody else has started and given since a moment, and has not been moved yet."""
    total: int
    """How many turns wait for the actor in all, however few `mine` shows."""


def lines(actor: Actor, rows: Sequence[Any]) -> list[Waiting]:
    definitions = parsed_all({row.digest for row in rows})
    stages = {digest: {stage.key: stage.title for stage in d.stages} for digest, d in definitions.items()}
    urls = _urls({(row.subject_kind, row.subject_id) for row in rows})
    selves = actor.selves
    found = []
    for row in rows:
        step = definitions[row.digest].step(row.step)
        own = row.assignee_id is None or row.assignee_id in selves
        sealed, hidden = row.sealed and not own, row.anonymous and not own
        found.append(
            Waiting(
                row.id, row.run_id, row.process, row.subject_kind, row.subject_id, row.subject_label, row.step, step.title,
                stages[row.digest][row.stage], step.outcomes[0].title, None if hidden else row.assignee_id,
                row.owner_id, row.opened_at, None if sealed else row.due_at, 0 if sealed else row.missing_count, row.blocked_at is not None, row.asked_until, row.escalated_to is not None,
                row.moved_at, row.version, urls.get((row.subject_kind, row.subject_id)), row.priority, row.nudged_at,
                () if sealed else _named(step, row.missing_first), step.asks,
                row.step == definitions[row.digest].start and row.round > 1,
            )
        )  # fmt: skip
    return found


def _named(step: Step, first: Sequence[Any] | None) -> tuple[Mapping[str, str], ...]:
    """The first things that a turn lacks, by their titles; a guard's words were kept."""
    found = []
    for kind, key, *words in first or ():
        if words:
            found.append(words[0])
            continue
        item: Any = {"field": step.field, "evidence": step.evidence_kind}.get(kind, step.checklist_item)(key)
        if item is not None:
            found.append(item.title)
    return tuple(found)


def _urls(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    by_kind: dict[str, list[int]] = {}
    for kind, subject_id in subjects:
        by_kind.setdefault(kind, []).append(subject_id)
    found = {}
    for kind, ids in by_kind.items():
        entry = subject_kind(kind)
        if entry is not None and entry.url is not None:
            found.update({(kind, i): entry.url(i) for i in ids})
        elif entry is not None:
            found.update({(kind, i): view.url for i, view in entry.describe(ids).items()})
    return found


_COLUMNS: tuple[Any, ...] = (
    Turn.id, Turn.run_id, Run.process, Run.digest, Run.subject_kind, Run.subject_id, Run.subject_label, Turn.step,
    Turn.stage, Turn.assignee_id, Run.owner_id, Turn.opened_at, Turn.due_at, Turn.missing_count, Turn.blocked_at,
    Turn.asked_until, Turn.escalated_to, Run.moved_at, Turn.version, Turn.sealed, Turn.anonymous, Run.priority,
    Turn.nudged_at, Turn.missing_first, Turn.round,
)  # fmt: skip
_ORDER = (Turn.due_at.nulls_last(), Run.priority.desc(), Turn.id)
"""Most urgent first, as `rules.urgency` says; both engines follow the index on assignee, state and due time."""


def waiting(*where: ColumnElement[bool], state: Any = Turn.state) -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(Run, Run.id == Turn.run_id)
        .where(state == WAITING, Run.paused_at.is_(None), *where)
        .order_by(*_ORDER)
    )


_ME = bindparam("me", type_=Id)
_MOST = bindparam("most", type_=Integer)
_IN_MY_LANE = select(TurnCandidate.turn_id).where(
    TurnCandidate.person_id.in_(SELVES), TurnCandidate.escalated.is_(False)
)
_TOLD_TO_ME = select(TurnCandidate.turn_id).where(TurnCandidate.person_id.in_(SELVES), TurnCandidate.escalated)
_WITH_OTHERS = and_(
    Run.state == "open",
    Run.paused_at.is_(None),
    or_(Run.assignee_id.is_(None), Run.assignee_id.not_in(SELVES), Run.waiting_count > 1),
)
_MY_RUNS = union_all(
    select(Run.id).where(Run.owner_id == _ME, _WITH_OTHERS),
    select(Run.id).where(Run.started_by_id == _ME, func.coalesce(Run.owner_id, 0) != _ME, _WITH_OTHERS),
)
"""Open runs of the actor's of which something may wait for somebody else; both parts are read from their indexes alone."""
_FEW = Turn.state.concat("")
"""The state where few turns are found by other means: no index on states can tempt SQLite to walk all that wait."""
_NOBODY = func.coalesce(Turn.assignee_id, 0) == 0
_NOT_MINE = or_(Turn.assignee_id.is_(None), Turn.assignee_id.not_in(SELVES))
_SINCE = bindparam("since", type_=UtcDateTime())
_MINE = waiting(Turn.assignee_id.in_(SELVES))
_LISTS = {
    "mine": _MINE,
    "offered": waiting(Turn.id.in_(_IN_MY_LANE), _NOBODY, state=_FEW),
    "escalated": waiting(Turn.id.in_(_TOLD_TO_ME), _NOT_MINE, state=_FEW),
    "others": waiting(
        Turn.run_id.in_(_MY_RUNS),
        _NOT_MINE,
        ~exists().where(TurnCandidate.turn_id == Turn.id, TurnCandidate.person_id == _ME),
        state=_FEW,
    ),
    "fresh": waiting(
        Turn.assignee_id.in_(SELVES), Turn.number == 1, Turn.opened_at >= _SINCE, Run.started_by_id != _ME
    ),
}
_COUNT = _MINE.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)


def _together(*where: ColumnElement[bool]) -> Any:
    """All lists in one statement; the count of `mine` stands beside its rows, asked once."""
    total = _COUNT.where(*where).scalar_subquery()
    return union_all(
        *(
            select(
                literal_column(f"'{name}'").label("list"),
                (total if name == "mine" else literal_column("0")).label("total"),
                stmt.where(*where).limit(_MOST).subquery(name),
            )
            for name, stmt in _LISTS.items()
        )
    )


_ONE_LIST = {name: stmt.limit(_MOST) for name, stmt in _LISTS.items()}
_ALL_LISTS = _together()
_LISTS_ABOUT = _together(Run.subject_kind == bindparam("kind"))
_KEYS = (Key(Turn.due_at, nullable=True), Key(Run.priority, descending=True), Key(Turn.id))
_PAGED = {name: ordered(stmt.order_by(None), _KEYS) for name, stmt in _LISTS.items()}
_BY_OWNER = _COUNT.add_columns(Run.owner_id).group_by(Run.owner_id)
# built once: putting these together costs several times what running them does


def _given(actor: Actor, **more: Any) -> dict[str, Any]:
    return {"selves": sorted(actor.selves), "me": actor.id, **more}


def _listed(actor: Actor, which: str, most: int) -> Sequence[Any]:
    return fetch(_ONE_LIST[which], _given(actor, most=most)).all()


def lists_for(actor: Actor, most: int = 20, kind: str | None = None, since: datetime | None = None) -> Lists:
    """The lists below, of up to `most` turns each, in one statement; `kind`: only of runs about such subjects; `since`:
    from when on what was given is fresh."""
    given = _given(actor, most=most, since=since or clock.now())
    rows = fetch(_ALL_LISTS, given).all() if kind is None else fetch(_LISTS_ABOUT, {**given, "kind": kind}).all()
    by_list: dict[str, list[Waiting]] = {name: [] for name in _LISTS}
    total = 0
    for row, line in zip(rows, lines(actor, rows), strict=True):
        by_list[row.list].append(line)
        total = max(total, row.total)
    return Lists(**by_list, total=total)


def list_page(actor: Actor, which: str, cursor: str | None, limit: int, since: datetime) -> Page[Waiting]:
    """All of one of the lists, a page at a time, in the same order."""
    found = page_of(_PAGED[which], _KEYS, cursor, limit, _given(actor, since=since))
    return Page(lines(actor, found.items), found.next)


def waiting_by_owner(actor: Actor) -> dict[int | None, int]:
    """How many turns wait for the actor (or whom they stand in for), by who owns the case. One statement."""
    return {owner: count for count, owner in fetch(_BY_OWNER, _given(actor))}


def waiting_for(actor: Actor, limit: int = 50) -> list[Waiting]:
    """Turns assigned to the actor, or to somebody they stand in for today, most urgent first."""
    return lines(actor, _listed(actor, "mine", limit))


def claimable(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Turns of a lane that the actor (or whom they stand in for) belongs to and that nobody has taken yet."""
    return lines(actor, _listed(actor, "offered", limit))


def escalated_to(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Overdue turns of others that the escalation ladder has brought to the actor."""
    return lines(actor, _listed(actor, "escalated", limit))


def waiting_for_others(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Steps of the actor's own cases that wait for somebody else."""
    return lines(actor, _listed(actor, "others", limit))
