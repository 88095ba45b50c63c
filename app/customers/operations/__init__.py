"""All writes of the customers room. They never commit; whoever calls them does."""

from app.customers.operations.contacts import (
    add_note,
    correct_contact,
    record_call,
    record_contact,
    record_visit,
    withdraw_note,
)
from app.customers.operations.customers import create_customer, update_customer
from app.customers.operations.imports import import_customers
from app.customers.operations.key_persons import add_key_person, remove_key_person, update_key_person
from app.customers.operations.looks import note_look, record_export, reveal
from app.customers.operations.portfolio import assign_holder, assign_many, hand_over
from app.customers.operations.relations import relate, unrelate
from app.customers.operations.tiers import set_frequencies

__all__ = [
    "add_key_person",
    "add_note",
    "assign_holder",
    "assign_many",
    "correct_contact",
    "create_customer",
    "hand_over",
    "import_customers",
    "note_look",
    "record_call",
    "record_contact",
    "record_export",
    "record_visit",
    "relate",
    "remove_key_person",
    "reveal",
    "set_frequencies",
    "unrelate",
    "update_customer",
    "update_key_person",
    "withdraw_note",
]
