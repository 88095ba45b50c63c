"""Erasing texts by law takes two: one asks for it with a ground, another confirms; nothing is erased before that."""

from collections.abc import Collection

from sqlalchemy import delete, insert, or_, select

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.texts import _l
from app.workflow.models import Draft, Erasure, ErasureRun, Event, Run, Turn, Value
from app.workflow.operations.erasing import GROUNDS, erase
from app.workflow.permissions import ERASURE_CONFIRM, VALUE_ERASE
from app.workflow.rules.wording import words

AT_ONCE = 100
"""Cases of one erasure: they are written in one transaction."""
ASKED = audit.declare("workflow.erasure_asked", _l("Asked for texts to be erased"), ("runs", "ground", "person"))
DONE = audit.declare("workflow.erasure_confirmed", _l("Confirmed that texts are erased"), ("count",))
REFUSED = audit.declare("workflow.erasure_refused", _l("Refused to have texts erased"))


def ask_erasure(
    actor: Actor, run_ids: Collection[int], *, person_id: int | None = None, ground: str, reason: str
) -> Erasure:
    """Ask for the texts of these runs to be erased, or for those alone that one person typed in them."""
    actor.require(VALUE_ERASE)
    wanted = sorted(set(run_ids))
    if not wanted or len(wanted) > AT_ONCE:
        raise Invalid("runs", "count", _l("Tick one case or more, at most %(count)d.", count=AT_ONCE))
    if ground not in GROUNDS:
        raise Invalid("ground", "unknown", _l("Choose one of the reasons."))
    why = words(reason)[:500]
    if len(session.scalars(select(Run.id).where(Run.id.in_(wanted))).all()) != len(wanted):
        raise NotFound()
    erasure = Erasure(person_id=person_id, ground=ground, reason=why, state="asked", asked_by_id=actor.id, texts=0)
    erasure.asked_at = clock.now()
    session.add(erasure)
    session.flush()
    session.execute(insert(ErasureRun), [{"erasure_id": erasure.id, "run_id": run_id} for run_id in wanted])
    target = ("erasure", erasure.id)
    audit.record(actor, ASKED, target=target, runs=wanted, ground=ground, person=person_id)
    return erasure


def confirm_erasure(actor: Actor, erasure_id: int) -> int:
    """Erase what somebody else has asked for; returns how many texts went. Half-typed forms of the same hands go too."""
    erasure = _asked(actor, erasure_id)
    runs = session.scalars(
        select(ErasureRun.run_id).where(ErasureRun.erasure_id == erasure_id).order_by(ErasureRun.run_id)
    ).all()
    texts = 0
    for run_id in runs:
        texts += erase(actor, run_id, _typed(run_id, erasure.person_id), ground=erasure.ground, erasure=erasure_id)
    drafts = delete(Draft).where(Draft.turn_id.in_(select(Turn.id).where(Turn.run_id.in_(runs))))
    session.execute(drafts if erasure.person_id is None else drafts.where(Draft.person_id == erasure.person_id))
    erasure.state, erasure.texts = "done", texts
    erasure.decided_by_id, erasure.decided_at = actor.id, clock.now()
    session.flush()
    audit.record(actor, DONE, target=("erasure", erasure_id), count=texts)
    return texts


def refuse_erasure(actor: Actor, erasure_id: int) -> None:
    """Leave everything as it is; whoever asked may also take it back."""
    erasure = _asked(actor, erasure_id, own=True)
    erasure.state, erasure.decided_at = "refused", clock.now()
    erasure.decided_by_id = None if erasure.asked_by_id == actor.id else actor.id
    session.flush()
    audit.record(actor, REFUSED, target=("erasure", erasure_id))


def _asked(actor: Actor, erasure_id: int, *, own: bool = False) -> Erasure:
    actor.require(ERASURE_CONFIRM)
    stmt = select(Erasure).where(Erasure.id == erasure_id).with_for_update()
    erasure = session.scalar(stmt.execution_options(populate_existing=True))
    if erasure is None:
        raise NotFound()
    if erasure.state != "asked":
        raise Conflict(_l("Somebody has already decided this."))
    if erasure.asked_by_id == actor.id and not own:
        raise Forbidden(ERASURE_CONFIRM, _l("Whoever asks does not confirm: a second person has to."))
    return erasure


def _typed(run_id: int, person_id: int | None) -> list[int]:
    """Ids of the texts that are still there, of everybody or of one person."""
    stmt = select(Value.id).where(Value.run_id == run_id, Value.erased_at.is_(None))
    if person_id is not None:
        stmt = stmt.join(Event, (Event.run_id == Value.run_id) & (Event.sequence == Value.sequence)).where(
            or_(Event.actor_id == person_id, Event.behalf_id == person_id)
        )
    return list(session.scalars(stmt))
