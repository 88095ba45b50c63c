"""What a reader does with a notice: open it, read it to the end, answer its questions, sign it (D29)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.texts import _l
from app.work.models import Notice, Receipt
from app.work.operations.notices import KIND
from app.work.queries import notices as reading
from app.work.rules import notices as rules

SIGNED = audit.declare("work.notice_signed", _l("Notice signed"), keys=("revision", "digest"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the notice counts as read now, and how many answers were right."""

    read: bool
    right: int
    asked: int


def open_notice(person_id: int, notice_id: int) -> None:
    """Note that its reader has opened it, the first time."""
    session.execute(
        update(Receipt)
        .where(Receipt.notice_id == notice_id, Receipt.person_id == person_id, Receipt.opened_at.is_(None))
        .values(opened_at=clock.now())
    )


def read_notice(
    actor: Actor, notice_id: int, *, revision: int, answers: Sequence[int | None] = (), name: str = ""
) -> Outcome:
    """Say that one has read this revision; questions must all be right, and a signature be one's own name.

    Reading and signing are one's own: nobody does it on behalf of somebody else. Wrong answers are counted and asked again. A
    second time changes nothing. Raises ``Conflict`` for another revision than the present one and for an ended notice.
    """
    notice = reading.notice_for(actor, notice_id)
    receipt = session.scalar(
        select(Receipt)
        .where(Receipt.notice_id == notice.id, Receipt.person_id == actor.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if receipt is None:
        raise Forbidden(message=_l("This notice is not addressed to you; there is nothing to confirm."))
    if receipt.read_revision >= max(notice.wanted, revision):
        return Outcome(True, len(notice.questions), len(notice.questions))
    if notice.state != "published":
        raise Conflict(_l("This notice is no longer in force."))
    if revision != notice.revision:
        raise Conflict(_l("The notice has been changed while you were reading. Please read it again."))
    if notice.sign and not rules.same_name(name, actor.name):
        raise Invalid("name", "not_yours", _l("Sign with your own name as it stands in your account."))
    questions = [rules.Question.read(data) for data in notice.questions]
    right = rules.marked(questions, answers)
    if questions:
        receipt.attempts += 1
        receipt.score = right
    if right == len(questions):
        _count(actor, notice, receipt, name)
    session.flush()
    return Outcome(right == len(questions), right, len(questions))


def _count(actor: Actor, notice: Notice, receipt: Receipt, name: str) -> None:
    now = clock.now()
    receipt.read_at, receipt.read_revision = now, notice.revision
    receipt.opened_at = receipt.opened_at or now
    if notice.sign:
        receipt.signed_at, receipt.signed_name, receipt.signed_digest = now, name.strip()[:60], notice.digest
        audit.record(actor, SIGNED, target=(KIND, notice.id), revision=notice.revision, digest=notice.digest)
