"""Creating and changing customers."""

import secrets
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock, search
from app.core.actor import Actor
from app.core.database import changed_one, session
from app.core.errors import Conflict
from app.core.texts import _l
from app.customers import messages, permissions, signals
from app.customers.models import Customer, Portfolio, Secret
from app.customers.operations.due import next_due
from app.customers.operations.owners import MAX_ID, Owners, reaches_unit, settle
from app.customers.queries import customers as reading
from app.customers.queries.tiers import frequencies
from app.customers.rules import masking, record, values
from app.people import queries as people

CREATED = audit.declare("customers.created", _l("Customer added"), keys=("origin",))
UPDATED = audit.declare("customers.updated", _l("Customer changed"))
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def create_customer(
    actor: Actor,
    *,
    name: str,
    kind: str,
    tier: str = "basic",
    number: str = "",
    industry: str | None = None,
    asset_value: Decimal | str | None = None,
    phone: str = "",
    identity: str = "",
    address: str = "",
    about: str = "",
    unit_id: int | None = None,
    team_id: int | None = None,
    holder_id: int | None = None,
    origin: str = "new",
    despite_duplicates: bool = False,
) -> Customer:
    """Add a customer with its first holder.

    Without a number one is given out; without team, unit or holder they follow from who acts (see ``owners.settle``).
    Raises ``Forbidden`` without the right, ``Invalid`` field by field: also ``number``/``taken``, and
    ``name``/``duplicate`` unless ``despite_duplicates`` (a warning, not a bar).
    """
    actor.require(permissions.CREATE)
    raw = {
        "number": number, "name": name, "kind": kind, "industry": industry, "tier": tier, "asset_value": asset_value,
        "phone": phone, "identity": identity, "address": address, "about": about,
    }  # fmt: skip
    checked = record.check(raw, people.words("industry"))
    owners = settle(actor, checked, unit_id=unit_id, team_id=team_id, holder_id=holder_id)
    if checked.values.get("number") and reading.number_taken(checked.values["number"]):
        checked.fault("number", "taken")
    if not checked.faults and not despite_duplicates and _has_duplicates(actor, checked.values["name"]):
        checked.fault("name", "duplicate")
    if checked.faults:
        raise messages.invalid(checked.faults)
    customer = _insert(actor, checked.values, owners)
    _keep_secrets(customer.id, checked.values)
    session.add(
        Portfolio(
            customer_id=customer.id, holder_id=owners.holder_id, team_id=owners.team_id, valid_from=customer.since,
            origin="existing" if origin == "existing" else "new", recorded_by=actor.id or None,
        )
    )  # fmt: skip
    session.flush()
    audit.record(actor, CREATED, target=("customer", customer.id), changes=_as_changes(customer), origin=origin)
    signals.customer_created.send(customer_id=customer.id, person_id=actor.id)
    return customer


def _has_duplicates(actor: Actor, name: str) -> bool:
    found = reading.duplicates(actor, name)
    return bool(found.seen or found.hidden)


def _insert(actor: Actor, given: dict[str, Any], owners: Owners) -> Customer:
    today = clock.today()
    own_number = given.get("number") or ""
    for attempt in range(5):
        customer = Customer(
            number=own_number or new_number(today),
            kind=given["kind"], industry=given.get("industry"), tier=given["tier"], asset_value=given["asset_value"],
            address=given["address"], about=given["about"], unit_id=owners.unit_id, team_id=owners.team_id,
            holder_id=owners.holder_id, since=today, created_by=actor.id or None,
            contact_due_on=next_due(frequencies(), given["tier"], owners.holder_id, None, today),
            **names_of(given["name"], own_number), **masked(given),
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(customer)
                if not own_number:
                    customer.search_text = search.index_text(customer.name, customer.number)
        except IntegrityError as error:
            if own_number:  # somebody took it between our look and our write
                raise messages.invalid([("number", "taken")]) from error
            if attempt == 4:
                raise
            continue
        return customer
    raise AssertionError("unreachable")


def new_number(day: date) -> str:
    """A number to give out: the day and six letters or digits that are not easily confused."""
    return f"K{day:%y%m%d}-{''.join(secrets.choice(_ALPHABET) for _ in range(6))}"


def names_of(name: str, number: str) -> dict[str, str]:
    """The columns that follow from name and number."""
    return {
        "name": name,
        "name_key": values.name_key(name),
        "sort_key": search.pinyin_key(name)[:200],
        "search_text": search.index_text(name, number),
    }


def masked(given: dict[str, Any]) -> dict[str, str]:
    """The masked columns of those secrets that are given."""
    found = {}
    if "phone" in given:
        found["phone_masked"] = masking.mask_phone(given["phone"])
    if "identity" in given:
        found["identity_masked"] = masking.mask_identity(given["identity"])
    return found


def _keep_secrets(customer_id: int, given: dict[str, Any]) -> None:
    for name in ("phone", "identity"):
        if name in given:
            keep_secret(customer_id, name, given[name])


def keep_secret(customer_id: int, field: str, value: str, key_person_id: int | None = None) -> None:
    """Keep a whole number apart from what lists read; empty takes it away."""
    mine = Secret.key_person_id.is_(None) if key_person_id is None else Secret.key_person_id == key_person_id
    session.execute(delete(Secret).where(Secret.customer_id == customer_id, Secret.field == field, mine))
    if value:
        session.add(Secret(customer_id=customer_id, field=field, value=value, key_person_id=key_person_id))
        session.flush()


_AUDITED = ("number", "name", "kind", "industry", "tier", "asset_value", "phone_masked", "identity_masked", "address",
            "about", "unit_id", "team_id", "holder_id")  # fmt: skip


def _as_changes(customer: Customer) -> dict[str, tuple[Any, Any]]:
    return {name: (None, getattr(customer, name)) for name in _AUDITED if getattr(customer, name) not in (None, "")}


def update_customer(actor: Actor, customer_id: int, version: int, **given: Any) -> Customer:
    """Change the given fields (those of ``record.FIELDS`` and ``unit_id``); the others stay.

    ``version`` is the one the person saw. Raises ``NotFound``, ``Forbidden``, ``Invalid``, and ``Conflict`` when the
    record has changed since. An empty phone or identity takes it away; leave it out to keep what is hidden.
    """
    customer = reading.customer_for(actor, customer_id, permissions.EDIT)
    if customer.version != version:
        raise Conflict()
    checked = record.check(given, people.words("industry"), customer.kind)
    new = checked.values
    if new.get("number") == "":
        checked.fault("number", "required")
    elif new.get("number") and reading.number_taken(new["number"], customer.id):
        checked.fault("number", "taken")
    unit_id = given.get("unit_id") or customer.unit_id
    if unit_id != customer.unit_id:
        _check_unit(actor, unit_id, checked)
    if checked.faults:
        raise messages.invalid(checked.faults)
    columns = {name: value for name, value in new.items() if name not in ("phone", "identity")} | {"unit_id": unit_id}
    changes = {n: (getattr(customer, n), v) for n, v in (columns | masked(new)).items() if getattr(customer, n) != v}
    hidden = [name for name in ("phone", "identity") if name in new]
    if not changes and not hidden:
        return customer
    columns |= masked(new)
    if "name" in changes or "number" in changes:
        columns |= names_of(columns.get("name", customer.name), columns.get("number", customer.number))
    if "tier" in changes:
        last = clock.local(customer.last_contact_at).date() if customer.last_contact_at else None
        columns["contact_due_on"] = next_due(frequencies(), columns["tier"], customer.holder_id, last, customer.since)
    store(customer, version, columns)
    _keep_secrets(customer.id, new)
    audit.record(actor, UPDATED, target=("customer", customer.id), changes=changes)
    told = {name: [audit.plain(old), audit.plain(now)] for name, (old, now) in changes.items()}
    signals.customer_updated.send(customer_id=customer.id, person_id=actor.id, changes=told)
    return customer


def _check_unit(actor: Actor, unit_id: int, checked: record.Checked) -> None:
    """A customer may be moved only to a unit that exists and that the actor's own right covers."""
    if not 0 < unit_id <= MAX_ID or unit_id not in people.unit_names([unit_id]):
        checked.fault("unit_id", "unknown_unit")
    elif not reaches_unit(actor, permissions.EDIT, unit_id):
        checked.fault("unit_id", "outside")


def store(customer: Customer, version: int, columns: dict[str, Any]) -> None:
    """Write the columns if the record is still at ``version``: of two who try at once exactly one wins."""
    stmt = update(Customer).where(Customer.id == customer.id, Customer.version == version)
    try:
        with session.begin_nested():
            current = changed_one(stmt.values(**columns, version=version + 1, updated_at=clock.now()))
    except IntegrityError as error:
        raise messages.invalid([("number", "taken")]) from error
    if not current:
        raise Conflict()
    session.refresh(customer)
