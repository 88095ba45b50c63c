"""Customers: GET, POST /customers, GET, PATCH /customers/{id}. Phone and identity numbers are masked, as on every page."""

from typing import Any

from app.api import plain
from app.api.doors import Answer, door
from app.api.rules.shapes import Amount, Choice, Id, Many, Number, Text, Thing, page_of
from app.api.v1.common import (
    At,
    Key,
    MaybeAmount,
    MaybeAt,
    MaybeDay,
    MaybeId,
    MaybeKey,
    MaybePerson,
    Title,
    Version,
    Words,
    cursor,
    listing,
    page,
    size,
)
from app.core.texts import _
from app.customers import permissions
from app.customers.operations import customers as writes
from app.customers.operations.looks import note_look
from app.customers.queries import customers as reads
from app.customers.queries.filters import DUE, SORTS, Filters
from app.customers.rules import lists, values
from app.customers.rules.contacts import NEVER
from app.people import queries as people
from app.web.afterwards import afterwards
from app.web.current import actor

LINE = {
    "id": Id,
    "number": Title,
    "name": Title,
    "kind": Key,
    "industry": MaybeKey,
    "tier": Key,
    "asset_value": Amount(),
    "phone": Text(most=40, about="Masked"),
    "holder_id": MaybeId,
    "holder": MaybePerson,
    "team_id": MaybeId,
    "unit_id": Id,
    "last_contact_at": MaybeAt,
    "contact_due_on": MaybeDay,
}
CustomerLine = Thing(name="CustomerLine", keys=LINE)
Warned = Thing(name="Warning", keys={"code": Key, "message": Words, "ids": Many(of=Id)})
Customer = Thing(
    name="Customer",
    keys={
        **LINE,
        "identity": Text(most=40, about="Masked"),
        "address": Words,
        "about": Words,
        "created_at": At,
        "updated_at": At,
        "version": Version,
        "warnings": Many(of=Warned, about="What the page would have asked about before going on"),
    },
    optional=frozenset({"warnings"}),
)
GIVEN = {
    "number": Text(most=values.NUMBER_LIMIT, about="Given out when left out"),
    "name": Text(least=1, most=values.NAME_LIMIT),
    "kind": Choice(keys=values.KINDS),
    "industry": Text(most=32, null=True, about="A key of the institution's industries"),
    "tier": Choice(keys=sorted(lists.by_key("tiers"))),
    "asset_value": MaybeAmount,
    "phone": Text(most=30),
    "identity": Text(most=40),
    "address": Text(most=values.ADDRESS_LIMIT),
    "about": Text(most=values.ABOUT_LIMIT),
    "unit_id": Id,
}
NewCustomer = Thing(
    name="NewCustomer",
    keys={**GIVEN, "team_id": Id, "holder_id": Id},
    optional=frozenset({*GIVEN, "team_id", "holder_id"} - {"name", "kind"}),
)
CustomerChange = Thing(name="CustomerChange", keys={**GIVEN, "version": Version}, optional=frozenset(GIVEN))


@door(
    "GET", "/customers", summary="Customers in scope", permission=permissions.VIEW, answer=page_of(CustomerLine, "Customers"),
    query=listing(
        q=Text(most=80, about="Name, pinyin or its initials, number"), kind=Choice(keys=values.KINDS), tier=Text(most=32),
        industry=Text(most=32), due=Choice(keys=DUE), holder=Number(about="0: nobody's"), unit=Id, team=Id,
        sort=Choice(keys=sorted(SORTS)),
    ),
)  # fmt: skip
def customers(query: dict[str, Any]) -> dict[str, Any]:
    """The same customers in the same order as the page's list."""
    raw = {key: str(value) for key, value in query.items() if key not in ("cursor", "limit")}
    found = reads.customers_page(actor(), Filters.parse(raw, people.words("industry")), cursor(query), size(query))
    names = people.names({row.holder_id for row in found.items})
    return page(found, lambda row: _line(row, names))


@door(
    "POST", "/customers", summary="Add a customer", permission=permissions.CREATE, answer=Customer, body=NewCustomer, status=201,
    about="Unit, team and holder follow from who acts when left out. A customer of the same name is a warning, not a bar.",
)  # fmt: skip
def create_customer(body: dict[str, Any]) -> Answer:
    """Add a customer; names that are known already come back as a warning."""
    known = reads.duplicates(actor(), body["name"])
    made = writes.create_customer(actor(), despite_duplicates=True, **body)
    warnings = []
    if known.seen or known.hidden:
        ids = [row.id for row in known.seen]
        warnings.append({"code": "duplicate", "message": _("There is already a customer of this name."), "ids": ids})
    return Answer({**_whole(made), "warnings": warnings}, location=f"/api/v1/customers/{made.id}")


@door("GET", "/customers/{customer_id}", summary="One customer", permission=permissions.VIEW, answer=Customer)
def customer(customer_id: int) -> dict[str, Any]:
    """One customer; that it was looked at is noted."""
    person, found = actor(), reads.customer_for(actor(), customer_id)
    afterwards(lambda: note_look(person, customer_id))
    return _whole(found)


@door(
    "PATCH", "/customers/{customer_id}", summary="Change a customer", permission=permissions.VIEW, answer=Customer,
    body=CustomerChange, about="What is left out stays. An empty phone or identity number takes it away.",
)  # fmt: skip
def change_customer(customer_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Change the given fields; 409 when the record has changed since ``version``."""
    given = dict(body)
    version = given.pop("version")
    return _whole(writes.update_customer(actor(), customer_id, version, **given))


def _line(row: Any, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "name": row.name,
        "kind": row.kind,
        "industry": row.industry,
        "tier": row.tier,
        "asset_value": plain.amount(row.asset_value),
        "phone": row.phone_masked,
        "holder_id": row.holder_id,
        "holder": {"id": row.holder_id, "name": names.get(row.holder_id, "")} if row.holder_id else None,
        "team_id": row.team_id,
        "unit_id": row.unit_id,
        "last_contact_at": plain.moment(row.last_contact_at),
        "contact_due_on": plain.day(row.contact_due_on) if row.contact_due_on < NEVER else None,
    }


def _whole(row: Any) -> dict[str, Any]:
    return {
        **_line(row, people.names([row.holder_id])),
        "identity": row.identity_masked,
        "address": row.address,
        "about": row.about,
        "created_at": plain.moment(row.created_at),
        "updated_at": plain.moment(row.updated_at),
        "version": row.version,
    }
