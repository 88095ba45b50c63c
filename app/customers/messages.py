"""What is said about a field that cannot be taken: one sentence per stable code, that says how to mend it."""

from typing import Any

from app.core.errors import FieldError, Invalid
from app.core.texts import _l
from app.customers.rules import values

MESSAGES: dict[str, Any] = {
    "required": _l("This is needed."),
    "too_long": _l("This text is too long."),
    "characters": _l("This text has characters that cannot be stored."),
    "unknown": _l("Choose one of the list."),
    "not_number": _l("A number has up to %(n)s letters, digits or . _ / -", n=values.NUMBER_LIMIT),
    "not_phone": _l("A telephone number has 5 to 20 digits."),
    "not_identity": _l("This is not a valid identity number. Check each digit."),
    "not_amount": _l("Write an amount in yuan, with at most two decimals."),
    "out_of_range": _l("This amount is out of range."),
    "unknown_day": _l("This is not a day in the past."),
    "not_meant": _l("Choose a day between 2000 and 2100."),
    "taken": _l("Another customer has this number already."),
    "as_text": _l("The spreadsheet keeps this as a number and has lost digits. Format the column as text."),
    "repeated": _l("This number stands in the list twice."),
    "unknown_unit": _l("There is no such unit in your view."),
    "unknown_holder": _l("There is no such active person."),
    "not_in_team": _l("The holder is not in this team."),
    "outside": _l("This is outside your scope."),
    "duplicate": _l("There may be this customer already. Look at the list, or confirm that this is another one."),
}


def invalid(faults: list[tuple[str, str]]) -> Invalid:
    """The refusal of several fields at once."""
    return Invalid.many([FieldError(name, code, MESSAGES[code]) for name, code in faults])
