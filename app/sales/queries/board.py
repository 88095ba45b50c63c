"""The board: per stage how many, how much, and the cards that have rested longest. One statement for all of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, select

from app.core import paging
from app.core.actor import Actor, Scope
from app.core.database import fetch, session
from app.core.paging import Page
from app.core.scopes import visible
from app.customers.models import Customer
from app.people import queries as people
from app.people.models import Person, Team
from app.sales import permissions
from app.sales.models import Opportunity
from app.sales.queries.filters import SORTS, Filters
from app.sales.queries.opportunities import lines
from app.sales.rules.proposal import ACCOUNTABLE
from app.workflow.models import Run
from app.workflow.rules.definition import Definition

FIRST = 20
"""So many cards a column come with the page; the rest when one scrolls to them."""


@dataclass(slots=True)
class Column:
    """One stage with its first cards, the number and the sum of all, and the mark of the next cards."""

    key: str
    title: dict[str, str]
    count: int = 0
    total: Decimal = Decimal("0.00")
    cards: list[Any] = field(default_factory=list)
    next: str | None = None


_RANKED = select(
    Opportunity.id,
    func.row_number().over(partition_by=Run.stage, order_by=(Run.stage_entered_at, Opportunity.id)).label("place"),
    func.count().over(partition_by=Run.stage).label("stage_count"),
    func.sum(Opportunity.amount).over(partition_by=Run.stage).label("stage_total"),
).join(Run, Run.id == Opportunity.run_id)
_CARDS = (
    select(
        Opportunity.id,
        Opportunity.title,
        Opportunity.amount,
        Opportunity.owner_id,
        Customer.name.label("customer"),
        Person.name.label("owner"),
        Run.stage,
        Run.stage_entered_at,
        Run.due_at,
        Run.missing_count,
        Run.paused_at,
    )
    .select_from(Opportunity)
    .join(Run, Run.id == Opportunity.run_id)
    .join(Customer, Customer.id == Opportunity.customer_id)
    .join(Person, Person.id == Opportunity.owner_id)
    .order_by(Run.stage_entered_at, Opportunity.id)
)


def board(actor: Actor, filters: Filters, definition: Definition) -> list[Column]:
    """The open opportunities in scope by stage, longest in its stage first. One statement.

    A stage that only an older version of the process knows gets a column of its own at the end.
    """
    actor.require(permissions.VIEW)
    ranked = _RANKED.where(Run.process == definition.key, permissions.reached(actor), *filters.clauses()).subquery()
    rows = fetch(
        _CARDS.add_columns(ranked.c.stage_count, ranked.c.stage_total)
        .join(ranked, ranked.c.id == Opportunity.id)
        .where(ranked.c.place <= FIRST)
    )
    columns = {stage.key: Column(stage.key, dict(stage.title)) for stage in definition.stages}
    for row in rows:
        column = columns.get(row.stage)
        if column is None:
            column = columns[row.stage] = Column(row.stage, {"zh": row.stage, "en": row.stage})
        column.cards.append(row)
        column.count, column.total = row.stage_count, row.stage_total or Decimal("0.00")
    for column in columns.values():
        if column.count > len(column.cards):
            last = column.cards[-1]
            column.next = paging.mark([last.stage_entered_at, last.id])
    return list(columns.values())


def more_cards(actor: Actor, filters: Filters, stage: str, cursor: str | None) -> Page[Any]:
    """The next cards of one column."""
    actor.require(permissions.VIEW)
    stmt = lines().where(permissions.reached(actor), Run.stage == stage, *filters.clauses())
    return paging.keyset(stmt, SORTS["stage"], cursor, FIRST)


Choice = tuple[int, str]
"""Id and name of an owner or a team."""


_PAIRS = (
    select(Opportunity.owner_id, Opportunity.team_id)
    .join(Run, Run.id == Opportunity.run_id)
    .where(Run.state == "open")
    .distinct()
    .limit(500)
)


def choices(actor: Actor, owner: int | None = None) -> tuple[Sequence[Choice], Sequence[Choice]]:
    """Owners and teams to filter by, by name. One statement, two for members of several teams.

    For members of teams: who may be accountable there. For those who reach units: whoever has open opportunities.
    ``owner``, who is chosen already, is among them whenever anything of theirs is within reach, and always the actor:
    a statement more where they would not be.
    """
    owners, teams = _choices(actor)
    if owner is None or any(known == owner for known, _name in owners):
        return owners, teams
    return _sorted({**dict(owners), **_chosen(actor, owner)}), teams


def _chosen(actor: Actor, owner: int) -> dict[int, str]:
    if owner == actor.id:
        return {owner: actor.name}
    theirs = exists().where(Opportunity.owner_id == Person.id, permissions.reached(actor))
    return {
        row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id == owner, theirs))
    }


def _choices(actor: Actor) -> tuple[Sequence[Choice], Sequence[Choice]]:
    granted = actor.scope(permissions.VIEW)
    if granted is not None and granted.level <= Scope.TEAM:
        return _of_teams(granted.team_ids)
    pairs = _PAIRS.where(
        visible(
            actor, permissions.VIEW, person=Opportunity.owner_id, team=Opportunity.team_id, unit=Opportunity.unit_id
        )
    ).subquery()
    rows = fetch(
        select(pairs.c.owner_id, Person.name, pairs.c.team_id, Team.name.label("team"))
        .join(Person, Person.id == pairs.c.owner_id)
        .join(Team, Team.id == pairs.c.team_id)
    ).all()
    return _sorted({row.owner_id: row.name for row in rows}), _sorted({row.team_id: row.team for row in rows})


def _of_teams(team_ids: Collection[int]) -> tuple[Sequence[Choice], Sequence[Choice]]:
    members = people.members_of(team_ids)
    owners = {
        member.person_id: member.name for team in members.values() for member in team if member.role in ACCOUNTABLE
    }
    if len(team_ids) < 2:
        return _sorted(owners), []
    rows = session.execute(select(Team.id, Team.name).where(Team.id.in_(sorted(team_ids))))
    return _sorted(owners), _sorted({row.id: row.name for row in rows})


def _sorted(names: dict[int, str]) -> list[Choice]:
    return sorted(names.items(), key=lambda pair: pair[1])
