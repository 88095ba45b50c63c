"""What is said about a field that cannot be taken: one sentence per stable code, that says how to mend it."""

from collections.abc import Iterable
from typing import Any

from app.core.errors import FieldError, Invalid
from app.core.texts import _l
from app.sales.rules import limits

MESSAGES: dict[str, Any] = {
    "required": _l("This is needed."),
    "text": _l("Enter text."),
    "too_long": _l("This text is too long."),
    "characters": _l("This text has characters that cannot be stored."),
    "unknown": _l("Choose one of the list."),
    "not_amount": _l("Write an amount in yuan, with at most two decimals."),
    "not_day": _l("Write a date such as 2026-11-21."),
    "out_of_range": _l("This is out of range."),
    "not_rows": _l("Enter a list of rows."),
    "too_many": _l("At most %(n)s lines.", n=limits.PRODUCTS),
    "unknown_customer": _l("There is no such customer in your view."),
    "unknown_team": _l("There is no such team that you belong to."),
    "choose_team": _l("You are in several teams: say which one."),
    "no_team": _l("Opportunities belong to a customer team, and you are in none."),
    "not_in_team": _l("Only a relationship manager or leader of the team can be accountable."),
    "unknown_product": _l("This product is not in the catalogue."),
    "retired_product": _l("This product is no longer offered."),
    "taken": _l("Another product has this already."),
    "twice": _l("This stands here already."),
    "unknown_person": _l("There is no such person whom you may accompany."),
    "same_person": _l("Two different people are needed."),
    "other_customer": _l("This opportunity belongs to another customer, or has ended."),
    "reason": _l("Choose a reason."),
    "say_more": _l("Say in a few words why."),
}


def invalid(faults: Iterable[tuple[str, str]]) -> Invalid:
    """The refusal of several fields at once."""
    return Invalid.many([FieldError(name, code, MESSAGES[code]) for name, code in faults])
