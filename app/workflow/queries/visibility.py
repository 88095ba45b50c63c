"""Who sees a run: whoever reaches it by scope, and whoever takes part in it. One place for every channel."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, or_, select

from app.core.actor import Actor
from app.core.database import session
from app.core.scopes import SELVES, Reach, ids_of, visible, within
from app.workflow.models import Run, Turn, TurnCandidate
from app.workflow.permissions import RUN_PERSONAL, RUN_VIEW, reaches
from app.workflow.rules.state import WAITING, RunState


def run_visible(actor: Actor) -> ColumnElement[bool]:
    """The rows of `Run` that the actor may see: list, detail, search, export and API all use this clause."""
    own = or_(
        visible(actor, RUN_VIEW, person=Run.owner_id, unit=Run.unit_id),
        and_(visible(actor, RUN_VIEW, team=Run.team_id), _of_the_team(_led(actor))),
    )
    return own if actor.is_system else or_(own, *_taking_part(sorted(actor.selves), actor.id))


def run_visible_within(reach: Reach) -> ColumnElement[bool]:
    """The clause of :func:`run_visible` for a statement that is built once and run with :func:`sight_of` the actor."""
    own = or_(
        within(reach, person=Run.owner_id, unit=Run.unit_id),
        and_(within(reach, team=Run.team_id), _of_the_team(_LED)),
    )
    return or_(own, *_taking_part(SELVES, bindparam("me")))


def sight_of(actor: Actor) -> dict[str, Any]:
    """What the parameters of :func:`run_visible_within` stand for."""
    return {**ids_of(actor, RUN_VIEW), "me": actor.id, "led": _led(actor)}


_LED: BindParameter[Any] = bindparam("led", expanding=True)


def _led(actor: Actor) -> list[int]:
    granted = actor.scope(RUN_PERSONAL)
    return sorted(granted.team_ids) if granted else []


def _of_the_team(led: Any) -> ColumnElement[bool]:
    """What a team knows of its runs: not those that are one person's own (`is_personal`), but for whoever leads the team."""
    return or_(Run.batch_id.is_(None), Run.team_id.in_(led))


def _taking_part(selves: Any, me: Any) -> list[ColumnElement[bool]]:
    held = select(Turn.run_id).where(
        or_(Turn.assignee_id.in_(selves), Turn.completed_by_id.in_(selves), Turn.acted_by_id == me)
    )
    offered = (
        select(Turn.run_id)
        .join(TurnCandidate, TurnCandidate.turn_id == Turn.id)
        .where(TurnCandidate.person_id.in_(selves), Turn.state == WAITING)
    )
    return [Run.started_by_id.in_(selves), Run.id.in_(held), Run.id.in_(offered)]


def may_see(actor: Actor, run: Run, state: RunState) -> bool:
    """The same answer for one run whose state is at hand; asks the database only about people the ladder has told."""
    if reaches(actor, RUN_VIEW, run) or run.started_by_id in actor.selves:
        return True
    for turn in state.turns.values():
        if turn.assignee in actor.selves or turn.by in actor.selves or turn.actor == actor.id:
            return True
        if turn.waiting and not actor.selves.isdisjoint(turn.candidates):
            return True
    told = (
        select(TurnCandidate.turn_id)
        .join(Turn, Turn.id == TurnCandidate.turn_id)
        .where(
            Turn.run_id == run.id,
            Turn.state == WAITING,
            TurnCandidate.escalated,
            TurnCandidate.person_id.in_(sorted(actor.selves)),
        )
    )
    return session.scalar(told.limit(1)) is not None
