"""Signing in, in three parts, so that no lock is held while the password is being hashed.

``look`` reads the account and what the throttle knows; ``passwords.fits`` takes its time outside any transaction;
``finish`` asks the throttle again under the account's lock and lets the result count. A right password signs in; only
failures are counted and, beyond a few, told to wait. What bounds guessing is in decision 0013.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.core import audit, clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session
from app.core.errors import DomainError
from app.core.texts import _l
from app.people import audit as noted
from app.people.models import Person, SignInAttempt, SignInSession
from app.people.operations import passwords
from app.people.queries.accounts import sign_in_attempts
from app.people.rules import names, secrets, throttle


class Refused(DomainError):
    """Wrong user name or password: the two are told alike."""

    status = 422
    code = "wrong"

    def __init__(self) -> None:
        super().__init__(_l("User name or password is not right."))


class Expired(DomainError):
    """A one-time password that was not used in time."""

    status = 422
    code = "expired"

    def __init__(self) -> None:
        super().__init__(_l("This one-time password has run out. Ask your administrator for a new one."))


class Locked(DomainError):
    """The right password of an account that an administrator has locked."""

    status = 422
    code = "locked"

    def __init__(self) -> None:
        super().__init__(_l("This account is locked. Ask your administrator."))


class TooMany(DomainError):
    """Too many failed attempts of this account from here; ``seconds`` to wait."""

    status = 429
    code = "too_many"

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, int(wait.total_seconds() + 0.999))
        super().__init__(_l("Too many failed attempts from here. Try again in %(count)s seconds.", count=self.seconds))


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known before the password is looked at."""

    account: str
    origin: str
    person_id: int | None
    password_hash: str | None
    delay: timedelta = timedelta(0)
    """How late this attempt is to be answered."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A fresh sign-in: its secret (only here), and the person."""

    token: str
    session_id: int
    person_id: int
    must_change_password: bool


def look(typed: str, *, address: str | None, devices: Mapping[int, str]) -> Candidate:
    """Read the account that ``typed`` names. ``devices``: what this browser is called, by persons who have used it."""
    username = names.username(typed[:200]).replace("\x00", "")
    row = session.execute(
        select(Person.id, Person.password_hash).where(Person.username == username, Person.state != "left")
    ).one_or_none()
    device = devices.get(row.id) if row is not None else None
    account, origin = secrets.account_of(username), f"device:{device}" if device else secrets.origin_of(address)
    return Candidate(
        account=account,
        origin=origin,
        person_id=row.id if row else None,
        password_hash=row.password_hash if row else None,
        delay=throttle.delay(sign_in_attempts(account, origin), clock.now()),
    )


def finish(
    candidate: Candidate, good: bool, *, password: str, address: str | None, agent: str, lasts: timedelta
) -> Opened:
    """Count the attempt and, when ``good``, open a session that ends at the latest after ``lasts``.

    The caller keeps what was written although an error is raised: a failed attempt counts.
    """
    person = None
    if candidate.person_id is not None:
        person = session.scalar(
            select(Person)
            .where(Person.id == candidate.person_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    if person is not None and person.password_hash != candidate.password_hash:
        good = False  # changed between the look and now
    now = clock.now()
    problem = _problem(person, good, now)
    if isinstance(problem, Refused):
        wait = throttle.wait(sign_in_attempts(candidate.account, candidate.origin), now)
        problem = TooMany(wait) if wait else problem
    session.add(SignInAttempt(account=candidate.account, origin=candidate.origin, succeeded=problem is None, at=now))
    if problem is not None or person is None:
        problem = problem or Refused()
        if person is not None:
            who = Actor(id=SYSTEM.id, name=SYSTEM.name, channel="page", address=address)
            audit.record(who, noted.SIGN_IN_REFUSED, target=("person", person.id), why=problem.code)
        session.flush()
        raise problem
    if passwords.needs_rehash(person.password_hash or ""):
        person.password_hash = passwords.hashed(password)
    token = secrets.new_session()
    opened = SignInSession(
        person_id=person.id,
        digest=secrets.digest(token),
        created_at=now,
        seen_at=now,
        expires_at=now + lasts,
        address=address,
        agent=agent.replace("\x00", "")[:200],
    )
    session.add(opened)
    session.flush()
    who = Actor(id=person.id, name=person.name, channel="page", address=address)
    audit.record(who, noted.SIGNED_IN, target=("person", person.id), session_id=opened.id)
    return Opened(token, opened.id, person.id, person.must_change_password)


def _problem(person: Person | None, good: bool, now: datetime) -> DomainError | None:
    if person is None or not good or person.state == "left":
        return Refused()
    if person.state == "locked":
        return Locked()
    if person.password_expires_at is not None and person.password_expires_at <= now:
        return Expired()
    return None


def forgive(username: str) -> None:
    """Let an account be tried again at once, from everywhere (part of unlocking it)."""
    session.execute(
        update(SignInAttempt)
        .where(SignInAttempt.account == secrets.account_of(username), SignInAttempt.succeeded.is_(False))
        .values(at=clock.now() - throttle.WINDOW)
    )
