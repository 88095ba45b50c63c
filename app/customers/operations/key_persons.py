"""The people at a customer: who decides, whom one telephones."""

from datetime import date
from typing import Any

from sqlalchemy import update

from app.core import audit, clock
from app.core.actor import Actor
from app.core.database import changed_one, session
from app.core.errors import Conflict, NotFound
from app.core.texts import _l
from app.customers import messages, permissions
from app.customers.models import KeyPerson
from app.customers.operations.customers import keep_secret
from app.customers.queries import customers as reading
from app.customers.rules import masking, values
from app.customers.rules.record import is_storable

CHANGED = audit.declare("customers.key_person_changed", _l("Key person of a customer changed"), keys=("key_person",))
_LIMITS = {"name": values.NAME_LIMIT, "post": 80, "about": 500}


def add_key_person(
    actor: Actor,
    customer_id: int,
    *,
    name: str,
    post: str = "",
    decides: bool = False,
    phone: str = "",
    birthday: date | None = None,
    about: str = "",
) -> KeyPerson:
    """Add somebody at the customer. Raises ``NotFound``, ``Forbidden``, ``Invalid``."""
    customer = reading.customer_for(actor, customer_id, permissions.EDIT)
    new, full_phone = _checked(name=name, post=post, about=about, phone=phone, birthday=birthday, decides=decides)
    person = KeyPerson(customer_id=customer.id, **new)
    session.add(person)
    session.flush()
    if full_phone:
        keep_secret(customer.id, "phone", full_phone, person.id)
    changes = {key: (None, value) for key, value in new.items() if value not in (None, "", False)}
    audit.record(actor, CHANGED, target=("customer", customer.id), key_person=person.id, changes=changes)
    return person


def update_key_person(
    actor: Actor, key_person_id: int, version: int, *, phone: str | None = None, **given: Any
) -> KeyPerson:
    """Change a key person; ``phone`` None keeps the hidden number, empty takes it away."""
    person = key_person_for(actor, key_person_id)
    stored = {key: getattr(person, key) for key in ("name", "post", "about", "birthday", "decides")}
    new, full_phone = _checked(**(stored | given), phone=phone or "")
    if phone is None:
        del new["phone_masked"]
    changes = {key: (getattr(person, key), value) for key, value in new.items() if getattr(person, key) != value}
    _store(person, version, new)
    if phone is not None:
        keep_secret(person.customer_id, "phone", full_phone, person.id)
    audit.record(actor, CHANGED, target=("customer", person.customer_id), key_person=person.id, changes=changes)
    return person


def remove_key_person(actor: Actor, key_person_id: int, version: int) -> None:
    """Take somebody off the list; the whole telephone number is forgotten."""
    person = key_person_for(actor, key_person_id)
    _store(person, version, {"removed_at": clock.now(), "phone_masked": ""})
    keep_secret(person.customer_id, "phone", "", person.id)
    changes = {"name": (person.name, None)}
    audit.record(actor, CHANGED, target=("customer", person.customer_id), key_person=person.id, changes=changes)


def key_person_for(actor: Actor, key_person_id: int) -> KeyPerson:
    """A key person of a customer that the actor may change; ``NotFound``, ``Forbidden``."""
    person = session.get(KeyPerson, key_person_id) if 0 < key_person_id < 2**63 else None
    if person is None or person.removed_at is not None:
        raise NotFound()
    reading.customer_for(actor, person.customer_id, permissions.EDIT)
    return person


def _store(person: KeyPerson, version: int, columns: dict[str, Any]) -> None:
    current = update(KeyPerson).where(KeyPerson.id == person.id, KeyPerson.version == version)
    if not changed_one(current.values(**columns, version=version + 1)):
        raise Conflict()
    session.refresh(person)


def _checked(
    *, name: str, post: str, about: str, phone: str, birthday: date | None, decides: bool
) -> tuple[dict[str, Any], str]:
    faults: list[tuple[str, str]] = []
    texts = {
        "name": values.clean_name(name) if is_storable(name) else name,
        "post": post.strip(),
        "about": about.strip(),
    }
    for key, text in texts.items():
        if not is_storable(text):
            faults.append((key, "characters"))
        elif len(text) > _LIMITS[key]:
            faults.append((key, "too_long"))
    if not texts["name"]:
        faults.append(("name", "required"))
    shaped = values.clean_phone(phone) if is_storable(phone) else None
    if shaped is None:
        faults.append(("phone", "not_phone"))
    if birthday is not None and not date(1880, 1, 1) <= birthday <= clock.today():
        faults.append(("birthday", "unknown_day"))
    if faults:
        raise messages.invalid(faults)
    return {
        **texts,
        "birthday": birthday,
        "decides": decides,
        "phone_masked": masking.mask_phone(shaped or ""),
    }, shaped or ""
