"""Creating and changing persons and their accounts, and where they work (D8, D10)."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.core import audit, clock, search, typed
from app.core.actor import Actor, Scope
from app.core.database import session
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.texts import LANGUAGES, _l
from app.people import audit as noted
from app.people.models import ADMINISTRATORS, Person, Posting
from app.people.operations import dated, sign_in
from app.people.operations.grants import require_another_administrator
from app.people.operations.passwords import ONE_TIME_LASTS
from app.people.operations.sessions import end_sessions
from app.people.permissions import ACCOUNT_MANAGE, PERSON_EDIT, POSTING_EDIT, PROFILE_EDIT
from app.people.queries.grants import roles_held
from app.people.queries.institution import vocabulary
from app.people.queries.persons import person_for
from app.people.queries.units import unit_for
from app.people.rules import names, timeline

THEMES = ("auto", "light", "dark")


def create_person(
    actor: Actor,
    *,
    username: str,
    name: str,
    staff_number: str | None = None,
    email: str | None = None,
    hired_on: date | None = None,
    locale: str | None = None,
    unit_id: int | None = None,
    post: str | None = None,
    grade: str | None = None,
    day: date | None = None,
    password_hash: str | None = None,
    one_time: bool = False,
    imported: bool = False,
) -> int:
    """Create a person with an account (no password yet, unless a hash is given) and a first posting; returns the id.

    The posting begins on ``day``, else when the person came or will come, else today.

    ``one_time``: the given password lasts three days and must be changed at the first sign-in.

    Raises ``Invalid`` field by field. Whoever looks after part of the tree only must post the person there.
    """
    granted = actor.require(PERSON_EDIT)
    username = names.username(username)
    faults = [*_faults(name, staff_number, email), *_username_faults(username)]
    if granted.level is not Scope.ALL and unit_id not in granted.unit_ids:
        faults.append(FieldError("unit_id", "required", _l("Choose a unit within the part you look after.")))
    if (unit_id is None) != (not post):
        faults.append(FieldError("post", "required", _l("Unit and post belong together.")))
    if faults:
        raise Invalid.many(faults)
    _require_free(username, staff_number or None, None)
    person = Person(
        username=username,
        name=_plain(name),
        staff_number=(staff_number or "").strip() or None,
        email=(email or "").strip() or None,
        hired_on=hired_on,
        locale=locale if locale in LANGUAGES else None,
        password_hash=password_hash,
        password_changed_at=clock.now() if password_hash else None,
        password_expires_at=clock.now() + ONE_TIME_LASTS if one_time else None,
        must_change_password=one_time,
    )
    _index(person)
    session.add(person)
    session.flush()
    audit.record(
        actor,
        noted.PERSON_CREATED,
        target=("person", person.id),
        changes={
            "name": (None, person.name),
            "username": (None, username),
            "staff_number": (None, person.staff_number),
        },
        **({"import": True} if imported else {}),
    )
    if unit_id is not None and post:
        first = day or hired_on or clock.today()
        _post(actor, person.id, unit_id=unit_id, post=post, grade=grade, day=first)
    return person.id


def update_person(
    actor: Actor,
    person_id: int,
    *,
    name: str,
    username: str,
    staff_number: str | None,
    email: str | None,
    hired_on: date | None,
    version: int | None = None,
) -> None:
    """Change what an administrator may change of a person. Raises ``Conflict`` for a stale version."""
    actor.require(PERSON_EDIT)
    person_for(actor, person_id, PERSON_EDIT)
    require_care(actor, person_id, PERSON_EDIT)
    person = lock(person_id, version)
    username = names.username(username)
    faults = [*_faults(name, staff_number, email), *_username_faults(username)]
    if faults:
        raise Invalid.many(faults)
    _require_free(username, staff_number or None, person_id)
    new = {
        "name": _plain(name),
        "username": username,
        "staff_number": (staff_number or "").strip() or None,
        "email": (email or "").strip() or None,
        "hired_on": hired_on,
    }
    _assign(actor, person, new, noted.PERSON_CHANGED)
    _index(person)
    session.flush()


def update_profile(
    actor: Actor, *, locale: str | None, theme: str, email: str | None, version: int | None = None
) -> None:
    """Change one's own language, look and mail address."""
    actor.require(PROFILE_EDIT)
    faults = _faults("-", None, email)
    if locale and locale not in LANGUAGES:
        faults.append(FieldError("locale", "unknown", _l("Choose one of the languages.")))
    if theme not in THEMES:
        faults.append(FieldError("theme", "unknown", _l("Choose one of the looks.")))
    if faults:
        raise Invalid.many(faults)
    person = lock(actor.id, version)
    new = {"locale": locale or None, "theme": theme, "email": (email or "").strip() or None}
    _assign(actor, person, new, noted.PROFILE_CHANGED)
    session.flush()


def within_care(actor: Actor, person_id: int) -> bool:
    """Whether the actor may change this person's record: HR looks after everybody but administrators."""
    if actor.is_system or "sysadmin" in actor.roles:
        return True
    return not set(ADMINISTRATORS) & roles_held(person_id, clock.today(), date.max)


def require_care(actor: Actor, person_id: int, permission: str) -> None:
    """Raise ``Forbidden`` where :func:`within_care` says no."""
    if not within_care(actor, person_id):
        raise Forbidden(permission, _l("The system administrator looks after administrators."))


def post_person(
    actor: Actor, person_id: int, *, unit_id: int, post: str, grade: str | None = None, day: date | None = None
) -> None:
    """Set unit, post and grade of a person from ``day`` (today) on; what held before that day stays (D10).

    Nobody posts themselves. Raises ``Invalid`` for an unknown word or a closed unit.
    """
    actor.require(POSTING_EDIT)
    if not actor.is_system:
        if person_id == actor.id:
            raise Forbidden(POSTING_EDIT, _l("Somebody else has to change your own post."))
        person_for(actor, person_id, POSTING_EDIT)
        require_care(actor, person_id, POSTING_EDIT)
    person = lock(person_id)
    if person.state == "left":
        raise Conflict(_l("This person has left."))
    _post(actor, person_id, unit_id=unit_id, post=post, grade=grade, day=day or clock.today())


def _post(actor: Actor, person_id: int, *, unit_id: int, post: str, grade: str | None, day: date) -> None:
    _check_posting(actor, unit_id, post, grade, day)
    found = dated.spans(Posting, {"person_id": person_id})
    values = {"unit_id": unit_id, "post": post, "grade": grade or None}
    old = dated.plain(found, day) or {}
    rewrite = timeline.change(found, day, values)
    if not rewrite.added:
        return
    dated.write(Posting, {"person_id": person_id}, rewrite, recorded_by=actor.id)
    audit.record(
        actor,
        noted.PERSON_POSTED,
        target=("person", person_id),
        changes={name: (old.get(name), value) for name, value in values.items()},
        day=day,
        unit_id=unit_id,
    )


def _check_posting(actor: Actor, unit_id: int, post: str, grade: str | None, day: date) -> None:
    known = vocabulary()
    faults = []
    if not any(word.key == post and not word.retired for word in known["post"]):
        faults.append(FieldError("post", "unknown", _l("Choose one of the posts.")))
    if grade and not any(word.key == grade and not word.retired for word in known["grade"]):
        faults.append(FieldError("grade", "unknown", _l("Choose one of the grades.")))
    try:
        permission = POSTING_EDIT if actor.may(POSTING_EDIT) else PERSON_EDIT
        closed = unit_for(actor, unit_id, permission, day).closed
    except NotFound:
        faults.append(FieldError("unit_id", "unknown", _l("Choose a unit within the part you look after.")))
    else:
        if closed:
            faults.append(FieldError("unit_id", "closed", _l("This unit is closed on that day.")))
    if faults:
        raise Invalid.many(faults)


def lock_account(actor: Actor, person_id: int) -> None:
    """Keep a person out at once: no sign-in, no API, no rights, until unlocked. Not oneself, not the last administrator."""
    _change_state(actor, person_id, "active", "locked", noted.ACCOUNT_LOCKED)
    end_sessions(actor, person_id, why="locked")


def unlock(actor: Actor, person_id: int) -> None:
    """Let a locked person in again, and forget failed attempts at the account."""
    actor.require(ACCOUNT_MANAGE)
    if not actor.is_system:
        person_for(actor, person_id, ACCOUNT_MANAGE)
        if person_id == actor.id:
            raise Forbidden(ACCOUNT_MANAGE, _l("Somebody else has to do this for your own account."))
    person = lock(person_id)
    if person.state == "left":
        raise Conflict(_l("This person has left."))
    sign_in.forgive(person.username)
    if person.state == "locked":
        person.state = "active"
        person.version += 1
    audit.record(actor, noted.ACCOUNT_UNLOCKED, target=("person", person_id))
    session.flush()


def _change_state(actor: Actor, person_id: int, old: str, new: str, action: str) -> None:
    actor.require(ACCOUNT_MANAGE)
    if not actor.is_system:
        person_for(actor, person_id, ACCOUNT_MANAGE)
        if person_id == actor.id:
            raise Forbidden(ACCOUNT_MANAGE, _l("Somebody else has to do this for your own account."))
    require_another_administrator(person_id, clock.today())
    person = lock(person_id)
    if person.state != old:
        raise Conflict()
    person.state = new
    person.version += 1
    audit.record(actor, action, target=("person", person_id), changes={"state": (old, new)})
    session.flush()


def lock(person_id: int, version: int | None = None) -> Person:
    """The person's row under lock; raises ``NotFound`` or, when the version seen is stale, ``Conflict``."""
    person = session.scalar(
        select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True)
    )
    if person is None:
        raise NotFound()
    if version is not None and version != person.version:
        raise Conflict()
    return person


def _assign(actor: Actor, person: Person, new: dict[str, Any], action: str) -> None:
    changes = {key: (getattr(person, key), value) for key, value in new.items() if getattr(person, key) != value}
    if not changes:
        return
    for key, (_old, value) in changes.items():
        setattr(person, key, value)
    person.version += 1
    audit.record(actor, action, target=("person", person.id), changes=changes)


def _index(person: Person) -> None:
    person.search_text = search.index_text(person.name, person.username, person.staff_number)
    person.pinyin = search.pinyin_key(person.name)[:200]


def _plain(name: str) -> str:
    return typed.name(name)


def _faults(name: str, staff_number: str | None, email: str | None) -> list[FieldError]:
    faults = []
    if not 1 <= len(_plain(name)) <= 80 or "\x00" in name:
        faults.append(FieldError("name", "length", _l("A name has 1 to 80 characters.")))
    if staff_number and not names.is_number(staff_number.strip()):
        faults.append(FieldError("staff_number", "invalid", _l("A number has up to 32 letters, digits or . _ / -")))
    mail = (email or "").strip()
    if mail and not names.is_email(mail):
        faults.append(FieldError("email", "invalid", _l("This is not a mail address.")))
    return faults


def _username_faults(username: str) -> list[FieldError]:
    if names.is_username(username):
        return []
    message = _l("A user name has 2 to 64 small letters, digits or . _ - and begins with a letter.")
    return [FieldError("username", "invalid", message)]


def _require_free(username: str, staff_number: str | None, own: int | None) -> None:
    taken = session.execute(
        select(Person.id, Person.username, Person.staff_number).where(
            (Person.username == username) | (Person.staff_number == (staff_number or "").strip()),
            Person.id != (own or 0),
        )
    )
    for row in taken:
        if row.username == username:
            raise Invalid("username", "taken", _l("Somebody has this user name already."))
        raise Invalid("staff_number", "taken", _l("Somebody has this number already."))
