"""Moving a sale on from board, list and program: the same rule as the step's form, with what its draft holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.core import audit
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, DomainError, Forbidden, Missing, NotFound
from app.core.texts import _l
from app.sales import permissions
from app.sales.queries import opportunities as reading
from app.sales.queries import runs
from app.workflow import operations as workflow
from app.workflow.models import Draft, Turn

EXPORTED = audit.declare("sales.exported", _l("Opportunities exported"), keys=("filters", "rows"))


def record_export(actor: Actor, filters: dict[str, str], rows: int) -> None:
    """Note that a list of opportunities was taken away. Search words are not kept: they may name a customer."""
    actor.require(permissions.EXPORT)
    kept = {key: value for key, value in filters.items() if key != "q"}
    audit.record(actor, EXPORTED, filters=kept | ({"q": True} if "q" in filters else {}), rows=rows)


def draft_of(actor: Actor, turn_id: int) -> Any:
    """What the actor has typed into a step so far; None when nothing."""
    return session.execute(
        select(Draft.fields, Draft.checklist, Draft.reason).where(Draft.turn_id == turn_id, Draft.person_id == actor.id)
    ).one_or_none()


def move_on(
    actor: Actor, opportunity_id: int, turn_id: int, *, outcome: str, reason: str = "", version: int | None = None
) -> Any:
    """Leave a step by an outcome, with what the actor's draft holds. Refusals are those of ``workflow.complete``."""
    _check_turn(actor, opportunity_id, turn_id)
    draft = draft_of(actor, turn_id)
    return workflow.complete(
        actor,
        turn_id,
        outcome=outcome,
        fields=draft.fields if draft else {},
        checklist=draft.checklist if draft else (),
        reason=reason or (draft.reason if draft else ""),
        version=version,
    )


def move_back(
    actor: Actor, opportunity_id: int, turn_id: int, *, to: str, reason: str, version: int | None = None
) -> Any:
    """Return to an earlier step, for a reason."""
    _check_turn(actor, opportunity_id, turn_id)
    return workflow.return_to(actor, turn_id, to=to, reason=reason, version=version)


def _check_turn(actor: Actor, opportunity_id: int, turn_id: int) -> None:
    """The turn is one of this opportunity, and the actor sees it."""
    run_id = reading.opportunity_for(actor, opportunity_id).run_id
    if not 0 < turn_id <= reading.MAX_ID or session.scalar(select(Turn.run_id).where(Turn.id == turn_id)) != run_id:
        raise NotFound()


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be moved, and why."""

    id: int
    label: str
    why: Any


@dataclass(slots=True)
class Moved:
    """What a bulk move has done."""

    moved: list[int] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def move_many(actor: Actor, ids: Sequence[int]) -> Moved:
    """Move each on by the ordinary way of its first waiting step; what is refused leaves the others untouched."""
    done = Moved()
    wanted = reading.visible_ids(actor, ids)
    labels = reading.labels(wanted, customer=True)
    for opportunity_id in dict.fromkeys(i for i in ids if i in wanted):
        try:
            with session.begin_nested():
                _move_one(actor, opportunity_id)
            done.moved.append(opportunity_id)
        except Missing as error:
            told = [item.message for item in error.items if item.kind == "lane" or len(error.items) == 1]
            why = told[0] if told else _l("%(n)s things are missing; open it to fill them in.", n=len(error.items))
            done.refused.append(Refused(opportunity_id, labels[opportunity_id], why))
        except DomainError as error:
            done.refused.append(Refused(opportunity_id, labels[opportunity_id], error.message))
    return done


def _move_one(actor: Actor, opportunity_id: int) -> None:
    view = reading.opportunity_view(actor, opportunity_id)
    turns = session.execute(
        select(Turn.id, Turn.step)
        .where(Turn.run_id == view.run.id, Turn.state == "waiting")
        .order_by(Turn.due_at.is_(None), Turn.due_at, Turn.number)
    ).all()
    if not turns:
        raise Conflict(_l("Nothing waits here any more."))
    refusal: DomainError | None = None
    for turn in turns:
        outcome = runs.definition_of(view.run).step(turn.step).outcomes[0].key
        try:
            move_on(actor, opportunity_id, turn.id, outcome=outcome)
            return
        except Forbidden as error:  # waits for somebody else; perhaps another branch is mine
            refusal = refusal or error
    if refusal is not None:
        raise refusal
