"""Resetting an administrator's account takes two people: each gets half of the one-time password (decision 0015)."""

from datetime import timedelta

from sqlalchemy import select

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.texts import _l
from app.people import audit as noted
from app.people.models import Reset
from app.people.operations import passwords
from app.people.permissions import PASSWORD_RESET
from app.people.queries.persons import person_for
from app.people.rules import secrets

WAITS = timedelta(days=3)
"""How long an asked reset waits for its second person."""


def ask_reset(actor: Actor, person_id: int) -> str:
    """Ask for the reset of an administrator's account; returns the first half of the one-time password, only once.

    Nothing changes for the account until another administrator confirms. Raises ``Conflict`` when it has been asked
    already, ``Forbidden`` for one's own account or one that needs no second person.
    """
    _require(actor, person_id)
    if not passwords.needs_second(person_id):
        raise Forbidden(PASSWORD_RESET, _l("This account is reset by one administrator alone."))
    passwords.locked(person_id)  # two at once: the second sees the first
    waiting = _waiting(person_id)
    if waiting is not None:
        if waiting.asked_at + WAITS > clock.now():
            raise Conflict(_l("This has been asked already and waits for a second administrator."))
        _close(waiting, "withdrawn", actor)
    part = secrets.half_password()
    session.add(Reset(person_id=person_id, part=part, asked_by=actor.id))
    audit.record(actor, noted.RESET_ASKED, target=("person", person_id))
    session.flush()
    return part


def confirm_reset(actor: Actor, person_id: int) -> str:
    """Confirm what another administrator asked: the account gets its one-time password, of which this is the second half.

    Raises ``Forbidden`` for whoever asked, ``NotFound`` when nothing waits (any more).
    """
    _require(actor, person_id)
    passwords.locked(person_id)
    waiting = _waiting(person_id)
    if waiting is None or waiting.part is None or waiting.asked_at + WAITS <= clock.now():
        raise NotFound()
    if waiting.asked_by == actor.id:
        raise Forbidden(PASSWORD_RESET, _l("Another administrator has to confirm what you asked."))
    second = secrets.half_password()
    passwords.store_one_time(actor, person_id, f"{waiting.part}-{second}")
    audit.record(actor, noted.PASSWORD_RESET, target=("person", person_id), asked_by=waiting.asked_by)
    _close(waiting, "confirmed", actor)
    return second


def withdraw_reset(actor: Actor, person_id: int) -> None:
    """Take back, or refuse, a reset that waits: the half that was given is worth nothing."""
    _require(actor, person_id)
    passwords.locked(person_id)
    waiting = _waiting(person_id)
    if waiting is None:
        raise NotFound()
    _close(waiting, "withdrawn", actor)
    audit.record(actor, noted.RESET_WITHDRAWN, target=("person", person_id), asked_by=waiting.asked_by)


def _require(actor: Actor, person_id: int) -> None:
    actor.require(PASSWORD_RESET)
    state = person_for(actor, person_id, PASSWORD_RESET).state
    if person_id == actor.id:
        raise Forbidden(PASSWORD_RESET, _l("Change your own password on your own page."))
    if state == "left":
        raise Forbidden(PASSWORD_RESET, _l("This person has left."))


def _waiting(person_id: int) -> Reset | None:
    return session.scalar(
        select(Reset)
        .where(Reset.person_id == person_id, Reset.state == "asked")
        .execution_options(populate_existing=True)
    )


def _close(reset: Reset, state: str, actor: Actor) -> None:
    reset.state, reset.part, reset.decided_by, reset.decided_at = state, None, actor.id, clock.now()
    session.flush()
