"""Sign-ins that have happened: noticing their use, ending them."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, update

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session, unit_of_work
from app.core.errors import NotFound
from app.people import audit as noted
from app.people.models import SignInAttempt, SignInSession
from app.people.permissions import ACCOUNT_MANAGE, PROFILE_EDIT
from app.people.queries.persons import person_for

SEEN_EVERY = timedelta(seconds=60)
"""How exactly the last use of a sign-in is noted."""
KEPT = timedelta(days=90)
"""How long ended sign-ins and old attempts are kept; the audit keeps the facts for good."""


def seen(session_id: int, at: datetime) -> None:
    """Note that a sign-in was used."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.seen_at < at, SignInSession.ended_at.is_(None))
        .values(seen_at=at)
    )


def sign_out(actor: Actor) -> None:
    """End the sign-in that the actor is using."""
    if actor.session_id is None:
        return
    _end(actor.session_id, "signed out")
    audit.record(actor, noted.SIGNED_OUT, target=("person", actor.id), session_id=actor.session_id)


def end_session(actor: Actor, session_id: int) -> None:
    """End one of one's own sign-ins, on a lost or forgotten device; raises ``NotFound`` for another's."""
    actor.require(PROFILE_EDIT)
    owner = session.scalar(select(SignInSession.person_id).where(SignInSession.id == session_id))
    if owner != actor.id:
        raise NotFound()
    _end(session_id, "ended")
    audit.record(actor, noted.SESSION_ENDED, target=("person", actor.id), session_id=session_id, why="ended")


def end_sessions_of(actor: Actor, person_id: int) -> int:
    """An administrator ends every sign-in of a person within reach; returns how many."""
    actor.require(ACCOUNT_MANAGE)
    person_for(actor, person_id, ACCOUNT_MANAGE)
    return end_sessions(actor, person_id, why="administrator")


def end_sessions(actor: Actor, person_id: int, *, why: str, keep: int | None = None) -> int:
    """End the live sign-ins of a person but ``keep``; returns how many."""
    live = select(SignInSession.id).where(
        SignInSession.person_id == person_id, SignInSession.ended_at.is_(None), SignInSession.expires_at > clock.now()
    )
    found = [each for each in session.scalars(live) if each != keep]
    for each in found:
        _end(each, why)
        audit.record(actor, noted.SESSION_ENDED, target=("person", person_id), session_id=each, why=why)
    return len(found)


def _end(session_id: int, why: str) -> None:
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason=why)
    )


def forget_old() -> int:
    """Job: delete attempts and sign-ins older than :data:`KEPT`; returns how many."""
    before = clock.now() - KEPT
    with unit_of_work():
        gone = 0
        for stmt in (
            delete(SignInAttempt).where(SignInAttempt.at < before),
            delete(SignInSession).where(SignInSession.expires_at < before),
        ):
            result = session.execute(stmt)
            assert isinstance(result, CursorResult)
            gone += result.rowcount
    return gone
