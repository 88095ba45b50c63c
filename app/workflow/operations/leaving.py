"""When people lose a lane: what they held goes back to those who have it now."""

import logging
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, or_, select

from app.core.actor import SYSTEM, Actor
from app.core.database import session, unit_of_work
from app.workflow.models import Run, Turn, TurnCandidate
from app.workflow.operations.deciding import carry_out, gather
from app.workflow.operations.locking import lock_run
from app.workflow.rules import commands as c

log = logging.getLogger(__name__)


def person_left(person_id: int, actor: Actor = SYSTEM, **_facts: object) -> None:
    """Somebody has left the institution: every turn of theirs goes back to its lane."""
    _give_up(person_id, actor, _runs_of(person_id))


def membership_ended(team_id: int, person_id: int, actor: Actor = SYSTEM, **_facts: object) -> None:
    """Somebody has left a team, or a role in it: their turns in the team's runs go back to the lane."""
    _give_up(person_id, actor, _runs_of(person_id, team_id))


def _runs_of(person_id: int, team_id: int | None = None) -> list[int]:
    offered = select(TurnCandidate.turn_id).where(
        TurnCandidate.person_id == person_id, TurnCandidate.escalated.is_(False)
    )
    stmt = (
        select(Turn.run_id)
        .join(Run, Run.id == Turn.run_id)
        .where(Turn.state == "waiting", or_(Turn.assignee_id == person_id, Turn.id.in_(offered)))
        .distinct()
        .order_by(Turn.run_id)
    )
    return list(session.scalars(stmt if team_id is None else stmt.where(Run.team_id == team_id)))


def _give_up(person_id: int, actor: Actor, run_ids: Iterable[int]) -> None:
    for run_id in run_ids:
        held = lock_run(run_id)
        command = c.LeaveTeam((person_id,))
        if held.state.is_open:
            carry_out(held, actor, command, gather(held, actor, command))


def refresh_lanes(run_id: int, actor: Actor = SYSTEM) -> None:
    """Let the candidates of a run's unclaimed turns follow who has the lanes now."""
    held = lock_run(run_id)
    if held.state.is_open:
        command = c.LanesChanged()
        carry_out(held, actor, command, gather(held, actor, command))


def refresh_team(team_id: int, actor: Actor = SYSTEM, **_facts: object) -> None:
    """A team has a new member or role: its unclaimed turns are offered to them too."""
    for run_id in session.scalars(
        select(Run.id)
        .join(Turn, Turn.run_id == Run.id)
        .where(Run.team_id == team_id, Run.state == "open", Turn.state == "waiting", Turn.assignee_id.is_(None))
        .distinct()
        .order_by(Run.id)
    ).all():
        refresh_lanes(run_id, actor)


def find_hands(limit: int = 50) -> int:
    """Job: turns that nobody holds and nobody may claim are offered anew, in case somebody has the lane by now."""
    offered = select(TurnCandidate.turn_id).where(TurnCandidate.escalated.is_(False))
    return _follow(_unclaimed().where(Turn.id.not_in(offered)).limit(limit))


def follow_lanes() -> int:
    """Job: every unclaimed turn is offered to whoever has its lane now; roles and teams change by date, without a signal."""
    return _follow(_unclaimed())


def _unclaimed() -> Select[Any]:
    columns: tuple[Any, ...] = (Turn.run_id,)
    stmt: Select[Any] = select(*columns).where(Turn.state == "waiting", Turn.assignee_id.is_(None))
    return stmt.distinct().order_by(Turn.run_id)


def _follow(stmt: Select[Any]) -> int:
    with unit_of_work():
        runs = session.scalars(stmt).all()
    for run_id in runs:
        try:
            with unit_of_work():
                refresh_lanes(run_id)
        except Exception:
            log.exception("the lanes of run %d could not be followed", run_id)
    return len(runs)
