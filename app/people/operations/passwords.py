"""Passwords: hashed with argon2id, changed by their owner, reset by an administrator to a one-time one."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import session
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.texts import _l
from app.people import audit as noted
from app.people.models import Person
from app.people.operations.sessions import end_sessions
from app.people.permissions import PASSWORD_RESET, PROFILE_EDIT
from app.people.queries.grants import roles_held
from app.people.queries.persons import person_for
from app.people.rules import grants as grant_rules
from app.people.rules import passwords as rules
from app.people.rules import secrets

ONE_TIME_LASTS = timedelta(days=3)
FAR = date(9999, 1, 1)


@dataclass(frozen=True, slots=True)
class _Hashing:
    """A hasher, and a hash of nobody's password for unknown accounts."""

    hasher: PasswordHasher
    nobody: str


_memory = [19456]


def use_memory(kibibytes: int) -> None:
    """Set the memory cost (19456 in production, little in tests); hashes made with another still verify."""
    _memory[0] = kibibytes


@cache
def _with(kibibytes: int) -> _Hashing:
    hasher = PasswordHasher(time_cost=2, memory_cost=kibibytes, parallelism=1)
    return _Hashing(hasher, hasher.hash(secrets.new_session()))


def _current() -> _Hashing:
    return _with(_memory[0])


def hashed(password: str) -> str:
    """The argon2id hash of a password."""
    return _current().hasher.hash(rules.normal(password))


def fits(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` belongs to the hash. Without a hash it takes the same time and says no."""
    hashing = _current()
    if len(password) > 1024:
        password = password[:1]  # no account has such a password; the hash takes its time all the same
    try:
        good = hashing.hasher.verify(password_hash or hashing.nobody, rules.normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return good and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _current().hasher.check_needs_rehash(password_hash)


def change_password(actor: Actor, *, current: str, new: str) -> None:
    """The owner chooses another password; every other sign-in of theirs ends.

    Raises ``Invalid`` on ``current`` when that is wrong, on ``new`` when the rules refuse it.
    """
    actor.require(PROFILE_EDIT)
    person = locked(actor.id)
    if not fits(person.password_hash, current):
        raise Invalid("current", "wrong", _l("This is not your present password."))
    if rules.normal(current) == rules.normal(new):
        raise Invalid("new", "same", _l("The new password must differ from the present one."))
    _store(person, new, "new")
    audit.record(actor, noted.PASSWORD_CHANGED, target=("person", actor.id))
    end_sessions(actor, actor.id, why="password", keep=actor.session_id)


def set_password(actor: Actor, person_id: int, password: str, *, must_change: bool = False) -> None:
    """Set a password by the command line or a seed (the system only); ends every sign-in of the person."""
    if not actor.is_system:
        raise Forbidden(PASSWORD_RESET)
    person = locked(person_id)
    _store(person, password, "password")
    session.execute(update(Person).where(Person.id == person_id).values(must_change_password=must_change))
    audit.record(actor, noted.PASSWORD_CHANGED, target=("person", person_id))
    end_sessions(actor, person_id, why="password")


def reset_password(actor: Actor, person_id: int) -> str:
    """Give an account a one-time password (returned once, valid three days, to be changed at the first sign-in).

    Not one's own; an administrator's account only with a second person, see ``resets``.
    """
    actor.require(PASSWORD_RESET)
    if not actor.is_system:
        person_for(actor, person_id, PASSWORD_RESET)
        if person_id == actor.id:
            raise Forbidden(PASSWORD_RESET, _l("Change your own password on your own page."))
        if not resettable(actor, person_id):
            raise Forbidden(PASSWORD_RESET, _l("Another administrator has to reset this account."))
        if needs_second(person_id):
            raise Forbidden(PASSWORD_RESET, _l("Two administrators reset an administrator's account together."))
    person = locked(person_id)
    if person.state == "left":
        raise Forbidden(PASSWORD_RESET, _l("This person has left."))
    password = secrets.new_password()
    store_one_time(actor, person_id, password)
    audit.record(actor, noted.PASSWORD_RESET, target=("person", person_id))
    return password


def store_one_time(actor: Actor, person_id: int, password: str) -> None:
    """Give an account a one-time password and end every sign-in; who may, and the audit, is the caller's."""
    now = clock.now()
    session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(
            password_hash=hashed(password),
            password_changed_at=now,
            password_expires_at=now + ONE_TIME_LASTS,
            must_change_password=True,
            version=Person.version + 1,
        )
        .execution_options(synchronize_session="fetch")
    )
    end_sessions(actor, person_id, why="reset")


def needs_second(person_id: int) -> bool:
    """Whether the account is an administrator's, now or soon: then it is reset by two people together."""
    return grant_rules.needs_second(roles_held(person_id, clock.today(), FAR))


def resettable(actor: Actor, person_id: int) -> bool:
    """Whether the actor's roles allow a part in resetting this account. An office that begins tomorrow counts already: the one-time
    password would still be good then."""
    return grant_rules.may_reset(by=actor.roles, target=roles_held(person_id, clock.today(), FAR))


def _store(person: Person, password: str, field: str) -> None:
    faults = rules.faults(password, username=person.username, name=person.name, staff_number=person.staff_number)
    if faults:
        raise Invalid.many([type(fault)(field, fault.code, fault.message) for fault in faults])
    session.execute(
        update(Person)
        .where(Person.id == person.id)
        .values(
            password_hash=hashed(password),
            password_changed_at=clock.now(),
            password_expires_at=None,
            must_change_password=False,
            version=Person.version + 1,
        )
        .execution_options(synchronize_session="fetch")
    )


def locked(person_id: int) -> Person:
    """The person's row under lock; raises ``NotFound``."""
    person = session.scalar(
        select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True)
    )
    if person is None:
        raise NotFound()
    return person
