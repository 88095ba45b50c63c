"""Choosing persons by the customers they hold: the tiers of their own portfolio (D15, D51)."""

from collections.abc import Sequence

from sqlalchemy import exists, literal, select, union_all

from app.core.actor import Actor
from app.core.texts import _l, text
from app.customers.models import Customer
from app.customers.rules import lists
from app.people.audiences import Others, Persons, criterion
from app.people.models import Person


def register() -> None:
    """Contribute the criterion of this room."""
    criterion(
        "customer_tier",
        title=_l("Holds customers of tier"),
        order=80,
        choices=_tiers,
        select=_holding,
        titles=lambda values: _titles(),
        fits=lambda value: value in lists.by_key("tiers"),
    )


def _titles() -> dict[str, str]:
    return {entry.key: text(entry.title) for entry in lists.entries("tiers")}


def _tiers(actor: Actor) -> list[tuple[str, str]]:
    return list(_titles().items())


def _holding(values: Sequence[str], others: Others) -> Persons:
    # one look into the index for each person and tier: millions of customers make it no slower
    alternatives = [
        select(Person.id.label("person_id"), literal(tier).label("tier")).where(
            Person.state == "active", exists().where(Customer.holder_id == Person.id, Customer.tier == tier)
        )
        for tier in values
    ]
    either = union_all(*alternatives).subquery()
    return select(either.c.person_id, either.c.tier)
