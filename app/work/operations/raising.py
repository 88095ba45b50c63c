"""Raising something to a unit: the sender's first step and the unit's item begin in one act (D21, D22, D32, D36, D47, D56)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.errors import Invalid, NotFound
from app.core.files import StoredFile
from app.core.texts import _l
from app.people import queries as people
from app.work import notifications
from app.work.models import Assignment, AssignmentMember, Raised, WorkItem
from app.work.operations.notifying import notify
from app.work.permissions import RAISE
from app.work.queries import kinds, units
from app.work.queries.items import KIND, address
from app.workflow import operations as workflow
from app.workflow import queries as processes
from app.workflow.models import Turn, TurnCandidate
from app.workflow.registry import SubjectRef

TITLE = 200
RAISED = audit.declare("work.raised", _l("Raised something to a unit"), ("process", "unit"))
TOLD = notifications.kind(
    "work.item_raised",
    title=_l("%(who)s has raised “%(title)s” to your unit"),
    why=_l("because you receive what is raised to this unit"),
    group="work",
)


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence that goes with what is raised: a stored file or a text, of a kind that the first step takes."""

    kind: str
    file: StoredFile | None = None
    text: str = ""


def raise_report(
    actor: Actor,
    kind: str,
    title: str,
    unit_id: int,
    *,
    fields: Mapping[str, Any] | None = None,
    checklist: Iterable[str] = (),
    evidence: Sequence[Proof] = (),
    submission: str | None = None,
) -> WorkItem:
    """Raise something of a kind to a unit; the sender's first step is done at once and the unit's receivers are asked.

    With the ``submission`` of an earlier call by the same person that item is given. Raises ``Invalid`` (``kind``, ``title``,
    ``unit_id`` or a field's key) and ``Missing`` with what the first step still needs.
    """
    actor.require(RAISE)
    sender = actor.behalf or actor.id
    known = _sent_before(sender, submission)
    if known is not None:
        return known
    title = title.strip()
    if not title:
        raise Invalid("title", "required", _l("Say in a few words what it is about."))
    if len(title) > TITLE or "\x00" in title:
        raise Invalid("title", "too_long", _l("This text is too long or has characters that cannot be stored."))
    if not any(found.key == kind for found in kinds.kinds_for(actor, kinds.RAISED)):
        raise Invalid("kind", "unknown", _l("Choose a kind of the list."))
    if not 0 < unit_id < 2**63 or not units.is_open(unit_id):
        raise Invalid("unit_id", "unknown", _l("Choose a unit of the list."))
    try:
        with session.begin_nested():
            item = _begin(sender, kind, title, unit_id, submission)
    except IntegrityError:
        known = _sent_before(sender, submission)  # the same form, sent twice at once
        if known is None:
            raise
        return known
    turn_id = session.scalars(select(Turn.id).where(Turn.run_id == item.run_id, Turn.state == "waiting")).one()
    for proof in evidence:
        workflow.add_evidence(actor, turn_id, kind=proof.kind, file=proof.file, text=proof.text or None)
    first = processes.latest(kind)
    outcome = first.step(first.start).outcomes[0].key
    workflow.complete(actor, turn_id, outcome=outcome, fields=fields, checklist=checklist)
    audit.record(actor, RAISED, target=(KIND, item.id), process=kind, unit=unit_id)
    _tell(item, sender, title)
    return item


def withdraw(actor: Actor, item_id: int, reason: str) -> None:
    """Take back what one has raised while it is open; NotFound for anything else."""
    found = session.execute(
        select(WorkItem.run_id, Assignment.sender_id)
        .join(Assignment, Assignment.id == WorkItem.assignment_id)
        .join(Raised, Raised.item_id == WorkItem.id)
        .where(WorkItem.id == item_id)
    ).one_or_none()
    if found is None or found.sender_id not in actor.selves:
        raise NotFound()
    if not reason.strip():
        raise Invalid("reason", "required", _l("Say why."))
    workflow.close(actor, found.run_id, end="recalled", reason=reason)


def _sent_before(sender: int, submission: str | None) -> WorkItem | None:
    if not submission:
        return None
    return session.scalar(
        select(WorkItem)
        .join(Assignment, Assignment.id == WorkItem.assignment_id)
        .where(Assignment.sender_id == sender, Assignment.submission == submission[:64])
    )


def _begin(sender: int, kind: str, title: str, unit_id: int, submission: str | None) -> WorkItem:
    setting = kinds.setting_of(kind)
    there = [person for person in units.receivers(unit_id, setting.receivers) if person != sender]
    if not there:
        raise Invalid("unit_id", "nobody", _l("Nobody there could receive it. Choose another unit."))
    assignment = Assignment(
        process=kind,
        title=title,
        mode="shared",
        sender_id=sender,
        unit_id=people.home_units([sender]).get(sender),
        state="open",
        sent_at=clock.now(),
        submission=submission[:64] if submission else None,
    )
    session.add(assignment)
    session.flush()
    fetch(
        insert(AssignmentMember),
        [{"assignment_id": assignment.id, "person_id": person, "why": [], "added_at": clock.now()} for person in there],
    )
    item = WorkItem(assignment_id=assignment.id)
    session.add(item)
    session.flush()
    session.add(Raised(item_id=item.id, unit_id=unit_id, receivers=setting.receivers))
    session.flush()
    run = workflow.start(Actor(id=sender), kind, SubjectRef(KIND, item.id, title), unit_id)
    item.run_id = run.id
    session.flush()
    return item


def _tell(item: WorkItem, sender: int, title: str) -> None:
    """Tell those who may take it; whoever was given the step at once is told of the step."""
    asked = session.scalars(
        select(TurnCandidate.person_id)
        .join(Turn, Turn.id == TurnCandidate.turn_id)
        .where(Turn.run_id == item.run_id, Turn.state == "waiting", Turn.assignee_id.is_(None))
    )
    notify(
        sorted(set(asked)), TOLD, url=address(item.id), once=f"{TOLD}/{item.id}", who=notifications.person(sender),
        title=title,
    )  # fmt: skip
