"""Publishing notices, withdrawing them, and ending what has expired; the run of the publication says how far it is (D29)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, exists, or_, select

from app.core import audit, calendar, clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session, unit_of_work
from app.core.errors import Conflict, Invalid, MissingItem
from app.core.texts import _l
from app.work.models import Notice, Receipt
from app.work.operations.notices import KIND, for_writing, revise
from app.work.queries.notices import UNREAD, must_be_checked
from app.work.rules import notices as rules
from app.workflow import operations as workflow
from app.workflow import queries as reading
from app.workflow.models import Run
from app.workflow.registry import Arguments, GuardContext, SubjectRef

PUBLISHED = audit.declare("work.notice_published", _l("Notice published"), keys=("revision", "digest"))
WITHDRAWN = audit.declare("work.notice_withdrawn", _l("Notice withdrawn"))


def hand_in(actor: Actor, notice_id: int, version: int) -> Notice:
    """Publish a draft, or hand it in for checking where the setting asks for a second person."""
    notice = for_writing(actor, notice_id)
    if notice.version != version:
        raise Conflict()
    turn = reading.open_waiting(actor, notice.run_id) if notice.run_id else None
    if notice.state != "draft" or turn is None or turn.turn.step != "write":
        raise Conflict()
    workflow.complete(actor, turn.turn_id, outcome="submit" if must_be_checked() else "publish")
    session.refresh(notice)
    settle(notice)
    return notice


def withdraw(actor: Actor, notice_id: int, reason: str) -> Notice:
    """Take a notice back: nobody has to read it any more, receipts stay."""
    notice = for_writing(actor, notice_id)
    reason = reason.strip()
    if not reason or len(reason) > rules.REASON:
        raise Invalid("reason", "required", _l("Say why."))
    if notice.state in ("withdrawn", "expired"):
        raise Conflict()
    notice.state, notice.ended_at, notice.end_reason = "withdrawn", clock.now(), reason
    session.flush()
    if _run_is_open(notice):
        workflow.close(SYSTEM, notice.run_id or 0, end="withdrawn", reason=reason)
    audit.record(actor, WITHDRAWN, target=(KIND, notice.id))
    return notice


def follow_run(run: Run, actor: Actor) -> None:
    """Let the notice's state follow its run, whichever door moved it; what is published gets its first revision."""
    notice = session.get(Notice, run.subject_id)
    if notice is None or notice.state in ("withdrawn", "expired"):
        return
    if run.state == "cancelled":
        notice.state, notice.ended_at = "withdrawn", clock.now()
    elif run.stage == "published" and notice.published_at is None:
        notice.state, notice.published_at = "published", clock.now()
        revise(actor, notice, again=True)
        audit.record(actor, PUBLISHED, target=(KIND, notice.id), revision=notice.revision, digest=notice.digest)
    elif notice.published_at is None:
        notice.state = "checking" if run.stage == "checking" else "draft"
    session.flush()


def settle(notice: Notice) -> bool:
    """End the step that follows the reading where nobody has to read any more, else give it its date."""
    if not _run_is_open(notice):
        return False
    turn = reading.open_waiting(SYSTEM, notice.run_id or 0)
    if turn is None or turn.turn.step != "follow":
        return False
    if is_settled(notice):
        itself = replace(SYSTEM, behalf=turn.turn.assignee)
        workflow.complete(itself, turn.turn_id, outcome="done")
        return True
    if notice.read_by is not None:
        due, _provisional = calendar.due_moment(calendar.start_of_day(notice.read_by), 1, calendar.WORKING_DAYS)
        if turn.turn.due_at != due and due > clock.now():
            workflow.extend(SYSTEM, turn.turn_id, due)
    return False


def is_settled(notice: Notice) -> bool:
    """Whether nobody has to read it any more: it is not required, has ended, or all have read and nobody will be added."""
    if not notice.required or notice.state != "published":
        return True
    may_grow = notice.standing and (notice.read_by is None or notice.read_by >= clock.today())
    return notice.delivered_at is not None and not may_grow and not unread_of(notice.id)


def end_notices() -> int:
    """Job: notices past their last day expire, publications that nobody has to follow end. One short write each."""
    done = 0
    for notice_id in _due_to_end():
        with unit_of_work():
            notice = session.get(Notice, notice_id, with_for_update=True, populate_existing=True)
            done += notice is not None and _end(notice)
    return done


def _due_to_end() -> Sequence[int]:
    today = clock.today()
    unread = exists().where(Receipt.notice_id == Notice.id, UNREAD)
    followed = exists().where(Run.id == Notice.run_id, Run.state == "open")
    settled = or_(Notice.state == "expired", Notice.required.is_(False), Notice.delivered_at.is_not(None) & ~unread)
    ended = or_(and_(Notice.state == "published", Notice.expires_on < today), and_(followed, settled))
    with unit_of_work():
        return session.scalars(select(Notice.id).where(Notice.published_at.is_not(None), ended)).all()


def _end(notice: Notice) -> bool:
    expires = notice.state == "published" and notice.expires_on is not None and notice.expires_on < clock.today()
    if expires:
        notice.state, notice.ended_at = "expired", clock.now()
        session.flush()
    return settle(notice) or expires


def unread_of(notice_id: int) -> bool:
    """Whether anybody has still to read it."""
    stmt = select(Receipt.id).join(Notice, Notice.id == Receipt.notice_id).where(Receipt.notice_id == notice_id, UNREAD)
    return session.scalar(stmt.limit(1)) is not None


def _run_is_open(notice: Notice) -> bool:
    return session.scalar(select(Run.state).where(Run.id == notice.run_id)) == "open"


def needs_no_check(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """Guard: the setting does not ask for a second person."""
    if not must_be_checked():
        return None
    return MissingItem(
        "guard", "notice_needs_no_check", _l("A second person checks notices here: hand it in for checking.")
    )


def settled(subject: SubjectRef, args: Arguments, context: GuardContext) -> MissingItem | None:
    """Guard: nobody has to read it any more."""
    notice = session.get(Notice, subject.id)
    coming = notice is not None and notice.required and notice.state in ("draft", "checking")
    # the step that follows the reading is opened a moment before its notice counts as published
    if notice is None or (is_settled(notice) and not coming):
        return None
    return MissingItem("guard", "notice_settled", _l("Somebody has not read it yet: nudge them, or give the reason."))


def following(*, run: Any, actor: Actor, **_facts: Any) -> None:
    """Receiver of the workflow's signals."""
    if run.subject_kind == KIND:
        follow_run(run, actor)
